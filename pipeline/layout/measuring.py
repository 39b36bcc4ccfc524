"""Cloth and tools in centimetres of the cloth's plane, each with what it may be wrong by.

A photo alone gives no absolute size: the cloth's nominal size does, and words say so. A tool's length errs by
what all tools of a picture share (the cloth's corners, lens distortion, the cloth's shape) and by its own
outline and thickness. The shared part is kept as sensitivities, so that a difference of two lengths isn't
taken for less certain than it is: a wrong corner makes both tools longer.
"""

from math import hypot, radians, sqrt, tan

import numpy as np

from pipeline.layout.homography import Array, homographies, is_ahead, mapped
from pipeline.layout.polygons import OrientedBox, share_inside, smallest_box
from pipeline.layout.rectify import Shape, distortion_of, disturbed, shape_of
from pipeline.layout.values import (
    ClothFailure,
    ClothOutline,
    ClothSize,
    LayoutObservation,
    Matrix3,
    MeasuredCloth,
    MeasuredLayout,
    MeasuredTool,
    Point,
    ToolOutline,
)

THICKNESS_CM, THICKNESS_SIGMA_CM = 0.4, 0.5
"""How high above the cloth the far end of an outline is: from nothing (it ends in a blade) to the thickness
of a hammer's head. Seen at an angle, this times the cotangent is added to the length of a tool that points
away from the camera. Mean and sigma."""

LEAST_ELEVATION_DEG = 15.0
"""Seen more flatly, a centimetre of a tool's thickness looks like four of its length."""

FARTHEST_SHARE = 2.0
"""What lies farther off the cloth than its long side, times this, is not taken for lying in its plane."""

_Z95 = 1.96
_OWN_Z95 = 3.0
"""Outlines err with heavier tails than a normal distribution (a part is hidden, a shadow taken along). Of the
tools on 90 made photos (seed 77 of `make eval-layout`) 95 % lay within three sigma, 88 % within 1.96."""


def measure(observation: LayoutObservation, size: ClothSize) -> MeasuredLayout:
    """What the picture shows, in centimetres by a cloth of this size."""
    if observation.cloth is None:
        return MeasuredLayout(None, (), observation.cloth_failure)
    picture = observation.width_px, observation.height_px
    shape = shape_of(observation.cloth, *picture, observation.focal_px)
    failure = _why_not(shape)
    if failure is not None:
        return MeasuredLayout(None, (), failure)
    cloth = _cloth(observation, observation.cloth, shape, size)
    ruler = _Ruler(observation.cloth, picture, cloth, shape)
    measured = [(outline, ruler.tool(outline)) for outline in observation.tools]
    tools = tuple(tool for _, tool in measured if tool is not None)
    return MeasuredLayout(cloth, tools, None, tuple(seen.box for seen, tool in measured if tool is None))


def _why_not(shape: Shape) -> ClothFailure | None:
    if not shape.fits:
        return ClothFailure.NO_RECTANGLE
    return ClothFailure.TOO_FLAT_A_VIEW if shape.elevation_deg < LEAST_ELEVATION_DEG else None


def _cloth(
    observation: LayoutObservation, outline: ClothOutline, shape: Shape, size: ClothSize
) -> MeasuredCloth:
    is_wide = shape.ratio >= 1
    aspect = shape.ratio if is_wide else 1 / shape.ratio
    low, high = shape.interval if is_wide else (1 / shape.interval[1], 1 / shape.interval[0])
    is_nominal = low <= size.aspect <= high
    short_cm = size.short_cm if is_nominal else size.long_cm / aspect
    width, height = (size.long_cm, short_cm) if is_wide else (short_cm, size.long_cm)
    return MeasuredCloth(
        corners=outline.corners,
        aspect=aspect,
        aspect_interval=(max(1.0, low), high),
        width_cm=width,
        height_cm=height,
        is_nominal=is_nominal,
        homography=_as_tuples(homographies(np.asarray(outline.corners, dtype=float), _plane(width, height))),
        elevation_deg=shape.elevation_deg,
        focal_px=shape.focal_diagonals * hypot(observation.width_px, observation.height_px),
    )


def _plane(width: float, height: float) -> Array:
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def _as_tuples(matrix: Array) -> Matrix3:
    one, two, three = ((float(a), float(b), float(c)) for a, b, c in matrix)
    return one, two, three


class _Ruler:
    """Measures the tools of one picture in the plane of its cloth."""

    def __init__(
        self, outline: ClothOutline, picture: tuple[int, int], cloth: MeasuredCloth, shape: Shape
    ) -> None:
        self._picture, self._cloth = picture, cloth
        self._corners = np.asarray(outline.corners, dtype=float)
        self._plane = _plane(cloth.width_cm, cloth.height_cm)
        self._map = np.asarray(cloth.homography)
        # Distortion is taken apart: it moves the tools as well.
        self._moved_maps = homographies(disturbed(outline, *picture)[1:12], self._plane)
        self._aspect_sigma = 0.0 if cloth.is_nominal else shape.relative_sigma
        self._away = self._away_from_camera() / tan(radians(cloth.elevation_deg))

    def tool(self, outline: ToolOutline) -> MeasuredTool | None:
        """None where the outline reaches the plane's horizon or lies far from the cloth: another plane."""
        pixels = np.asarray(outline.contour, dtype=float)
        if not is_ahead(self._map, pixels, self._corners.mean(axis=0)):
            return None
        plane = mapped(self._map, pixels)
        reach = FARTHEST_SHARE * max(self._cloth.width_cm, self._cloth.height_cm)
        if np.abs(plane - self._plane.mean(axis=0)).max() > reach:
            return None
        return self._measured(outline, pixels, plane)

    def _measured(self, outline: ToolOutline, pixels: Array, plane: Array) -> MeasuredTool:
        box = smallest_box(plane)
        shared = self._shared(pixels, plane, box)
        lean = abs(float(self._away @ box.axis))
        own = hypot(self._own_sigma(outline, plane, box), THICKNESS_SIGMA_CM * lean)
        half = hypot(_Z95 * float(np.linalg.norm(shared)), _OWN_Z95 * own)
        length = max(box.width, box.length - THICKNESS_CM * lean)
        return MeasuredTool(
            label=outline.label,
            confidence=outline.confidence,
            box=outline.box,
            outline=tuple(_rounded(point) for point in plane.tolist()),
            corners=box.corners,
            centre_cm=box.centre,
            length_cm=length,
            length_interval_cm=(max(0.0, length - half), length + half),
            width_cm=box.width,
            angle_deg=box.angle_deg,
            on_cloth_share=share_inside(pixels, self._corners),
            sensitivity_cm=tuple(map(float, shared)),
            own_sigma_cm=own,
        )

    def _shared(self, pixels: Array, plane: Array, box: OrientedBox) -> Array:
        """Change of the length with one sigma of each shared error: corners, distortion, shape."""
        ends = pixels[[int(np.argmin(plane @ box.axis)), int(np.argmax(plane @ box.axis))]]
        moved = np.broadcast_to(ends, (11, 2, 2)).copy()
        moved[10] += distortion_of(ends, *self._picture)
        along = mapped(self._moved_maps, moved) @ box.axis
        changes = along[:, 1] - along[:, 0] - (mapped(self._map, ends) @ box.axis) @ np.array([-1.0, 1.0])
        short_axis = 1 if self._cloth.width_cm >= self._cloth.height_cm else 0
        of_shape = box.length * self._aspect_sigma * box.axis[short_axis] ** 2
        return np.append(changes, of_shape)

    def _own_sigma(self, outline: ToolOutline, plane: Array, box: OrientedBox) -> float:
        """Both ends are wrong by themselves; a pixel is more centimetres at the far end than at the near."""
        pixels = np.asarray(outline.contour, dtype=float)
        ends = pixels[[int(np.argmin(plane @ box.axis)), int(np.argmax(plane @ box.axis))]]
        steps = np.array([[1.0, 0.0], [0.0, 1.0]])
        moved = mapped(self._map, (ends[:, None, :] + steps).reshape(-1, 2)).reshape(2, 2, 2)
        per_pixel = (moved - mapped(self._map, ends)[:, None, :]) @ box.axis
        return float(outline.sigma_px * np.sqrt((per_pixel**2).sum()))

    def _away_from_camera(self) -> Array:
        """The unit vector in the plane, at the cloth's middle, that leads away from the camera."""
        middle = self._corners.mean(axis=0)
        line = self._map[2, :2]
        if np.allclose(line, 0.0, atol=1e-9):
            return np.array([0.0, 0.0])
        towards_horizon = line * -np.sign(line @ middle + 1.0)
        step = mapped(
            self._map, np.stack([middle, middle + towards_horizon / np.linalg.norm(towards_horizon)])
        )
        away = step[1] - step[0]
        return np.asarray(away / np.linalg.norm(away))


def _rounded(point: list[float]) -> Point:
    """To a tenth of a millimetre: finer is noise, and reports keep outlines."""
    return round(point[0], 2), round(point[1], 2)


def sigma_of_difference(first: MeasuredTool, second: MeasuredTool) -> float:
    """Standard deviation of the difference of two lengths of one picture, in centimetres."""
    shared = sum((a - b) ** 2 for a, b in zip(first.sensitivity_cm, second.sensitivity_cm, strict=True))
    return sqrt(shared + first.own_sigma_cm**2 + second.own_sigma_cm**2)
