"""Grounds to lay things on: pieces of real rooms and of pictures of people, and surfaces made from noise."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.training.labelled import LabelledPicture
from models.training.layers import Canvas, Layer, layer
from models.training.pictures import read_picture

SIDE_PX = 640


def room_piece(rooms: Sequence[LabelledPicture], rng: Generator) -> Canvas:
    """A square piece of a room, SIDE_PX wide: the whole view, or a close look at a counter or the floor."""
    picture = read_picture(rooms[int(rng.integers(len(rooms)))].path)
    height, width = picture.shape[:2]
    side = int(min(height, width) * rng.uniform(0.3, 1.0))
    left = int(rng.integers(0, width - side + 1))
    top = int(rng.integers((height - side) // 2, height - side + 1))
    piece = picture[top : top + side, left : left + side]
    resized = cv2.resize(
        piece, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA if side > SIDE_PX else cv2.INTER_CUBIC
    )
    return np.asarray(resized, dtype=np.float32)


def surface(rng: Generator, height: int = SIDE_PX, width: int = SIDE_PX) -> Canvas:
    """A made surface: grain along one direction (wood), specks (stone) or a weave, under uneven light."""
    colour = rng.uniform(30, 235, 3) * 0.4 + rng.uniform(30, 235) * 0.6
    stretch = (1.0, rng.uniform(6, 40)) if rng.random() < 0.4 else (1.0, 1.0)
    grain = noise(rng, height, width, (rng.uniform(1, 6), rng.uniform(1, 6) * stretch[1]))
    light = noise(rng, height, width, (150.0, 150.0))
    field = colour + (grain * rng.uniform(3, 28))[..., None] * rng.uniform(0.7, 1.3, 3)
    return np.asarray(np.clip(field * (1 + 0.18 * light[..., None]), 0, 255), dtype=np.float32)


def noise(rng: Generator, height: int, width: int, cell_px: tuple[float, float]) -> NDArray[np.float32]:
    """Smooth noise, mean 0 and deviation about 1, whose features are `cell_px` (down, across) large."""
    rows, columns = (
        max(2, int(extent / cell)) for extent, cell in zip((height, width), cell_px, strict=True)
    )
    coarse = rng.normal(0, 1, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def cloth(rng: Generator) -> Layer:
    """A work cloth seen flat, twice as long as wide: plain, striped, checked or dotted; folds and a hem."""
    height, width = 300, 600
    field = (surface(rng, height, width) * 0.25 + rng.uniform(15, 235, 3) * 0.75).astype(np.float32)
    field = _printed(field, rng)
    folds = noise(rng, height, width, (rng.uniform(40, 200), rng.uniform(40, 200)))
    field = np.ascontiguousarray(field * (1 + rng.uniform(0.04, 0.14) * folds[..., None]), dtype=np.float32)
    hem = int(rng.integers(4, 14))
    cv2.rectangle(field, (hem, hem), (width - hem, height - hem), (field.mean(axis=(0, 1)) * 0.6).tolist(), 2)
    opacity = np.ones((height, width), dtype=np.float32)
    return layer(np.asarray(np.clip(field, 0, 255), dtype=np.uint8), opacity)


def _printed(field: Canvas, rng: Generator) -> Canvas:
    height, width = field.shape[:2]
    ink = rng.uniform(0, 255, 3)
    pitch, share = rng.uniform(12, 60), rng.uniform(0.15, 0.5)
    across = (np.arange(width) % pitch < share * pitch)[None, :]
    down = (np.arange(height) % pitch < share * pitch)[:, None]
    nothing = np.zeros_like(across & down)
    pattern = (nothing, across | nothing, across | down, across & down)[int(rng.integers(4))]
    return np.asarray(np.where(pattern[..., None], 0.5 * field + 0.5 * ink, field), dtype=np.float32)


def seen_from_aside(flat: Layer, rng: Generator, side_px: int = SIDE_PX) -> Layer:
    """The flat layer lying on the ground in front of a camera: a canvas-sized layer of its projection."""
    height, width = flat.shape[:2]
    spread = side_px * rng.uniform(0.45, 0.85)
    depth = spread * rng.uniform(0.3, 0.55)
    taper = spread * rng.uniform(0.0, 0.12)
    corners = np.array([[taper, 0], [spread - taper, 0], [spread, depth], [0, depth]])
    angle = np.deg2rad(rng.uniform(-25, 25))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre = rng.uniform(0.4, 0.6, 2) * side_px
    target = (corners - corners.mean(axis=0)) @ turn + centre
    start = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(start, target.astype(np.float32))
    return np.asarray(cv2.warpPerspective(flat, matrix, (side_px, side_px)), dtype=np.float32)
