"""What is laid out where, and from where it is seen: all of a made photo but its looks, from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.random import Generator

from models.layouts.camera import Camera, Floats, focal_length_px, looking
from models.layouts.silhouettes import LENGTHS_CM, Silhouette, drawn

_NOMINAL_CM = (60.0, 30.0)
_WRONG_CM = ((60.0, 40.0), (45.0, 30.0), (50.0, 50.0), (70.0, 28.0), (40.0, 30.0))
_LONGEST_CM, _SHORTEST_CM = 26.0, 8.0
SWAPPED_BY_CM = 2.0
_SMALLEST_EXTENT = 0.38
"""Share of the picture's longer side that the cloth takes at least: people show what they mean to show."""


class Fault(StrEnum):
    """What is wrong with the layout; NONE lies in order, apart and straight."""

    NONE = "none"
    SWAPPED = "swapped"
    OFF_CLOTH = "off_cloth"
    TOUCHING = "touching"
    CROSSING = "crossing"
    TURNED = "turned"


class Toolbox(Protocol):
    """Where tools come from: drawn, or cut out of photos."""

    def tool(self, length_cm: float, rng: Generator) -> Silhouette: ...


class DrawnTools:
    """A `Toolbox` of the project's own drawings."""

    def tool(self, length_cm: float, rng: Generator) -> Silhouette:
        kinds = [kind for kind, (low, high) in LENGTHS_CM.items() if low <= length_cm <= high]
        return drawn(str(rng.choice(sorted(kinds))), length_cm, rng)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedTool:
    """A tool in the plane: its middle in cm, and how far it is turned (counter-clockwise seen from above)."""

    tool: Silhouette
    x_cm: float
    y_cm: float
    angle_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class LayoutPlan:
    """`tools` along their row, from left to right. covers: hands and other things that may hide a border."""

    width_cm: float
    depth_cm: float
    tools: tuple[PlacedTool, ...]
    fault: Fault
    camera: Camera
    covers: int
    corner_outside: bool

    @property
    def corners_cm(self) -> Floats:
        """4 x 2, counter-clockwise seen from above, from the left corner nearest to a camera at azimuth 0."""
        x, y = self.width_cm / 2, self.depth_cm / 2
        return np.array([[-x, -y], [x, -y], [x, y], [-x, y]])


def planned(rng: Generator, toolbox: Toolbox, fault: Fault | None = None) -> LayoutPlan:
    """A layout and its camera; without a `fault` half are in order and a third have a pair out of it."""
    right = rng.random() < 0.75
    width, depth = _NOMINAL_CM if right else _WRONG_CM[int(rng.integers(len(_WRONG_CM)))]
    chosen = fault or Fault(str(rng.choice(list(Fault), p=[0.5, 0.3, 0.05, 0.05, 0.05, 0.05])))
    tools = _row(rng, toolbox, width, depth, chosen)
    outside = rng.random() < 0.08
    camera = _camera(rng, width, depth, corner_outside=outside)
    covers = int(rng.choice([0, 1, 2], p=[0.7, 0.2, 0.1]))
    return LayoutPlan(width, depth, tools, chosen, camera, covers, outside)


def _row(
    rng: Generator, toolbox: Toolbox, width: float, depth: float, fault: Fault
) -> tuple[PlacedTool, ...]:
    """Tools side by side along the cloth's longer side, as many of the wanted as find room."""
    while True:
        wanted = int(rng.integers(3, 10))
        lengths = _lengths(rng, wanted, min(_LONGEST_CM, depth - 3.0), apart=fault is Fault.SWAPPED)
        tools = [toolbox.tool(length, rng) for length in lengths]
        tools.sort(key=lambda tool: -tool.length_cm)
        if sum(tool.width_cm for tool in tools) + 0.8 * (len(tools) + 1) > width - 2:
            continue
        if fault is Fault.SWAPPED and not _swap(rng, tools):
            continue
        if rng.random() < 0.4:
            tools.reverse()
        return _spoilt(rng, _laid(rng, tools, width, depth), fault, depth)


def _lengths(rng: Generator, count: int, longest: float, *, apart: bool) -> list[float]:
    lengths = sorted(rng.uniform(_SHORTEST_CM, longest, count), reverse=True)
    if apart and max(-np.diff(lengths)) < SWAPPED_BY_CM + 0.3:
        lengths = list(np.linspace(longest, longest - 2.6 * (count - 1), count)) if count < 7 else lengths
    return [float(length) for length in lengths]


def _swap(rng: Generator, tools: list[Silhouette]) -> bool:
    """Change two neighbours that differ by SWAPPED_BY_CM or more; False where there are none."""
    gaps = [first.length_cm - second.length_cm for first, second in pairwise(tools)]
    able = [index for index, gap in enumerate(gaps) if gap >= SWAPPED_BY_CM]
    # Two tools that are swapped are in order from the other end.
    if not able or len(tools) < 3:
        return False
    at = int(rng.choice(able))
    tools[at], tools[at + 1] = tools[at + 1], tools[at]
    return True


def _laid(rng: Generator, tools: Sequence[Silhouette], width: float, depth: float) -> list[PlacedTool]:
    room = width - 2 - sum(tool.width_cm for tool in tools)
    share = rng.uniform(0.6, 1.0) / (len(tools) + 1)
    gap = max(0.8, room * share)
    lean, level = rng.normal(0, 2), rng.choice(["middle", "foot"])
    x = -(sum(tool.width_cm for tool in tools) + gap * (len(tools) - 1)) / 2
    placed = []
    for tool in tools:
        free = depth - 1.5 - tool.length_cm
        y = rng.normal(0, 0.4) if level == "middle" else -free / 2 + rng.uniform(0.3, 0.8)
        y = float(np.clip(y, -free / 2, free / 2))
        angle = float(np.clip(lean + rng.normal(0, 1.2), -4, 4)) + 180.0 * (rng.random() < 0.3)
        placed.append(PlacedTool(tool, x + tool.width_cm / 2, y, angle))
        x += tool.width_cm + gap
    return placed


def _spoilt(rng: Generator, placed: list[PlacedTool], fault: Fault, depth: float) -> tuple[PlacedTool, ...]:
    """The row with its fault."""
    at = int(rng.integers(len(placed) - 1))
    one, other = placed[at], placed[at + 1]
    if fault is Fault.OFF_CLOTH:
        beyond = depth / 2 + one.tool.length_cm * rng.uniform(0.1, 0.4)
        placed[at] = PlacedTool(
            one.tool, one.x_cm, float(-beyond if rng.random() < 0.5 else beyond), one.angle_deg
        )
    elif fault is Fault.TOUCHING:
        distance = 0.95 * (one.tool.width_cm + other.tool.width_cm) / 2
        placed[at + 1] = PlacedTool(other.tool, one.x_cm + distance, one.y_cm, one.angle_deg)
    elif fault is Fault.CROSSING:
        placed[at + 1] = PlacedTool(other.tool, one.x_cm + 0.5, one.y_cm, one.angle_deg + rng.uniform(35, 70))
    elif fault is Fault.TURNED:
        shortest = min(range(len(placed)), key=lambda index: placed[index].tool.length_cm)
        tool = placed[shortest]
        placed[shortest] = PlacedTool(tool.tool, tool.x_cm, tool.y_cm, tool.angle_deg + rng.uniform(25, 60))
    return tuple(placed)


def _camera(rng: Generator, width: float, depth: float, *, corner_outside: bool) -> Camera:
    """25-80 degrees above the plane, the cloth's nearest point 35-100 cm away, as the frame allows."""
    for _ in range(4000):
        camera = _any_camera(rng, width, depth)
        x, y = width / 2, depth / 2
        corners = camera.project(np.array([[-x, -y], [x, -y], [x, y], [-x, y]]))
        size = np.array([camera.width_px, camera.height_px])
        margin = 0.015 * size.max()
        inside = ((corners > margin) & (corners < size - margin)).all(axis=1)
        beyond = ((corners < -margin / 2) | (corners > size + margin / 2)).any(axis=1)
        extent = np.ptp(corners, axis=0).max() / size.max()
        if extent < _SMALLEST_EXTENT:
            continue
        if inside.all() if not corner_outside else (inside.sum() == 3 and beyond.sum() == 1):
            return camera
    raise ValueError(f"no camera sees a cloth of {width} x {depth} cm as asked")


def _any_camera(rng: Generator, width: float, depth: float) -> Camera:
    azimuth = rng.normal(0, 22) if rng.random() < 0.7 else rng.uniform(-180, 180)
    elevation, nearest = rng.uniform(25, 80), rng.uniform(35, 100)
    aim = float(rng.normal(0, 0.08) * width), float(rng.normal(0, 0.12) * depth)
    position, axes = _so_near(aim, (azimuth, elevation, rng.normal(0, 4)), nearest, width, depth)
    long_side = int(rng.integers(1280, 1921))
    wide = rng.random() < 0.6
    size = (long_side, round(long_side * 0.75)) if wide else (round(long_side * 0.75), long_side)
    focal = focal_length_px(rng.uniform(24, 35), *size)
    return Camera(position, axes, focal, *size, curve=float(rng.normal(0, 0.012)))


def _so_near(
    aim: tuple[float, float], angles: tuple[float, float, float], nearest: float, width: float, depth: float
) -> tuple[tuple[float, float, float], tuple[tuple[float, float, float], ...]]:
    """The pose from which the cloth's nearest point is `nearest` cm away."""
    low, high = nearest, nearest + width + depth
    for _ in range(20):
        middle = (low + high) / 2
        position, axes = looking(aim, angles[0], angles[1], middle, angles[2])
        beside = max(0.0, abs(position[0]) - width / 2), max(0.0, abs(position[1]) - depth / 2)
        far = np.hypot(np.hypot(*beside), position[2]) > nearest
        low, high = (low, middle) if far else (middle, high)
    return position, axes
