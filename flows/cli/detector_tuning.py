"""What `tune detector` does and prints."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.table import Table

from flows.assembly import detector_in_force, open_results
from flows.cli.dataset_checking import progress_bar
from flows.cli.friendly import deliver, err, out
from flows.cli.splits import ALL_SPLITS, split_named
from flows.detector_evaluation import Question, evaluate, to_keep
from flows.labelled_sets import ObjectSet, read_object_set
from flows.set_measuring import means_of
from flows.settings import Settings
from pipeline.tuning.curves import ClassChoice, ClassCurve, CurvePoint, DetectorEvaluation
from pipeline.tuning.wishes import CostRatio, PrecisionAtLeast, RecallAtLeast, Wish
from storage.tuning_codec import detector_to_json

_SHOWN = tuple(round(0.1 * step, 1) for step in range(1, 10))


@dataclass(frozen=True, slots=True)
class Wanted:
    """`tune detector` as it was typed."""

    folder: Path
    split: str
    model: str | None
    labels: tuple[str, ...]
    iou: float
    beta: float
    wish: Wish | None
    confirm_on: str | None
    seed: int
    as_json: bool
    out: Path | None
    keep: bool


def wish_of(
    precision: float | None, recall: float | None, false_alarm: float | None, miss: float | None
) -> Wish | None:
    """The one wish of the options, None where there is none."""
    made: list[Wish] = []
    try:
        if precision is not None:
            made.append(PrecisionAtLeast(precision))
        if recall is not None:
            made.append(RecallAtLeast(recall))
        if false_alarm is not None or miss is not None:
            made.append(CostRatio(1.0 if false_alarm is None else false_alarm, 1.0 if miss is None else miss))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if len(made) > 1:
        raise typer.BadParameter("one wish at a time: precision, recall or cost")
    return made[0] if made else None


def run(settings: Settings, wanted: Wanted) -> None:
    """Raises DatasetError, RegistryError, StorageError."""
    if not 0.0 < wanted.iou <= 1.0:
        raise typer.BadParameter(f"{wanted.iou:g} is no overlap: above 0, at most 1", param_hint="--iou")
    question = Question(
        split_named(wanted.split, "--split"), wanted.iou, wanted.beta, wanted.wish, wanted.seed, wanted.labels
    )
    labelled = read_object_set(wanted.folder)
    found = _evaluate(settings, wanted, labelled, question)
    body = detector_to_json(found)
    deliver(body, wanted.out, wanted.as_json)
    if not wanted.as_json:
        show(found)
        _confirm(settings, wanted, labelled, question, found)
    _say_aside(labelled, found, wanted)
    if wanted.keep:
        err.print(f"kept as evaluation {_keep(settings, found)}", highlight=False)


def _evaluate(
    settings: Settings, wanted: Wanted, labelled: ObjectSet, question: Question
) -> DetectorEvaluation:
    with progress_bar("looking 查看") as progress:
        return evaluate(labelled, question, means_of(settings, _model(settings, wanted), progress))


def _model(settings: Settings, wanted: Wanted) -> str | None:
    """The detector that was named, else the one that serves."""
    if wanted.model is not None:
        return wanted.model
    with open_results(settings) as results:
        return detector_in_force(settings, results)


def _confirm(
    settings: Settings, wanted: Wanted, labelled: ObjectSet, question: Question, found: DetectorEvaluation
) -> None:
    """The chosen thresholds on labels that they were not chosen by."""
    chosen = [one for one in found.choices if one.point.threshold is not None]
    if wanted.confirm_on is None or not chosen:
        return
    asked = replace(question, split=split_named(wanted.confirm_on, "--confirm-on"), wish=None)
    other = _evaluate(settings, wanted, labelled, asked)
    table = _table(f"the same thresholds on 同一阈值在 {wanted.confirm_on}", question.beta)
    for one in chosen:
        curve, threshold = other.curve(one.label), one.point.threshold
        if threshold is not None:
            table.add_row(one.label, *_figures(curve.at(threshold)))
    out.print(table)


def _keep(settings: Settings, found: DetectorEvaluation) -> int:
    with open_results(settings) as results:
        return results.evaluations.add(to_keep(found), None, datetime.now(UTC)).evaluation_id


# ---- words --------------------------------------------------------------------------------------------


def show(found: DetectorEvaluation) -> None:
    """Each class over thresholds, then what the wish led to."""
    where = found.split or ALL_SPLITS
    _say(
        f"{found.model_name} {found.model_version} on {found.set_name} {found.set_version} ({where}): "
        f"{found.pictures} pictures 张图片, {found.visits} sources 个来源, IoU {found.iou:g}"
    )
    for curve in found.classes:
        out.print(_curve_table(curve))
    for choice in found.choices:
        _show_choice(choice)


def _curve_table(curve: ClassCurve) -> Table:
    average = "–" if curve.average_precision is None else f"{curve.average_precision:.3f}"
    title = (
        f"{curve.label}: {curve.truths} boxes 个标注, {curve.pictures} pictures, {curve.visits} sources, "
        f"AP {average} @ IoU {curve.iou:g}"
    )
    table = _table(title, curve.beta, first="")
    for threshold in _SHOWN:
        table.add_row("", *_figures(curve.at(threshold)))
    return table


def _table(title: str, beta: float, first: str = "class 类别") -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for head in (first, "at 阈值", "precision 查准率 (95 %)", "recall 查全率 (95 %)", f"F{beta:g} (95 %)"):
        table.add_column(head, no_wrap=True)
    table.add_column("right/false/missed 对/误/漏", no_wrap=True)
    return table


def _figures(point: CurvePoint) -> tuple[str, ...]:
    return (
        f"{point.threshold:.2f}",
        _share(point.precision, point.precision_low, point.precision_high),
        _share(point.recall, point.recall_low, point.recall_high),
        _share(point.f_beta, point.f_beta_low, point.f_beta_high),
        f"{point.true_positives}/{point.false_positives}/{point.false_negatives}",
    )


def _share(value: float | None, low: float, high: float) -> str:
    return "–" if value is None else f"{value:.3f} ({low:.3f}–{high:.3f})"


def _show_choice(choice: ClassChoice) -> None:
    point = choice.point
    _say(f"{choice.label}: {point.wish.en} · {point.wish.zh}")
    if point.accepted and point.threshold is not None:
        _say(f"  accepted 采纳: {point.threshold:.2f}")
    if point.refusal is not None:
        _say(f"  refused 不采纳: {point.refusal.en}")
        _say(f"  {point.refusal.zh}")
    if point.threshold_low is not None and point.threshold_high is not None:
        _say(
            f"  by the shares alone the choice falls at {point.threshold_low:.2f}–{point.threshold_high:.2f} "
            "in 95 of 100 sets of sources drawn anew 重抽来源时，95% 的选择落在此区间"
        )


def _say_aside(labelled: ObjectSet, found: DetectorEvaluation, wanted: Wanted) -> None:
    if labelled.findings or found.unreadable:
        err.print(
            f"{len(labelled.findings)} label faults, {len(found.unreadable)} unreadable pictures left out: "
            f"visitproof dataset check {wanted.folder} 有标注问题或无法读取的图片未计入",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if wanted.out is not None:
        err.print(
            f"{wanted.out}: whole curves; as a page 页面: visitproof tune page --evaluation {wanted.out} "
            "--out page.html",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
