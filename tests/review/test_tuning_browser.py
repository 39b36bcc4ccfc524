"""The tuning pages in a real Chromium: the handle by mouse and keys, both languages, phone and desk, axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page

from pipeline.auditing import Role
from pipeline.results import VisitReport
from pipeline.tuning.evaluations import EvaluationKind
from review.tuning.background import Background
from review.tuning.page_file import render_file
from review.tuning.sweep_view import sweep_view
from storage.tuning_codec import comparison_to_json, detector_to_json, replay_to_json, sweep_to_json
from tests.review.serving import browser_of
from tests.review.site_parts import Town
from tests.review.test_evaluation_pages import FLIPS, keep, keep_visits
from tests.review.test_releases_page import evaluated, rules
from tests.review.tuning_parts import made_comparison, made_detector, made_replay, made_sweep

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def sweep_path(town: Town, address: str, report: VisitReport) -> str:
    keep_visits(town, report, "F-1", "F-2", "B-1")
    return keep(town, EvaluationKind.SWEEP, sweep_to_json(made_sweep()))


@pytest.fixture
def lead(browser: Browser, town: Town, address: str) -> Iterator[Page]:
    context = browser_of(browser, town, town.person(Role.QA_LEAD), address)
    yield context.new_page()
    context.close()


def faults(page: Page, width: int) -> list[str]:
    found = Axe().run(page).response["violations"]
    serious = [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]
    too_wide = page.evaluate("document.documentElement.scrollWidth") > width
    return [*serious, *(["too wide"] if too_wide else [])]


def shown(page: Page) -> tuple[str, str, list[str]]:
    """The threshold, the precision there, and the visits that flip."""
    flips = page.locator(".flips li:visible .name").all_inner_texts()
    return page.inner_text("output"), page.inner_text("[data-line='0'] .value"), flips


def press_on_plot(page: Page, share: float) -> None:
    """Drag from where the marker stands to a share of the picture's width."""
    box = page.locator(".plot").bounding_box()
    mark = page.locator(".marker").bounding_box()
    assert box is not None
    assert mark is not None
    page.mouse.move(mark["x"] + mark["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()


def test_keys_move_the_threshold_the_figures_and_the_flips(lead: Page, sweep_path: str) -> None:
    lead.goto(sweep_path)
    assert shown(lead) == ("0.4", "69.0 %", [])
    lead.focus("input[type=range]")
    lead.keyboard.press("ArrowRight")
    assert shown(lead) == ("0.5", "76.9 %", ["F-1"])
    assert lead.get_attribute("input[type=range]", "aria-valuetext") == "0.5"
    lead.keyboard.press("ArrowRight")
    assert shown(lead)[2] == ["F-1", "F-2"]
    assert lead.inner_text(".flip-total") == "2"
    lead.keyboard.press("Home")
    assert shown(lead) == ("0.1", "52.6 %", ["B-1", "B-2", "B-3"])
    lead.keyboard.press("End")
    assert shown(lead)[0] == "0.9"


def test_the_chart_itself_can_be_dragged_on(lead: Page, sweep_path: str) -> None:
    lead.goto(sweep_path)
    lead.wait_for_load_state("networkidle")
    press_on_plot(lead, 0.96)  # the right end of the plot
    assert shown(lead)[0] == "0.9"
    press_on_plot(lead, 0.545)  # the middle
    assert shown(lead)[0] == "0.5"
    marker, plot = lead.locator(".marker").bounding_box(), lead.locator(".plot").bounding_box()
    assert marker is not None
    assert plot is not None
    middle = marker["x"] + marker["width"] / 2 - plot["x"]
    assert middle / plot["width"] == pytest.approx(0.545, abs=0.005)
    picture = lead.locator(".flips li:visible img").first
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 100


def test_without_its_script_the_page_says_the_same_of_the_value_in_force(
    browser: Browser, town: Town, address: str, sweep_path: str
) -> None:
    person = town.person(Role.QA_LEAD)
    context = browser_of(browser, town, person, address, java_script_enabled=False)
    page = context.new_page()
    page.goto(sweep_path)
    assert shown(page) == ("0.4", "69.0 %", [])
    assert page.is_disabled("input[type=range]")
    context.close()


@pytest.mark.parametrize(("width", "locale"), [(390, "zh-CN"), (390, "en-GB"), (1280, "en-GB")])
def test_every_page_fits_its_window_and_axe_finds_nothing_serious(
    browser: Browser, town: Town, address: str, sweep_path: str, width: int, locale: str
) -> None:
    bodies = {
        EvaluationKind.REPLAY: replay_to_json(made_replay(FLIPS)),
        EvaluationKind.DETECTOR: detector_to_json(made_detector()),
        EvaluationKind.COMPARISON: comparison_to_json(made_comparison()),
    }
    paths = [sweep_path, *(keep(town, kind, body) for kind, body in bodies.items())]
    paths += ["/tuning", "/tuning/confusion", "/tuning/drift?day_from=2026-01-01", "/tuning/releases"]
    context = browser_of(browser, town, town.person(Role.QA_LEAD), address, width, locale=locale)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    page.on("console", lambda message: found.setdefault("console", []).append(message.text))
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if wrong := faults(page, width):
            found[path] = wrong
    assert found == {}
    context.close()


def test_rules_are_proposed_by_one_person_and_approved_by_another(
    browser: Browser, town: Town, address: str, tmp_path: Path
) -> None:
    file = rules("2027-01", 0.41)
    evaluated(town, tmp_path, file)
    first = browser_of(browser, town, town.person(Role.QA_LEAD), address, 390, locale="en-GB").new_page()
    first.goto("/tuning/releases")
    chosen: FilePayload = {"name": "standard.yaml", "mimeType": "application/yaml", "buffer": file}
    first.set_input_files("#files", chosen)
    first.get_by_role("button", name="Propose").click()
    first.wait_for_url("**/tuning/releases/1")
    assert faults(first, 390) == []
    second = browser_of(browser, town, town.person(Role.ADMINISTRATOR), address, locale="zh-CN").new_page()
    second.goto("/tuning/releases/1")
    second.get_by_role("button", name="批准").click()
    second.wait_for_load_state("networkidle")
    assert faults(second, 1280) == []
    second.goto("/tuning/releases")
    assert "今日生效" in second.inner_text("main")
    second.locator(".back summary").click()
    second.get_by_role("button", name="确认回退").click()
    second.wait_for_load_state("networkidle")
    assert "今日生效" not in second.inner_text("main")
    first.context.close()
    second.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_as_a_file_works_alone(browser: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "sweep.html"
    file.write_text(render_file(sweep_view(made_sweep(), Background())), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    page.focus("input[type=range]")
    page.keyboard.press("ArrowRight")
    assert shown(page) == ("0.5", "76.9 %", ["F-1"])
    assert page.is_visible(".chart.zh img")
    page.locator("label[for=language-en]").click()
    page.wait_for_selector(".chart.en img")
    assert not page.is_visible(".chart.zh img")
    assert (complaints, faults(page, width)) == ([], [])
    context.close()
