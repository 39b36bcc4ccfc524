"""What the system said against what was right, item by item: who was accused wrongly, what was let pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.results import Outcome
from pipeline.shares import Share
from pipeline.tuning.verdicts import Side, Standing


class Judgement(StrEnum):
    """How an outcome did. wrong_accusation: found lacking what was fulfilled. wrong_pass: the other way.
    undecided: the system could not tell and a person could. other: what has no side, as an exemption."""

    RIGHT = "right"
    WRONG_ACCUSATION = "wrong_accusation"
    WRONG_PASS = "wrong_pass"
    UNDECIDED = "undecided"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """How often the system said one thing of an item and another thing, or the same, was right."""

    item_id: str
    system: Standing
    right: Standing
    visits: int

    @property
    def judgement(self) -> Judgement:
        return judgement(self.system, self.right)


@dataclass(frozen=True, slots=True)
class ItemConfusion:
    """The cells of one item, and shares of them, each with its 95 % interval.

    wrong_accusations: of the accusations, those that were wrong. wrong_passes: of the passes. undecided: of
    all whose right outcome has a side, those where the system could not tell.
    """

    item_id: str
    cells: tuple[ConfusionCell, ...]
    wrong_accusations: Share
    wrong_passes: Share
    undecided: Share

    @property
    def visits(self) -> int:
        return sum(cell.visits for cell in self.cells)


def judgement(system: Standing, right: Standing) -> Judgement:
    """How one outcome did against the right one."""
    if right.side not in (Side.FULFILLED, Side.LACKING) or system.side is Side.OUTSIDE:
        return Judgement.OTHER
    if system.side is Side.OPEN:
        return Judgement.UNDECIDED
    if system.side is right.side:
        return Judgement.RIGHT
    return Judgement.WRONG_ACCUSATION if system.side is Side.LACKING else Judgement.WRONG_PASS


def right_standing(system: Standing, right: Outcome) -> Standing:
    """What was right, as a standing: a `confirm` that a person confirmed leans as it leant."""
    return system if right is system.outcome else Standing(right)


def by_item(cells: Iterable[ConfusionCell]) -> tuple[ItemConfusion, ...]:
    """The items, those with the most mistakes first."""
    of_item: defaultdict[str, list[ConfusionCell]] = defaultdict(list)
    for cell in cells:
        of_item[cell.item_id].append(cell)
    found = [_of_item(item_id, tuple(listed)) for item_id, listed in of_item.items()]
    return tuple(sorted(found, key=lambda one: (-_mistakes(one), one.item_id)))


def _of_item(item_id: str, cells: tuple[ConfusionCell, ...]) -> ItemConfusion:
    counts: defaultdict[tuple[Side, Judgement], int] = defaultdict(int)
    for cell in cells:
        if cell.judgement is not Judgement.OTHER:
            counts[cell.system.side, cell.judgement] += cell.visits
    known = sum(counts.values())
    return ItemConfusion(
        item_id,
        cells,
        _share_of(counts, Side.LACKING, Judgement.WRONG_ACCUSATION),
        _share_of(counts, Side.FULFILLED, Judgement.WRONG_PASS),
        Share(counts[Side.OPEN, Judgement.UNDECIDED], known),
    )


def _share_of(counts: Mapping[tuple[Side, Judgement], int], side: Side, wrong: Judgement) -> Share:
    hits = counts.get((side, wrong), 0)
    return Share(hits, hits + counts.get((side, Judgement.RIGHT), 0))


def _mistakes(one: ItemConfusion) -> int:
    return one.wrong_accusations.hits + one.wrong_passes.hits
