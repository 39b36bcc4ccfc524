"""The strip of a video's frames that holds its clock: where it is, and how a line is cut out of it."""

import math
from dataclasses import dataclass

from models.resizing import enlarged, part_of
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.video_clock import Anchor

STRIP_MARGIN = 0.35
"""Of the line's height, on every side of it: the room that is cut out with it."""
_LEAST_LINE_PX = 40
"""Lower lines are enlarged to it: the recogniser's own scaling is coarser."""
_WIDER_BESIDE = 2.0


@dataclass(frozen=True, slots=True)
class ClockStrip:
    """Where the line with the clock stands, and the time that was read there with its date.

    `box` is what is cut out: the line and room around it. `shape`: the picture's width over its height.
    """

    box: BoundingBox
    line: BoundingBox
    shape: float
    anchor: Anchor


def grown(line: BoundingBox, margin: float, shape: float) -> BoundingBox:
    """A line with room around it; with the most there is, more beside: wider digits move its ends."""
    above = line.height * margin
    beside = above / shape * (_WIDER_BESIDE if margin == STRIP_MARGIN else 1.0)
    return BoundingBox.clipped(
        line.x_min - beside, line.y_min - above, line.x_max + beside, line.y_max + above
    )


def around(box: BoundingBox, shape: float) -> BoundingBox:
    """A box and as much around it as a line of it is high."""
    above = min(0.05, box.height)
    return BoundingBox.clipped(
        box.x_min - above / shape, box.y_min - above, box.x_max + above / shape, box.y_max + above
    )


def trimmed(cut: Pixels, strip: ClockStrip, margin: float) -> Pixels:
    """A cut-out strip with only so much around its line."""
    inner, outer = grown(strip.line, margin, strip.shape), strip.box
    return part_of(
        cut,
        BoundingBox.clipped(
            (inner.x_min - outer.x_min) / outer.width,
            (inner.y_min - outer.y_min) / outer.height,
            (inner.x_max - outer.x_min) / outer.width,
            (inner.y_max - outer.y_min) / outer.height,
        ),
    )


def sized(line: Pixels, least_px: int = _LEAST_LINE_PX) -> Pixels:
    """A line of at least this height."""
    return enlarged(line, least_px, math.inf)
