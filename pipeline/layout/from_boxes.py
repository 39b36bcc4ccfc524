"""How tools lie, estimated from upright boxes in the picture, without rectifying it.

A box tells a tool's length only roughly: a slanted tool's box is its diagonal, and what lies nearer to the
camera looks longer. So whatever is decided here is an estimate, and its tolerances are wide.
Lengths and distances are in pixels, so that they mean the same along both axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import hypot

from pipeline.geometry import BoundingBox


@dataclass(frozen=True, slots=True)
class LaidTool:
    """One tool's box in pixels: its centre and its size."""

    box: BoundingBox
    centre: tuple[float, float]
    width_px: float
    height_px: float

    @classmethod
    def from_box(cls, box: BoundingBox, width_px: int, height_px: int) -> "LaidTool":
        x, y = box.centre
        return cls(box, (x * width_px, y * height_px), box.width * width_px, box.height * height_px)

    @property
    def length_px(self) -> float:
        """The box's diagonal: the length of a thin tool, whichever way it points."""
        return hypot(self.width_px, self.height_px)

    def direction(self, elongated_ratio: float) -> str | None:
        """ "upright" or "flat" where the box is clearly longer one way, else None."""
        if self.height_px >= elongated_ratio * self.width_px:
            return "upright"
        return "flat" if self.width_px >= elongated_ratio * self.height_px else None


@dataclass(frozen=True, slots=True)
class RowOrder:
    """Tools along their row, read from the end that fits large-to-small better.

    longest_run: the most neighbours in a row that are in order. pairs_out_of_order: pairs of tools (near or
    far) of which the later one is longer beyond the tolerance. worst_excess_share: by how much the worst is.
    """

    tools: tuple[LaidTool, ...]
    longest_run: int
    pairs_out_of_order: int
    worst_excess_share: float


def row_of(tools: Sequence[LaidTool], max_deviation_share: float) -> tuple[LaidTool, ...] | None:
    """The tools along the axis on which they are spread, None where they don't form one row.

    One row: no centre lies farther beside the row's middle than `max_deviation_share` of the longest tool.
    """
    spans = [max(t.centre[axis] for t in tools) - min(t.centre[axis] for t in tools) for axis in (0, 1)]
    along = 0 if spans[0] >= spans[1] else 1
    longest = max(tool.length_px for tool in tools)
    if spans[1 - along] > 2 * max_deviation_share * longest:
        return None
    return tuple(sorted(tools, key=lambda tool: (tool.centre[along], tool.box.as_tuple())))


def order_of(row: Sequence[LaidTool], tolerance_share: float) -> RowOrder:
    """Held against large-to-small from both ends; the end with fewer pairs out of order counts."""
    readings = [_read(tuple(row), tolerance_share), _read(tuple(reversed(row)), tolerance_share)]
    return min(
        readings, key=lambda order: (order.pairs_out_of_order, -order.longest_run, order.worst_excess_share)
    )


def _read(row: tuple[LaidTool, ...], tolerance_share: float) -> RowOrder:
    excesses = [_excess(first, second) for first, second in combinations(row, 2)]
    beyond = [excess for excess in excesses if excess > tolerance_share]
    return RowOrder(row, _longest_run(row, tolerance_share), len(beyond), max(excesses, default=0.0))


def _excess(first: LaidTool, second: LaidTool) -> float:
    """By which share the second tool is longer than the first; negative where it is shorter."""
    return second.length_px / first.length_px - 1 if first.length_px else 0.0


def _longest_run(row: Sequence[LaidTool], tolerance_share: float) -> int:
    longest = run = min(1, len(row))
    for first, second in pairwise(row):
        run = run + 1 if _excess(first, second) <= tolerance_share else 1
        longest = max(longest, run)
    return longest


def largest_overlap(boxes: Sequence[BoundingBox]) -> tuple[float, tuple[BoundingBox, ...]]:
    """The largest overlap of two boxes as a share of the smaller one, and these two."""
    worst: float = 0.0
    pair: tuple[BoundingBox, ...] = ()
    for first, second in combinations(boxes, 2):
        share = max(first.share_inside(second), second.share_inside(first))
        if share > worst:
            worst, pair = share, (first, second)
    return worst, pair
