"""The real pictures of ../shared/data and the renders, each source read into `LabelledPicture`s.

Every source labels some classes only, so each says which labels it vouches for. Feet stand unlabelled in the
pictures of people: they are concealed (blurred) for training, since a detector that is punished for finding a
real shoe unlearns it. People in tool and badge photos are labelled by `persons`.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models.training.grouping import scene_groups
from models.training.labelled import LABELS, LabelledBox, LabelledPicture, read_yolo
from pipeline.geometry import BoundingBox

BADGE_CARDS = Path(__file__).with_name("badge_cards.csv")
"""The cards of ../shared/data/badges, drawn by eye: the source's own boxes cover the strap as well."""

TOOL_CLASSES_DROPPED = frozenset({"Gun", "Hand"})
TOOL_NAMES = (
    "Adjustable spanner",
    "Backsaw",
    "Calipers",
    "Cutting pliers",
    "Drill",
    "Gas wrench",
    "Gun",
    "Hammer",
    "Hand",
    "Handsaw",
    "Needle-nose pliers",
    "Pliers",
    "Ratchet",
    "Screwdriver",
    "Tape measure",
    "Utility knife",
    "Wrench",
)
"""Class names of ../shared/data/tools in the order of its names.yaml."""

_SESSION = re.compile(r"2023-08(?=-)|20231102|KakaoTalk_20221018|sic|image_(?=from|\d)")
"""File names of series shot in one place: two tool benches under fixed cameras, some building sites."""

_PEOPLE_PERSON = 3
_COCO_PERSON = 0
_EVERYTHING = frozenset(LABELS)
_NOT_IN_HOUSEHOLD_PHOTOS = _EVERYTHING - {"document", "shoe", "tool_bag"}


def read_sources(data: Path) -> tuple[LabelledPicture, ...]:
    """All real pictures under `data`, in a fixed order."""
    return (
        *read_tools(data / "tools"),
        *read_badges(data / "badges"),
        *read_people(data / "people"),
        *read_coco(data / "coco256"),
        *read_rooms(data / "rooms"),
    )


def read_tools(folder: Path) -> tuple[LabelledPicture, ...]:
    """Tool photos with outlines; near-duplicates share a group, and so do the shots of one fixed camera."""
    vouched = _EVERYTHING - {"person", "document", "tool_bag"}
    return tuple(
        LabelledPicture(path, "tools", f"tools/{group}", _tools_of(path), vouched)
        for path, group in _grouped(_pictures(folder))
    )


def _tools_of(path: Path) -> tuple[LabelledBox, ...]:
    return tuple(
        LabelledBox("tool", box, polygon)
        for class_id, box, polygon in read_yolo(path.with_suffix(".txt"))
        if TOOL_NAMES[class_id] not in TOOL_CLASSES_DROPPED and box.area > 0
    )


def read_badges(folder: Path, cards: Path = BADGE_CARDS) -> tuple[LabelledPicture, ...]:
    """People with a lanyard card, one group per wearer."""
    vouched = _EVERYTHING - {"person", "document", "shoe"}
    with cards.open(encoding="utf-8", newline="") as rows:
        return tuple(
            LabelledPicture(
                folder / row["file"], "badges", f"badges/{row['wearer']}", (_card_of(row),), vouched
            )
            for row in csv.DictReader(rows)
        )


def _card_of(row: dict[str, str]) -> LabelledBox:
    corners = (float(row[name]) for name in ("x_min", "y_min", "x_max", "y_max"))
    return LabelledBox("badge", BoundingBox.clipped(*corners))


def read_people(folder: Path) -> tuple[LabelledPicture, ...]:
    """People at work; near-duplicates share a group."""
    vouched = _EVERYTHING - {"shoe", "tool", "tool_bag", "document"}
    return tuple(
        _with_feet_concealed(path, "people", f"people/{group}", _PEOPLE_PERSON, vouched)
        for path, group in _grouped(_pictures(folder))
    )


def _grouped(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each picture with its group: the session that its name gives away, else the scene it looks like."""
    for path, scene in zip(paths, scene_groups(paths), strict=True):
        session = _SESSION.match(path.name)
        yield path, f"session-{session[0]}" if session else scene


def read_coco(folder: Path) -> tuple[LabelledPicture, ...]:
    """COCO's pictures; its own split is kept by the group."""
    return tuple(
        _with_feet_concealed(
            path, "coco256", f"coco256-{path.parent.name}/{path.stem}", _COCO_PERSON, _NOT_IN_HOUSEHOLD_PHOTOS
        )
        for path in _pictures(folder)
    )


def _with_feet_concealed(
    path: Path, source: str, group: str, person_id: int, vouched: frozenset[str]
) -> LabelledPicture:
    people = tuple(
        LabelledBox("person", box)
        for class_id, box, _ in read_yolo(path.with_suffix(".txt"))
        if class_id == person_id
    )
    return LabelledPicture(path, source, group, people, vouched, concealed=tuple(_feet(people)))


def _feet(people: Iterable[LabelledBox]) -> Iterator[BoundingBox]:
    """Where feet may be: the lowest eighth of each box that looks like a whole standing person.

    A box that ends at the picture's edge is somebody cut off, most likely above the feet.
    """
    for person in people:
        box = person.box
        if box.height > 1.8 * box.width and box.height > 0.15 and box.y_max < 0.98:
            yield BoundingBox(box.x_min, box.y_max - 0.13 * box.height, box.x_max, box.y_max)


def read_rooms(folder: Path) -> tuple[LabelledPicture, ...]:
    """Rooms without people. Pictures with one number show one house, so they share a group."""
    return tuple(
        LabelledPicture(path, "rooms", f"rooms/{path.stem.split('_')[0]}", (), _NOT_IN_HOUSEHOLD_PHOTOS)
        for path in _pictures(folder)
    )


def read_renders(folder: Path) -> tuple[LabelledPicture, ...]:
    """Rendered scenes (JPEG beside a YOLO file); everything that is in them is labelled."""
    return tuple(
        LabelledPicture(
            path, "renders", f"renders-{path.parent.name}/{path.stem}", _all_of(path), _EVERYTHING, True
        )
        for path in _pictures(folder)
        if path.with_suffix(".txt").is_file()
    )


def _all_of(path: Path) -> tuple[LabelledBox, ...]:
    return tuple(
        LabelledBox(LABELS[class_id], box, polygon)
        for class_id, box, polygon in read_yolo(path.with_suffix(".txt"))
    )


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
