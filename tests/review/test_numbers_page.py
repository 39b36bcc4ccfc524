"""The numbers' page, charts, JSON and CSV, over visits that were judged and decided on."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.auditing import Draft, ItemDecision, ItemWord, Role, Verdict
from pipeline.results import Outcome, VisitReport
from review.charts import NARROW, WIDE, Dot, Frame, Series, columns, dots, shares
from storage.codec import report_digest
from tests.review.site_parts import Town

PERIOD = "day_from=2026-01-01"
OVERTURNED = ItemDecision("shoe_cover.worn", ItemWord.OVERTURN, Outcome.CONFIRM, Outcome.PASS, "visible")
CONFIRMED = ItemDecision("time.consistent", ItemWord.CONFIRM, Outcome.FAIL, Outcome.FAIL)


@pytest.fixture
def decided(town: Town, report: VisitReport) -> Town:
    """Three visits by two technicians, one of them with a name that a spreadsheet would calculate."""
    auditor = town.person(Role.AUDITOR)
    for number in range(3):
        name = "=1+1" if number == 2 else "温棠"
        said = replace(
            report, visit_id=f"V-{number}", technician_name=name, technician_number=str(number // 2)
        )
        town.site.results.save_report(said, str(number) * 64, town.clock())
        words = (OVERTURNED, CONFIRMED) if number else (CONFIRMED,)
        draft = Draft(said.visit_id, report_digest(said), Verdict.REJECT, words, "", f"t{number}")
        town.site.results.decisions.decide(draft, auditor, town.clock())
    return town


def test_the_page_names_the_most_overturned_rule_first_and_leads_to_its_visits(decided: Town) -> None:
    browser = decided.browser_of(Role.QA_LEAD)
    page = browser.get(f"/numbers?{PERIOD}")
    assert page.status_code == 200
    assert page.text.index("shoe_cover.worn") < page.text.index("time.consistent")
    visits = browser.get(f"/numbers/visits?{PERIOD}&item=shoe_cover.worn&word=overturn").text
    assert "V-1" in visits
    assert "V-2" in visits
    assert "V-0" not in visits


def test_without_a_query_it_shows_the_last_thirty_days(decided: Town) -> None:
    answer = decided.browser_of(Role.QA_LEAD).get("/numbers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/numbers?day_from=2026-10-21&by=team")


def test_the_json_says_what_the_page_says(decided: Town) -> None:
    said = decided.browser_of(Role.QA_LEAD).get(f"/api/v1/numbers?{PERIOD}&by=technician").json()
    first = said["items"][0]
    assert (first["item_id"], first["overturned"]["hits"], first["overturned"]["total"]) == (
        "shoe_cover.worn",
        2,
        2,
    )
    assert [(group["key"], group["visits"]) for group in said["groups"]] == [("0", 2), ("1", 1)]
    assert said["visits"] == sum(week["visits"] for week in said["weeks"]) == 3
    assert said["missed_faults"]["share"] is None


@pytest.mark.parametrize("table", ["groups", "weeks", "items", "missed"])
def test_a_table_as_a_file_holds_no_formula(decided: Town, table: str) -> None:
    answer = decided.browser_of(Role.QA_LEAD).get(f"/numbers/{table}.csv?{PERIOD}&by=technician")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len({len(row) for row in rows}) == 1
    assert all(not cell.startswith("=") for row in rows for cell in row)
    if table == "groups":
        assert [row[1] for row in rows[1:]] == ["温棠", "'=1+1"]


@pytest.mark.parametrize("chart", ["overturned", "missed", "groups", "weeks"])
@pytest.mark.parametrize("query", [PERIOD, f"{PERIOD}&narrow=1", "day_from=2030-01-01"])
def test_a_chart_is_a_picture_even_of_nothing(decided: Town, chart: str, query: str) -> None:
    answer = decided.browser_of(Role.QA_LEAD).get(f"/numbers/chart/{chart}.svg?{query}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(answer.content).tag.endswith("svg")  # noqa: S314


def test_what_cannot_be_asked_is_refused_in_words(decided: Town) -> None:
    browser = decided.browser_of(Role.QA_LEAD)
    assert browser.get("/numbers?day_from=yesterday").status_code == 422
    assert browser.get("/numbers/chart/pie.svg").status_code == 422


@given(
    st.lists(st.tuples(st.text(max_size=20), st.floats(0, 1)), max_size=3), st.sampled_from([WIDE, NARROW])
)
def test_any_name_can_be_drawn(rows: list[tuple[str, float]], frame: Frame) -> None:
    named = [Dot(name, "1/2", value, 0.0, 1.0) for name, value in rows]
    assert dots(named, "x", frame).startswith(b"<?xml")


def test_equal_data_give_equal_bytes_and_a_dollar_is_no_formula() -> None:
    series = [Series("优秀", "#14602f", (1.0, 0.0)), Series("良好", "#1b6b7d", (2.0, 0.0))]
    for chart in (shares([("$\\frac$", "3"), ("空", "0")], series, "%"), columns(["a", "b"], series, "n")):
        assert chart.startswith(b"<?xml")
    assert columns(["a", "b"], series, "n") == columns(["a", "b"], series, "n")
