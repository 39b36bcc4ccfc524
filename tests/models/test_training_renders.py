"""Renders laid into real pictures: the label is where the thing was laid, and it is the right one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.labelled import LabelledBox, LabelledPicture
from models.training.render_scenes import RenderScenes
from pipeline.geometry import BoundingBox

GREY = 120


def picture(path: Path, size: tuple[int, int], shoe: BoundingBox | None = None) -> Path:
    """A grey picture, with a white shoe where one is wanted."""
    pixels = np.full((*size, 3), GREY, dtype=np.uint8)
    if shoe is not None:
        pixels[rows(shoe, size), columns(shoe, size)] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), pixels)
    return path


def rows(box: BoundingBox, size: tuple[int, int]) -> slice:
    return slice(round(box.y_min * size[0]), round(box.y_max * size[0]))


def columns(box: BoundingBox, size: tuple[int, int]) -> slice:
    return slice(round(box.x_min * size[1]), round(box.x_max * size[1]))


@pytest.fixture
def scenes(tmp_path: Path) -> RenderScenes:
    size, shoe = (120, 160), BoundingBox(0.25, 0.5, 0.5, 0.75)
    render = LabelledPicture(
        picture(tmp_path / "train/feet.png", size, shoe),
        "renders",
        "renders-train/feet",
        (LabelledBox("shoe_cover", shoe),),
        frozenset(),
        True,
    )
    mask = np.zeros(size, dtype=np.uint8)
    mask[rows(shoe, size), columns(shoe, size)] = 3
    (tmp_path / "masks").mkdir()
    cv2.imwrite(str(tmp_path / "masks/feet.png"), mask)
    body = BoundingBox(0.3, 0.1, 0.6, 0.9)
    feet = BoundingBox(0.3, 0.8, 0.6, 0.9)
    person = LabelledPicture(
        picture(tmp_path / "person.png", (400, 400)),
        "people",
        "people/one",
        (LabelledBox("person", body),),
        frozenset(),
        concealed=(feet,),
    )
    room = LabelledPicture(picture(tmp_path / "room.png", (300, 300)), "rooms", "rooms/1", (), frozenset())
    return RenderScenes([render], [person], [room])


@pytest.mark.parametrize("seed", range(12))
def test_every_labelled_shoe_is_brighter_than_its_surroundings(scenes: RenderScenes, seed: int) -> None:
    pixels, boxes = scenes.compose(np.random.default_rng(seed))
    brightness = pixels.max(axis=2).astype(float)
    ground = np.median(brightness)
    covers = [item.box for item in boxes if item.label == "shoe_cover"]
    assert {item.label for item in boxes} <= {"shoe_cover", "person"}
    for box in covers:
        inside = brightness[rows(box, pixels.shape[:2]), columns(box, pixels.shape[:2])]
        assert abs(np.median(inside) - ground) > 8


def test_people_get_their_covers_at_their_feet(scenes: RenderScenes) -> None:
    composed = [scenes.compose(np.random.default_rng(seed))[1] for seed in range(12)]
    with_person = [boxes for boxes in composed if any(item.label == "person" for item in boxes)]
    assert with_person
    for boxes in with_person:
        (cover,) = (item.box for item in boxes if item.label == "shoe_cover")
        assert cover.y_max == pytest.approx(0.9, abs=0.02)
        assert 0.28 <= cover.x_min <= cover.x_max <= 0.62


def test_without_masks_nothing_is_possible(tmp_path: Path) -> None:
    bare = LabelledPicture(
        picture(tmp_path / "train/x.png", (20, 20)),
        "renders",
        "renders-train/x",
        (LabelledBox("shoe", BoundingBox(0, 0, 1, 1)),),
        frozenset(),
        True,
    )
    assert not RenderScenes([bare], [], []).is_possible
