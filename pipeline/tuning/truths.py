"""What is known to be right of visits: outcomes of items, and grades where somebody gave them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.labels import Label, Split
from pipeline.results import Outcome
from pipeline.rules import Grade
from pipeline.tuning.labelled_sets import VisitTruth
from pipeline.tuning.verdicts import Standing


@dataclass(frozen=True, slots=True)
class ItemTruth:
    """What one item of one visit should have been. split: what it may be used for."""

    visit_id: str
    item_id: str
    right: Standing
    split: Split
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Truths:
    """The truths to go by, by visit id, and by item how many were left out and why."""

    items: Mapping[str, tuple[ItemTruth, ...]]
    grades: Mapping[str, Grade] = field(default_factory=dict)
    disputed: Mapping[str, int] = field(default_factory=dict)
    other_split: Mapping[str, int] = field(default_factory=dict)


def truth_of(label: Label) -> ItemTruth:
    """A label as a truth: a `confirm` that was confirmed leans as it did."""
    leaning = label.leaning if label.right_outcome is Outcome.CONFIRM else None
    right = Standing(label.right_outcome, leaning)
    return ItemTruth(label.visit_id, label.item_id, right, label.split, label.disputed)


def truth_of_row(row: VisitTruth) -> ItemTruth:
    """A row of a labelled set as a truth; it can't say how a `confirm` leans."""
    return ItemTruth(row.visit_id, row.item_id, Standing(row.right_outcome), row.split, row.disputed)


def truths_for(
    every: Iterable[ItemTruth], split: Split | None, grades: Mapping[str, Grade] | None = None
) -> Truths:
    """Those of one split (None: of all) on which people agree."""
    kept: dict[str, list[ItemTruth]] = {}
    disputed: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for truth in every:
        if split is not None and truth.split is not split:
            elsewhere[truth.item_id] += 1
        elif truth.disputed:
            disputed[truth.item_id] += 1
        else:
            kept.setdefault(truth.visit_id, []).append(truth)
    return Truths({name: tuple(found) for name, found in kept.items()}, grades or {}, disputed, elsewhere)
