"""What a report decided, without its words: the part of it that two rule sets can be compared by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.results import Leaning, Outcome, VisitReport
from pipeline.rules import Grade


class Side(StrEnum):
    """What an outcome says about the item's demand, whatever it is called.

    fulfilled: pass, or a confirm that leans for. lacking: fail, missing, or a confirm that leans against.
    open: unreadable. outside: exempt, not applicable, not checked.
    """

    FULFILLED = "fulfilled"
    LACKING = "lacking"
    OPEN = "open"
    OUTSIDE = "outside"


_SIDES: Mapping[Outcome, Side] = {
    Outcome.PASS: Side.FULFILLED,
    Outcome.FAIL: Side.LACKING,
    Outcome.MISSING: Side.LACKING,
    Outcome.UNREADABLE: Side.OPEN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An item's outcome and, for a confirm, the way in which it leans."""

    outcome: Outcome
    leaning: Leaning | None = None

    @property
    def side(self) -> Side:
        if self.leaning is not None:
            return Side.FULFILLED if self.leaning is Leaning.FOR else Side.LACKING
        return _SIDES.get(self.outcome, Side.OUTSIDE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a report decided: by item id, and of the visit as a whole. `score` is 0..100 or None."""

    items: Mapping[str, Standing]
    score: float | None
    grade: Grade
    flagged: bool
    spot_check: bool


def verdict_of(report: VisitReport) -> Verdict:
    """The part of a report that is compared."""
    return Verdict(
        items={
            item.result.item_id: Standing(item.result.outcome, item.result.leaning) for item in report.items
        },
        score=report.score.score,
        grade=report.score.grade,
        flagged=report.is_flagged,
        spot_check=report.spot_check,
    )
