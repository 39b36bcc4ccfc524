"""Polygons in a plane: hull, smallest box, the part inside a convex one, gaps and crossings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.layout.homography import Array
from pipeline.layout.values import Point, Quad


@dataclass(frozen=True, slots=True)
class OrientedBox:
    """The smallest box around a polygon; angle_deg of its longer side, 0 <= angle < 180, from x towards y."""

    corners: Quad
    centre: Point
    length: float
    width: float
    angle_deg: float

    @property
    def axis(self) -> Array:
        """The unit vector along the longer side."""
        return np.array([np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))])


def area(polygon: Array) -> float:
    """The area of a simple polygon (N, 2), whichever way round it runs."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def hull(points: Array) -> Array:
    """The convex hull, in one sense round (A. M. Andrew, Information Processing Letters 9 (1979) 216-219)."""
    ordered = sorted(set(map(tuple, points.tolist())))
    if len(ordered) < 3:
        return np.array(ordered)
    return np.array(_chain(ordered) + _chain(ordered[::-1]))


def _chain(ordered: Sequence[Point]) -> list[Point]:
    """One side of the hull, without its last point, which begins the other side."""
    chain: list[Point] = []
    for point in ordered:
        while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def smallest_box(points: Array) -> OrientedBox:
    """The box of least area around points (N, 2): one of its sides lies along a side of their hull.

    H. Freeman and R. Shapira, Communications of the ACM 18 (1975) 409-413. All sides are tried at once.
    """
    corners = hull(points)
    sides = np.roll(corners, -1, axis=0) - corners
    long_enough = np.hypot(sides[:, 0], sides[:, 1]) > 1e-9
    along = sides[long_enough] / np.hypot(sides[:, 0], sides[:, 1])[long_enough, None]
    if not len(along):
        along = np.array([[1.0, 0.0]])
    axes = np.stack([along, np.stack([-along[:, 1], along[:, 0]], axis=-1)], axis=1)
    reach = corners @ np.swapaxes(axes, 1, 2)
    low, high = reach.min(axis=1), reach.max(axis=1)
    best = int(np.argmin(np.prod(high - low, axis=1)))
    return _box(axes[best], low[best], high[best])


def _box(axes: Array, low: Array, high: Array) -> OrientedBox:
    """From two axes, the second a right turn (y downwards) from the first, and the reach along each."""
    if high[1] - low[1] > high[0] - low[0]:
        axes = np.stack([axes[1], -axes[0]])
        low, high = np.array([low[1], -high[0]]), np.array([high[1], -low[0]])
    places = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])])
    one, two, three, four = ((float(x), float(y)) for x, y in places @ axes)
    middle = (low + high) / 2 @ axes
    angle = float(np.degrees(np.arctan2(axes[0, 1], axes[0, 0]))) % 180.0
    return OrientedBox(
        corners=(one, two, three, four),
        centre=(float(middle[0]), float(middle[1])),
        length=float(high[0] - low[0]),
        width=float(high[1] - low[1]),
        angle_deg=angle if angle < 180.0 else 0.0,
    )


def share_inside(polygon: Array, convex: Array) -> float:
    """The share of a polygon's area that lies in a convex one, which runs clockwise as seen (y downwards).

    Cut along each side (I. Sutherland and G. Hodgman, Communications of the ACM 17 (1974) 32-42); where the
    rest falls apart, the edges that join its parts have no area.
    """
    sides = np.roll(convex, -1, axis=0) - convex
    if all((_beside(polygon, start, side) >= 0).all() for start, side in zip(convex, sides, strict=True)):
        return 1.0  # as most tools lie
    whole = area(polygon)
    rest = polygon
    for start, side in zip(convex, sides, strict=True):
        rest = _cut(rest, start, side)
        if len(rest) < 3:
            return 0.0
    return min(1.0, area(rest) / whole) if whole > 0 else 0.0


def _cut(polygon: Array, start: Array, side: Array) -> Array:
    """What lies to the right of a directed line."""
    after = np.roll(polygon, -1, axis=0)
    here, there = _beside(polygon, start, side), _beside(after, start, side)
    crosses = (here >= 0) != (there >= 0)
    shares = np.divide(here, here - there, out=np.zeros_like(here), where=crosses)
    cuts = polygon + shares[:, None] * (after - polygon)
    order = np.argsort(np.concatenate([np.arange(len(here)), np.arange(len(here)) + 0.5]), kind="stable")
    kept = np.concatenate([polygon, cuts])[order]
    return np.asarray(kept[np.concatenate([here >= 0, crosses])[order]])


def _beside(points: Array, start: Array, side: Array) -> Array:
    return np.asarray(side[0] * (points[:, 1] - start[1]) - side[1] * (points[:, 0] - start[0]))


def gap(first: Array, second: Array) -> float:
    """The least distance between two polygons' outlines, 0 where they cross or one lies in the other."""
    if overlaps(first, second):
        return 0.0
    return min(_to_sides(first, second), _to_sides(second, first))


def _to_sides(points: Array, polygon: Array) -> float:
    """The least distance from points to the sides of a polygon."""
    start, side = polygon, np.roll(polygon, -1, axis=0) - polygon
    squared = np.maximum((side**2).sum(axis=1), 1e-18)
    offset = points[:, None, :] - start
    along = np.clip((offset * side).sum(axis=-1) / squared, 0.0, 1.0)
    return float(np.sqrt(((offset - along[..., None] * side) ** 2).sum(axis=-1).min()))


def overlaps(first: Array, second: Array) -> bool:
    """Whether two outlines cross, or one polygon lies in the other."""
    return _sides_cross(first, second) or is_inside(first[0], second) or is_inside(second[0], first)


def _sides_cross(first: Array, second: Array) -> bool:
    a, b = first[:, None, :], np.roll(first, -1, axis=0)[:, None, :]
    c, d = second[None, :, :], np.roll(second, -1, axis=0)[None, :, :]
    apart = _sign(a, b, c) * _sign(a, b, d) < 0
    return bool((apart & (_sign(c, d, a) * _sign(c, d, b) < 0)).any())


def _sign(a: Array, b: Array, c: Array) -> Array:
    turn = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        c[..., 0] - a[..., 0]
    )
    return np.asarray(np.sign(turn))


def is_inside(point: Array, polygon: Array) -> bool:
    """Whether a ray from the point to the right crosses the outline an odd number of times."""
    x, y = polygon[:, 0], polygon[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    spans = (y > point[1]) != (next_y > point[1])
    rise = np.where(spans, next_y - y, 1.0)
    return bool(np.count_nonzero(spans & (x + (point[1] - y) * (next_x - x) / rise > point[0])) % 2)
