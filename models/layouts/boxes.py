"""Boxes as a detector would draw them around a made layout's things: true ones, a little off."""

import cv2
import numpy as np
from numpy.random import Generator

from models.layouts.camera import Floats
from pipeline.geometry import BoundingBox


def upright_box(points: Floats, size: tuple[int, int], jitter: float, rng: Generator) -> BoundingBox:
    """The box around what of `points` is in a picture of that size, its sides off by `jitter` of its size."""
    inside = np.clip(points, 0, np.array(size) - 1)
    low, high = inside.min(axis=0), inside.max(axis=0)
    spread = jitter * (high - low)
    left, top = low + rng.normal(0, 1, 2) * spread
    right, bottom = high + rng.normal(0, 1, 2) * spread
    return BoundingBox.clipped(left / size[0], top / size[1], right / size[0], bottom / size[1])


def oriented_box(points: Floats, jitter: float, rng: Generator) -> Floats:
    """The corners of the smallest box around `points`, sides off by `jitter`, its angle by 1.5 degrees."""
    middle, sides, angle = cv2.minAreaRect(points.astype(np.float32))
    off = 1 + rng.normal(0, jitter * np.sqrt(2), 2)
    size = sides[0] * float(off[0]), sides[1] * float(off[1])
    corners = cv2.boxPoints((middle, size, angle + float(rng.normal(0, 1.5))))
    return np.asarray(corners, dtype=np.float64)
