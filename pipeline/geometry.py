"""Relative geometry: everything is a fraction of the upright picture, so evidence outlives resizing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """An upright box in fractions of the picture's width and height, 0..1, origin top left.

    Raises ValueError unless 0 <= x_min <= x_max <= 1 and 0 <= y_min <= y_max <= 1.
    """

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.x_min <= self.x_max <= 1.0 and 0.0 <= self.y_min <= self.y_max <= 1.0):
            raise ValueError(f"not a relative box: {self.as_tuple()}")

    @classmethod
    def clipped(cls, x_min: float, y_min: float, x_max: float, y_max: float) -> "BoundingBox":
        """The part of a box that lies inside the picture; corners may come in any order."""
        left, right = sorted((_clip(x_min), _clip(x_max)))
        top, bottom = sorted((_clip(y_min), _clip(y_max)))
        return cls(left, top, right, bottom)

    @property
    def width(self) -> float:
        return self.x_max - self.x_min

    @property
    def height(self) -> float:
        return self.y_max - self.y_min

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x_min + self.x_max) / 2, (self.y_min + self.y_max) / 2

    def as_tuple(self) -> tuple[float, float, float, float]:
        return self.x_min, self.y_min, self.x_max, self.y_max

    def intersection_area(self, other: "BoundingBox") -> float:
        width = min(self.x_max, other.x_max) - max(self.x_min, other.x_min)
        height = min(self.y_max, other.y_max) - max(self.y_min, other.y_min)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: "BoundingBox") -> float:
        """Intersection over union, 0 where both boxes are empty."""
        common = self.intersection_area(other)
        union = self.area + other.area - common
        return common / union if union > 0 else 0.0

    def share_inside(self, other: "BoundingBox") -> float:
        """The share of this box's area that lies in `other`, 0 where this box is empty."""
        return self.intersection_area(other) / self.area if self.area > 0 else 0.0


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
