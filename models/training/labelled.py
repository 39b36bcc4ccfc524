"""Labelled pictures: the one form into which every source is read, whatever its own format."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.geometry import BoundingBox

LABELS = (
    "badge",
    "shoe_cover",
    "shoe",
    "work_cloth",
    "tool",
    "person",
    "document",
    "tool_bag",
    "gas_meter",
)
"""The detector's classes; a class's position is its id in label files and in the network."""

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) as fractions of the picture."""


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """One object: its label, its upright box, and its outline where the source has one.

    Raises ValueError for a label that the detector doesn't know.
    """

    label: str
    box: BoundingBox
    polygon: Polygon = ()

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ValueError(f"unknown label {self.label!r}; one of {', '.join(LABELS)}")

    def yolo_line(self) -> str:
        """The label-file line: class id, then centre x and y, width and height in fractions."""
        x, y = self.box.centre
        return f"{LABELS.index(self.label)} {x:.6f} {y:.6f} {self.box.width:.6f} {self.box.height:.6f}"


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture file with what is known to be in it.

    `group` names the scene (person, room, series of shots): a group never stands on both sides of a split.
    `vouched` are the labels for which "not labelled" means "not there"; figures are computed over them only.
    `concealed` are places to blur before training, because they hold objects that the source doesn't label.
    """

    path: Path
    source: str
    group: str
    boxes: tuple[LabelledBox, ...]
    vouched: frozenset[str]
    made: bool = False
    concealed: tuple[BoundingBox, ...] = ()

    def with_boxes(self, extra: Iterable[LabelledBox]) -> "LabelledPicture":
        return replace(self, boxes=(*self.boxes, *extra))


def read_yolo(path: Path) -> tuple[tuple[int, BoundingBox, Polygon], ...]:
    """Class id, box and outline of each line of a YOLO label file (boxes or polygons); () without a file."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8").split("\n")
    return tuple(_parse_line(line.split()) for line in lines if line.strip())


def _parse_line(fields: list[str]) -> tuple[int, BoundingBox, Polygon]:
    class_id, numbers = int(fields[0]), [float(field) for field in fields[1:]]
    if len(numbers) == 4:
        x, y, width, height = numbers
        return class_id, _box(x - width / 2, y - height / 2, x + width / 2, y + height / 2), ()
    polygon = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    xs, ys = zip(*polygon, strict=True)
    return class_id, _box(min(xs), min(ys), max(xs), max(ys)), polygon


def _box(x_min: float, y_min: float, x_max: float, y_max: float) -> BoundingBox:
    return BoundingBox.clipped(x_min, y_min, x_max, y_max)
