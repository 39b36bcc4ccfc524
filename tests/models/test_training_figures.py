"""Figures of a detector: tables with answers worked out by hand."""

import pytest

from models.training.evaluate import figures, from_json, to_json, to_markdown
from models.training.figures import (
    Judged,
    average_precision,
    false_per_hundred,
    operating,
    precise_threshold,
    quiet_threshold,
    true_flags,
)
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox

HERE = BoundingBox(0.1, 0.1, 0.3, 0.3)
NEAR = BoundingBox(0.12, 0.1, 0.32, 0.3)
AWAY = BoundingBox(0.6, 0.6, 0.8, 0.8)


def tool(box: BoundingBox, confidence: float = 0.9) -> Detection:
    return Detection("tool", confidence, box)


def judged(
    truth: tuple[BoundingBox, ...], found: tuple[Detection, ...], vouched: str = "tool", name: str = "one"
) -> Judged:
    boxes = tuple(("tool", box) for box in truth)
    return Judged(name, "tools", f"tools/{name}", False, frozenset(vouched.split()), boxes, found)


@pytest.mark.parametrize(
    ("found", "truth", "flags"),
    [
        ((HERE,), (HERE,), (True,)),
        ((NEAR,), (HERE,), (True,)),
        ((AWAY,), (HERE,), (False,)),
        ((HERE, NEAR), (HERE,), (True, False)),
        ((HERE, AWAY), (HERE, AWAY), (True, True)),
        ((HERE,), (), (False,)),
    ],
)
def test_each_truth_counts_once(
    found: tuple[BoundingBox, ...], truth: tuple[BoundingBox, ...], flags: tuple[bool, ...]
) -> None:
    assert true_flags([tool(box) for box in found], truth) == flags


def test_precision_and_recall_leave_out_what_nobody_vouches_for() -> None:
    pictures = [
        judged((HERE, AWAY), (tool(HERE, 0.9), tool(BoundingBox(0, 0.8, 0.1, 0.9), 0.6))),
        judged((), (tool(HERE, 0.9),), vouched="person"),
    ]
    point = operating(pictures, "tool", 0.5)
    assert (point.precision.hits, point.precision.total) == (1, 2)
    assert (point.recall.hits, point.recall.total) == (1, 2)
    assert operating(pictures, "tool", 0.7).precision.value == 1.0


def test_the_lowest_threshold_that_is_precise_enough_is_chosen() -> None:
    pictures = [judged((HERE,), (tool(HERE, 0.82), tool(AWAY, 0.41)))]
    assert precise_threshold(pictures, "tool") == 0.45
    assert precise_threshold([judged((), (tool(AWAY),))], "tool") is None


def test_the_lowest_threshold_that_is_quiet_enough_is_chosen() -> None:
    empty = [judged((), ()) for _ in range(99)]
    assert quiet_threshold([*empty, judged((), (tool(AWAY, 0.6),))], "tool") == 0.3
    assert quiet_threshold([*empty, judged((), (tool(AWAY, 0.6), tool(HERE, 0.5)))], "tool") == 0.55
    assert quiet_threshold([judged((), (tool(AWAY, 0.97),))], "tool") is None
    assert quiet_threshold([judged((HERE,), ())], "tool") is None


def test_false_boxes_are_counted_on_empty_pictures_only() -> None:
    pictures = [
        judged((HERE,), (tool(AWAY),)),
        judged((), (tool(AWAY), tool(HERE, 0.2))),
        judged((), ()),
    ]
    assert false_per_hundred(pictures, "tool", 0.5) == (50.0, 2)


def test_average_precision_by_coco() -> None:
    perfect = [judged((HERE,), (tool(HERE),)), judged((AWAY,), (tool(AWAY),))]
    assert average_precision(perfect, "tool") == pytest.approx((1.0, 1.0))
    half = [judged((HERE,), (tool(HERE),)), judged((AWAY,), ())]
    assert average_precision(half, "tool") == pytest.approx((0.505, 0.505), abs=0.01)
    assert average_precision([judged((HERE,), ())], "tool") == (0.0, 0.0)
    assert average_precision([judged((), (tool(HERE),))], "tool") is None


def test_figures_survive_json_and_stand_in_the_table() -> None:
    rows = figures([judged((HERE,), (tool(HERE),), name=str(n)) for n in range(8)])
    assert from_json(to_json(rows, "d")) == rows
    (row,) = (row for row in rows if row.label == "tool" and row.kind == "real")
    assert row.ap50 == pytest.approx(1.0)
    assert row.boxes == 8
    assert row.recall_n < 8
    assert "| tool | real | 8 | 8 | 1.00 |" in to_markdown(rows)
