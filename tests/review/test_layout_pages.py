"""The measured layout on the pages and in print: what is drawn is what was measured."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.auditing import Role
from pipeline.layout.assessment import assess
from pipeline.layout.demands import demands_of
from pipeline.layout.judgement import Fault, judge_layout
from pipeline.layout.values import ClothFailure
from pipeline.results import PictureLayout, VisitReport
from pipeline.visit import ServiceType
from review.layout_drawing import FAULT_COLOURS, FAULTS, SOUND_COLOUR, draw
from review.pictures import PictureSource
from review.report_page import render_report
from review.trail import Trail
from review.visit_pdf import visit_pdf
from storage.rule_files import load_rule_sets
from tests.pipeline.made_layouts import Camera, Tool, row, seen
from tests.review.serving import keep
from tests.review.site_parts import Town


@pytest.fixture(scope="module")
def layout(report: VisitReport) -> PictureLayout:
    """Three in a row with the longest in the middle, and one beside the cloth."""
    demands = demands_of(load_rule_sets()[ServiceType.METER_REPLACEMENT])
    assert demands is not None
    picture = seen([*row([16, 22, 12]), Tool(66, 15, 15)], Camera(55, turn_deg=10))
    judged = judge_layout(picture, (), demands)
    key = report.timeline[0].media_key
    return PictureLayout(key, None, picture.width_px, picture.height_px, judged, assess(judged, demands))


@pytest.fixture(scope="module")
def laid_out(report: VisitReport, layout: PictureLayout) -> VisitReport:
    return replace(report, layouts=(layout,))


def test_a_drawing_holds_every_tool_with_its_place_and_faults(layout: PictureLayout) -> None:
    drawing = draw(layout)
    assert [tool.number for tool in drawing.listed] == [1, 2, 3, None]
    by_length = sorted(drawing.tools, key=lambda tool: -tool.length_cm)
    assert [tool.rank for tool in by_length] == [1, 2, None, 3]
    assert drawing.listed[-1].faults == (Fault.OFF_CLOTH,)
    assert drawing.faults == (Fault.OFF_CLOTH, Fault.OUT_OF_ORDER)
    assert {tool.colour for tool in drawing.tools} == {
        SOUND_COLOUR,
        FAULT_COLOURS[Fault.OFF_CLOTH],
        FAULT_COLOURS[Fault.OUT_OF_ORDER],
    }


def test_the_drawing_is_as_large_as_what_lies_on_it(layout: PictureLayout) -> None:
    drawing = draw(layout)
    assert drawing.left < 0 < 60 < drawing.right
    assert all(drawing.left < x < drawing.right for tool in drawing.tools for x, _ in tool.outline)
    assert list(drawing.grid_x)[:3] == [-5, 0, 5]


def test_outlines_over_the_photo_are_where_they_were_seen(layout: PictureLayout) -> None:
    tool = draw(layout).tools[0]
    box = layout.judged.layout.tools[0].box
    xs = [x / layout.width_px for x, _ in tool.photo]
    assert (min(xs), max(xs)) == (pytest.approx(box.x_min, abs=0.002), pytest.approx(box.x_max, abs=0.002))


def test_a_layout_without_a_cloth_is_not_drawn(layout: PictureLayout) -> None:
    judged = replace(
        layout.judged, layout=replace(layout.judged.layout, cloth=None, failure=ClothFailure.NO_EDGES)
    )
    with pytest.raises(ValueError, match="no cloth"):
        draw(replace(layout, judged=judged))


def test_every_fault_has_words_and_a_colour() -> None:
    assert set(FAULTS) == set(FAULT_COLOURS) == set(Fault)


def test_the_report_shows_photo_and_top_view(
    laid_out: VisitReport, layout: PictureLayout, drawn_pictures: Callable[..., PictureSource]
) -> None:
    text = render_report(laid_out, drawn_pictures())
    section = text[text.index('class="layouts"') :]
    polygons = re.findall(r"<polygon ", section)
    assert len(polygons) == 2 + 2 * len(layout.judged.judged)
    for tool in layout.judged.layout.tools:
        assert f"{tool.length_cm:.1f}</text>" in section
    assert "不在垫布上" in section
    assert "out of order" in section


def test_a_report_without_layouts_has_no_such_section(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    assert 'class="layouts"' not in render_report(report, drawn_pictures())


def test_the_pdf_holds_the_drawing(
    report: VisitReport, laid_out: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    nobody = Trail((), None)
    with_it, without = (visit_pdf(one, nobody, drawn_pictures()) for one in (laid_out, report))
    assert with_it.startswith(b"%PDF-")
    assert len(with_it) > len(without)


def test_the_site_shows_it_and_a_blind_case_does_not(town: Town, laid_out: VisitReport) -> None:
    keep(town, laid_out, "V1", spot_check=False)
    keep(town, laid_out, "B1", blind=True)
    browser = town.browser_of(Role.AUDITOR)
    shown, hidden = browser.get("/visits/V1").text, browser.get("/visits/B1").text
    assert 'class="topview"' in shown
    assert re.search(r'<image href="/visits/V1/media/\d+/picture\?size=view"', shown)
    assert "topview" not in hidden


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_the_window(
    browser: Browser,
    tmp_path: Path,
    laid_out: VisitReport,
    drawn_pictures: Callable[..., PictureSource],
    width: int,
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(laid_out, drawn_pictures()), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(path.as_uri())
    box = page.locator(".topview").bounding_box()
    assert box is not None
    assert box["width"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
