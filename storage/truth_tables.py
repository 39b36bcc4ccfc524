"""Truths that are tables: burned-in times, and the right outcomes of visits' items."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import DatasetError, StorageError
from pipeline.labels import Label
from pipeline.results import Outcome
from pipeline.rules import BilingualText
from pipeline.times import WallTime
from pipeline.tuning.labelled_sets import TimeTruth, TimeTruthKind, VisitTruth
from pipeline.tuning.set_findings import FindingCode, SetFinding
from storage.codec import label_from_json
from storage.labelled_sets import Placed, place_of, rows_of
from storage.nearest import did_you_mean

TRUTH_FILE, LABELS_FILE = "truth.csv", "labels.jsonl"


@dataclass(frozen=True, slots=True)
class Truths:
    """Rows of a table of truths, and the lines that could not be understood."""

    times: tuple[TimeTruth, ...] = ()
    visits: tuple[VisitTruth, ...] = ()
    findings: tuple[SetFinding, ...] = ()


def read_times(folder: Path) -> Truths:
    """truth.csv of a set of kind times. Raises DatasetError where it is missing or lacks a column."""
    path = folder / TRUTH_FILE
    found, wrong = [], []
    for number, row in rows_of(path, ("file", "timestamp_iso", "precision")):
        source = row.get("source") or row.get("source_repo") or row["file"]
        place = place_of(row, source, path, number)
        try:
            found.append(_time_truth(row, place))
        except ValueError as error:
            wrong.append(_bad_line(TRUTH_FILE, number, str(error)))
    return Truths(times=tuple(found), findings=tuple(wrong))


_TIME_KINDS = {kind.value: kind for kind in TimeTruthKind if kind is not TimeTruthKind.READ}


def _time_truth(row: Mapping[str, str], place: Placed) -> TimeTruth:
    """Raises ValueError."""
    kind = _TIME_KINDS.get(row["precision"], TimeTruthKind.READ)
    taken_at = WallTime.from_iso(row["timestamp_iso"]) if kind is TimeTruthKind.READ else None
    if taken_at is not None and taken_at.precision.value != row["precision"]:
        raise ValueError(f"{row['timestamp_iso']} is not to the {row['precision']}")
    return TimeTruth(row["file"], place.source, place.split, kind, taken_at, row.get("raw_text") or "")


def read_visits(folder: Path) -> Truths:
    """labels.jsonl (as `labels export` writes it) and truth.csv of a set of kind visits, whichever are there.

    Raises DatasetError where neither is.
    """
    exported, table = folder / LABELS_FILE, folder / TRUTH_FILE
    if not exported.is_file() and not table.is_file():
        raise DatasetError(
            f"{folder}: a set of kind visits has {LABELS_FILE} or {TRUTH_FILE}, this has neither"
        )
    parts = [*_exported(exported), *_tabled(table)]
    return Truths(
        visits=tuple(part for part in parts if isinstance(part, VisitTruth)),
        findings=tuple(part for part in parts if isinstance(part, SetFinding)),
    )


def visit_truth(label: Label) -> VisitTruth:
    """An exported label as a truth: by the last person who spoke of it."""
    last = label.words[-1]
    return VisitTruth(
        visit_id=label.visit_id,
        item_id=label.item_id,
        right_outcome=label.right_outcome,
        by=f"{last.role.value} {last.user_id}",
        source=label.source,
        split=label.split,
        disputed=label.disputed,
        decided_at=last.decided_at,
    )


def _exported(path: Path) -> Iterator[VisitTruth | SetFinding]:
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield visit_truth(label_from_json(line))
            except StorageError as error:
                yield _bad_line(LABELS_FILE, number, str(error))


def _tabled(path: Path) -> Iterator[VisitTruth | SetFinding]:
    columns = ("visit_id", "item_id", "right_outcome", "by", "source")
    for number, row in rows_of(path, columns) if path.is_file() else ():
        place = place_of(row, row["source"], path, number)
        try:
            outcome = Outcome(row["right_outcome"])
        except ValueError:
            hint = did_you_mean(row["right_outcome"], list(Outcome))
            yield _bad_line(TRUTH_FILE, number, f"no outcome {row['right_outcome']!r}; {hint}")
        else:
            yield VisitTruth(row["visit_id"], row["item_id"], outcome, row["by"], place.source, place.split)


def _bad_line(file: str, number: int, detail: str) -> SetFinding:
    return SetFinding(
        FindingCode.BAD_LABEL_LINE,
        f"{file}, line {number}",
        BilingualText(f"这一行无法理解：{detail}", f"this line can't be understood: {detail}"),
    )
