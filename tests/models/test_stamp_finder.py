"""Lines of text are found and read where they were drawn, at full size and small at the edge."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from rapidocr import RapidOCR

from models.stamp_finder import ENGINE_LONG_SIDE_PX, Found, StampFinder, joined, merged
from models.stamps.ink import font
from models.text_reader import RapidTextReader
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

STAMP = "2026-05-28 14:35:07"


@pytest.fixture(scope="module")
def finder() -> StampFinder:
    return StampFinder(RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX))


def marked(size: tuple[int, int], at: tuple[int, int], height_px: int) -> tuple[Pixels, BoundingBox]:
    """A grey picture with the stamp in white, and the box of its ink."""
    picture = Image.new("RGB", size, (70, 66, 60))
    pen = ImageDraw.Draw(picture)
    pen.text(at, STAMP, font=font("regular", height_px), fill="white")
    left, top, right, bottom = pen.textbbox(at, STAMP, font=font("regular", height_px))
    box = BoundingBox(left / size[0], top / size[1], right / size[0], bottom / size[1])
    return np.asarray(picture), box


def holds(found: BoundingBox, ink: BoundingBox) -> bool:
    """Whether a found box holds all of the ink and not much else: lines are found with a margin."""
    return ink.share_inside(found) > 0.95 and found.area < 2.5 * ink.area


def only(found: list[Found]) -> Found:
    (item,) = found
    return item


def test_a_drawn_stamp_is_found(finder: StampFinder) -> None:
    picture, box = marked((1600, 1200), (1060, 1120), 44)
    item = only(finder.whole(picture).found)
    assert item.line.text.replace(" ", "") == STAMP.replace(" ", "")
    assert item.line.burned_ink
    assert holds(item.line.box, box)


def test_a_small_stamp_at_the_lower_edge_is_found_in_the_strip(finder: StampFinder) -> None:
    picture, box = marked((2400, 1800), (20, 1772), 22)
    faint = finder.whole(picture).faint
    item = only(finder.strips(picture, faint, ()))
    assert item.line.text.replace(" ", "") == STAMP.replace(" ", "")
    assert holds(item.line.box, box)
    assert finder.strips(picture, faint, [item]) == []


def test_a_closer_look_takes_the_place_of_the_first(finder: StampFinder) -> None:
    picture, box = marked((1600, 1200), (1060, 1120), 44)
    first = finder.whole(picture).found
    closer = finder.around(picture, box, ())
    assert merged(first, closer) == closer


def test_neighbours_on_one_row_are_joined(finder: StampFinder) -> None:
    picture, _ = marked((1600, 1200), (1060, 1120), 44)
    item = only(finder.whole(picture).found)
    first, last = item.quad[0], item.quad[2]
    middle = (first[0] + last[0]) / 2
    halves = [
        finder.read(picture, quad)
        for left, right in ((first[0], middle), (middle, last[0]))
        for quad in [
            np.array([[left, first[1]], [right, first[1]], [right, last[1]], [left, last[1]]], np.float32)
        ]
    ]
    assert only(joined(halves, 4 / 3)).line.box.iou(item.line.box) > 0.8


def test_nothing_drawn_nothing_found(finder: StampFinder) -> None:
    bare = np.full((600, 800, 3), 90, dtype=np.uint8)
    look = finder.whole(bare)
    assert look.found == []
    assert finder.strips(bare, look.faint, ()) == []
    assert finder.large(bare, look.faint, ()) == []


def test_what_was_read_well_needs_no_closer_look(finder: StampFinder) -> None:
    picture, _ = marked((1600, 1200), (1060, 1120), 44)
    look = finder.whole(picture)
    assert look.faint.max() < 0.05
    assert finder.large(picture, look.faint, look.found) == []


@pytest.mark.parametrize("size", [(640, 480), (640, 60), (300, 400)])
def test_the_map_comes_with_the_engine_s_own_boxes(size: tuple[int, int]) -> None:
    picture, _ = marked(size, (4, 20), 20)
    rapid = RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX)
    engine = RapidOCR(params={"Global.log_level": "error", "Det.limit_side_len": 32})
    due = engine(np.ascontiguousarray(picture[..., ::-1]), use_det=True, use_cls=False, use_rec=False).boxes
    sight = rapid.look(picture)
    assert np.array_equal(np.array(sight.quads), [] if due is None else np.array(due, dtype=np.float32))
    assert sight.heat.shape[1] / sight.heat.shape[0] == pytest.approx(size[0] / size[1], rel=0.15)
