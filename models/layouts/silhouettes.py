"""Tools seen from straight above, drawn: a shape of the right kind, its colours and its thickness.

Each lies along y (its head at the top), at PX_PER_CM. The length of a tool is the longer side of the smallest
rectangle around its shape.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.training.backgrounds import noise
from pipeline.ports import Pixels

PX_PER_CM = 24.0
_MARGIN_PX = 8
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Silhouette:
    """rgba: the tool's look at PX_PER_CM, upright; length_cm and width_cm: of the smallest rectangle around
    it; height_cm: how far it sticks up at its thickest."""

    kind: str
    rgba: Pixels
    length_cm: float
    width_cm: float
    height_cm: float


def measured(kind: str, rgba: Pixels, height_cm: float) -> Silhouette:
    """With the lengths of what is opaque, turned so that its longer side lies along y."""
    points = outline_of(rgba)
    _, sides, _ = cv2.minAreaRect(points)
    longer, shorter = max(sides) / PX_PER_CM, min(sides) / PX_PER_CM
    return Silhouette(kind, rgba, float(longer), float(shorter), height_cm)


def outline_of(rgba: Pixels) -> NDArray[np.float32]:
    """The convex hull of the opaque pixels, n x 2, in pixels."""
    rows, columns = np.nonzero(rgba[..., 3] > 127)
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.float32))
    return np.asarray(hull[:, 0], dtype=np.float32)


def drawn(kind: str, length_cm: float, rng: Generator) -> Silhouette:
    """A tool of that kind (a key of TOOLS), about `length_cm` long."""
    length = length_cm * PX_PER_CM
    width = int(length * 0.62) + 2 * _MARGIN_PX
    canvas = _Canvas(np.zeros((int(length) + 2 * _MARGIN_PX, width), np.uint8), length, rng)
    TOOLS[kind](canvas)
    return measured(kind, canvas.finished(), float(rng.uniform(*_HEIGHTS_CM[kind])))


class _Canvas:
    """Draws in shares of the tool's length: x from the middle, y from the head."""

    def __init__(self, mask: Mask, length: float, rng: Generator) -> None:
        self.mask, self.length, self.rng = mask, length, rng
        self.metal = np.array([1.0, 1.0, 1.03]) * rng.uniform(90, 205)
        self.grip = np.array(_GRIPS[int(rng.integers(len(_GRIPS)))]) + rng.normal(0, 12, 3)
        self.gripped = np.zeros_like(mask)

    def at(self, x: float, y: float) -> tuple[int, int]:
        """In sixteenths of a pixel, for OpenCV's `shift`."""
        middle = self.mask.shape[1] / 2
        return round((middle + x * self.length) * 16), round((_MARGIN_PX + y * self.length) * 16)

    def shape(self, *points: tuple[float, float], grip: bool = False, erase: bool = False) -> None:
        outline = np.array([self.at(*point) for point in points], dtype=np.int32)
        cv2.fillPoly(self.mask, [outline], 0 if erase else 255, cv2.LINE_AA, 4)
        if grip:
            cv2.fillPoly(self.gripped, [outline], 255, cv2.LINE_AA, 4)

    def disc(self, x: float, y: float, radius: float, *, erase: bool = False) -> None:
        cv2.circle(
            self.mask,
            self.at(x, y),
            round(radius * self.length * 16),
            0 if erase else 255,
            -1,
            cv2.LINE_AA,
            4,
        )

    def bar(self, x: float, top: float, bottom: float, half: float, *, grip: bool = False) -> None:
        self.shape((x - half, top), (x + half, top), (x + half, bottom), (x - half, bottom), grip=grip)

    def finished(self) -> Pixels:
        rows, columns = self.mask.shape
        gripped = np.minimum(self.gripped, self.mask)[..., None] / 255.0
        field = gripped * self.grip + (1 - gripped) * self.metal
        gloss = noise(self.rng, rows, columns, (40.0, 6.0))[..., None] * self.rng.uniform(3, 14)
        field = field + gloss + self.rng.normal(0, 2, (rows, columns, 1))
        return np.dstack([np.clip(field, 0, 255).astype(np.uint8), self.mask])


_GRIPS = (
    (200, 40, 35),
    (225, 180, 30),
    (40, 80, 180),
    (30, 30, 32),
    (240, 110, 20),
    (30, 130, 70),
    (150, 100, 60),
)


def _wrench(c: _Canvas) -> None:
    wide = c.rng.uniform(0.075, 0.11)
    c.bar(0, 0.1, 0.9, wide * 0.42)
    for y, opening in ((wide, -1), (1 - wide, 1)):
        c.disc(0, y, wide)
        edge = 0.0 if opening < 0 else 1.0
        c.shape((-wide * 0.45, edge), (wide * 0.45, edge), (wide * 0.4, y), (-wide * 0.4, y), erase=True)


def _ring_wrench(c: _Canvas) -> None:
    wide = c.rng.uniform(0.07, 0.1)
    c.bar(0, 0.1, 0.92, wide * 0.4)
    for y in (wide, 1 - wide):
        c.disc(0, y, wide)
        c.disc(0, y, wide * 0.55, erase=True)


def _adjustable(c: _Canvas) -> None:
    wide = c.rng.uniform(0.1, 0.14)
    c.shape((-0.03, 0.25), (0.03, 0.25), (0.05, 0.97), (0, 1.0), (-0.05, 0.97), grip=c.rng.random() < 0.5)
    c.shape((-wide, 0.05), (-wide * 0.6, 0), (-wide * 0.1, 0.1), (wide * 0.5, 0.1),
            (wide * 0.6, 0.02), (wide, 0.05),
            (wide * 0.9, 0.22), (0.04, 0.32), (-0.05, 0.32), (-wide, 0.2))  # fmt: skip


def _screwdriver(c: _Canvas) -> None:
    handle, grip = c.rng.uniform(0.36, 0.48), c.rng.uniform(0.05, 0.075)
    c.bar(0, 0.0, 1 - handle, c.rng.uniform(0.012, 0.018))
    c.shape((-grip * 0.55, 1 - handle), (grip * 0.55, 1 - handle), (grip, 1 - handle * 0.75),
            (grip * 0.9, 1 - handle * 0.3),
            (grip, 0.97), (grip * 0.6, 1.0), (-grip * 0.6, 1.0), (-grip, 0.97),
            (-grip * 0.9, 1 - handle * 0.3),
            (-grip, 1 - handle * 0.75), grip=True)  # fmt: skip


def _pliers(c: _Canvas) -> None:
    spread, jaw = c.rng.uniform(0.1, 0.19), c.rng.uniform(0.05, 0.08)
    long = c.rng.uniform(0.24, 0.36)
    c.shape(
        (-0.015, 0),
        (0.015, 0),
        (jaw, long * 0.75),
        (jaw * 1.1, long),
        (-jaw * 1.1, long),
        (-jaw, long * 0.75),
    )
    c.disc(0, long, jaw * 1.25)
    for side in (-1.0, 1.0):
        c.shape((0, long - 0.03), (side * jaw * 1.15, long), (side * spread, long + 0.25),
            (side * spread, 0.99),
                (side * spread * 0.9, 1.0), (side * (spread - 0.07), 0.99),
            (side * (spread - 0.06), long + 0.27),
                (side * 0.01, long + 0.08), grip=True)  # fmt: skip
    c.gripped[: c.at(0, long + 0.14)[1] // 16] = 0


def _hammer(c: _Canvas) -> None:
    head = c.rng.uniform(0.17, 0.24)
    c.shape((-0.022, 0.03), (0.022, 0.03), (0.026, 0.5), (0.042, 0.85), (0.036, 1.0), (-0.036, 1.0),
            (-0.042, 0.85),
            (-0.026, 0.5), grip=True)  # fmt: skip
    c.shape(
        (-head, 0.05),
        (-0.05, 0.0),
        (0.06, 0.0),
        (head * 0.8, 0.01),
        (head * 0.8, 0.11),
        (0.05, 0.11),
        (-0.05, 0.1),
    )
    c.gripped[: c.at(0, 0.12)[1] // 16] = 0


def _knife(c: _Canvas) -> None:
    body = c.rng.uniform(0.06, 0.085)
    c.shape((-body * 0.5, 0.03), (body * 0.4, 0.0), (body * 0.5, 0.28), (-body * 0.5, 0.28))
    c.shape((-body * 0.8, 0.24), (body * 0.8, 0.24), (body, 0.5), (body * 0.85, 0.97), (body * 0.4, 1.0),
            (-body * 0.7, 1.0), (-body, 0.6), grip=True)  # fmt: skip


def _chisel(c: _Canvas) -> None:
    blade, grip = c.rng.uniform(0.03, 0.06), c.rng.uniform(0.05, 0.07)
    c.bar(0, 0.0, 0.42, blade)
    c.bar(0, 0.4, 0.6, blade * 0.5)
    c.shape(
        (-grip * 0.6, 0.56),
        (grip * 0.6, 0.56),
        (grip, 0.7),
        (grip, 0.98),
        (-grip, 0.98),
        (-grip, 0.7),
        grip=True,
    )
    c.bar(0, 0.98, 1.0, grip * 0.8, grip=True)


def _hex_key(c: _Canvas) -> None:
    thick, arm = c.rng.uniform(0.018, 0.03), c.rng.uniform(0.22, 0.34)
    c.bar(-arm / 2 + thick, 0.0, 1.0, thick)
    c.shape((-arm / 2, 1 - 2 * thick), (arm / 2, 1 - 2 * thick), (arm / 2, 1.0), (-arm / 2, 1.0))


def _tape(c: _Canvas) -> None:
    half = c.rng.uniform(0.26, 0.3)
    c.shape(
        (-half, 0.2),
        (-half * 0.6, 0.0),
        (half * 0.7, 0.02),
        (half, 0.3),
        (half, 1.0),
        (-half, 1.0),
        grip=True,
    )
    c.disc(0, 0.5, half * 0.6)


TOOLS: dict[str, Callable[[_Canvas], None]] = {
    "wrench": _wrench, "ring_wrench": _ring_wrench, "adjustable": _adjustable, "screwdriver": _screwdriver,
    "pliers": _pliers, "hammer": _hammer, "knife": _knife, "chisel": _chisel, "hex_key": _hex_key,
    "tape": _tape,
}  # fmt: skip
LENGTHS_CM = {
    "wrench": (10.0, 26.0), "ring_wrench": (10.0, 26.0), "adjustable": (15.0, 26.0),
    "screwdriver": (9.0, 26.0),
    "pliers": (13.0, 22.0), "hammer": (23.0, 27.0), "knife": (12.0, 18.0), "chisel": (16.0, 26.0),
    "hex_key": (7.0, 16.0), "tape": (6.5, 9.0),
}  # fmt: skip
_HEIGHTS_CM = {
    "wrench": (0.4, 0.9), "ring_wrench": (0.5, 1.1), "adjustable": (0.8, 1.5), "screwdriver": (1.5, 3.0),
    "pliers": (1.0, 1.8), "hammer": (2.0, 3.2), "knife": (0.8, 1.6), "chisel": (1.5, 2.6),
    "hex_key": (0.3, 0.8), "tape": (2.5, 4.0),
}  # fmt: skip
