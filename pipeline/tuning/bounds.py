"""Figures of a nightly evaluation, held against the least that they may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.rules import BilingualText
from pipeline.tuning.curves import ClassCurve, DetectorEvaluation


class Measure(StrEnum):
    """What is bounded, of a detector's class at the threshold in force; average_precision is over all."""

    PRECISION = "precision"
    RECALL = "recall"
    AVERAGE_PRECISION = "average_precision"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. value: None where there was nothing to count. n: examples that it rests on.
    low, high: its 95 % interval, (0, 1) where none is known."""

    subject: str
    measure: Measure
    value: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The least that a figure may be."""

    subject: str
    measure: Measure
    least: float


@dataclass(frozen=True, slots=True)
class BoundCheck:
    """A bound and the figure that it is for; None where nothing of that name was measured."""

    bound: Bound
    figure: Figure | None

    @property
    def is_kept(self) -> bool:
        """A figure that could not be measured keeps no bound."""
        figure = self.figure
        return figure is not None and figure.value is not None and figure.value >= self.bound.least

    @property
    def words(self) -> BilingualText:
        """What is wrong, or that nothing is."""
        bound, figure = self.bound, self.figure
        name = f"{bound.subject} {bound.measure.value}"
        if figure is None or figure.value is None:
            return BilingualText(
                f"{name}：无法测量（下限 {bound.least:g}）：该类别没有标注，或不在此模型中",
                f"{name}: can't be measured (bound {bound.least:g}): nothing is labelled so, or the model "
                "has no such label",
            )
        measured = f"{figure.value:.3f} (n={figure.n}, 95 % {figure.low:.3f}–{figure.high:.3f})"
        if self.is_kept:
            return BilingualText(
                f"{name}：{measured}，不低于 {bound.least:g}", f"{name}: {measured}, at least {bound.least:g}"
            )
        return BilingualText(
            f"{name}：{measured}，低于下限 {bound.least:g}", f"{name}: {measured}, below {bound.least:g}"
        )


def check_bounds(figures: Sequence[Figure], bounds: Sequence[Bound]) -> tuple[BoundCheck, ...]:
    """Every bound with its figure, what is not kept first."""
    known = {(figure.subject, figure.measure): figure for figure in figures}
    checks = [BoundCheck(bound, known.get((bound.subject, bound.measure))) for bound in bounds]
    return tuple(sorted(checks, key=lambda check: check.is_kept))


def detector_figures(evaluation: DetectorEvaluation, thresholds: Mapping[str, float]) -> tuple[Figure, ...]:
    """Of every class that has a threshold in force."""
    curves = [curve for curve in evaluation.classes if curve.label in thresholds]
    return tuple(figure for curve in curves for figure in _of_class(curve, thresholds[curve.label]))


def _of_class(curve: ClassCurve, threshold: float) -> Iterator[Figure]:
    point = curve.at(threshold)
    precision = (point.precision, point.precision_low, point.precision_high, point.found)
    yield Figure(curve.label, Measure.PRECISION, *precision)
    recall = (point.recall, point.recall_low, point.recall_high, curve.truths)
    yield Figure(curve.label, Measure.RECALL, *recall)
    yield Figure(curve.label, Measure.AVERAGE_PRECISION, curve.average_precision, 0.0, 1.0, curve.truths)
