"""The whole path in a real Chromium: sign in, take a visit, look, overturn by keys, decide, trail, export."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipeline.auditing import Role, Verdict
from tests.review.serving import browser_of
from tests.review.site_parts import PASSWORDS, Town

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
PAGES = (
    ("/queue", Role.AUDITOR),
    ("/queue?view=all&city=%E4%B8%8A%E6%B5%B7", Role.AUDITOR),
    ("/numbers?day_from=2026-01-01", Role.QA_LEAD),
    ("/users", Role.ADMINISTRATOR),
    ("/account", Role.AUDITOR),
    ("/own-visits", Role.TECHNICIAN),
)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(
    ("locale", "take", "recorded"),
    [("zh-CN", "开始审核下一个", "已记录"), ("en-GB", "Take the next one", "recorded")],
)
def test_from_signing_in_to_the_export(
    browser: Browser, town: Town, address: str, locale: str, take: str, recorded: str
) -> None:
    town.person(Role.AUDITOR, "anna", PASSWORDS.hash(PASSWORD, "anna"))
    window = browser.new_context(base_url=address, locale=locale)
    page = window.new_page()
    page.goto("/queue")
    assert "/sign-in" in page.url
    page.fill("[name=name]", "anna")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=take).click()
    page.wait_for_url("**/visits/FLAGGED*")
    for key in ("o", "1", "a", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/visits/*done=FLAGGED*")
    assert recorded in (page.text_content(".told") or "")
    (kept,) = town.site.results.decisions.of_visit("FLAGGED")
    assert kept.verdict is Verdict.ACCEPT
    assert [item.word.value for item in kept.items] == ["overturn"]
    page.goto("/visits/FLAGGED")
    assert kept.digest[:12] in (page.text_content("main") or "")
    for path, begins in (
        ("/visits/FLAGGED/report.pdf", b"%PDF-"),
        ("/visits/FLAGGED/export.zip", b"PK"),
        ("/queue/export.xlsx?view=all", b"PK"),
    ):
        answer = window.request.get(path)
        assert answer.ok
        assert answer.body().startswith(begins)
    window.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_its_window_and_axe_finds_nothing_serious(
    browser: Browser, town: Town, address: str, locale: str, width: int
) -> None:
    faults: dict[str, object] = {}
    for path, role in PAGES:
        page = browser_of(browser, town, town.person(role), address, width, locale=locale).new_page()
        complaints: list[str] = []
        page.on("console", lambda message, said=complaints: said.append(message.text))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        too_wide = page.evaluate("document.documentElement.scrollWidth") > width
        if found := [*complaints, *serious(page), *(["too wide"] if too_wide else [])]:
            faults[path] = found
        page.context.close()
    stranger = browser.new_page(locale=locale, viewport={"width": width, "height": 800})
    stranger.goto(f"{address}/sign-in")
    if found := serious(stranger):
        faults["/sign-in"] = found
    stranger.context.close()
    assert faults == {}


def test_numbers_show_what_was_decided(browser: Browser, town: Town, address: str) -> None:
    town.clock.turn(timedelta(minutes=1))
    page = browser_of(browser, town, town.person(Role.QA_LEAD), address).new_page()
    page.goto("/numbers?day_from=2026-01-01")
    assert page.locator("table").count() >= 2
    charts = page.locator("img[src^='/numbers/chart']")
    assert charts.count() >= 1
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        chart.evaluate("image => image.decode()")
        assert chart.evaluate("image => image.naturalWidth") > 100
    page.context.close()
