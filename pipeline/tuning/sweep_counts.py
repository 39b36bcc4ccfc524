"""From what was said at each value to counts, intervals and the choice.

An accusation is the positive: rightly made it is a hit, wrongly a false alarm; what really was lacking and
not accused is a miss. Where a number moves scores alone, the visit's grade is judged so: 不合格 accuses.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from pipeline.results import Outcome
from pipeline.rules import BilingualText, Grade
from pipeline.tuning.choices import CountsBySource, with_interval
from pipeline.tuning.operating_points import choose
from pipeline.tuning.resampling import Counts, share_intervals
from pipeline.tuning.sweep_seen import Seen
from pipeline.tuning.sweeps import ParameterKind, ParameterSweep, SweepPoint, TruthCounts
from pipeline.tuning.truths import Truths
from pipeline.tuning.verdicts import Side, Standing
from pipeline.tuning.wishes import CountedPoint, Wish

_TELLING = (Side.FULFILLED, Side.LACKING)
_NO_GRADES = BilingualText(
    "这些上门没有已知正确的等级：只能数出翻转，不能选出最好的值",
    "no right grade is known of these visits: flips are counted, but no value can be called the best",
)


@dataclass(frozen=True, slots=True)
class _Word:
    """One truth and the side that the system takes at each value. confirm: whether that asks a person."""

    visit_id: str
    lacking: bool
    sides: tuple[Side, ...]
    confirm: tuple[bool, ...]


def counted(
    seen: Seen, truths: Truths, wish: Wish | None, seed: int, only_items: Collection[str] = ()
) -> ParameterSweep:
    """The sweep with the intervals of its points, by visits drawn anew, and the choice by the wish."""
    items = frozenset(only_items) or _items(seen)
    words = tuple(_grade_words(seen, truths) if seen.path.moves_only_scores else _item_words(seen, items))
    table = _Table.of(words, len(seen.values))
    sweep = ParameterSweep(
        path=seen.path,
        service_types=seen.services,
        present=seen.present,
        points=tuple(_points(seen, truths, words, table, seed)),
        item_ids=tuple(sorted(items)),
        truths=_truth_counts(seen, truths, items, words),
    )
    return sweep if wish is None else _chosen(sweep, table, wish, seed)


def _items(seen: Seen) -> frozenset[str]:
    """The items that the number moves, and the one that it is a parameter of."""
    own = {seen.path.owner} if seen.path.kind is ParameterKind.PARAM else frozenset[str]()
    return seen.moved | own


def _item_words(seen: Seen, items: frozenset[str]) -> Iterator[_Word]:
    for one in seen.truths:
        side = one.truth.right.side
        if one.truth.item_id in items and side in _TELLING:
            asked = tuple(said is not None and said.outcome is Outcome.CONFIRM for said in one.said)
            yield _Word(one.truth.visit_id, side is Side.LACKING, tuple(map(_side, one.said)), asked)


def _side(said: Standing | None) -> Side:
    return said.side if said is not None else Side.OUTSIDE


def _grade_words(seen: Seen, truths: Truths) -> Iterator[_Word]:
    for visit_id, grades in seen.grades.items():
        sides = tuple(Side.LACKING if grade is Grade.FAIL else Side.FULFILLED for grade in grades)
        yield _Word(visit_id, truths.grades[visit_id] is Grade.FAIL, sides, (False,) * len(sides))


# ---- counts -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts by visit (rows) and value (columns). `lacking` and `fulfilled`: truths, alike at every value."""

    lacking: Counts
    fulfilled: Counts
    right_accusations: Counts
    wrong_accusations: Counts
    right_passes: Counts
    wrong_passes: Counts

    @classmethod
    def of(cls, words: Sequence[_Word], values: int) -> "_Table":
        rows = {visit_id: row for row, visit_id in enumerate(dict.fromkeys(word.visit_id for word in words))}
        table = cls(*(np.zeros((max(1, len(rows)), values)) for _ in range(6)))
        for word in words:
            row = rows[word.visit_id]
            accused = np.array([side is Side.LACKING for side in word.sides], dtype=float)
            passed = np.array([side is Side.FULFILLED for side in word.sides], dtype=float)
            (table.lacking if word.lacking else table.fulfilled)[row] += 1
            (table.right_accusations if word.lacking else table.wrong_accusations)[row] += accused
            (table.wrong_passes if word.lacking else table.right_passes)[row] += passed
        return table

    @property
    def accusations(self) -> Counts:
        return self.right_accusations + self.wrong_accusations


def _points(
    seen: Seen, truths: Truths, words: Sequence[_Word], table: _Table, seed: int
) -> Iterator[SweepPoint]:
    precision = share_intervals(table.right_accusations, table.accusations, seed)
    recall = share_intervals(table.right_accusations, table.lacking, seed)
    for place, value in enumerate(seen.values):
        yield SweepPoint(
            value,
            *_column(table, place),
            sum(word.confirm[place] for word in words),
            *precision.at(place),
            *recall.at(place),
            grades_right=sum(truths.grades[name] is grades[place] for name, grades in seen.grades.items()),
            grades_known=len(seen.grades),
            grades_flipped=seen.grades_flipped[place],
            flipped=seen.flipped[place],
        )


def _column(table: _Table, place: int) -> tuple[int, int, int, int, int, int]:
    """Accusations and passes, right and wrong each; undecided ones that were fulfilled, and lacking."""
    counts = (table.right_accusations, table.wrong_accusations, table.right_passes, table.wrong_passes)
    accused, wronged, passed, missed = (int(each[:, place].sum()) for each in counts)
    fulfilled, lacking = (int(each[:, place].sum()) for each in (table.fulfilled, table.lacking))
    return accused, wronged, passed, missed, fulfilled - wronged - passed, lacking - accused - missed


def _truth_counts(seen: Seen, truths: Truths, items: frozenset[str], words: Sequence[_Word]) -> TruthCounts:
    about = [one.truth for one in seen.truths if one.truth.item_id in items]
    every = chain.from_iterable(truths.items.values())
    return TruthCounts(
        used=len(words),
        visits=len({word.visit_id for word in words}),
        disputed=sum(truths.disputed.get(item_id, 0) for item_id in items),
        other_split=sum(truths.other_split.get(item_id, 0) for item_id in items),
        sideless=sum(truth.right.side not in _TELLING for truth in about),
        without_visit=sum(one.item_id in items and one.visit_id not in seen.visits for one in every),
    )


# ---- the choice ---------------------------------------------------------------------------------------


def _chosen(sweep: ParameterSweep, table: _Table, wish: Wish, seed: int) -> ParameterSweep:
    if sweep.path.moves_only_scores and not sweep.truths.used:
        return replace(sweep, wish=wish.words, refusal=_NO_GRADES)
    points = [_as_counted(point) for point in sweep.points]
    counts = CountsBySource(table.right_accusations, table.wrong_accusations, table.lacking)
    found = with_interval(choose(points, wish), [point.value for point in points], counts, wish, seed)
    return replace(
        sweep,
        wish=wish.words,
        chosen=found.threshold if found.accepted else None,
        chosen_low=found.threshold_low,
        chosen_high=found.threshold_high,
        refusal=found.refusal,
        more_labels_needed=found.more_labels_needed,
    )


def _as_counted(point: SweepPoint) -> CountedPoint:
    """What is lacking and left undecided is missed like what is passed."""
    return CountedPoint(
        value=point.value,
        hits=point.right_accusations,
        false_alarms=point.wrong_accusations,
        misses=point.wrong_passes + point.undecided_lacking,
        precision_low=point.precision_low,
        recall_low=point.recall_low,
    )
