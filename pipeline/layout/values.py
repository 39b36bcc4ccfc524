"""What is seen of a work cloth and of the tools on it, and what that measures in the cloth's plane.

Seen: pixels of one upright picture, origin top left, y downwards. Measured: centimetres of the plane that
the cloth lies in, origin at the corner that is seen top left, x along the upper side, y down the left one.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from pipeline.geometry import BoundingBox

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
Interval = tuple[float, float]
Matrix3 = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

_LEAST_CONTOUR = 3


class ClothFailure(StrEnum):
    """Why a cloth has no outline, or one that can't be measured. Nothing to look at is not could-not-tell.

    The last two come of measuring: the camera looks too flatly over the cloth, or no camera within reason
    sees a rectangle like this.
    """

    NO_CLOTH = "no_cloth"
    NO_EDGES = "no_edges"
    NOT_STRAIGHT = "not_straight"
    TOO_FEW_CORNERS = "too_few_corners"
    OUTSIDE_PICTURE = "outside_picture"
    TOO_SMALL = "too_small"
    SEVERAL_CLOTHS = "several_cloths"
    TOO_FLAT_A_VIEW = "too_flat_a_view"
    NO_RECTANGLE = "no_rectangle"


@dataclass(frozen=True, slots=True)
class ClothOutline:
    """The cloth's four corners in pixels, clockwise as seen, from the one that is seen top left.

    corner_sigma_px: standard deviation of each corner along either axis. hidden_corners: the indexes (0..3)
    of those not seen themselves (rounded, covered, outside the picture), placed where two sides would meet.
    Corners may lie outside the picture. Raises ValueError unless the corners make a convex quadrilateral in
    this order and every sigma is positive.
    """

    corners: Quad
    corner_sigma_px: tuple[float, float, float, float]
    hidden_corners: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not all(isfinite(value) for corner in self.corners for value in corner):
            raise ValueError(f"corners that are no numbers: {self.corners}")
        if not all(isfinite(sigma) and sigma > 0 for sigma in self.corner_sigma_px):
            raise ValueError(f"a corner's sigma must be positive: {self.corner_sigma_px}")
        if not all(index in range(4) for index in self.hidden_corners):
            raise ValueError(f"no such corners: {self.hidden_corners}")
        if not all(_turns_right(*(self.corners[(i + k) % 4] for k in range(3))) for i in range(4)):
            raise ValueError(f"not a convex quadrilateral, clockwise: {self.corners}")

    def box(self, width_px: int, height_px: int) -> BoundingBox:
        """The upright box around it in a picture of this size."""
        across, down = zip(*self.corners, strict=True)
        return BoundingBox.clipped(
            min(across) / width_px, min(down) / height_px, max(across) / width_px, max(down) / height_px
        )


def _turns_right(a: Point, b: Point, c: Point) -> bool:
    """Clockwise as seen, with y downwards."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0


@dataclass(frozen=True, slots=True)
class ToolOutline:
    """One tool's outline in pixels: a simple polygon in either sense. `box`: the detection it was found in.

    sigma_px: how far an end of the outline may be from the tool's; its shadow is hard to tell from it.
    Raises ValueError for fewer than three points and for a sigma that isn't positive.
    """

    label: str
    confidence: float
    contour: tuple[Point, ...]
    box: BoundingBox
    sigma_px: float = 3.0

    def __post_init__(self) -> None:
        if len(self.contour) < _LEAST_CONTOUR:
            raise ValueError(f"an outline of {len(self.contour)} points")
        if not all(isfinite(value) for point in self.contour for value in point):
            raise ValueError("an outline with points that are no numbers")
        if not (isfinite(self.sigma_px) and self.sigma_px > 0):
            raise ValueError(f"an outline's sigma must be positive: {self.sigma_px}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} of {self.label!r} is not in 0..1")


@dataclass(frozen=True, slots=True)
class LayoutObservation:
    """What was seen of cloth and tools in one picture of width_px x height_px (as it was looked at).

    focal_px: the focal length in these pixels where the file states one (EXIF), else None.
    Raises ValueError unless exactly one of `cloth` and `cloth_failure` is given.
    """

    width_px: int
    height_px: int
    focal_px: float | None
    cloth: ClothOutline | None
    cloth_failure: ClothFailure | None
    tools: tuple[ToolOutline, ...] = ()

    def __post_init__(self) -> None:
        if (self.cloth is None) == (self.cloth_failure is None):
            raise ValueError("either a cloth's outline or the reason why there is none")
        if self.width_px < 1 or self.height_px < 1:
            raise ValueError(f"a picture of {self.width_px} x {self.height_px} pixels")
        if self.focal_px is not None and not (isfinite(self.focal_px) and self.focal_px > 0):
            raise ValueError(f"a focal length of {self.focal_px} pixels")


@dataclass(frozen=True, slots=True)
class ClothSize:
    """What a rule set says that a cloth measures. Raises ValueError unless long_cm >= short_cm > 0."""

    long_cm: float
    short_cm: float

    def __post_init__(self) -> None:
        if not self.long_cm >= self.short_cm > 0:
            raise ValueError(f"a cloth of {self.long_cm} x {self.short_cm} cm: the long side comes first")

    @property
    def aspect(self) -> float:
        return self.long_cm / self.short_cm


@dataclass(frozen=True, slots=True)
class MeasuredCloth:
    """The cloth's shape and plane.

    aspect: longer over shorter side, with its 95 % interval; not below 1. width_cm, height_cm: along x and y
    of the plane, by the nominal size; where the interval excludes the nominal aspect (`is_nominal` False),
    only the long side is, and the other follows from the measured aspect. homography: pixels -> centimetres.
    elevation_deg: of the camera above the plane, 90 from straight above. focal_px: the one that fits best.
    """

    corners: Quad
    aspect: float
    aspect_interval: Interval
    width_cm: float
    height_cm: float
    is_nominal: bool
    homography: Matrix3
    elevation_deg: float
    focal_px: float


@dataclass(frozen=True, slots=True)
class MeasuredTool:
    """One tool in the cloth's plane, in centimetres by the cloth's nominal size.

    outline: its outline. corners: its smallest box, clockwise, the long side first. angle_deg: of its long
    axis, 0 <= angle < 180, 0 along x, turning from x to y. length_cm: of the box, less what thickness adds
    at an angle; length_interval_cm: 95 %. on_cloth_share: of its area in the picture. sensitivity_cm: by how
    much its length changes with one sigma of each of the errors that all tools of the picture share;
    own_sigma_cm: what is its own.
    """

    label: str
    confidence: float
    box: BoundingBox
    outline: tuple[Point, ...]
    corners: Quad
    centre_cm: Point
    length_cm: float
    length_interval_cm: Interval
    width_cm: float
    angle_deg: float
    on_cloth_share: float
    sensitivity_cm: tuple[float, ...]
    own_sigma_cm: float


@dataclass(frozen=True, slots=True)
class MeasuredLayout:
    """What one picture's layout measures: either a cloth and tools, or a failure (else ValueError).

    beyond: the detections of tools that can't lie in the cloth's plane, or lie far off the cloth in it.
    """

    cloth: MeasuredCloth | None
    tools: tuple[MeasuredTool, ...]
    failure: ClothFailure | None
    beyond: tuple[BoundingBox, ...] = ()

    def __post_init__(self) -> None:
        if (self.cloth is None) == (self.failure is None):
            raise ValueError("either a measured cloth or the reason why there is none")
