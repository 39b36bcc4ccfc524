"""YOLO's and COCO's files, read, written, and read again."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.object_labels import read_coco, read_yolo, write_coco, write_yolo
from pipeline.errors import DatasetError
from pipeline.tuning.labelled_sets import RawBox

CLASSES = ("badge", "tool")


def yolo(folder: Path, text: str, name: str = "a") -> Path:
    path = folder / "labels" / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def coco(folder: Path, annotations: list[dict[str, object]]) -> Path:
    document = {
        "images": [{"id": 7, "file_name": "x/a.png", "width": 200, "height": 100}],
        "categories": [{"id": 3, "name": "tool"}, {"id": 9, "name": "badge"}],
        "annotations": annotations,
    }
    (folder / "annotations.json").write_text(json.dumps(document))
    return folder


def test_yolo_boxes_and_outlines(tmp_path: Path) -> None:
    read = read_yolo(yolo(tmp_path, "0 0.2 0.3 0.2 0.4\n\n1 0.1 0.1 0.5 0.2 0.3 0.9\n"), CLASSES)
    assert read.faults == ()
    assert read.boxes == {
        "images/a": (
            RawBox(
                "badge", 0, pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.3), pytest.approx(0.5)
            ),
            RawBox("tool", 1, pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.5), pytest.approx(0.9)),
        )
    }


@pytest.mark.parametrize(
    "line",
    ["0 0.2 0.3", "badge 0.2 0.3 0.2 0.4", "0 0.2 nan 0.2 0.4", "0 0.2 0.3 -0.2 0.4", "0 a b c d", "\x00"],
)
def test_a_line_that_is_none_is_named_and_the_others_stay(tmp_path: Path, line: str) -> None:
    read = read_yolo(yolo(tmp_path, f"{line}\n0 0.2 0.3 0.2 0.4\n"), CLASSES)
    assert [fault.subject for fault in read.faults] == ["labels/a.txt"]
    assert "line 1" in read.faults[0].detail
    assert len(read.boxes["images/a"]) == 1


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    yolo(tmp_path, "")
    (tmp_path / "labels" / "a.txt").write_bytes(b"\xff\xfe0 0.1")
    (fault,) = read_yolo(tmp_path, CLASSES).faults
    assert "can't be read" in fault.detail


def test_a_class_that_the_set_has_not_keeps_its_number(tmp_path: Path) -> None:
    (box,) = read_yolo(yolo(tmp_path, "5 0.2 0.3 0.2 0.4\n"), CLASSES).boxes["images/a"]
    assert (box.label, box.class_id) == ("", 5)


def test_coco_categories_go_by_name_and_crowds_are_ignored(tmp_path: Path) -> None:
    boxes = [
        {"id": 1, "image_id": 7, "category_id": 9, "bbox": [20, 10, 40, 50]},
        {"id": 2, "image_id": 7, "category_id": 3, "bbox": [0, 0, 200, 100], "iscrowd": 1},
    ]
    read = read_coco(coco(tmp_path, boxes), CLASSES)
    assert read.faults == ()
    (badge, tool) = read.boxes["images/x/a.png"]
    assert (badge.label, badge.class_id, badge.ignore) == ("badge", 0, False)
    assert (badge.x_min, badge.y_min, badge.x_max, badge.y_max) == pytest.approx((0.1, 0.1, 0.3, 0.6))
    assert (tool.label, tool.ignore) == ("tool", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1, "image_id": 7, "category_id": 9},
        {"id": 1, "image_id": 7, "category_id": 9, "bbox": [1, 2]},
        {"id": 1, "image_id": 7, "category_id": 9, "bbox": [20, 10, -40, 50]},
        {"id": 1, "image_id": 7, "category_id": 9, "bbox": "here"},
        {"id": 1, "image_id": 8, "category_id": 9, "bbox": [1, 2, 3, 4]},
    ],
)
def test_an_annotation_that_is_none_is_named_and_the_others_stay(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    right = {"id": 2, "image_id": 7, "category_id": 9, "bbox": [20, 10, 40, 50]}
    read = read_coco(coco(tmp_path, [wrong, right]), CLASSES)
    assert len(read.faults) == 1
    assert "annotation 1" in read.faults[0].detail
    assert len(read.boxes["images/x/a.png"]) == 1


@pytest.mark.parametrize("text", [None, "{", "[]", '{"images": []}'])
def test_a_file_that_is_no_coco_file_is_refused_by_name(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "annotations.json").write_text(text)
    with pytest.raises(DatasetError, match=r"annotations\.json"):
        read_coco(tmp_path, CLASSES)


def test_yolo_can_not_hold_what_is_to_be_ignored(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="ignored"):
        write_yolo(tmp_path, {"images/a.png": [RawBox("badge", 0, 0.1, 0.1, 0.2, 0.2, ignore=True)]})
    assert not (tmp_path / "labels").exists()


places = st.floats(0.0, 0.5)
raw_boxes = st.builds(
    lambda class_id, x, y, w, h, ignore: RawBox(CLASSES[class_id], class_id, x, y, x + w, y + h, ignore),
    st.sampled_from((0, 1)),
    places,
    places,
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.5),
    st.booleans(),
)


@given(st.lists(raw_boxes, max_size=4))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, boxes: list[RawBox]) -> None:
    folder = tmp_path_factory.mktemp("set")
    key = "images/sub/a.png"
    assert write_coco(folder, {key: boxes}, {key: (1200, 900)}, CLASSES) == len(boxes)
    assert_alike(read_coco(folder, CLASSES).boxes[key], boxes)
    kept = [box for box in boxes if not box.ignore]
    write_yolo(folder, {key: kept})
    assert_alike(read_yolo(folder, CLASSES).boxes["images/sub/a"], kept)


def assert_alike(read: tuple[RawBox, ...], written: list[RawBox]) -> None:
    assert [(box.label, box.class_id, box.ignore) for box in read] == [
        (box.label, box.class_id, box.ignore) for box in written
    ]
    for one, other in zip(read, written, strict=True):
        assert (one.x_min, one.y_min, one.x_max, one.y_max) == pytest.approx(
            (other.x_min, other.y_min, other.x_max, other.y_max), abs=2e-5
        )
