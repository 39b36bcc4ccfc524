"""What becomes of stored visits under other rules: the values. `pipeline.tuning.replaying` finds them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.auditing import ItemWord
from pipeline.results import EvidenceRef, Measurement
from pipeline.rules import BilingualText, Grade, RuleSet
from pipeline.tuning.verdicts import Side, Standing


@dataclass(frozen=True, slots=True)
class RuleName:
    """Which rules: those of one service type, by name, version and digest."""

    service_type: str
    name: str
    version: str
    digest: str

    @classmethod
    def of(cls, rules: RuleSet) -> "RuleName":
        return cls(rules.service_type.value, rules.name, rules.version, rules.digest)


@dataclass(frozen=True, slots=True)
class AuditorWord:
    """What an auditor had said of the item, the last time: the outcome that it should have been.

    right: as the truth, with the leaning of the outcome that was confirmed. disputed: people said different
    things of one report.
    """

    word: ItemWord
    right: Standing
    disputed: bool = False


class Direction(StrEnum):
    """Where an item goes by a change of rules. aside: to or from unreadable, exempt, not checked, no rule;
    same: to another outcome of the same side (pass to confirm-for)."""

    TO_FULFILLED = "to_fulfilled"
    TO_LACKING = "to_lacking"
    ASIDE = "aside"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Flip:
    """One item of one visit whose outcome or leaning differs; `before` or `after` is None where the rules
    don't ask for it.

    evidence, reason, measurement: of the judgement under the new rules; under the old ones where the new
    don't ask for the item. They say where to look and which value was held against which threshold.
    auditor_word: None where nobody has spoken of the item.
    """

    visit_id: str
    day: str
    team: str | None
    service_type: str
    item_id: str
    before: Standing | None
    after: Standing | None
    reason: BilingualText
    evidence: tuple[EvidenceRef, ...]
    measurement: Measurement | None
    auditor_word: AuditorWord | None = None

    @property
    def media_keys(self) -> tuple[str, ...]:
        """The files to look at, each once."""
        return tuple(dict.fromkeys(ref.media_key for ref in self.evidence))

    @property
    def direction(self) -> Direction:
        sides = _side(self.before), _side(self.after)
        if sides[0] is sides[1]:
            return Direction.SAME
        if set(sides) != {Side.FULFILLED, Side.LACKING}:
            return Direction.ASIDE
        return Direction.TO_FULFILLED if sides[1] is Side.FULFILLED else Direction.TO_LACKING

    @property
    def agrees_with_auditor(self) -> bool | None:
        """Whether the new outcome is on the side that the auditor named; None where that isn't known."""
        said = self.auditor_word
        if said is None or said.disputed or said.right.side not in (Side.FULFILLED, Side.LACKING):
            return None
        return _side(self.after) is said.right.side


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit of which anything differs: an item, the score, the grade, the flag or the spot check.

    item_ids: the items that flip, in the order of the new rules.
    """

    visit_id: str
    day: str
    team: str | None
    service_type: str
    grade_before: Grade
    grade_after: Grade
    flagged_before: bool
    flagged_after: bool
    spot_check_before: bool
    spot_check_after: bool
    score_before: float | None
    score_after: float | None
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What auditors have to look at of one day's visits: the flagged ones and the spot checks."""

    day: str
    visits: int
    flagged_before: int
    spot_checks_before: int
    flagged_after: int
    spot_checks_after: int

    @property
    def before(self) -> int:
        return self.flagged_before + self.spot_checks_before

    @property
    def after(self) -> int:
        return self.flagged_after + self.spot_checks_after


@dataclass(frozen=True, slots=True)
class Skipped:
    """A visit that could not be judged again, and why; the visit goes on counting as it was."""

    visit_id: str
    day: str
    reason: BilingualText


@dataclass(frozen=True, slots=True)
class Replay:
    """Stored visits under old and new rules. Flips and changes are in order of day, visit and item.

    old_rules, new_rules: of the service types that the visits have, in the order of their names.
    visits: how many were judged under both. from_reports: of how many the old verdict was taken from the
    kept report, because that was judged by these very rules; the others were judged again.
    """

    old_rules: tuple[RuleName, ...]
    new_rules: tuple[RuleName, ...]
    visits: int
    from_reports: int
    skipped: tuple[Skipped, ...]
    flips: tuple[Flip, ...]
    changes: tuple[VisitChange, ...]
    days: tuple[DayLoad, ...]

    @property
    def load_before_per_day(self) -> float | None:
        """Visits that an auditor must look at per day that has visits; None without any day."""
        return sum(day.before for day in self.days) / len(self.days) if self.days else None

    @property
    def load_after_per_day(self) -> float | None:
        return sum(day.after for day in self.days) / len(self.days) if self.days else None

    def by_item(self) -> Mapping[tuple[str, Direction], int]:
        """(Item, direction) -> flips."""
        return Counter((flip.item_id, flip.direction) for flip in self.flips)

    def by_outcome(self) -> Mapping[tuple[str, str, str], int]:
        """(Item, outcome before, outcome after) -> flips; `-` where the rules don't ask for the item."""
        return Counter((flip.item_id, named(flip.before), named(flip.after)) for flip in self.flips)

    def by_team(self) -> Mapping[tuple[str, Direction], int]:
        """(Team, direction) -> flips; the team is empty where the manifests name none."""
        return Counter((flip.team or "", flip.direction) for flip in self.flips)

    def by_grade(self) -> Mapping[tuple[Grade, Grade], int]:
        """(Grade before, grade after) -> visits, where they differ."""
        pairs = ((change.grade_before, change.grade_after) for change in self.changes)
        return Counter(pair for pair in pairs if pair[0] is not pair[1])


def named(standing: Standing | None) -> str:
    """`pass`, `confirm (for)`, or `-` where the rules don't ask for the item."""
    if standing is None:
        return "-"
    return standing.outcome.value + (f" ({standing.leaning.value})" if standing.leaning else "")


def _side(standing: Standing | None) -> Side:
    return standing.side if standing is not None else Side.OUTSIDE
