"""One number of the rules over many values, on stored visits and what auditors or a file say is right."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.replays import collector_paused
from pipeline.errors import DatasetError, RulesError, StorageError
from pipeline.labels import Split
from pipeline.rules import Grade
from pipeline.tuning.parameters import default_values, parse, paths_of, spread, value_in
from pipeline.tuning.replaying import RuleSets
from pipeline.tuning.sweeping import sweep
from pipeline.tuning.sweeps import ParameterPath, ParameterSweep
from pipeline.tuning.truths import ItemTruth, truth_of, truth_of_row, truths_for
from pipeline.tuning.wishes import Wish
from pipeline.visit import ServiceType
from storage.codec import label_from_json
from storage.nearest import did_you_mean
from storage.results import ResultStore
from storage.truth_tables import LABELS_FILE, read_visits

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SweepWish:
    """What is to be swept, and by what.

    low, high, steps: which values; what is None is chosen by the number's kind. truths: labels as
    `visitproof labels export` writes them, None: the decisions in the database. grades: a CSV of visit_id
    and grade. split: None takes all. service_type: None takes every type that has the number.
    """

    path: str
    low: float | None = None
    high: float | None = None
    steps: int | None = None
    truths: Path | None = None
    grades: Path | None = None
    split: Split | None = Split.TUNE
    service_type: ServiceType | None = None
    items: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    wish: Wish | None = None
    seed: int = 7


def sweep_stored(results: ResultStore, rules: RuleSets, wanted: SweepWish) -> ParameterSweep:
    """Raises RulesError for the number or its values, DatasetError for a file of truths, StorageError."""
    path, chosen = _found(wanted, rules), _of_service(rules, wanted.service_type)
    truths = truths_for(
        _labels(results, wanted.truths), wanted.split, read_grades(wanted.grades) if wanted.grades else None
    )
    cases = results.inputs.cases(wanted.since, wanted.until, {})
    values = _values(wanted, chosen, path)
    with collector_paused():
        return sweep(cases, truths, chosen, path, values, wanted.wish, wanted.seed, wanted.items)


def _of_service(rules: RuleSets, service: ServiceType | None) -> RuleSets:
    return rules if service is None else {service: rules[service]}


def _found(wanted: SweepWish, rules: RuleSets) -> ParameterPath:
    """The path, if any of the rule sets has it. Raises RulesError with the nearest that there is."""
    every = {
        str(path): path
        for each in _of_service(rules, wanted.service_type).values()
        for path in paths_of(each)
    }
    if wanted.path in every:
        return every[wanted.path]
    parse(wanted.path)
    raise RulesError(f"no rule set has the number {wanted.path}; {did_you_mean(wanted.path, every)}")


def _values(wanted: SweepWish, rules: RuleSets, path: ParameterPath) -> tuple[float, ...]:
    has = next(each for each in rules.values() if value_in(each, path) is not None)
    usual = default_values(has, path)
    low = usual[0] if wanted.low is None else wanted.low
    high = usual[-1] if wanted.high is None else wanted.high
    return spread(low, high, wanted.steps or len(usual) - 1)


# ---- truths -------------------------------------------------------------------------------------------


def _labels(results: ResultStore, place: Path | None) -> Iterable[ItemTruth]:
    if place is None:
        return map(truth_of, results.labels.between(_FIRST, _LAST))
    return read_truths(place)


def read_truths(place: Path) -> Iterable[ItemTruth]:
    """A file of labels, or a set of kind visits (docs/datasets.md); raises DatasetError, naming the line."""
    if not place.is_dir():
        return read_labels(place)
    labels = tuple(read_labels(place / LABELS_FILE)) if (place / LABELS_FILE).is_file() else ()
    table = read_visits(place)
    for finding in table.findings:
        raise DatasetError(f"{place}: {finding.subject}: {finding.text.en}")
    # The table has the labels too, but a label says how a confirmed `confirm` leans.
    known = {(label.visit_id, label.item_id) for label in labels}
    rest = (one for one in table.visits if (one.visit_id, one.item_id) not in known)
    return (*labels, *map(truth_of_row, rest))


def read_labels(file: Path) -> Iterator[ItemTruth]:
    """The labels of a file, as truths. Raises DatasetError with the line that can't be read."""
    for number, line in enumerate(_text(file).splitlines(), start=1):
        try:
            yield truth_of(label_from_json(line))
        except StorageError as error:
            raise DatasetError(f"{file}, line {number}: {error}: export the labels anew") from error


def read_grades(file: Path) -> Mapping[str, Grade]:
    """Right grades by visit id, from a CSV. Raises DatasetError with the line that can't be read."""
    rows = csv.DictReader(_text(file).splitlines())
    if not {"visit_id", "grade"} <= set(rows.fieldnames or ()):
        raise DatasetError(f"{file}: wanted a CSV with the columns visit_id and grade")
    grades: dict[str, Grade] = {}
    for row in rows:
        try:
            grades[row["visit_id"]] = Grade(row["grade"])
        except ValueError as error:
            told = did_you_mean(str(row["grade"]), Grade)
            raise DatasetError(f"{file}, line {rows.line_num}: no grade: {row['grade']!r}; {told}") from error
    return grades


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{file}: can't be read: {error}") from error
