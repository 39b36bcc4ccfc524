"""Where a cloth lies, roughly: colours that are the cloth's rather than its surroundings', and the four-sided
region that holds most of them and least of the others.

Works on a small picture. Tools and hands on the cloth, prints and folds cost the region some of its score;
they don't move its sides far, since a side is moved only where the whole of it gains.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.colour_tables import binned, density
from pipeline.ports import Pixels

Scores = NDArray[np.float32]
Corners = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

_CLIP = 2.5
_ROUNDS_PX = ((8.0, 3.0), (3.0, 1.0), (1.0, 0.5))
"""The steps of each round; after each, cloth and surroundings are learnt anew."""


@dataclass(frozen=True, slots=True, eq=False)
class ClothRegion:
    """corners: 4 x 2 pixels of the small picture, clockwise as seen; table: of each bin of colours, the log
    of how much more often it is the cloth's (clipped); separation: the mean score inside less that outside;
    scores: of the small picture's pixels, where tools speak for the cloth only."""

    corners: Corners
    table: Scores
    separation: float
    scores: Scores

    def left_out(self, corners: Corners) -> float:
        """How much of what looks like the cloth lies outside `corners`, as a share of what lies inside."""
        looks = np.maximum(self.scores, 0)
        inside = float(looks[_filled(looks.shape, corners)].sum())
        return (float(looks.sum()) - inside) / max(1.0, inside)

    def score(self, colours: Pixels) -> Scores:
        """Of each pixel of any picture, how much more likely its colour is the cloth's."""
        return np.asarray(self.table[binned(colours)], dtype=np.float32)


def cloth_region(small: Pixels, box: Box, bounds: Box, covered: NDArray[np.bool_]) -> ClothRegion:
    """The region of the cloth that was detected in `box` of a small picture.

    bounds: where its corners may be at most. covered: pixels in the boxes of tools, which don't tell the
    cloth's colours.
    """
    colours = binned(small)
    corners = _framed(box)
    inside = _filled(small.shape[:2], _about(corners, 0.45))
    outside = ~_filled(small.shape[:2], _about(corners, 1.04))
    for steps in _ROUNDS_PX:
        table = _table(colours[inside & ~covered], colours[outside])
        scores = _spread(table, colours, covered)
        total = _SumInside(scores, bounds)
        corners = _best_corners(total, _best_start(total, scores, corners, _framed(box)), steps)
        inside = _filled(small.shape[:2], _about(corners, 0.96))
        outside = ~_filled(small.shape[:2], _about(corners, 1.04))
    scores = _spread(table, colours, covered)
    separation = float(scores[inside & ~covered].mean() - scores[outside].mean()) if outside.any() else 0.0
    return ClothRegion(corners, table, separation, scores)


def _table(inside: NDArray[np.int32], outside: NDArray[np.int32]) -> Scores:
    ratio = np.log(density(inside)) - np.log(density(outside))
    return np.asarray(np.clip(ratio, -_CLIP, _CLIP), dtype=np.float32)


def _spread(table: Scores, colours: NDArray[np.int32], covered: NDArray[np.bool_]) -> Scores:
    """Scores of pixels; what lies in a tool's box speaks for the cloth only, never against it."""
    scores = table[colours]
    scores[covered] = np.maximum(scores[covered], 0)
    return np.asarray(cv2.GaussianBlur(scores, (0, 0), 0.8), dtype=np.float32)


def _framed(box: Box) -> Corners:
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float64)


def _best_start(total: "_SumInside", scores: Scores, known: Corners, framed: Corners) -> Corners:
    """What is known, or four sides around the largest patch that looks like the cloth: slanted cloths."""
    smooth = cv2.GaussianBlur(scores, (0, 0), 2.0)
    inside = _filled(scores.shape, _about(framed, 1.1))
    _, patches, stats, _ = cv2.connectedComponentsWithStats(((smooth > 0) & inside).astype(np.uint8))
    if len(stats) < 2:
        return known
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    rows, columns = np.nonzero(patches == largest)
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.float32))
    around = _clockwise(cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64))
    starts = [known, around]
    if len(hull) > 4:
        starts.append(_clockwise(cv2.approxPolyN(hull, 4).reshape(-1, 2).astype(np.float64)))
    return max(starts, key=total)


def _clockwise(corners: Corners) -> Corners:
    """As seen, with y downwards."""
    return corners if cv2.contourArea(corners.astype(np.float32), oriented=True) > 0 else corners[::-1]


def _about(corners: Corners, scale: float) -> Corners:
    middle = corners.mean(axis=0)
    return np.asarray(middle + scale * (corners - middle))


def _filled(shape: tuple[int, ...], corners: Corners) -> NDArray[np.bool_]:
    mask = np.zeros(shape, dtype=np.uint8)
    cv2.fillConvexPoly(mask, (corners * 16).round().astype(np.int32), 1, cv2.LINE_8, 4)
    return mask.astype(bool)


def _best_corners(total: "_SumInside", start: Corners, steps: Sequence[float]) -> Corners:
    """Moves corners and whole sides, in ever smaller steps, as long as the sum of scores inside grows."""
    best, value = start, total(start)
    for step in steps:
        for _ in range(10):
            before = value
            for move in _MOVES:
                candidate = best + step * move
                got = total(candidate)
                if got > value + 0.5:
                    best, value = candidate, got
            if value <= before:
                break
    return best


def _moves() -> tuple[Corners, ...]:
    """Each corner in four directions, each side in the same."""
    moves = []
    for corner in range(4):
        for direction in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)):
            single = np.zeros((4, 2))
            single[corner] = direction
            side = single.copy()
            side[(corner + 1) % 4] = direction
            moves += [single, side]
    return tuple(moves)


_MOVES = _moves()


class _SumInside:
    """The sum of scores inside a quadrilateral; minus infinity where that isn't convex and clockwise as seen,
    or reaches beyond `bounds`."""

    def __init__(self, scores: Scores, bounds: Box) -> None:
        self._scores, self._mask = np.ascontiguousarray(scores), np.zeros_like(scores)
        self._bounds = bounds

    def __call__(self, corners: Corners) -> float:
        points: list[list[float]] = corners.tolist()
        left, top, right, bottom = self._bounds
        for x, y in points:
            if x < left or x > right or y < top or y > bottom:
                return -np.inf
        if not _is_convex(points):
            return -np.inf
        self._mask[:] = 0
        cv2.fillConvexPoly(self._mask, (corners * 16).astype(np.int32), 1.0, cv2.LINE_8, 4)
        return float(np.vdot(self._scores, self._mask))


def _is_convex(corners: list[list[float]]) -> bool:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return (
        (bx - ax) * (cy - by) > (by - ay) * (cx - bx)
        and (cx - bx) * (dy - cy) > (cy - by) * (dx - cx)
        and (dx - cx) * (ay - dy) > (dy - cy) * (ax - dx)
        and (ax - dx) * (by - ay) > (ay - dy) * (bx - ax)
    )
