"""Outlines of cloth and tools on photos that are drawn with known truth."""

from functools import cache

import cv2
import numpy as np
import pytest

from models.cloth_outline import find_cloth
from models.layout_reader import ClothLayoutReader, stated_focal_px
from models.layouts.plan import Fault
from models.layouts.render import MadeLayout, made
from models.tool_outlines import find_tools
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.layout.values import ClothFailure, ClothOutline
from pipeline.ports import Pixels

SEED = 4


@cache
def layout(number: int) -> MadeLayout:
    return made(SEED, number, fault=Fault.NONE)


def box_of(points: "np.typing.NDArray[np.float64]", pixels: Pixels) -> BoundingBox:
    height, width = pixels.shape[:2]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return BoundingBox.clipped(left / width, top / height, right / width, bottom / height)


def detections(one: MadeLayout, pixels: Pixels) -> list[Detection]:
    cloth = Detection("work_cloth", 0.9, box_of(one.corners, pixels))
    return [cloth, *(Detection("tool", 0.8, box_of(tool.seen, pixels)) for tool in one.tools)]


def flat(colour: tuple[int, int, int] = (120, 118, 112)) -> Pixels:
    """A ground without a cloth, 400 x 600."""
    grain = np.random.default_rng(1).normal(0, 4, (400, 600, 1))
    return np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8)


def with_cloth(corners: list[tuple[int, int]], colour: tuple[int, int, int] = (30, 60, 160)) -> Pixels:
    picture = flat()
    cv2.fillConvexPoly(picture, np.array(corners, dtype=np.int32), colour, cv2.LINE_AA)
    return picture


CORNERS = [(120, 80), (470, 100), (520, 330), (70, 300)]


def corner_errors(
    found: ClothOutline, true: "np.typing.NDArray[np.float64]"
) -> "np.typing.NDArray[np.float64]":
    """Of each corner in pixels, whichever corner either side begins with."""
    turns = (np.roll(np.array(found.corners), step, axis=0) - true[::-1] for step in range(4))
    return min((np.linalg.norm(turn, axis=1) for turn in turns), key=lambda errors: float(errors.max()))


def test_a_flat_cloth_is_found_to_a_part_of_a_pixel() -> None:
    picture = with_cloth(CORNERS)
    found = find_cloth(picture, box_of(np.array(CORNERS, dtype=float), picture), [])
    assert isinstance(found, ClothOutline)
    assert np.abs(np.array(found.corners) - CORNERS).max() < 1.0
    assert found.hidden_corners == ()


def test_a_hand_over_a_corner_hides_it_but_not_where_it_is() -> None:
    picture = with_cloth(CORNERS)
    cv2.circle(picture, (470, 100), 40, (200, 160, 140), -1)
    found = find_cloth(picture, box_of(np.array(CORNERS, dtype=float), picture), [])
    assert isinstance(found, ClothOutline)
    assert np.abs(np.array(found.corners) - CORNERS).max() < 3.0


def test_a_corner_outside_the_picture_is_where_two_sides_meet() -> None:
    corners = [(120, 80), (470, 100), (660, 330), (70, 300)]
    picture = with_cloth(corners)
    found = find_cloth(picture, box_of(np.array(corners, dtype=float), picture), [])
    assert isinstance(found, ClothOutline)
    assert found.hidden_corners == (2,)
    assert np.abs(np.array(found.corners) - corners).max() < 4.0


def test_two_corners_outside_are_refused() -> None:
    corners = [(120, 80), (640, 90), (660, 330), (70, 300)]
    picture = with_cloth(corners)
    found = find_cloth(picture, box_of(np.array(corners, dtype=float), picture), [])
    assert found in (ClothFailure.OUTSIDE_PICTURE, ClothFailure.TOO_FEW_CORNERS)


def test_where_there_is_no_cloth_nothing_is_outlined() -> None:
    found = find_cloth(flat(), BoundingBox(0.2, 0.2, 0.8, 0.8), [])
    assert isinstance(found, ClothFailure)


def test_a_round_mat_is_no_cloth() -> None:
    picture = flat()
    cv2.circle(picture, (300, 200), 150, (30, 60, 160), -1, cv2.LINE_AA)
    found = find_cloth(picture, BoundingBox(0.25, 0.125, 0.75, 0.875), [])
    assert isinstance(found, ClothFailure)


def test_a_cloth_of_few_pixels_is_too_small() -> None:
    found = find_cloth(with_cloth(CORNERS), BoundingBox(0.4, 0.4, 0.5, 0.5), [])
    assert found is ClothFailure.TOO_SMALL


@pytest.mark.parametrize("number", [1, 2, 6])
def test_corners_of_made_photos(number: int) -> None:
    one = layout(number)
    pixels = one.pixels()
    observation = ClothLayoutReader().read(pixels, detections(one, pixels), None)
    assert observation.cloth is not None
    width_px = np.linalg.norm(one.corners[1] - one.corners[0])
    assert corner_errors(observation.cloth, one.corners).max() < 0.03 * width_px


def test_tools_are_outlined_as_they_show() -> None:
    picture = with_cloth(CORNERS)
    bars = [((180, 120), (200, 260)), ((260, 140), (300, 250)), ((380, 150), (350, 240))]
    for start, end in bars:
        cv2.line(picture, start, end, (190, 190, 195), 9, cv2.LINE_AA)
    boxes = [box_of(np.array(bar, dtype=float) + np.array([[-5, -5], [5, 5]]), picture) for bar in bars[:2]]
    cloth = find_cloth(picture, box_of(np.array(CORNERS, dtype=float), picture), boxes)
    assert isinstance(cloth, ClothOutline)
    found = find_tools(picture, cloth, [Detection("tool", 0.7, box) for box in boxes])
    assert [tool.box for tool in found] == boxes
    for tool, (start, end) in zip(found, bars, strict=False):
        length = max(cv2.minAreaRect(np.array(tool.contour, dtype=np.float32))[1])
        assert length == pytest.approx(np.hypot(*np.subtract(start, end)) + 9, abs=4)


def test_a_box_with_nothing_in_it_has_no_outline() -> None:
    picture = with_cloth(CORNERS)
    cloth = find_cloth(picture, box_of(np.array(CORNERS, dtype=float), picture), [])
    assert isinstance(cloth, ClothOutline)
    assert find_tools(picture, cloth, [Detection("tool", 0.7, BoundingBox(0.4, 0.4, 0.5, 0.6))]) == ()


def test_without_a_cloth_the_reader_says_so() -> None:
    observation = ClothLayoutReader().read(flat(), [Detection("tool", 0.9, BoundingBox(0, 0, 1, 1))], None)
    assert observation.cloth_failure is ClothFailure.NO_CLOTH
    assert observation.tools == ()


def test_two_cloths_as_sure_as_each_other_are_refused() -> None:
    rivals = [
        Detection("work_cloth", 0.8, BoundingBox(0.0, 0.0, 0.4, 0.9)),
        Detection("work_cloth", 0.7, BoundingBox(0.6, 0.0, 1.0, 0.9)),
    ]
    observation = ClothLayoutReader().read(flat(), rivals, None)
    assert observation.cloth_failure is ClothFailure.SEVERAL_CLOTHS


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("26", 26 / 43.27 * 5000), ("0", None), ("", None), ("27/1", None), ("-3", None)],
)
def test_the_focal_length_that_a_file_states(stated: str, expected: float | None) -> None:
    raw = [("EXIF FocalLengthIn35mmFilm", stated), ("Image Make", "x")]
    found = stated_focal_px(raw, 4000, 3000)
    assert found == (None if expected is None else pytest.approx(expected))
    assert stated_focal_px([], 4000, 3000) is None


def test_settings_are_part_of_the_digest() -> None:
    assert ClothLayoutReader().digest == ClothLayoutReader().digest


@pytest.mark.slow
def test_thirty_made_photos() -> None:
    """Nine of ten corners within 2 % of the cloth's width, and half of the tools' outlines found."""
    good = tools = outlined = 0
    for number in range(30):
        one = made(SEED, 100 + number)
        pixels = one.pixels()
        observation = ClothLayoutReader().read(pixels, detections(one, pixels), None)
        tools += len(one.tools)
        outlined += len(observation.tools)
        if observation.cloth is not None:
            width_px = np.linalg.norm(one.corners[1] - one.corners[0])
            good += corner_errors(observation.cloth, one.corners).max() < 0.02 * width_px
    assert good >= 24
    assert outlined >= 0.7 * tools
