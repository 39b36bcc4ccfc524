"""The training set: sources, splits without leaks, and compositions whose labels say what was drawn."""

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.badge_scenes import BadgeScenes
from models.training.contact_sheet import write_sheets
from models.training.dataset import Recipe, build, read_provenance, samples
from models.training.grouping import scene_groups
from models.training.labelled import LABELS, LabelledBox, LabelledPicture, read_yolo
from models.training.layers import Laid, lay, layer, mask_box, turned, visible_boxes
from models.training.sources import read_badges, read_people, read_renders, read_rooms, read_sources
from models.training.splits import Split, on_side, split_of
from models.training.tool_scenes import ToolScenes
from pipeline.geometry import BoundingBox


def square(side: int, value: int = 200) -> np.typing.NDArray[np.float32]:
    colours = np.full((side, side, 3), value, dtype=np.uint8)
    return layer(colours, np.ones((side, side), dtype=np.float32))


@given(left=st.integers(-30, 110), top=st.integers(-30, 110))
def test_a_laid_squares_box_is_where_it_was_laid(left: int, top: int) -> None:
    canvas = np.zeros((100, 100, 3), dtype=np.float32)
    mask = lay(canvas, square(20), left, top)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(100, left + 20), min(100, top + 20)
    if x1 <= x0 or y1 <= y0:
        assert not mask.any()
        return
    assert mask_box(mask).as_tuple() == pytest.approx((x0 / 100, y0 / 100, x1 / 100, y1 / 100))
    assert (canvas[mask] == 200).all()
    assert canvas[~mask].sum() == 0


@pytest.mark.parametrize(("covered", "kept"), [(0, True), (10, True), (15, False), (20, False)])
def test_what_is_mostly_covered_is_not_labelled(covered: int, kept: bool) -> None:
    canvas = np.zeros((100, 100, 3), dtype=np.float32)
    below = Laid("tool", lay(canvas, square(20), 10, 10))
    above = Laid(None, lay(canvas, square(20), 10, 10 + 20 - covered))
    found = visible_boxes([below, above])
    assert [label for label, _ in found] == (["tool"] if kept else [])
    if kept:
        assert found[0][1].height == pytest.approx((20 - covered) / 100)


@given(angle=st.floats(0, 360), scale=st.floats(0.3, 2.0))
def test_turning_cuts_nothing_off(angle: float, scale: float) -> None:
    source = square(40)
    area = float(turned(source, angle, scale)[..., 3].sum())
    assert area == pytest.approx(1600 * scale * scale, rel=0.12)


@pytest.mark.parametrize(
    ("line", "box", "corners"),
    [
        ("4 0.5 0.5 0.2 0.4", (0.4, 0.3, 0.6, 0.7), 0),
        ("4 0.1 0.1 0.3 0.1 0.2 0.6", (0.1, 0.1, 0.3, 0.6), 3),
        ("4 0.0 0.5 0.2 0.4", (0.0, 0.3, 0.1, 0.7), 0),
    ],
)
def test_label_files_with_boxes_and_outlines(
    tmp_path: Path, line: str, box: tuple[float, ...], corners: int
) -> None:
    path = tmp_path / "one.txt"
    path.write_text(f"{line}\n\n", encoding="utf-8")
    ((class_id, found, polygon),) = read_yolo(path)
    assert class_id == 4
    assert found.as_tuple() == pytest.approx(box)
    assert len(polygon) == corners


def test_a_label_line_comes_back(tmp_path: Path) -> None:
    item = LabelledBox("tool", BoundingBox(0.25, 0.1, 0.75, 0.3))
    path = tmp_path / "one.txt"
    path.write_text(item.yolo_line(), encoding="utf-8")
    ((class_id, box, _),) = read_yolo(path)
    assert LABELS[class_id] == "tool"
    assert box.as_tuple() == pytest.approx(item.box.as_tuple(), abs=1e-5)


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="badge"):
        LabelledBox("gun", BoundingBox(0, 0, 1, 1))


def test_near_duplicates_and_one_bench_share_a_group(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    bench = cv2.resize(
        rng.integers(0, 255, (8, 8), dtype=np.uint8), (320, 320), interpolation=cv2.INTER_CUBIC
    )
    other = cv2.resize(
        rng.integers(0, 255, (8, 8), dtype=np.uint8), (320, 320), interpolation=cv2.INTER_CUBIC
    )
    with_tool = bench.copy()
    with_tool[120:200, 120:200] = 255
    paths = [tmp_path / f"{name}.png" for name in ("bench", "other", "tool")]
    for path, picture in zip(paths, (bench, other, with_tool), strict=True):
        cv2.imwrite(str(path), picture)
    groups = scene_groups(paths)
    assert groups[0] == groups[2] == "bench"
    assert groups[1] == "other"


def test_renders_are_read_with_their_split(tmp_path: Path) -> None:
    for side in ("train", "val"):
        folder = tmp_path / side
        folder.mkdir()
        cv2.imwrite(str(folder / "s1.jpg"), np.zeros((8, 8, 3), dtype=np.uint8))
        (folder / "s1.txt").write_text("1 0.5 0.5 0.1 0.1\n", encoding="utf-8")
    pictures = read_renders(tmp_path)
    assert [split_of(one.group) for one in pictures] == [Split.TRAIN, Split.VAL]
    assert all(one.made and one.boxes[0].label == "shoe_cover" for one in pictures)


@pytest.fixture(scope="module")
def pictures(shared_folder: Path) -> tuple[LabelledPicture, ...]:
    return read_sources(shared_folder / "data")


@pytest.mark.shared
def test_no_group_stands_on_both_sides(pictures: tuple[LabelledPicture, ...]) -> None:
    sides = defaultdict(set)
    for picture in pictures:
        sides[picture.group].add(split_of(picture.group))
    assert all(len(side) == 1 for side in sides.values())
    for source in {picture.source for picture in pictures}:
        held = [one for one in pictures if one.source == source and split_of(one.group) is Split.VAL]
        assert held, f"{source} has nothing held back"


@pytest.mark.shared
def test_series_of_one_camera_and_wearers_stay_together(pictures: tuple[LabelledPicture, ...]) -> None:
    bench = {one.group for one in pictures if one.path.name.startswith("2023-08")}
    assert bench == {"tools/session-2023-08"}
    assert len({one.group for one in pictures if one.source == "badges"}) == 11


@pytest.mark.shared
def test_badge_boxes_are_the_card_inside_the_old_box(shared_folder: Path) -> None:
    for picture in read_badges(shared_folder / "data/badges"):
        ((_, strap_and_card, _),) = read_yolo(picture.path.with_suffix(".txt"))
        card = picture.boxes[0].box
        assert card.share_inside(strap_and_card) > 0.8, picture.path.name
        assert card.height < 0.75 * strap_and_card.height, picture.path.name


@pytest.mark.shared
def test_the_classes_gun_and_hand_are_no_tools(
    shared_folder: Path, pictures: tuple[LabelledPicture, ...]
) -> None:
    tools = [one for one in pictures if one.source == "tools"]
    lines = [line for one in tools for line in read_yolo(one.path.with_suffix(".txt"))]
    dropped = sum(class_id in (6, 8) for class_id, _, _ in lines)
    assert dropped > 100
    assert sum(len(one.boxes) for one in tools) <= len(lines) - dropped


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["tools", "badges"])
def test_compositions_repeat_and_label_inside_the_picture(
    kind: str, pictures: tuple[LabelledPicture, ...]
) -> None:
    side = on_side(pictures, Split.VAL)
    rooms = [one for one in side if one.source == "rooms"][:5]
    if kind == "tools":
        composer = ToolScenes([one for one in side if one.source == "tools"][:20], rooms).compose
    else:
        composer = BadgeScenes([one for one in side if one.source == "people"][:20], rooms).compose
    for seed in range(6):
        first, boxes = composer(np.random.default_rng(seed))
        again, same = composer(np.random.default_rng(seed))
        assert (first == again).all()
        assert boxes == same
        assert all(box.box.area > 0 for box in boxes)


@pytest.mark.shared
def test_composing_takes_from_one_side_only(shared_folder: Path) -> None:
    people = read_people(shared_folder / "data/people")[:40]
    rooms = read_rooms(shared_folder / "data/rooms")[:40]
    found = list(samples((*people, *rooms), Recipe(tool_scenes=0, badge_scenes=2), (Split.VAL,)))
    assert {one.split for one in found} == {Split.VAL}
    assert all(split_of(one.group) is Split.VAL for one in found if one.group)


@pytest.mark.shared
def test_a_built_set_says_where_everything_comes_from(tmp_path: Path, shared_folder: Path) -> None:
    rooms = read_rooms(shared_folder / "data/rooms")[:6]
    badges = read_badges(shared_folder / "data/badges")[:3]
    build((*rooms, *badges), Recipe(), tmp_path / "set", lambda: None)
    rows = read_provenance(tmp_path / "set")
    assert len(rows) == 9
    for row in rows:
        assert (tmp_path / "set" / row["file"]).is_file()
        assert split_of(row["group"]) == row["split"]
    labels = sorted((tmp_path / "set/labels").rglob("badges-*.txt"))
    assert [len(read_yolo(path)) for path in labels] == [1, 1, 1]
    sheets = write_sheets(tmp_path / "set", tmp_path / "sheets")
    assert {"train-badges.jpg", "train-rooms.jpg"} <= {path.name for path in sheets}
    assert all(path.stat().st_size > 1000 for path in sheets)
