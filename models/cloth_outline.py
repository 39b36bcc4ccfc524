"""The outline of a work cloth: four corners with their uncertainty, from the detector's box and the picture.

The rough place comes from colours on a small picture (`cloth_region`), the exact one from the full picture's
edges (`cloth_sides`); corners are where sides meet, so rounded and covered ones are found too. What can't be
told is refused by name.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.cloth_region import Box, ClothRegion, Corners, cloth_region
from models.cloth_sides import Side, refined_side
from pipeline.geometry import BoundingBox
from pipeline.layout.values import ClothFailure, ClothOutline, Point
from pipeline.ports import Pixels

_SMALL_PX = 132
_BEYOND = 0.7
"""Of the small picture's side: how far a corner may lie outside the photo."""
_MARGIN = 0.15
_SMALLEST_PX = 80
_LEAST_SEPARATION = 1.2
_MOST_LEFT_OUT, _MOST_LEFT_OUT_BEYOND = 0.06, 0.12
"""How much of what looks like the cloth may lie outside its outline; more where a corner isn't seen."""
_REACH_SHARE = 0.045
_LEAST_SEEN = 0.3
_LARGEST_DEVIATION = 0.012
_UNSEEN_WAVES = 0.0012
"""Of the mean side: what folds and a wavy border add to a corner's sigma without showing as deviation."""


def find_cloth(
    picture: Pixels, box: BoundingBox, tools: Sequence[BoundingBox]
) -> ClothOutline | ClothFailure:
    """The outline of the cloth that was detected in `box`, or why there is none; `tools`: boxes of tools."""
    height, width = picture.shape[:2]
    left, top, right, bottom = np.array(box.as_tuple()) * (width, height, width, height)
    if min(right - left, bottom - top) < _SMALLEST_PX:
        return ClothFailure.TOO_SMALL
    region, crop, block = _rough(picture, (left, top, right, bottom), tools)
    if region.separation < _LEAST_SEPARATION:
        return ClothFailure.NO_EDGES
    rough = (region.corners + 0.5) * block - 0.5 + crop
    outline = _from_sides(picture, rough, region, block)
    if isinstance(outline, ClothOutline):
        small = (np.array(outline.corners) - crop + 0.5) / block - 0.5
        if region.left_out(small) > (_MOST_LEFT_OUT_BEYOND if outline.hidden_corners else _MOST_LEFT_OUT):
            return ClothFailure.NOT_STRAIGHT
    return outline


def _rough(
    picture: Pixels, box: Box, tools: Sequence[BoundingBox]
) -> tuple[ClothRegion, NDArray[np.int_], int]:
    """The rough region in a small picture of the box and its surroundings; that one's corner and block."""
    height, width = picture.shape[:2]
    margin = _MARGIN * max(box[2] - box[0], box[3] - box[1])
    low = np.maximum(np.array(box[:2]) - margin, 0).astype(int)
    high = np.minimum(np.array(box[2:]) + margin, [width, height]).astype(int)
    part = picture[low[1] : high[1], low[0] : high[0]]
    block = max(1, int(np.ceil(max(part.shape[:2]) / _SMALL_PX)))
    rows, columns = part.shape[0] // block, part.shape[1] // block
    whole = part[: rows * block, : columns * block]
    small = np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    covered = np.zeros((rows, columns), dtype=bool)
    for tool in tools:
        x0, y0, x1, y1 = (np.array(tool.as_tuple()) * (width, height, width, height) - [*low, *low]) / block
        covered[max(0, int(y0)) : max(0, int(y1) + 1), max(0, int(x0)) : max(0, int(x1) + 1)] = True
    x0, y0, x1, y1 = ((np.array(box) - [*low, *low]) / block).tolist()
    bounds = _bounds(low, high, (width, height), (columns, rows))
    return cloth_region(small, (x0, y0, x1, y1), bounds, covered), low, block


def _bounds(
    low: NDArray[np.int_], high: NDArray[np.int_], size: tuple[int, int], small: tuple[int, int]
) -> Box:
    """Corners lie in the small picture, and outside of it only where it ends with the photo."""
    beyond = _BEYOND * max(small)
    left, top = (-beyond if edge == 0 else -1.0 for edge in low)
    right, bottom = (
        side + (beyond if edge == whole else 1.0) for side, edge, whole in zip(small, high, size, strict=True)
    )
    return left, top, right, bottom


def _from_sides(
    picture: Pixels, rough: Corners, region: ClothRegion, block: int
) -> ClothOutline | ClothFailure:
    lengths = np.linalg.norm(np.roll(rough, -1, axis=0) - rough, axis=1)
    reach = max(6.0, 2.0 * block, _REACH_SHARE * float(lengths.mean()))
    sides = [
        refined_side(picture, rough[index], rough[(index + 1) % 4], reach, region.score) for index in range(4)
    ]
    found = [side for side in sides if side is not None]
    if len(found) < 4 or min(side.seen_share for side in found) < _LEAST_SEEN:
        return ClothFailure.TOO_FEW_CORNERS
    if max(side.deviation_px for side in found) > _LARGEST_DEVIATION * float(lengths.mean()):
        return ClothFailure.NOT_STRAIGHT
    return _outline(found, picture.shape, float(lengths.mean()))


def _outline(sides: list[Side], shape: tuple[int, ...], mean_side_px: float) -> ClothOutline | ClothFailure:
    """From four sides, clockwise; corner i is where side i - 1 meets side i."""
    corners = np.array([_meeting(sides[index - 1], sides[index]) for index in range(4)])
    beyond = (corners < 0) | (corners > np.array([shape[1], shape[0]]) - 1)
    outside: NDArray[np.bool_] = np.asarray(beyond.any(axis=1))
    if not np.isfinite(corners).all():
        return ClothFailure.NOT_STRAIGHT
    if outside.sum() > 1:
        return ClothFailure.OUTSIDE_PICTURE
    sigmas = [_sigma(sides[index - 1], sides[index], mean_side_px) for index in range(4)]
    first = int(np.argmin(corners.sum(axis=1)))
    order = [(first + step) % 4 for step in range(4)]
    hidden = [place for place, index in enumerate(order) if outside[index] or _is_covered(sides, index)]
    try:
        return ClothOutline(
            tuple(_point(corners[index]) for index in order),  # type: ignore[arg-type]
            tuple(sigmas[index] for index in order),  # type: ignore[arg-type]
            tuple(hidden),
        )
    except ValueError:
        return ClothFailure.NOT_STRAIGHT


def _point(corner: NDArray[np.float64]) -> Point:
    return round(float(corner[0]), 2), round(float(corner[1]), 2)


def _meeting(one: Side, other: Side) -> NDArray[np.float64]:
    """Where the lines of two sides meet; NaN where they are parallel."""
    along, across = one.end - one.start, other.end - other.start
    turn = along[0] * across[1] - along[1] * across[0]
    if abs(turn) < 1e-6:
        return np.full(2, np.nan)
    gap = other.start - one.start
    return np.asarray(one.start + along * (gap[0] * across[1] - gap[1] * across[0]) / turn)


def _sigma(one: Side, other: Side, mean_side_px: float) -> float:
    """Of a corner along either axis, from those of the two sides that meet there."""
    along, across = one.end - one.start, other.end - other.start
    turn = abs(along[0] * across[1] - along[1] * across[0])
    sine = max(0.1, float(turn / (np.linalg.norm(along) * np.linalg.norm(across))))
    own = float(np.hypot(one.sigma_end_px, other.sigma_start_px)) / (sine * np.sqrt(2))
    return round(float(np.hypot(own, 0.3 + _UNSEEN_WAVES * mean_side_px)), 3)


def _is_covered(sides: list[Side], corner: int) -> bool:
    """Whether neither side is seen in the quarter next to the corner."""
    before, after = sides[corner - 1], sides[corner]
    return not (before.seen[before.places > 0.75].any() or after.seen[after.places < 0.25].any())
