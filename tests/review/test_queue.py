"""The queue as a page and as JSON: filters, pages, taking the next case, and no word of a blind verdict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.auditing import Role
from pipeline.results import Flag, FlagReason, VisitReport
from pipeline.visit import ServiceType
from review.auditing_words import waiting_time
from review.queue_filters import CaseQuery, decoded, encoded, query_from
from storage.case_values import CaseCursor, CaseOrder, CaseView
from storage.results import ResultStore
from tests.review.site_parts import NOON, Town, make_town

GRAVE = Flag(FlagReason.CRITICAL_FAIL, "shoe_cover.worn")


@pytest.fixture
def town(results: ResultStore) -> Town:
    return make_town(results)


@pytest.fixture
def auditor(town: Town) -> TestClient:
    return town.browser_of(Role.AUDITOR)


def save(town: Town, report: VisitReport, visit_id: str, **changes: Any) -> None:
    said = replace(report, visit_id=visit_id, **changes)
    town.site.results.save_report(said, visit_id.ljust(64, "0"), town.clock())


def test_the_queue_shows_what_waits_gravest_first(
    town: Town, auditor: TestClient, report: VisitReport
) -> None:
    save(town, report, "NEAR", flags=(Flag(FlagReason.NEAR_THRESHOLD, "shoe_cover.worn"),), city="上海")
    save(town, report, "GRAVE", flags=(GRAVE,))
    town.clock.turn(timedelta(minutes=17))
    page = auditor.get("/queue").text
    assert page.index("GRAVE") < page.index("NEAR")
    assert "17分钟" in page
    only = auditor.get("/queue?city=上海&day_from=&least_score=").text
    assert "NEAR" in only
    assert "GRAVE" not in only


def test_pages_follow_each_other_until_the_last(town: Town, auditor: TestClient, report: VisitReport) -> None:
    names = [f"V{number:03}" for number in range(7)]
    for name in names:
        save(town, report, name, flags=(GRAVE,))
        town.clock.turn(timedelta(minutes=1))
    seen: list[str] = []
    after = ""
    while after is not None:
        answer = auditor.get("/api/v1/queue", params={"size": 3, "after": after}).json()
        assert answer["found"] == len(names)
        seen += [case["visit_id"] for case in answer["cases"]]
        after = answer["after"]
    assert seen == names


def test_a_blind_case_says_nothing_of_its_verdict(
    town: Town, auditor: TestClient, report: VisitReport
) -> None:
    save(town, report, "BLIND", flags=(GRAVE,), blind=True)
    (case,) = auditor.get("/api/v1/queue").json()["cases"]
    assert case["visit_id"] == "BLIND"
    assert not case.keys() & {"score", "grade", "flagged", "first_reason", "first_subject"}
    page = auditor.get("/queue").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "盲审" in row
    assert all(word not in row for word in ("关键项", 'class="grade', "meter"))


def test_taking_the_next_case_opens_it_and_keeps_the_filters(
    town: Town, auditor: TestClient, report: VisitReport
) -> None:
    save(town, report, "V 1/ä", flags=(GRAVE,), city="上海")
    answer = auditor.post("/queue/next", data={"queue": "city=%E4%B8%8A%E6%B5%B7"})
    assert answer.status_code == 303
    where = urlsplit(answer.headers["location"])
    assert where.path == "/visits/V%201%2F%C3%A4"
    assert query_from(parse_qs(where.query)["queue"][0]) == CaseQuery(city="上海")
    case = town.site.results.cases.case("V 1/ä")
    assert case is not None
    assert case.claim is not None
    other = town.browser(town.person(Role.AUDITOR, "other")).post("/queue/next", data={"queue": ""})
    assert other.headers["location"] == "/queue?none_left=1"
    assert "没有可以由您审核" in auditor.get(other.headers["location"]).text


@pytest.mark.parametrize(
    "query",
    ["view=nonsense", "least_score=200", "after=nonsense", "day_from=yesterday", "city=" + "x" * 101],
)
def test_a_query_that_makes_no_sense_is_refused_with_words(auditor: TestClient, query: str) -> None:
    page = auditor.get(f"/queue?{query}")
    data = auditor.get(f"/api/v1/queue?{query}")
    assert (page.status_code, data.status_code) == (422, 422)
    assert "请求的内容不合要求" in page.text
    assert data.json()["problems"][0]["where"] == f"query.{query.partition('=')[0]}"


def test_what_is_not_there_is_said_as_a_page_and_as_json(auditor: TestClient) -> None:
    assert "没有这个页面" in auditor.get("/nowhere").text
    answer = auditor.get("/api/v1/nowhere")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such page or visit")


def test_a_filter_is_one_sql_parameter_and_never_sql(auditor: TestClient) -> None:
    answer = auditor.get("/api/v1/queue", params={"technician": "x' OR '1'='1", "city": "%"})
    assert answer.json() == {"found": 0, "cases": [], "after": None}


@given(
    st.builds(
        CaseQuery,
        view=st.sampled_from(CaseView),
        order=st.sampled_from(CaseOrder),
        day_from=st.none() | st.dates(),
        city=st.none() | st.text(min_size=1, max_size=20).filter(str.strip),
        service_type=st.none() | st.sampled_from(ServiceType),
        reason=st.none() | st.sampled_from(FlagReason),
        least_score=st.none() | st.floats(0, 100),
        objected=st.booleans(),
    )
)
def test_filters_survive_the_way_through_a_url(query: CaseQuery) -> None:
    assert query_from(query.query()) == query
    assert query.filter.city == query.city


@given(st.integers(-5, 105), st.datetimes(timezones=st.just(UTC)), st.text(max_size=30))
def test_a_cursor_survives_the_way_through_a_url(rank: int, moment: datetime, visit_id: str) -> None:
    cursor = CaseCursor(rank, moment, visit_id)
    assert decoded(encoded(cursor)) == cursor


@pytest.mark.parametrize(
    ("waited", "shown"), [(0, "0 min"), (59, "59 min"), (61, "1 h"), (47 * 60, "47 h"), (5000, "3 days")]
)
def test_waiting_is_told_as_coarsely_as_people_care_for(waited: int, shown: str) -> None:
    assert waiting_time(NOON - timedelta(minutes=waited), NOON).en == shown
