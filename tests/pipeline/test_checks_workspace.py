"""Cloth, tools, the thing worked on, the whole picture, and how the place is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import BoundingBox
from pipeline.layout.from_boxes import LaidTool, order_of, row_of
from pipeline.results import Outcome
from pipeline.visit import Stage

CLOTH = (0.2, 0.4, 0.8, 0.9)


def tools_photo(build, heights, cloth=CLOTH, width=0.04, step=0.1, stage="before"):
    """Upright tools side by side on the cloth, of these heights."""
    boxes = [
        build.box("tool", 0.9, 0.25 + i * step, 0.85 - height, 0.25 + i * step + width, 0.85)
        for i, height in enumerate(heights)
    ]
    cloths = [build.box("work_cloth", 0.9, *cloth)] if cloth else []
    return build.photo("tools.jpg", stage, "09:05", *cloths, *boxes)


# ---- cloth and tools on it --------------------------------------------------------------------------------


def test_a_cloth_at_either_stage(bench, build):
    seen = build.photo("a", "during", "09:05", build.box("work_cloth", 0.9, *CLOTH))
    assert bench.check("cloth.laid", seen).outcome is Outcome.PASS
    bare = bench.check("cloth.laid", build.photo("a", "during", "09:05"))
    assert (bare.outcome, bare.retake) == (Outcome.MISSING, (Stage.BEFORE, Stage.DURING))


def test_all_tools_on_the_cloth(bench, build):
    result = bench.check("tools.on_cloth", tools_photo(build, [0.4, 0.3]))
    assert result.outcome is Outcome.PASS
    assert result.measurement is not None
    assert result.measurement.value.startswith("100% ")


def test_a_tool_beside_the_cloth_is_named_with_its_box(bench, build):
    off = build.box("tool", 0.9, 0.82, 0.5, 0.9, 0.8)
    _, evidence = tools_photo(build, [0.4, 0.3])
    seen = build.photo("tools.jpg", "before", "09:05", *evidence.frames[0].detections, off)
    result = bench.check("tools.on_cloth", seen)
    assert result.outcome is Outcome.FAIL
    assert result.evidence[0].boxes == (off.box,)


def test_a_tool_in_the_hand_is_in_use(bench, build):
    held, person = build.box("tool", 0.9, 0.85, 0.2, 0.9, 0.3), build.box("person", 0.9, 0.8, 0, 1, 0.9)
    _, evidence = tools_photo(build, [0.4])
    seen = build.photo("tools.jpg", "before", "09:05", *evidence.frames[0].detections, held, person)
    assert bench.check("tools.on_cloth", seen).outcome is Outcome.PASS


@pytest.mark.parametrize("heights", [[0.4, 0.3], []], ids=["no cloth", "nothing"])
def test_tools_without_a_cloth_show_nothing(bench, build, heights):
    result = bench.check("tools.on_cloth", tools_photo(build, heights, cloth=None))
    assert result.outcome is Outcome.MISSING


# ---- order and neatness -----------------------------------------------------------------------------------

ORDERS = [
    ([0.4, 0.3, 0.2], Outcome.PASS),
    ([0.2, 0.3, 0.4], Outcome.PASS),
    ([0.3, 0.31, 0.2], Outcome.PASS),
    ([0.3, 0.2, 0.4], Outcome.FAIL),
    ([0.2, 0.4, 0.2, 0.4], Outcome.FAIL),
    ([0.4, 0.2], Outcome.MISSING),
    ([], Outcome.MISSING),
]


@pytest.mark.parametrize(("heights", "outcome"), ORDERS, ids=str)
def test_tools_from_large_to_small(bench, build, heights, outcome):
    result = bench.check("tools.order", tools_photo(build, heights))
    assert result.outcome is outcome
    if outcome is not Outcome.MISSING:
        assert "estimated from boxes" in result.reason.en


def test_scattered_tools_have_no_order(bench, build):
    corners = [(0.1, 0.1, 0.2, 0.2), (0.8, 0.1, 0.9, 0.2), (0.1, 0.8, 0.2, 0.9), (0.8, 0.8, 0.9, 0.9)]
    seen = build.photo("a", "before", "09:05", *[build.box("tool", 0.9, *corner) for corner in corners])
    assert bench.check("tools.order", seen).outcome is Outcome.UNREADABLE


def test_no_picture_before_work(bench, build):
    assert bench.check("tools.order", build.photo("a", "entry", "09:05")).outcome is Outcome.MISSING
    assert bench.check("tools.order", build.damaged("a", "before")).outcome is Outcome.UNREADABLE


lengths = st.lists(st.floats(0.05, 0.5), min_size=3, max_size=8)


def laid(heights):
    boxes = [BoundingBox(0.1 * i, 0.9 - h, 0.1 * i + 0.03, 0.9) for i, h in enumerate(heights)]
    return [LaidTool.from_box(box, 1600, 1200) for box in boxes]


@given(lengths)
def test_a_row_reads_the_same_from_both_ends(heights):
    forth, back = order_of(laid(heights), 0.1), order_of(list(reversed(laid(heights))), 0.1)
    assert (forth.pairs_out_of_order, forth.longest_run) == (back.pairs_out_of_order, back.longest_run)


@given(lengths)
def test_sorted_tools_are_in_order(heights):
    order = order_of(laid(sorted(heights)), 0.1)
    assert order.pairs_out_of_order == 0
    assert order.longest_run == len(heights)


@given(lengths, st.integers(0, 7))
def test_a_row_doesnt_depend_on_the_order_of_detections(heights, turn):
    tools = laid(heights)
    turned = tools[turn:] + tools[:turn]
    assert row_of(tools, 10) == row_of(turned, 10)


def test_neat_tools(bench, build):
    assert bench.check("tools.neat", tools_photo(build, [0.4, 0.3, 0.2])).outcome is Outcome.PASS


def test_crossing_tools_are_named(bench, build):
    result = bench.check("tools.neat", tools_photo(build, [0.4, 0.3, 0.2], step=0.03))
    assert result.outcome is Outcome.FAIL
    assert len(result.evidence[0].boxes) == 2


def test_tools_across_each_other(bench, build):
    flat, upright = build.box("tool", 0.9, 0.2, 0.5, 0.5, 0.55), build.box("tool", 0.9, 0.6, 0.3, 0.65, 0.7)
    result = bench.check("tools.neat", build.photo("a", "before", "09:05", flat, upright))
    assert result.outcome is Outcome.FAIL
    assert "across" in result.reason.en


# ---- the thing worked on, the whole picture ---------------------------------------------------------------


def whole(build, name, stage, clock, *labels):
    places = {"badge": (0.1, 0.1, 0.2, 0.3), "gas_meter": (0.5, 0.2, 0.8, 0.6)}
    return build.photo(name, stage, clock, *[build.box(label, 0.9, *places[label]) for label in labels])


def test_the_thing_worked_on_at_each_stage(bench, build):
    seen = [whole(build, s, s, "09:00", "gas_meter") for s in ("before", "during", "after")]
    assert bench.check("object.visible", *seen).outcome is Outcome.PASS
    assert bench.check("object.visible", *seen[:2]).retake == (Stage.AFTER,)


@pytest.mark.parametrize("item_id", ["object.visible", "frame.complete"])
def test_without_a_known_object_nothing_is_checked(bench, build, item_id):
    result = bench.check(item_id, whole(build, "a", "before", "09:00", "badge"), service="repair")
    assert result.outcome is Outcome.NOT_CHECKED


FRAMES = [
    ("together", [("a", "before", "09:00", "badge", "gas_meter")], Outcome.PASS, "together in a"),
    (
        "in three pictures",
        [("a", "before", "09:00"), ("b", "during", None, "badge"), ("c", "after", None, "gas_meter")],
        Outcome.MISSING,
        "lacks",
    ),
    ("no stamp", [("a", "before", None, "badge", "gas_meter")], Outcome.MISSING, "lacks: time watermark"),
    ("illegible stamp", [("a", "before", "?", "badge", "gas_meter")], Outcome.UNREADABLE, "not legible"),
    ("no badge", [("a", "before", "09:00", "gas_meter")], Outcome.MISSING, "lacks: work badge"),
    (
        "the best is named",
        [("a", "before", "09:00"), ("b", "after", "10:00", "badge", "gas_meter")],
        Outcome.PASS,
        "in b",
    ),
    (
        "a legible one is better",
        [("a", "before", "?", "badge", "gas_meter"), ("b", "after", "10:00", "badge", "gas_meter")],
        Outcome.PASS,
        "in b",
    ),
    ("wrong stage", [("a", "entry", "09:00", "badge", "gas_meter")], Outcome.MISSING, "no picture"),
]


@pytest.mark.parametrize(
    ("photos", "outcome", "says"), [case[1:] for case in FRAMES], ids=[case[0] for case in FRAMES]
)
def test_frame_complete(bench, build, photos, outcome, says):
    result = bench.check("frame.complete", *[whole(build, *photo) for photo in photos])
    assert result.outcome is outcome
    assert says in result.reason.en


# ---- site.clean -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("boxes", "outcome"),
    [
        ([], Outcome.PASS),
        ([("tool", 0.2)], Outcome.PASS),
        ([("tool", 0.9)], Outcome.FAIL),
        ([("person", 0.9)], Outcome.PASS),
    ],
)
def test_nothing_is_left(bench, build, boxes, outcome):
    seen = build.photo("a", "cleanup", "10:00", *[build.box(label, sure) for label, sure in boxes])
    assert bench.check("site.clean", seen).outcome is outcome


def test_without_a_clean_up_picture(bench, build):
    assert bench.check("site.clean", build.photo("a", "after", "10:00")).outcome is Outcome.MISSING
    assert bench.check("site.clean", build.damaged("a", "cleanup")).outcome is Outcome.UNREADABLE
