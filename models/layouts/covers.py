"""What lies over the border of a cloth in a made photo: a hand, a cup, a box, a sheet of paper."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator

from models.layouts.plan import LayoutPlan, PlacedTool
from models.layouts.silhouettes import PX_PER_CM, Silhouette, measured
from models.training.backgrounds import noise
from pipeline.ports import Pixels

_SKIN = ((224, 180, 150), (196, 148, 116), (150, 104, 78), (96, 64, 48))


def covers_over(plan: LayoutPlan, rng: Generator) -> Iterator[PlacedTool]:
    """As many as planned, each across some side, away from the corners."""
    for _ in range(plan.covers):
        side, along = int(rng.integers(4)), rng.uniform(0.2, 0.8)
        corners = plan.corners_cm
        at = corners[side] + along * (corners[(side + 1) % 4] - corners[side])
        outward = np.degrees(np.arctan2(at[1], at[0])) if side % 2 else (-90.0 if side == 0 else 90.0)
        if rng.random() < 0.5:
            reach = 11.0
            away, hand = np.deg2rad(outward), _hand(rng)
            middle = at + reach * np.array([np.cos(away), np.sin(away)])
            angle = float(outward + 90 + rng.normal(0, 12))
            yield PlacedTool(hand, float(middle[0]), float(middle[1]), angle)
        else:
            middle = at * rng.uniform(1.02, 1.15)
            thing = _thing(rng)
            yield PlacedTool(thing, float(middle[0]), float(middle[1]), float(rng.uniform(0, 180)))


def _hand(rng: Generator) -> Silhouette:
    """A forearm with a hand at its top, four fingers and a thumb."""
    unit = PX_PER_CM
    mask = np.zeros((int(32 * unit), int(14 * unit)), dtype=np.uint8)
    middle = 7 * unit
    for x, length in ((-2.6, 6.0), (-0.9, 7.2), (0.8, 7.4), (2.5, 6.4)):
        top = int(middle + 1.1 * x * unit), int((9 - length) * unit + 12)
        cv2.line(mask, top, (int(middle + x * unit), int(10 * unit)), 255, int(1.6 * unit), cv2.LINE_AA)
    cv2.line(
        mask,
        (int(middle + 5.5 * unit), int(9 * unit)),
        (int(middle + 2 * unit), int(14 * unit)),
        255,
        int(2 * unit),
    )
    cv2.ellipse(mask, (int(middle), int(12 * unit)), (int(4 * unit), int(5 * unit)), 0, 0, 360, 255, -1)
    cv2.line(mask, (int(middle), int(15 * unit)), (int(middle), int(33 * unit)), 255, int(6 * unit))
    field = (
        np.array(_SKIN[int(rng.integers(len(_SKIN)))]) + 7 * noise(rng, *mask.shape, (60.0, 60.0))[..., None]
    )
    sleeve = int(rng.uniform(16, 26) * unit)
    field[sleeve:] = rng.uniform(20, 220, 3)
    return measured("hand", _coloured(field, mask), 3.0)


def _thing(rng: Generator) -> Silhouette:
    """A cup or a box."""
    size = rng.uniform(5, 12) * PX_PER_CM
    rows, columns = int(size), int(size * rng.uniform(0.6, 1.0))
    mask = np.zeros((rows + 8, columns + 8), dtype=np.uint8)
    if rng.random() < 0.4:
        cv2.circle(mask, (mask.shape[1] // 2, mask.shape[0] // 2), columns // 2, 255, -1, cv2.LINE_AA)
    else:
        mask[4:-4, 4:-4] = 255
    field = rng.uniform(15, 245, 3) + 8 * noise(rng, *mask.shape, (30.0, 30.0))[..., None]
    return measured("thing", _coloured(field, mask), float(rng.uniform(0.5, 6)))


def _coloured(field: "np.typing.NDArray[Any]", mask: Pixels) -> Pixels:
    return np.dstack([np.clip(field, 0, 255).astype(np.uint8), mask])
