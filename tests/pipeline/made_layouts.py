"""A camera over a cloth with tools: exact projections, for tests of what is measured from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

import numpy as np

from pipeline.geometry import BoundingBox
from pipeline.layout.homography import Array, homographies, mapped
from pipeline.layout.rectify import FULL_FRAME_DIAGONAL_MM
from pipeline.layout.values import ClothOutline, LayoutObservation, ToolOutline


@dataclass(frozen=True)
class Camera:
    """Looks at the plane's origin from `distance_cm`, `elevation_deg` above it, turned and rolled."""

    elevation_deg: float = 50.0
    turn_deg: float = 0.0
    roll_deg: float = 0.0
    distance_cm: float = 80.0
    equivalent_mm: float = 26.0
    width_px: int = 1600
    height_px: int = 1200

    @property
    def focal_px(self) -> float:
        return self.equivalent_mm / FULL_FRAME_DIAGONAL_MM * hypot(self.width_px, self.height_px)

    def sees(self, points: Array) -> Array:
        """Points (N, 2) of the plane, x to the right and y towards the camera, in pixels."""
        height, turn = radians(self.elevation_deg), radians(self.turn_deg)
        flat = np.array([sin(turn), -cos(turn), 0.0])
        eye = self.distance_cm * (cos(height) * flat + sin(height) * np.array([0.0, 0.0, 1.0]))
        ahead = -eye / np.linalg.norm(eye)
        right = np.array([cos(turn), sin(turn), 0.0])
        down = np.cross(ahead, right)
        roll = radians(self.roll_deg)
        axes = np.stack([cos(roll) * right + sin(roll) * down, cos(roll) * down - sin(roll) * right, ahead])
        seen = (np.column_stack([points[:, 0], -points[:, 1], np.zeros(len(points))]) - eye) @ axes.T
        return seen[:, :2] / seen[:, 2:] * self.focal_px + [self.width_px / 2, self.height_px / 2]


@dataclass(frozen=True)
class Tool:
    """A rounded bar on the cloth: its middle and size in cm, its angle from x towards y."""

    x_cm: float
    y_cm: float
    length_cm: float
    width_cm: float = 2.0
    angle_deg: float = 90.0

    @property
    def outline(self) -> Array:
        around = np.linspace(0, 2 * pi, 40, endpoint=False)
        bar = np.stack([_blunt(np.cos(around)) * self.length_cm, _blunt(np.sin(around)) * self.width_cm], -1)
        turn = radians(self.angle_deg)
        return bar / 2 @ np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]]) + [self.x_cm, self.y_cm]


def _blunt(values: Array) -> Array:
    return np.asarray(np.sign(values) * np.abs(values) ** 0.4)


def row(lengths: Sequence[float], step_cm: float = 7.0, **tool: float) -> tuple[Tool, ...]:
    """Tools side by side on a cloth of 60 x 30 cm whose upper left corner is the origin."""
    return tuple(
        Tool(**{"x_cm": 6 + step_cm * i, "y_cm": 15.0, "length_cm": length, **tool})
        for i, length in enumerate(lengths)
    )


def seen(
    tools: Sequence[Tool] = (),
    camera: Camera | None = None,
    size_cm: tuple[float, float] = (60.0, 30.0),
    noise_px: float = 0.0,
    seed: int = 0,
    focal_is_stated: bool = False,
) -> LayoutObservation:
    """What a reader without fault would see, or one whose corners err by noise_px."""
    camera, random = camera or Camera(), np.random.default_rng(seed)
    width, height = size_cm
    plane = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
    exact = camera.sees(plane - [width / 2, height / 2])
    to_picture = homographies(plane, exact)
    corners = exact + random.normal(0, 1, exact.shape) * noise_px
    first = int(np.argmin(corners.sum(axis=1)))
    turned = np.roll(corners, -first, axis=0)
    return LayoutObservation(
        camera.width_px,
        camera.height_px,
        camera.focal_px if focal_is_stated else None,
        ClothOutline(tuple(map(tuple, turned.tolist())), (max(noise_px, 0.5),) * 4),
        None,
        tuple(_outline(mapped(to_picture, tool.outline), camera) for tool in tools),
    )


def _outline(pixels: Array, camera: Camera) -> ToolOutline:
    relative = pixels / [camera.width_px, camera.height_px]
    (x_min, y_min), (x_max, y_max) = relative.min(axis=0), relative.max(axis=0)
    box = BoundingBox.clipped(x_min, y_min, x_max, y_max)
    return ToolOutline("tool", 0.9, tuple(map(tuple, pixels.tolist())), box)
