"""A visit decided in a real Chromium, against a real server: by keys, on a phone, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipeline.auditing import Role, Verdict
from tests.review.serving import browser_of
from tests.review.site_parts import Town

pytestmark = pytest.mark.browser


def opened(
    browser: Browser, town: Town, address: str, path: str, name: str = "anna", **window: object
) -> Page:
    role = Role.TECHNICIAN if name == "tech" else Role.AUDITOR
    page = browser_of(browser, town, town.person(role, name), address, **window).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert complaints == []
    return page


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_a_clear_case_takes_three_keys_from_its_page_to_the_next(
    browser: Browser, town: Town, address: str
) -> None:
    page = opened(browser, town, address, "/visits/FLAGGED")
    pressed = press(page, "c", "r", "Enter")
    page.wait_for_url("**/visits/*done=FLAGGED*")
    assert pressed <= 4
    (kept,) = town.site.results.decisions.of_visit("FLAGGED")
    assert kept.verdict is Verdict.REJECT
    assert [(item.item_id, item.word.value) for item in kept.items] == [("time.consistent", "confirm")]
    assert kept.seconds_spent is not None
    assert page.locator(".told").is_visible()


def test_the_selected_item_brings_its_picture_and_box(browser: Browser, town: Town, address: str) -> None:
    page = opened(browser, town, address, "/visits/FLAGGED")
    assert page.locator("#picture-name").text_content() == "5/8 during-2.jpg"
    assert page.locator(".box.strong").count() == 1
    press(page, "b")
    assert page.locator(".box").count() == 0
    press(page, "b", "j")
    assert page.locator("#picture-name").text_content() == "3/8 entry-1.jpg"
    assert page.locator(".box.strong").count() == 2


def test_the_picture_zooms_and_pans(browser: Browser, town: Town, address: str) -> None:
    page = opened(browser, town, address, "/visits/FLAGGED")
    press(page, "0", "+", "+")
    assert page.locator("#zoom-level").text_content() == "225%"
    before = page.locator("#sheet").bounding_box()
    pane = page.locator("#pane").bounding_box()
    assert before is not None
    assert pane is not None
    page.mouse.move(pane["x"] + 200, pane["y"] + 200)
    page.mouse.down()
    page.mouse.move(pane["x"] + 260, pane["y"] + 230)
    page.mouse.up()
    after = page.locator("#sheet").bounding_box()
    assert after is not None
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((60, 30), abs=1)
    press(page, "0")
    assert page.locator("#zoom-level").text_content() == "100%"


def test_an_item_is_overturned_by_keys_and_help_is_a_key_away(
    browser: Browser, town: Town, address: str
) -> None:
    page = opened(browser, town, address, "/visits/FLAGGED")
    press(page, "?")
    assert page.locator("#help").is_visible()
    press(page, "Escape", "j", "o", "9")
    page.keyboard.type("套在脚上")
    press(page, "Enter", "a")
    assert page.locator("#settle").is_visible()
    press(page, "Escape")
    assert page.locator("#settle").is_hidden()
    press(page, "a", "Enter")
    page.wait_for_url("**done=FLAGGED*")
    (kept,) = town.site.results.decisions.of_visit("FLAGGED")
    (item,) = kept.items
    assert (item.item_id, item.reason, item.comment) == ("shoe_cover.worn", "other", "套在脚上")


def test_a_blind_case_by_keys(browser: Browser, town: Town, address: str) -> None:
    page = opened(browser, town, address, "/visits/BLIND")
    assert page.locator(".box").count() == 0
    press(page, *"12131111", "a", "Enter")
    page.wait_for_url("**/visits/BLIND*done=BLIND*")
    (kept,) = town.site.results.decisions.of_visit("BLIND")
    assert (kept.blind, len(kept.items)) == (True, 8)
    assert page.locator(".points").text_content() == "58.4"


def test_two_browsers_that_race_keep_what_both_entered(browser: Browser, town: Town, address: str) -> None:
    anna = opened(browser, town, address, "/visits/FLAGGED")
    town.site.results.cases.release("FLAGGED", town.person(Role.AUDITOR, "anna").user_id)
    ben = opened(browser, town, address, "/visits/FLAGGED", "ben")
    press(ben, "a", "Enter")
    ben.wait_for_url("**done=FLAGGED*")
    anna.fill("input[name=comment]", "安娜的意见")
    press(anna, "Enter", "r", "Enter")
    anna.wait_for_selector(".message.bad")
    # Keys are heard once the page's script runs.
    anna.wait_for_load_state("networkidle")
    assert anna.input_value("input[name=comment]") == "安娜的意见"
    press(anna, "r", "Enter")
    anna.wait_for_url("**done=FLAGGED*")
    first, second = town.site.results.decisions.of_visit("FLAGGED")
    assert (first.user_name, second.user_name, second.supersedes) == ("ben", "anna", first.decision_id)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("visit_id", "name"), [("FLAGGED", "anna"), ("BLIND", "anna"), ("FLAGGED", "tech")])
def test_it_fits_its_window_and_axe_finds_nothing_serious(
    browser: Browser, town: Town, address: str, locale: str, width: int, visit_id: str, name: str
) -> None:
    page = opened(browser, town, address, f"/visits/{visit_id}", name, width=width, locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []
