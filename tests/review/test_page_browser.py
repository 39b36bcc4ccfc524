"""The pages in a real Chromium: no complaint, no sideways scrolling, a language switch that switches."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipeline.results import VisitReport
from review.pictures import PictureSource
from review.report_page import index_row, render_index, render_report

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(
    report: VisitReport, tmp_path: Path, drawn_pictures: Callable[..., PictureSource]
) -> dict[str, Path]:
    texts = {
        "report": render_report(report, drawn_pictures()),
        "index": render_index([index_row(report, "report.html")], "2026-03-12"),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: tmp_path / f"{name}.html" for name in texts}


def _open(browser: Browser, path: Path, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if _is_foreign(request.url) else None)
    page.goto(path.as_uri())
    return page, complaints


def _is_foreign(url: str) -> bool:
    return not url.startswith(("file:", "data:"))


@pytest.mark.parametrize("name", ["report", "index"])
@pytest.mark.parametrize("width", [390, 820, 1280])
def test_a_page_fits_its_window_and_the_browser_has_no_complaint(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    page, complaints = _open(browser, pages[name], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


def test_the_language_switch_switches(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = _open(browser, pages["report"], 1280)
    reason = page.locator("[id='item-time.consistent'] .reason")
    chinese, english = reason.locator(".zh"), reason.locator(".en")
    seen = [(chinese.is_visible(), english.is_visible())]
    for choice in ("language-zh", "language-en", "language-both"):
        page.locator(f"label[for={choice}]").click()
        seen.append((chinese.is_visible(), english.is_visible()))
    assert seen == [(True, True), (True, False), (False, True), (True, True)]
    page.close()


def test_pictures_are_drawn_where_they_are_used(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = _open(browser, pages["report"], 1280)
    whole = page.locator("[id='item-shoe_cover.worn'] .whole svg").bounding_box()
    box = page.locator("[id='item-shoe_cover.worn'] .whole rect.box").first.bounding_box()
    assert whole is not None
    assert box is not None
    assert whole["width"] > 150
    assert whole["width"] / whole["height"] == pytest.approx(480 / 360, rel=0.02)
    assert (box["x"] + box["width"] / 2 - whole["x"]) / whole["width"] == pytest.approx(0.46, abs=0.02)
    page.close()


def test_a_picture_leads_to_the_gallery(browser: Browser, pages: dict[str, Path]) -> None:
    page, _ = _open(browser, pages["report"], 390)
    page.locator("[id='item-shoe_cover.worn'] a.whole").first.click()
    target = page.locator(":target")
    assert "entry-1.jpg" in (target.text_content() or "")
    page.close()
