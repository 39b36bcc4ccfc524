"""A measured layout as a drawing: the cloth from above in centimetres, and what to draw over the photo.

Numbers and shapes only. A template makes an SVG of them for pages and print, `layout_picture` a PNG; both say
the same because neither decides anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from pipeline.layout.homography import mapped
from pipeline.layout.judgement import Fault, JudgedLayout
from pipeline.layout.values import Interval, MeasuredTool, Point
from pipeline.results import PictureLayout
from pipeline.rules import BilingualText

MARGIN_CM = 5.0
FARTHEST_CM = 15.0
"""What lies farther off the cloth is cut off: the cloth is what is looked at."""

GRID_CM, LABELLED_GRID_CM = 5, 10
SOUND_COLOUR = "#1756a9"

FAULT_COLOURS: Mapping[Fault, str] = {
    Fault.OFF_CLOTH: "#b3201b",
    Fault.CROSSING: "#8f1812",
    Fault.OUT_OF_ORDER: "#d6006e",
    Fault.TOUCHING: "#97500a",
    Fault.TURNED: "#6438b8",
}

FAULTS: Mapping[Fault, BilingualText] = {
    Fault.OFF_CLOTH: BilingualText("不在垫布上", "off the cloth"),
    Fault.CROSSING: BilingualText("交叉", "crossing"),
    Fault.OUT_OF_ORDER: BilingualText("大小顺序不对", "out of order"),
    Fault.TOUCHING: BilingualText("互相接触", "touching"),
    Fault.TURNED: BilingualText("方向偏转", "turned"),
}


@dataclass(frozen=True, slots=True)
class DrawnTool:
    """One tool. number: its place in the row, None where it isn't of the row; rank: its place by length among
    those of the row. number_at and length_at: where these are written, beyond its ends. photo: its outline in
    the photo's pixels."""

    number: int | None
    rank: int | None
    outline: tuple[Point, ...]
    photo: tuple[Point, ...]
    number_at: Point
    length_at: Point
    length_cm: float
    interval_cm: Interval
    width_cm: float
    angle_deg: float
    faults: tuple[Fault, ...]

    @property
    def colour(self) -> str:
        return FAULT_COLOURS[self.faults[0]] if self.faults else SOUND_COLOUR

    @property
    def is_misplaced(self) -> bool:
        return Fault.OUT_OF_ORDER in self.faults


@dataclass(frozen=True, slots=True)
class LayoutDrawing:
    """Bounds in centimetres; x to the right and y down as the cloth is seen in the photo."""

    layout: PictureLayout
    left: float
    top: float
    right: float
    bottom: float
    tools: tuple[DrawnTool, ...]

    @property
    def name(self) -> str:
        name, second = self.layout.media_key.rsplit("/", 1)[-1], self.layout.presentation_s
        return name if second is None else f"{name} @ {second:.1f} s"

    @property
    def listed(self) -> tuple[DrawnTool, ...]:
        """As the row is read; what isn't of the row comes last."""
        return tuple(sorted(self.tools, key=lambda tool: (tool.number is None, tool.number or 0)))

    @property
    def grid_x(self) -> range:
        return range(ceil(self.left / GRID_CM) * GRID_CM, floor(self.right) + 1, GRID_CM)

    @property
    def grid_y(self) -> range:
        return range(ceil(self.top / GRID_CM) * GRID_CM, floor(self.bottom) + 1, GRID_CM)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those that some tool has: the legend."""
        return tuple(fault for fault in Fault if any(fault in tool.faults for tool in self.tools))


def draw(layout: PictureLayout) -> LayoutDrawing:
    """Raises ValueError for a layout whose cloth could not be measured."""
    judged = layout.judged
    cloth = judged.layout.cloth
    if cloth is None:
        raise ValueError("there is no cloth to draw")
    to_photo = np.linalg.inv(np.asarray(cloth.homography))
    tools = tuple(
        _tool(judged, index, tool, to_photo)
        for index, tool in enumerate(judged.layout.tools)
        if index in judged.judged
    )
    reach = np.array([point for tool in tools for point in tool.outline] or [(0.0, 0.0)])
    (low_x, low_y), (high_x, high_y) = reach.min(axis=0), reach.max(axis=0)
    return LayoutDrawing(
        layout=layout,
        left=-MARGIN_CM + max(-FARTHEST_CM, min(0.0, float(low_x))),
        top=-MARGIN_CM + max(-FARTHEST_CM, min(0.0, float(low_y))),
        right=MARGIN_CM + min(cloth.width_cm + FARTHEST_CM, max(cloth.width_cm, float(high_x))),
        bottom=MARGIN_CM + min(cloth.height_cm + FARTHEST_CM, max(cloth.height_cm, float(high_y))),
        tools=tools,
    )


def _tool(
    judged: JudgedLayout,
    index: int,
    tool: MeasuredTool,
    to_photo: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> DrawnTool:
    ranked = judged.order.ranked if judged.order else ()
    lengths = [judged.layout.tools[other].length_cm for other in ranked]
    in_photo = mapped(to_photo, np.asarray(tool.outline)).round(1).tolist()
    number_at, length_at = _ends(tool)
    return DrawnTool(
        number=ranked.index(index) + 1 if index in ranked else None,
        rank=1 + sum(length > tool.length_cm for length in lengths) if index in ranked else None,
        outline=tool.outline,
        photo=tuple((float(x), float(y)) for x, y in in_photo),
        number_at=number_at,
        length_at=length_at,
        length_cm=tool.length_cm,
        interval_cm=tool.length_interval_cm,
        width_cm=tool.width_cm,
        angle_deg=tool.angle_deg,
        faults=judged.faults(index),
    )


def _ends(tool: MeasuredTool, beyond_cm: float = 1.4) -> tuple[Point, Point]:
    """A little beyond both ends of its long axis, the upper one (or of a flat one, the left one) first."""
    angle = np.radians(tool.angle_deg)
    step = np.array([np.cos(angle), np.sin(angle)]) * (tool.length_cm / 2 + beyond_cm)
    if (abs(step[1]) >= abs(step[0]) and step[1] < 0) or (abs(step[1]) < abs(step[0]) and step[0] < 0):
        step = -step
    x, y = tool.centre_cm
    return (x - float(step[0]), y - float(step[1])), (x + float(step[0]), y + float(step[1]))


def as_points(points: Sequence[Point]) -> str:
    """Points as an SVG attribute takes them."""
    return " ".join(f"{x:.4g},{y:.4g}" for x, y in points)
