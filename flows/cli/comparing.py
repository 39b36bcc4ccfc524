"""What `tune compare` does and prints."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.table import Table

from flows.assembly import detector_in_force, open_results
from flows.cli.dataset_checking import progress_bar
from flows.cli.friendly import deliver, err, out
from flows.cli.splits import split_named
from flows.detector_comparison import PairQuestion, compare_detectors
from flows.labelled_sets import ObjectSet, read_object_set
from flows.set_measuring import confidence_in_force, means_of
from flows.settings import Settings
from pipeline.tuning.comparison import Comparison, Difference, LabelComparison, Paired
from pipeline.tuning.evaluations import EvaluationKind
from storage.evaluations import NewEvaluation
from storage.results import ResultStore
from storage.tuning_codec import comparison_to_json


@dataclass(frozen=True, slots=True)
class Wanted:
    """`tune compare` as it was typed."""

    folder: Path
    champion: str | None
    challenger: str
    split: str
    iou: float
    seed: int
    as_json: bool
    out: Path | None
    keep: bool


def run(settings: Settings, wanted: Wanted) -> None:
    """Raises DatasetError, RegistryError, RulesError, StorageError."""
    if not 0.0 < wanted.iou <= 1.0:
        raise typer.BadParameter(f"{wanted.iou:g} is no overlap: above 0, at most 1", param_hint="--iou")
    split = split_named(wanted.split, "--split")
    labelled = read_object_set(wanted.folder)
    with open_results(settings) as results:
        question = PairQuestion(split, wanted.iou, wanted.seed, confidence_in_force(settings, results))
        champion = wanted.champion or detector_in_force(settings, results)
        found = _compare(settings, labelled, question, champion, wanted.challenger)
        body = comparison_to_json(found)
        kept = _keep(results, found, body) if wanted.keep else None
    deliver(body, wanted.out, wanted.as_json)
    if not wanted.as_json:
        show(found)
    if kept is not None:
        err.print(f"kept as evaluation {kept}", highlight=False)


def _compare(
    settings: Settings, labelled: ObjectSet, question: PairQuestion, champion: str | None, challenger: str
) -> Comparison:
    with progress_bar("looking 查看") as progress:
        ours, theirs = (means_of(settings, name, progress) for name in (champion, challenger))
        return compare_detectors(labelled, question, ours, theirs)


def _keep(results: ResultStore, found: Comparison, body: str) -> int:
    new = NewEvaluation(
        EvaluationKind.COMPARISON,
        f"{found.challenger.name} against {found.champion.name}",
        body,
        set_name=found.set_name,
        set_digest=found.set_digest,
        model_digest=found.challenger.sha256,
    )
    return results.evaluations.add(new, None, datetime.now(UTC)).evaluation_id


# ---- words --------------------------------------------------------------------------------------------


def show(found: Comparison) -> None:
    """The labels side by side, then the verdict."""
    _say(f"champion 现用: {found.champion.name} {found.champion.version}")
    _say(f"challenger 候选: {found.challenger.name} {found.challenger.version}")
    where = f"{found.set_name} {found.set_version} ({found.split or 'all'})"
    _say(f"{where}; differences are challenger less champion 差值为候选减现用")
    table = Table(box=None, pad_edge=False)
    for head in ("label 类别", "at 阈值", "boxes 标注", "found: both/only old/only new/neither", "p"):
        table.add_column(head)
    for head in ("recall 查全 (95 %)", "alarms a picture 误检 (95 %)", "p", "AP (95 %)", "shown 结论"):
        table.add_column(head)
    for one in found.labels:
        table.add_row(*_cells(one))
    out.print(table)
    _say(f"{found.verdict.zh} · {found.verdict.en}")


def _cells(one: LabelComparison) -> tuple[str, ...]:
    return (
        one.label,
        f"{one.champion_threshold:.2f}/{one.challenger_threshold:.2f}",
        f"{one.truths} ({one.sources})",
        _pairs(one.hits),
        f"{one.hits.p_value:.3f}",
        _change(one.recall),
        _change(one.alarms_per_picture),
        f"{one.false_alarms.p_value:.3f}",
        _change(one.average_precision),
        one.finding.value,
    )


def _pairs(paired: Paired) -> str:
    return f"{paired.both}/{paired.champion_only}/{paired.challenger_only}/{paired.neither}"


def _change(difference: Difference) -> str:
    if difference.value is None:
        return "–"
    if difference.low is None or difference.high is None:
        return f"{difference.value:+.3f} (–)"
    return f"{difference.value:+.3f} ({difference.low:+.3f}–{difference.high:+.3f})"


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
