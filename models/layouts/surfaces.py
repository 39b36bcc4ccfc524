"""Grounds and cloths seen from straight above: wood, tiles, stone, plain; weave, prints, hems, folds."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.training.backgrounds import noise
from pipeline.ports import Pixels

Field = NDArray[np.float32]

CLOTH_PX_PER_CM = 18.0
GROUND_PX_PER_CM = 7.0
GROUND_CM = 130.0
_CALM_COLOURS = (
    (176, 140, 100),
    (205, 200, 190),
    (120, 116, 110),
    (226, 224, 220),
    (96, 70, 50),
    (60, 62, 66),
)
_CLOTH_COLOURS = (
    (40, 70, 140), (30, 110, 80), (140, 30, 40), (200, 190, 170), (120, 125, 130), (235, 235, 230),
    (45, 45, 50), (220, 180, 40), (230, 120, 40), (90, 150, 200), (160, 120, 170),
)  # fmt: skip


def ground(rng: Generator) -> Pixels:
    """GROUND_CM square of counter or floor at GROUND_PX_PER_CM; beyond it repeats, mirrored."""
    side = int(GROUND_CM * GROUND_PX_PER_CM)
    colour = np.array(_CALM_COLOURS[int(rng.integers(len(_CALM_COLOURS)))]) + rng.normal(0, 14, 3)
    field = np.empty((side, side, 3), dtype=np.float32)
    field[:] = colour
    kind = rng.choice(["wood", "tiles", "stone", "plain"], p=[0.35, 0.25, 0.25, 0.15])
    grain = _GRAINS[str(kind)](rng, side) + 3 * noise(rng, side, side, (2.0, 2.0))
    field += grain[..., None] * rng.uniform(0.8, 1.1, 3).astype(np.float32)
    return np.asarray(np.clip(field, 0, 255), dtype=np.uint8)


def _wood(rng: Generator, side: int) -> Field:
    fine = noise(rng, side, side, (3.0, 220.0)) * rng.uniform(4, 12)
    coarse = noise(rng, side, side, (18.0, 500.0)) * rng.uniform(4, 14)
    boards = np.repeat(rng.normal(0, rng.uniform(2, 10), 40), side // 40 + 1)[:side]
    grain = fine + coarse + boards[:, None].astype(np.float32)
    grain[:: side // 40] -= rng.uniform(5, 40)
    return grain if rng.random() < 0.5 else np.ascontiguousarray(grain.T)


def _tiles(rng: Generator, side: int) -> Field:
    pitch = int(rng.uniform(10, 45) * GROUND_PX_PER_CM)
    joint = int(rng.integers(2, 5))
    field = noise(rng, side, side, (60.0, 60.0)) * rng.uniform(1, 5)
    at = np.arange(side) % pitch < joint
    field[at[:, None] | at[None, :]] += rng.uniform(-60, 40)
    return field


def _stone(rng: Generator, side: int) -> Field:
    cells = (4.0, 12.0, 50.0)
    return np.asarray(
        sum(noise(rng, side, side, (cell, cell)) * np.float32(rng.uniform(2, 10)) for cell in cells)
    )


def _plain(rng: Generator, side: int) -> Field:
    return noise(rng, side, side, (300.0, 300.0)) * 3


_GRAINS = {"wood": _wood, "tiles": _tiles, "stone": _stone, "plain": _plain}


@dataclass(frozen=True, slots=True, eq=False)
class MadeCloth:
    """A cloth flat on the plane. texture: RGBA at CLOTH_PX_PER_CM, `margin_cm` of nothing around it;
    heights_cm: of its folds, over the same extent at a quarter of the resolution; wobble_cm: how far its
    surface is shifted in the plane (x and y), likewise."""

    texture: Pixels
    heights_cm: Field
    wobble_cm: Field
    width_cm: float
    depth_cm: float
    margin_cm: float = 2.0


def cloth(rng: Generator, width_cm: float, depth_cm: float, avoid: NDArray[np.float64]) -> MadeCloth:
    """A cloth whose colour differs visibly from `avoid` (RGB)."""
    margin = 2.0
    columns, rows = (round((side + 2 * margin) * CLOTH_PX_PER_CM) for side in (width_cm, depth_cm))
    field = _weave(rng, rows, columns, _cloth_colour(rng, avoid))
    field = _printed(rng, field) if rng.random() < 0.35 else field
    if rng.random() < 0.65:
        _hem(rng, field, margin)
    small = rows // 4, columns // 4
    folds = _folds(rng, *small)
    sway = rng.uniform(0.0, 0.12)
    wobble = np.dstack([noise(rng, *small, (60.0, 60.0)) * sway for _ in range(2)]).astype(np.float32)
    shade = cv2.resize(_lit(folds, rng), (columns, rows), interpolation=cv2.INTER_LINEAR)
    rgb = np.clip(field * shade[..., None], 0, 255).astype(np.uint8)
    shape = _shape(rows, columns, margin, rng.choice([0.0, 0.3, 1.0, 2.0], p=[0.4, 0.3, 0.2, 0.1]))
    return MadeCloth(np.dstack([rgb, shape]), folds, wobble, width_cm, depth_cm, margin)


def _cloth_colour(rng: Generator, avoid: NDArray[np.float64]) -> NDArray[np.float64]:
    """One of the colours, a little changed, that is at least 45 (RGB distance) away from the ground's."""
    while True:
        colour = np.array(_CLOTH_COLOURS[int(rng.integers(len(_CLOTH_COLOURS)))]) + rng.normal(0, 14, 3)
        if np.linalg.norm(np.clip(colour, 0, 255) - avoid) > 45:
            return np.asarray(np.clip(colour, 8, 250))


def _weave(rng: Generator, rows: int, columns: int, colour: NDArray[np.float64]) -> Field:
    pitch = rng.uniform(2.0, 5.0)
    across = np.sin(np.arange(columns) * 2 * np.pi / pitch)[None, :]
    down = np.sin(np.arange(rows) * 2 * np.pi / pitch)[:, None]
    thread = across * down * rng.uniform(0, 9) + 4 * noise(rng, rows, columns, (2.0, 2.0))
    return np.asarray(colour + thread[..., None], dtype=np.float32)


def _printed(rng: Generator, field: Field) -> Field:
    """Stripes, checks, dots or a logo in another colour."""
    rows, columns = field.shape[:2]
    ink, pitch = rng.uniform(0, 255, 3), rng.uniform(2, 9) * CLOTH_PX_PER_CM
    x, y = np.meshgrid(np.arange(columns) % pitch / pitch, np.arange(rows) % pitch / pitch)
    kind = int(rng.integers(4))
    if kind == 3:
        pattern = np.zeros((rows, columns), dtype=np.uint8)
        at = int(rng.uniform(0.2, 0.6) * columns), int(rng.uniform(0.3, 0.7) * rows)
        cv2.putText(pattern, "SERVICE", at, cv2.FONT_HERSHEY_DUPLEX, 4.0, 1, 14)
        chosen = pattern > 0
    else:
        chosen = (x < 0.3, (x < 0.25) | (y < 0.25), (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.04)[kind]
    strength = rng.uniform(0.25, 0.8)
    return np.asarray(
        np.where(chosen[..., None], (1 - strength) * field + strength * ink, field), dtype=np.float32
    )


def _hem(rng: Generator, field: Field, margin_cm: float) -> None:
    inset = int((margin_cm + rng.uniform(0.5, 1.5)) * CLOTH_PX_PER_CM)
    rows, columns = field.shape[:2]
    tone = (field.mean(axis=(0, 1)) * rng.uniform(0.55, 0.95)).tolist()
    cv2.rectangle(field, (inset, inset), (columns - inset, rows - inset), tone, int(rng.integers(1, 5)))


def _folds(rng: Generator, rows: int, columns: int) -> Field:
    """Creases from having been folded, and soft waves: heights in cm."""
    heights = np.abs(noise(rng, rows, columns, (70.0, 90.0))) * rng.uniform(0.0, 0.22)
    for _ in range(int(rng.integers(0, 4))):
        upright = rng.random() < 0.6
        length = columns if upright else rows
        ridge = np.exp(
            -0.5 * ((np.arange(length) - rng.uniform(0.15, 0.85) * length) / rng.uniform(3, 9)) ** 2
        )
        high = ridge * rng.uniform(0.1, 0.5)
        heights = heights + (high[None, :] if upright else high[:, None])
    return np.asarray(heights, dtype=np.float32)


def _lit(heights: Field, rng: Generator) -> Field:
    """How bright a height field (six pixels a cm) is under a light from one side, about 1."""
    down, across = np.gradient(heights * CLOTH_PX_PER_CM / 4)
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * across + np.sin(angle) * down
    return np.asarray(np.clip(1 + 0.6 * slope, 0.55, 1.35), dtype=np.float32)


def _shape(rows: int, columns: int, margin_cm: float, radius_cm: float) -> Pixels:
    """Opacity of a rectangle with rounded corners: by distance, so exact to a part of a pixel."""
    half_x, half_y = columns / 2 - margin_cm * CLOTH_PX_PER_CM, rows / 2 - margin_cm * CLOTH_PX_PER_CM
    radius = radius_cm * CLOTH_PX_PER_CM
    x = np.abs(np.arange(columns) + 0.5 - columns / 2)[None, :] - half_x + radius
    y = np.abs(np.arange(rows) + 0.5 - rows / 2)[:, None] - half_y + radius
    outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - radius
    return np.asarray(np.clip(0.5 - outside, 0, 1) * 255, dtype=np.uint8)
