"""The nightly evaluation of labelled sets without its engine: measure, keep, hold against the bounds.

Whoever measures a set is an argument, so that rules and models can be measured by what fits them.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import VisitProofError
from pipeline.rules import BilingualText
from pipeline.tuning.bounds import BoundCheck, Figure, check_bounds
from storage.bounds_file import load_bounds
from storage.evaluations import NewEvaluation
from storage.results import ResultStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of measuring one set: the evaluation to keep, and its figures."""

    evaluation: NewEvaluation
    figures: tuple[Figure, ...]


SetMeasurer = Callable[[Path], Measured]
"""Measures the labelled set in a folder. Raises VisitProofError where it can't."""


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """One set: what was measured, or why it could not be."""

    set_name: str
    evaluation_id: int | None
    figures: tuple[Figure, ...]
    checks: tuple[BoundCheck, ...]
    problem: str | None = None

    @property
    def alarms(self) -> tuple[BilingualText, ...]:
        """What somebody must be told."""
        if self.problem is not None:
            return (BilingualText(f"评估未完成：{self.problem}", f"not evaluated: {self.problem}"),)
        return tuple(check.words for check in self.checks if not check.is_kept)


def evaluate_set(results: ResultStore, folder: Path, measure: SetMeasurer) -> SetOutcome:
    """Measure one set and keep it. What goes wrong with it is said in the outcome and stops no other."""
    try:
        bounds = load_bounds(folder)
        measured = measure(folder)
        kept = results.evaluations.add(measured.evaluation, None, datetime.now(UTC))
    except VisitProofError as error:
        _log.warning("%s: %s", folder, error)
        return SetOutcome(folder.name, None, (), (), f"{type(error).__name__}: {error}")
    checks = check_bounds(measured.figures, bounds)
    return SetOutcome(folder.name, kept.evaluation_id, measured.figures, checks)


def as_markdown(outcome: SetOutcome) -> str:
    """One set as Prefect shows it: what is below its bound, then every figure."""
    kept = f"evaluation {outcome.evaluation_id}" if outcome.evaluation_id is not None else "nothing kept"
    head = [f"# `{outcome.set_name}`", "", kept, ""]
    alarms = [f"- **{alarm.zh}** / {alarm.en}" for alarm in outcome.alarms] or ["- 无 / none"]
    rows = [_row(figure, outcome.checks) for figure in outcome.figures]
    table = (
        ["| figure | value | 95 % | n | bound |", "| --- | --- | --- | --- | --- |", *rows] if rows else []
    )
    return "\n".join([*head, "## 低于下限 / below its bound", "", *alarms, "", *table, ""])


def alarm_text(outcomes: Sequence[SetOutcome]) -> str:
    """All alarms in one line; empty where there are none."""
    return "; ".join(f"{one.set_name}: {alarm.en}" for one in outcomes for alarm in one.alarms)


def _row(figure: Figure, checks: Sequence[BoundCheck]) -> str:
    least = [f"{check.bound.least:g}" for check in checks if check.figure == figure]
    value = "-" if figure.value is None else f"{figure.value:.3f}"
    interval = "-" if (figure.low, figure.high) == (0.0, 1.0) else f"{figure.low:.3f}–{figure.high:.3f}"
    cells = (f"{figure.subject} {figure.measure.value}", value, interval, str(figure.n), *(least or ["-"]))
    return "| " + " | ".join(cells) + " |"
