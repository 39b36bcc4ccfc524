"""In which rows tools lie, and whether each falls from large to small, length against length.

Lengths come with intervals, so two tools are in order, out of order, or too alike to tell; a tie is no fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import atan2, cos, sin

import numpy as np

from pipeline.layout.homography import Array
from pipeline.layout.measuring import sigma_of_difference
from pipeline.layout.values import MeasuredTool

_SAME_ROW_SHARE = 0.25
"""Two tools whose extents across the row overlap by this share of the shorter one lie in one row."""

_SURE_SIGMAS = 2.6
"""Beyond so many, two lengths differ for sure (one side, 0.5 %): a row has many pairs, and one is enough."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tools of a row by their indexes, as it is read; the second is longer by `excess_cm`."""

    first: int
    second: int
    excess_cm: float
    sigma_cm: float

    @property
    def error_cm(self) -> float:
        """What the excess may be wrong by, where nothing is said that isn't sure."""
        return _SURE_SIGMAS * self.sigma_cm


@dataclass(frozen=True, slots=True)
class RowOrder:
    """Rows of tools (indexes), read from the end that fits large-to-small better.

    direction: the unit vector in which they are read, x to the right and y down as the cloth is seen.
    out_of_order: pairs (neighbours or not) of which the second is longer beyond tolerance and interval.
    undecided: beyond the tolerance but within the interval. longest_run: the most neighbours in order.
    misplaced: the fewest tools without which the others are in order.
    """

    rows: tuple[tuple[int, ...], ...]
    direction: tuple[float, float]
    out_of_order: tuple[Pair, ...]
    undecided: tuple[Pair, ...]
    longest_run: int
    misplaced: tuple[int, ...]

    @property
    def ranked(self) -> tuple[int, ...]:
        """All tools in the order in which they are read."""
        return tuple(index for row in self.rows for index in row)


def order_of(tools: Sequence[MeasuredTool], indexes: Sequence[int], tolerance_cm: float) -> RowOrder:
    """Rows and order of the tools with these indexes. Raises ValueError where there are none."""
    axis, rows = min(
        ((axis, _rows_along(tools, indexes, axis)) for axis in _axes(tools, indexes)),
        key=lambda found: (len(found[1]), -_spread(tools, indexes, found[0])),
    )
    back = tuple(row[::-1] for row in rows[::-1])
    readings = [_read(tools, rows, axis, tolerance_cm), _read(tools, back, -axis, tolerance_cm)]
    return min(readings, key=lambda order: _misfit(tools, order))


def _axes(tools: Sequence[MeasuredTool], indexes: Sequence[int]) -> Iterator[Array]:
    """Directions in which a row may run: along the cloth's sides, and along which the centres spread most."""
    yield np.array([1.0, 0.0])
    yield np.array([0.0, 1.0])
    centres = np.array([tools[index].centre_cm for index in indexes])
    (xx, xy), (_, yy) = (centres - centres.mean(axis=0)).T @ (centres - centres.mean(axis=0))
    angle = 0.5 * atan2(2 * xy, xx - yy)
    yield np.array([cos(angle), sin(angle)])


def _spread(tools: Sequence[MeasuredTool], indexes: Sequence[int], axis: Array) -> float:
    return float(np.ptp([_along(tools[index], axis) for index in indexes]))


def _along(tool: MeasuredTool, axis: Array) -> float:
    return float(np.asarray(tool.centre_cm) @ axis)


def _rows_along(
    tools: Sequence[MeasuredTool], indexes: Sequence[int], axis: Array
) -> tuple[tuple[int, ...], ...]:
    """Tools that share enough of their extent across the axis are of one row; rows in order across it."""
    across = np.array([-axis[1], axis[0]])
    extents = {index: _extent(tools[index], across) for index in indexes}
    rows: list[list[int]] = []
    for index in sorted(indexes, key=lambda one: (extents[one], one)):
        near = [row for row in rows if any(_share(extents[index], extents[other]) for other in row)]
        rows = [row for row in rows if row not in near] + [[index, *(one for row in near for one in row)]]
    rows.sort(key=lambda row: min(extents[index] for index in row))
    return tuple(tuple(sorted(row, key=lambda one: (_along(tools[one], axis), one))) for row in rows)


def _extent(tool: MeasuredTool, across: Array) -> tuple[float, float]:
    reach = np.asarray(tool.outline) @ across
    return float(reach.min()), float(reach.max())


def _share(one: tuple[float, float], other: tuple[float, float]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common >= _SAME_ROW_SHARE * min(one[1] - one[0], other[1] - other[0])


def _read(
    tools: Sequence[MeasuredTool], rows: tuple[tuple[int, ...], ...], axis: Array, tolerance_cm: float
) -> RowOrder:
    pairs = [_compare(tools, one, other) for row in rows for one, other in combinations(row, 2)]
    longer = [pair for pair in pairs if pair.excess_cm > tolerance_cm]
    beyond = tuple(pair for pair in longer if pair.excess_cm > pair.error_cm)
    return RowOrder(
        rows=rows,
        direction=(float(axis[0]), float(axis[1])),
        out_of_order=beyond,
        undecided=tuple(pair for pair in longer if pair not in beyond),
        longest_run=_longest_run(rows, {(pair.first, pair.second) for pair in beyond}),
        misplaced=_misplaced(rows, {(pair.first, pair.second) for pair in beyond}),
    )


def _compare(tools: Sequence[MeasuredTool], one: int, other: int) -> Pair:
    first, second = tools[one], tools[other]
    return Pair(one, other, second.length_cm - first.length_cm, sigma_of_difference(first, second))


def _longest_run(rows: Iterable[Sequence[int]], beyond: set[tuple[int, int]]) -> int:
    longest = 0
    for row in rows:
        run = 1
        longest = max(longest, run)
        for pair in pairwise(row):
            run = 1 if pair in beyond else run + 1
            longest = max(longest, run)
    return longest


def _misplaced(rows: Iterable[Sequence[int]], beyond: set[tuple[int, int]]) -> tuple[int, ...]:
    """All but the longest chain of each row in which none is out of order with the one before it."""
    return tuple(index for row in rows for index in row if index not in _longest_chain(row, beyond))


def _longest_chain(row: Sequence[int], beyond: set[tuple[int, int]]) -> tuple[int, ...]:
    chains: list[tuple[int, ...]] = []
    for index in row:
        before = (chain for chain in chains if (chain[-1], index) not in beyond)
        chains.append((*max(before, key=len, default=()), index))
    return max(chains, key=len, default=())


def _misfit(tools: Sequence[MeasuredTool], order: RowOrder) -> tuple[int, int, int, float]:
    """The less, the better a reading; of two in order, the one that falls."""
    falls = sum(tools[row[0]].length_cm - tools[row[-1]].length_cm for row in order.rows)
    return len(order.out_of_order), len(order.misplaced), len(order.undecided), -falls
