"""One number of a rule set over many values, each held against what is known to be right: the values.

`pipeline.tuning.parameters` reads and sets the number, `pipeline.tuning.sweeping` goes through the values.
"""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.rules import BilingualText


class ParameterKind(StrEnum):
    """Where in a rule set a number stands."""

    CONFIDENCE = "confidence"
    PARAM = "param"
    WEIGHT = "weight"
    CUTOFF = "cutoff"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class ParameterPath:
    """One number of a rule set, named as it stands in the files: `confidence.badge`,
    `items.time.window.params.after_window_min`, `items.badge.visible.weight`, `cutoffs.good`,
    `near_threshold`.

    owner: the item's id, empty for what is not an item's. name: of the number itself.
    """

    kind: ParameterKind
    name: str
    owner: str = ""

    def __str__(self) -> str:
        match self.kind:
            case ParameterKind.CONFIDENCE:
                return f"confidence.{self.name}"
            case ParameterKind.PARAM:
                return f"items.{self.owner}.params.{self.name}"
            case ParameterKind.WEIGHT:
                return f"items.{self.owner}.weight"
            case ParameterKind.CUTOFF:
                return f"cutoffs.{self.name}"
            case ParameterKind.TOP:
                return self.name

    @property
    def moves_only_scores(self) -> bool:
        """Whether no item's outcome depends on it, only scores, grades and flags."""
        return self.kind not in (ParameterKind.CONFIDENCE, ParameterKind.PARAM)


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One value of the number and how the rules with it do on the truths.

    An accusation is a fail, a missing or a confirm that leans against. right_accusations: where the item
    really was lacking. wrong_accusations: where it was fulfilled. right_passes, wrong_passes: the same of
    passes and confirms that lean for. undecided_fulfilled, undecided_lacking: the system said unreadable, or
    nothing, and the right word is that. to_confirm: how many of all rest on a confirm.

    precision: of the accusations, the share that is right. recall: of what was lacking, the share accused.
    None where there is nothing to divide by; `low` and `high` are 95 % intervals, (0, 1) then.
    grades_right of grades_known: visits whose grade is the true one, where the truths give grades.
    flipped: visits whose items, or grade, or flag differ from those under the present value, by id.
    """

    value: float
    right_accusations: int
    wrong_accusations: int
    right_passes: int
    wrong_passes: int
    undecided_fulfilled: int
    undecided_lacking: int
    to_confirm: int
    precision: float | None
    precision_low: float
    precision_high: float
    recall: float | None
    recall_low: float
    recall_high: float
    grades_right: int
    grades_known: int
    grades_flipped: int
    flipped: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        return self.right_accusations + self.right_passes

    @property
    def undecided(self) -> int:
        return self.undecided_fulfilled + self.undecided_lacking

    @property
    def truths(self) -> int:
        """How many truths the point was counted over."""
        return self.right + self.wrong_accusations + self.wrong_passes + self.undecided


@dataclass(frozen=True, slots=True)
class TruthCounts:
    """Which truths a sweep rests on, and which were left out and why.

    used: of items that the number can move. visits: that they are of. disputed: people disagreed.
    other_split: kept for something else. sideless: the right word is unreadable or exempt, which is neither
    right nor wrong by a number. without_visit: of visits that can't be judged again.
    """

    used: int
    visits: int
    disputed: int = 0
    other_split: int = 0
    sideless: int = 0
    without_visit: int = 0


@dataclass(frozen=True, slots=True)
class ParameterSweep:
    """One number over its values, ascending. item_ids: those whose outcome the number moves, or of which it
    is a parameter: only their truths count. present: the value in force; it is always one of the points.

    chosen: the value that fulfils the wish, None where it was refused and `refusal` says why.
    chosen_low, chosen_high: where the choice lies in 95 of 100 resamples of the visits.
    """

    path: ParameterPath
    service_types: tuple[str, ...]
    present: float
    points: tuple[SweepPoint, ...]
    item_ids: tuple[str, ...]
    truths: TruthCounts
    wish: BilingualText | None = None
    chosen: float | None = None
    chosen_low: float | None = None
    chosen_high: float | None = None
    refusal: BilingualText | None = None
    more_labels_needed: int | None = None

    def at(self, value: float) -> SweepPoint:
        """The point of a value. Raises KeyError where none was tried."""
        found = next((point for point in self.points if point.value == value), None)
        if found is None:
            raise KeyError(value)
        return found
