"""Lines of text as they stand in the picture, and what stands together: segments of a row, blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.geometry import BoundingBox

_SAME_ROW = 0.5  # share of the lower line's height that must overlap
_WORD_GAP = 1.6  # in line heights: closer pieces of a row are one piece of text
_BLOCK_GAP = 2.6  # in line heights: farther apart, pieces don't belong to one watermark


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One line of OCR text. `box` is relative.

    `weakest` is the confidence of its least certain digit; `tilt_deg` how far it leans from level;
    `burned_ink` says that it is set in light or red ink, as burned-in text mostly is and print is not.
    """

    text: str
    confidence: float
    weakest: float
    box: BoundingBox
    tilt_deg: float = 0.0
    burned_ink: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Lines of one row that stand close together, read as one text."""

    lines: tuple[SeenLine, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def box(self) -> BoundingBox:
        return around([line.box for line in self.lines])

    @property
    def confidence(self) -> float:
        return min(line.confidence for line in self.lines)


def around(boxes: Sequence[BoundingBox]) -> BoundingBox:
    """The smallest box that holds them all."""
    return BoundingBox(
        min(box.x_min for box in boxes),
        min(box.y_min for box in boxes),
        max(box.x_max for box in boxes),
        max(box.y_max for box in boxes),
    )


def segments(lines: Sequence[SeenLine], shape: float) -> tuple[Segment, ...]:
    """The lines, joined to segments. `shape` is the picture's width over its height."""
    rest = sorted(lines, key=lambda line: line.box.x_min)
    joined: list[list[SeenLine]] = []
    for line in rest:
        for group in joined:
            if (
                same_row(group[-1].box, line.box)
                and _gap_in_heights(group[-1].box, line.box, shape) < _WORD_GAP
            ):
                group.append(line)
                break
        else:
            joined.append([line])
    return tuple(Segment(tuple(group)) for group in joined)


def same_row(one: BoundingBox, other: BoundingBox) -> bool:
    """Whether two boxes stand on one row and are of about one size."""
    overlap = min(one.y_max, other.y_max) - max(one.y_min, other.y_min)
    lower, higher = sorted((one.height, other.height))
    return lower > 0 and overlap > _SAME_ROW * lower and higher < 2.2 * lower


def _gap_in_heights(left: BoundingBox, right: BoundingBox, shape: float) -> float:
    height = max(left.height, right.height)
    return (right.x_min - left.x_max) * shape / height if height else 0.0


def near(one: BoundingBox, other: BoundingBox, shape: float) -> bool:
    """Whether two boxes belong to one block: close in both directions, in heights of the larger one."""
    height = max(one.height, other.height)
    gap_y = max(0.0, one.y_min - other.y_max, other.y_min - one.y_max)
    gap_x = max(0.0, one.x_min - other.x_max, other.x_min - one.x_max) * shape
    return gap_y < _BLOCK_GAP * height and gap_x < _BLOCK_GAP * height


def distance(one: BoundingBox, other: BoundingBox, shape: float) -> float:
    """The gap between two boxes in heights of the larger one."""
    height = max(one.height, other.height) or 1.0
    gap_y = max(0.0, one.y_min - other.y_max, other.y_min - one.y_max)
    gap_x = max(0.0, one.x_min - other.x_max, other.x_min - one.x_max) * shape
    return (gap_x + gap_y) / height
