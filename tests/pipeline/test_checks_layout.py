"""What measured layouts say of the items on cloth and tools, and when boxes have to do."""

from dataclasses import replace

import pytest

from pipeline.evidence import Detection
from pipeline.layout.values import ClothFailure
from pipeline.results import Leaning, Outcome
from pipeline.veil import veiled
from tests.pipeline.made_layouts import Camera, Tool, row, seen

ABOVE = Camera(65, turn_deg=4)


@pytest.fixture
def laid(build):
    """A photo of tools on a cloth, with what a detector and a reader of outlines see in it."""

    def photo(tools, camera=ABOVE, stage="before", name="tools.jpg", others=(), failure=None, **made):
        layout = seen(tools, camera, **made)
        cloth = layout.cloth.box(layout.width_px, layout.height_px)
        found = [Detection("tool", tool.confidence, tool.box) for tool in layout.tools]
        if failure:
            layout = replace(layout, cloth=None, cloth_failure=failure)
        item, evidence = build.photo(
            name, stage, "09:05", Detection("work_cloth", 0.9, cloth), *found, *others
        )
        frame = replace(evidence.frames[0], layout=layout)
        return item, replace(evidence, frames=(frame,))

    return photo


# ---- the cloth --------------------------------------------------------------------------------------------


def test_a_cloth_of_the_right_shape(bench, laid):
    result = bench.check("cloth.laid", laid(row([20])))
    assert result.outcome is Outcome.PASS
    assert "60×30" in result.reason.en
    assert result.measurement.threshold == "1.70–2.30 : 1"


def test_a_square_cloth_fails_where_the_size_is_demanded(bench, laid):
    square = laid((), size_cm=(45, 45))
    assert bench.check("cloth.laid", square).outcome is Outcome.FAIL
    any_size = bench.check("cloth.laid", square, service="repair")
    assert any_size.outcome is Outcome.PASS
    assert "any size will do" in any_size.reason.en


def test_a_shape_that_can_not_be_told_is_confirmed_by_a_person(bench, laid):
    result = bench.check("cloth.laid", laid((), failure=ClothFailure.NOT_STRAIGHT))
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.FOR)
    assert "sides aren't straight" in result.reason.en
    assert "垫布的边不直" in result.reason.zh


def test_one_picture_that_shows_the_shape_is_enough(bench, laid):
    unclear = laid((), name="a.jpg", failure=ClothFailure.NO_EDGES)
    assert bench.check("cloth.laid", unclear, laid((), name="b.jpg")).outcome is Outcome.PASS


def test_where_nobody_measured_the_report_says_so(bench, build):
    cloth = build.box("work_cloth", 0.9, 0.2, 0.4, 0.8, 0.9)
    result = bench.check("cloth.laid", build.photo("a", "before", "09:05", cloth))
    assert result.outcome is Outcome.PASS
    assert "shape was not measured" in result.reason.en


# ---- tools on it ------------------------------------------------------------------------------------------


def test_a_slanted_tool_on_the_cloth_is_on_it_by_its_outline(bench, laid):
    result = bench.check("tools.on_cloth", laid([Tool(14, 15, 24, angle_deg=45), Tool(40, 15, 20)]))
    assert result.outcome is Outcome.PASS
    assert result.measurement.value.startswith("100%")


def test_tools_off_the_cloth_are_counted_and_shown(bench, laid):
    photo = laid([*row([20, 16]), Tool(64, 15, 18)])
    result = bench.check("tools.on_cloth", photo)
    assert result.outcome is Outcome.FAIL
    assert "1 of 3 tools" in result.reason.en
    assert result.evidence[0].boxes == (photo[1].frames[0].layout.tools[2].box,)


def test_the_worst_picture_decides_measured_or_not(bench, laid, build):
    cloth, off = build.box("work_cloth", 0.9, 0.2, 0.4, 0.8, 0.9), build.box("tool", 0.9, 0.82, 0.5, 0.9, 0.8)
    plain = build.photo("plain.jpg", "during", "09:30", cloth, off)
    result = bench.check("tools.on_cloth", laid(row([20, 16])), plain)
    assert result.outcome is Outcome.FAIL
    assert "plain.jpg" in result.reason.en
    assert "estimated from boxes" in result.reason.en


# ---- order ------------------------------------------------------------------------------------------------


def test_in_order_by_centimetres(bench, laid):
    result = bench.check("tools.order", laid(row([24, 20, 16, 12])))
    assert result.outcome is Outcome.PASS
    assert "by the cloth's nominal 60×30" in result.reason.en
    assert "按垫布标称60×30厘米换算" in result.reason.zh


def test_the_pair_out_of_order_is_told_with_its_lengths(bench, laid):
    photo = laid(row([24, 16, 20, 12]))
    result = bench.check("tools.order", photo)
    assert result.outcome is Outcome.FAIL
    assert "no. 3 (20." in result.reason.en or "no. 3 (19." in result.reason.en
    assert "第3件" in result.reason.zh
    outlined = [tool.box for tool in photo[1].frames[0].layout.tools]
    assert set(result.evidence[0].boxes) == {outlined[1], outlined[2]}


def test_two_rows_where_one_is_asked_for(bench, laid):
    rows = [Tool(8 + 10 * i, y, length) for y in (7, 23) for i, length in enumerate([12, 10, 8])]
    assert "2 rows" in bench.check("tools.order", laid(rows)).reason.en
    assert bench.check("tools.order", laid(rows), params={"max_rows": 2}).outcome is Outcome.PASS


def test_what_is_within_the_error_is_unreadable(bench, laid):
    flat = Camera(24, distance_cm=140, equivalent_mm=23)
    result = bench.check("tools.order", laid(row([20, 12, 13.6]), flat, noise_px=2))
    assert result.outcome is Outcome.UNREADABLE
    assert "within the error" in result.reason.en


def test_a_cloth_that_could_not_be_measured_leaves_the_estimate(bench, laid):
    result = bench.check("tools.order", laid(row([24, 20, 16]), failure=ClothFailure.OUTSIDE_PICTURE))
    assert result.outcome is Outcome.PASS
    assert "estimated from boxes, not rectified, can't be measured: the cloth reaches out" in result.reason.en


def test_a_row_with_a_tool_without_an_outline_may_break_but_is_not_known_to_hold(bench, laid, build):
    other = build.box("tool", 0.9, 0.05, 0.05, 0.1, 0.1)
    broken = bench.check("tools.order", laid(row([24, 16, 20]), others=[other]))
    assert broken.outcome is Outcome.FAIL
    result = bench.check("tools.order", laid(row([24, 20, 16]), others=[other]))
    assert result.outcome is Outcome.UNREADABLE
    assert "not counting 1 without an outline" in result.reason.en
    assert result.reason.en.startswith("Can't be told of all tools")


def test_unsure_outlines_do_not_count(bench, laid):
    item, evidence = laid(row([24, 16, 20, 12]))
    layout = evidence.frames[0].layout
    unsure = replace(layout, tools=tuple(replace(t, confidence=0.1) for t in layout.tools))
    frame = replace(evidence.frames[0], layout=unsure)
    result = bench.check("tools.order", (item, replace(evidence, frames=(frame,))))
    assert "estimated from boxes" in result.reason.en


# ---- neatness ---------------------------------------------------------------------------------------------

NEAT = [
    (row([24, 20, 16]), Outcome.PASS, "about parallel"),
    ([*row([24, 20]), Tool(36, 15, 16, angle_deg=40)], Outcome.FAIL, "no. 3: turned by more than 15°"),
    ([*row([24, 20]), Tool(15.1, 15, 16)], Outcome.FAIL, "touch"),
    ([*row([24, 20]), Tool(13, 15, 16, angle_deg=60)], Outcome.FAIL, "cross"),
]


@pytest.mark.parametrize(("tools", "outcome", "says"), NEAT, ids=["neat", "turned", "touching", "crossing"])
def test_neatness(bench, laid, tools, outcome, says):
    result = bench.check("tools.neat", laid(tools))
    assert result.outcome is outcome
    assert says in result.reason.en


# ---- the report -------------------------------------------------------------------------------------------


def test_the_report_carries_what_was_measured(bench, laid):
    report = bench.report(laid(row([24, 16, 20])))
    (layout,) = report.layouts
    assert layout.media_key.endswith("tools.jpg")
    assert [found.item_id for found in layout.assessments] == [
        "cloth.laid",
        "tools.on_cloth",
        "tools.order",
        "tools.neat",
    ]
    assert veiled(report).layouts == ()


def test_a_rule_set_without_a_cloth_measures_nothing(bench, laid):
    assert bench.report(laid(row([24, 16, 20])), service="cleaning").layouts == ()


def test_pictures_that_no_item_points_at_are_left_out(bench, laid):
    report = bench.report(laid(row([24, 20, 16])), laid((), name="other.jpg", stage="after"))
    assert [layout.media_key.rsplit("/", 1)[-1] for layout in report.layouts] == ["tools.jpg"]
