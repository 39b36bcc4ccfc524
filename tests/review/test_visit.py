"""A visit's page and its JSON, without a browser: deciding, conflicts, blind cases, technicians."""

import re
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from pipeline.auditing import CaseState, Decision, ItemWord, Role, Verdict
from pipeline.results import Outcome, VisitReport
from storage.codec import report_digest
from tests.review.serving import keep
from tests.review.site_parts import TECHNICIAN_NUMBER, Town

TOKEN = re.compile(r'name="token" value="([^"]+)"')
SEEN = re.compile(r'name="seen_decision" value="([^"]*)"')


@pytest.fixture
def auditor(town: Town) -> TestClient:
    return town.browser_of(Role.AUDITOR)


@pytest.fixture
def other(town: Town) -> TestClient:
    return town.browser(town.person(Role.AUDITOR, "other"))


@pytest.fixture
def technician(town: Town) -> TestClient:
    return town.browser_of(Role.TECHNICIAN)


@pytest.fixture
def flagged(town: Town, report: VisitReport) -> VisitReport:
    return keep(town, report, "V1", technician_number=TECHNICIAN_NUMBER, spot_check=False)


@pytest.fixture
def blind(town: Town, report: VisitReport) -> VisitReport:
    return keep(town, report, "B1", technician_number=TECHNICIAN_NUMBER, blind=True)


def fields_of(page: Response) -> dict[str, str]:
    """What the form sends that nobody types."""
    return {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
        if name in ("token", "report_digest", "seen_decision", "queue", "again")
    }


def decide(browser: TestClient, page: Response, verdict: Verdict, **said: str) -> Response:
    """`word__cloth__laid="confirm"` stands for the field `word:cloth.laid`."""
    path = page.url.path.removesuffix("/decision")
    named = {name.replace("__", ":", 1).replace("__", "."): value for name, value in said.items()}
    return browser.post(f"{path}/decision", data={**fields_of(page), "verdict": verdict.value, **named})


def decisions(town: Town, visit_id: str = "V1") -> tuple[Decision, ...]:
    return town.site.results.decisions.of_visit(visit_id)


def state(town: Town, visit_id: str = "V1") -> CaseState:
    case = town.site.results.cases.case(visit_id)
    assert case is not None
    return case.state


def test_opening_a_visit_claims_it_and_shows_what_its_rules_said(
    town: Town, auditor: TestClient, other: TestClient, flagged: VisitReport
) -> None:
    page = auditor.get("/visits/V1").text
    told = ("58.4", "WO-2026-0312-07", "time.consistent", "86 400 s", "≤ 300 s", "1.0.0", "相机日期可能设错")
    assert [words for words in told if words not in page] == []
    case = town.site.results.cases.case("V1")
    assert case is not None
    assert case.claim is not None
    assert case.claim.user_name == "auditor"
    second = other.get("/visits/V1").text
    assert "auditor" in second
    assert 'name="verdict"' not in second


def test_a_decision_is_kept_and_the_next_case_comes(
    town: Town, auditor: TestClient, report: VisitReport, flagged: VisitReport
) -> None:
    keep(town, report, "V2", city="上海")
    page = auditor.get("/visits/V1?queue=city%3D%E4%B8%8A%E6%B5%B7")
    said = {
        "word__shoe_cover__worn": "overturn",
        "reason__shoe_cover__worn": "visible",
        "word__time__consistent": "confirm",
        "comment": "鞋套在图中",
        "seconds_spent": "8.5",
    }
    answer = decide(auditor, page, Verdict.ACCEPT, **said)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/visits/V2?queue=")
    (kept,) = decisions(town)
    assert (kept.verdict, kept.comment) == (Verdict.ACCEPT, "鞋套在图中")
    assert (kept.seconds_spent, kept.blind) == (8.5, False)
    words = {item.item_id: (item.word, item.outcome_before, item.outcome_after) for item in kept.items}
    assert words == {
        "time.consistent": (ItemWord.CONFIRM, Outcome.FAIL, Outcome.FAIL),
        "shoe_cover.worn": (ItemWord.OVERTURN, Outcome.CONFIRM, Outcome.PASS),
    }
    assert state(town) is CaseState.CLOSED
    told = auditor.get(answer.headers["location"]).text
    assert "V1" in told
    assert "/visits/V1?again=1" in told


def test_undo_opens_the_decision_again_and_supersedes_it(
    town: Town, auditor: TestClient, flagged: VisitReport
) -> None:
    first = decide(auditor, auditor.get("/visits/V1"), Verdict.REJECT, word__time__consistent="confirm")
    assert first.status_code == 303
    assert 'name="verdict"' not in auditor.get("/visits/V1").text
    again = auditor.get("/visits/V1?again=1")
    assert re.search(r'name="word:time\.consistent" value="confirm" checked', again.text)
    assert decide(auditor, again, Verdict.ACCEPT).status_code == 303
    one, two = decisions(town)
    assert two.supersedes == one.decision_id
    trail = auditor.get("/visits/V1").text
    assert "<s>不通过</s>" in trail
    assert "已被取代" in trail


def test_what_is_lacking_is_said_and_nothing_entered_is_lost(
    town: Town, auditor: TestClient, flagged: VisitReport
) -> None:
    page = auditor.get("/visits/V1")
    said = {"word__shoe_cover__worn": "overturn", "comment__shoe_cover__worn": "看得见"}
    said["comment"] = "全部意见"
    answer = decide(auditor, page, Verdict.ACCEPT, **said)
    assert answer.status_code == 422
    assert "请选择推翻的理由" in answer.text
    assert "看得见" in answer.text
    assert "全部意见" in answer.text
    assert re.search(r'name="word:shoe_cover\.worn" value="overturn" checked', answer.text)
    assert decisions(town) == ()
    other_reason = {"word__shoe_cover__worn": "overturn", "reason__shoe_cover__worn": "other"}
    assert decide(auditor, page, Verdict.ACCEPT, **other_reason).status_code == 422
    no_verdict = auditor.post("/visits/V1/decision", data=fields_of(page))
    assert no_verdict.status_code == 422
    nonsense = auditor.post("/visits/V1/decision", data={**fields_of(page), "verdict": "maybe"})
    assert nonsense.status_code == 422
    assert decisions(town) == ()


def test_two_browsers_that_race_lose_nothing(
    town: Town, auditor: TestClient, other: TestClient, flagged: VisitReport
) -> None:
    mine = auditor.get("/visits/V1")
    town.site.results.cases.release("V1", town.person(Role.AUDITOR).user_id)
    theirs = other.get("/visits/V1")
    claimed = decide(auditor, mine, Verdict.REJECT, comment="我先看的")
    assert claimed.status_code == 409
    assert "我先看的" in claimed.text
    assert "other" in claimed.text
    assert decide(other, theirs, Verdict.ACCEPT).status_code == 303
    late = decide(auditor, mine, Verdict.REJECT, comment="我先看的", word__time__consistent="confirm")
    assert late.status_code == 409
    assert "别人刚刚" in late.text
    assert "我先看的" in late.text
    assert re.search(r'name="word:time\.consistent" value="confirm" checked', late.text)
    assert decide(auditor, late, Verdict.REJECT, comment="我先看的").status_code == 303
    one, two = decisions(town)
    assert (one.user_name, two.user_name, two.supersedes) == ("other", "auditor", one.decision_id)


def test_a_visit_judged_anew_meanwhile_shows_the_new_report_and_keeps_what_was_entered(
    town: Town, auditor: TestClient, report: VisitReport, flagged: VisitReport
) -> None:
    page = auditor.get("/visits/V1")
    better = replace(report, score=replace(report.score, score=61.2))
    changed = keep(town, better, "V1", technician_number=TECHNICIAN_NUMBER)
    answer = decide(auditor, page, Verdict.REJECT, comment="不通过的理由")
    assert answer.status_code == 409
    assert "重新核验" in answer.text
    assert "61.2" in answer.text
    assert "不通过的理由" in answer.text
    assert fields_of(answer)["report_digest"] == report_digest(changed)
    assert decide(auditor, answer, Verdict.REJECT).status_code == 303
    keep(town, report, "V1", technician_number=TECHNICIAN_NUMBER)
    assert "依据的是旧报告" in auditor.get("/visits/V1").text


def test_the_same_form_twice_is_one_decision(town: Town, auditor: TestClient, flagged: VisitReport) -> None:
    page = auditor.get("/visits/V1")
    answers = [decide(auditor, page, Verdict.ACCEPT).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(decisions(town)) == 1


def test_handing_over_is_for_somebody_else(
    town: Town, auditor: TestClient, other: TestClient, flagged: VisitReport
) -> None:
    decide(auditor, auditor.get("/visits/V1"), Verdict.HAND_OVER)
    assert "等第二个人" in auditor.get("/visits/V1").text
    assert 'name="verdict"' not in auditor.get("/visits/V1").text
    assert decide(other, other.get("/visits/V1"), Verdict.REJECT).status_code == 303
    assert state(town) is CaseState.CLOSED


def test_an_objection_once_and_by_nobody_else(
    town: Town, auditor: TestClient, other: TestClient, technician: TestClient, flagged: VisitReport
) -> None:
    assert 'action="/visits/V1/objection"' not in technician.get("/visits/V1").text
    assert technician.post("/visits/V1/objection", data={"text": "太早"}).status_code == 409
    decide(auditor, auditor.get("/visits/V1"), Verdict.REJECT, word__time__consistent="confirm")
    page = technician.get("/visits/V1").text
    assert 'action="/visits/V1/objection"' in page
    assert "审核员" in page
    assert "auditor" not in page.replace("审核员", "")
    assert technician.post("/visits/V1/objection", data={"text": "  "}).status_code == 422
    assert technician.post("/visits/V1/objection", data={"text": "手机日期错了"}).status_code == 303
    assert technician.post("/visits/V1/objection", data={"text": "再说一次"}).status_code == 409
    assert auditor.post("/visits/V1/objection", data={"text": "我"}).status_code == 403
    assert state(town) is CaseState.SECOND
    assert "手机日期错了" in other.get("/visits/V1").text
    assert decide(other, other.get("/visits/V1"), Verdict.ACCEPT).status_code == 303


def test_a_technician_sees_own_visits_only(
    town: Town, technician: TestClient, report: VisitReport, flagged: VisitReport, blind: VisitReport
) -> None:
    keep(town, report, "NOT-MINE", technician_number="T-8")
    listed = technician.get("/own-visits").text
    assert "V1" in listed
    assert "NOT-MINE" not in listed
    for path in ("", "/retakes.txt", "/media/0/picture", "/media/0/video"):
        assert technician.get(f"/visits/NOT-MINE{path}").status_code == 403
    assert technician.get("/api/v1/visits/NOT-MINE").status_code == 403
    assert technician.get("/visits/V1").status_code == 200
    assert 'name="verdict"' not in technician.get("/visits/V1").text
    assert "结果在审核之后显示" in technician.get("/visits/B1").text


@pytest.mark.parametrize("path", ["/visits/none", "/visits/none/retakes.txt", "/api/v1/visits/none"])
def test_an_unknown_visit_is_not_found(auditor: TestClient, path: str) -> None:
    assert auditor.get(path).status_code == 404


# ---- blind ----------------------------------------------------------------------------------------------


def leaks(report: VisitReport) -> set[str]:
    """Words that would tell what a report says, as they would stand in a page or in JSON."""
    told = {report.score.grade.label_zh, "58.4", "51.2", "2.1 : 1", "86 400 s", "1.31", "≤ 300 s", "0.81"}
    for item in report.items:
        result = item.result
        told |= {result.reason.zh, result.reason.en}
        told |= {text for text in (result.remedy.zh, result.remedy.en) if text} if result.remedy else set()
        told |= {reference.label for reference in result.evidence if reference.label}
    told |= {wanted.zh for retake in report.retakes for wanted in retake.must_show}
    told |= {"critical_fail", "critical_missing", "confirm_against", "相差", "相机日期可能设错"}
    told |= {'"fail"', '"missing"', '"unreadable"', 'class="outcome', "entry fail", "entry pass"}
    told |= {"against", 'at-odds"', "spot_check", 'p class="conflict"'}
    # A word of item ids and legends besides.
    return told - {"watermark"}


def test_nothing_of_a_blind_verdict_leaks(
    town: Town, auditor: TestClient, technician: TestClient, blind: VisitReport
) -> None:
    auditor.headers["accept-language"] = "en"
    english = auditor.get("/visits/B1")
    auditor.headers["accept-language"] = "zh"
    chinese = auditor.get("/visits/B1")
    answers = [english, chinese, technician.get("/visits/B1"), auditor.get("/api/v1/visits/B1")]
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        found = {word for word in leaks(blind) if word in answer.text}
        assert found == set()
        assert not re.search(r'"boxes": ?\[\[', answer.text)
    assert auditor.get("/visits/B1/retakes.txt").status_code == 404
    assert auditor.get("/api/v1/visits/B1/retakes").status_code == 404
    asked = re.findall(r'data-item="([^"]+)"', chinese.text)
    judged = [item.result.item_id for item in blind.items]
    assert asked == [name for name in judged if name in asked]
    assert len(asked) == 8


def test_the_leak_test_would_find_one(auditor: TestClient, flagged: VisitReport) -> None:
    page = auditor.get("/visits/V1").text
    assert len({word for word in leaks(flagged) if word in page}) > 20


def answers_for(report: VisitReport, answer: str = "shown") -> dict[str, str]:
    silent = (Outcome.EXEMPT, Outcome.NOT_APPLICABLE, Outcome.NOT_CHECKED)
    asked = [item.result.item_id for item in report.items if item.result.outcome not in silent]
    return {f"answer:{item_id}": answer for item_id in asked}


def test_blind_answers_become_words_and_the_verdict_is_shown_beside_them(
    town: Town, auditor: TestClient, blind: VisitReport
) -> None:
    page = auditor.get("/visits/B1")
    form = {**fields_of(page), "verdict": "accept", **answers_for(blind)}
    some = {name: value for name, value in form.items() if name != "answer:cloth.laid"}
    assert auditor.post("/visits/B1/decision", data=some).status_code == 422
    words = {**fields_of(page), "verdict": "accept", "word:cloth.laid": "confirm"}
    refused = auditor.post("/visits/B1/decision", data=words)
    assert refused.status_code == 422
    assert {word for word in leaks(blind) if word in refused.text} == set()
    answer = auditor.post("/visits/B1/decision", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/visits/B1?")
    (kept,) = decisions(town, "B1")
    assert kept.blind
    said = {item.item_id: item.word for item in kept.items}
    assert said["time.watermark"] is ItemWord.CONFIRM
    assert said["time.consistent"] is ItemWord.OVERTURN
    revealed = auditor.get(answer.headers["location"]).text
    assert "58.4" in revealed
    assert "推翻" in revealed


# ---- JSON -----------------------------------------------------------------------------------------------


def test_a_decision_as_json(town: Town, auditor: TestClient, flagged: VisitReport) -> None:
    path = "/api/v1/visits/V1"
    seen = auditor.get(path).json()
    assert seen["report"]["score"]["score"] == 58.4
    said: dict[str, Any] = {
        "report_digest": seen["report_digest"],
        "token": "by-program-1",
        "verdict": "retake",
        "items": {"badge.identity": {"word": "overturn", "reason": "visible"}},
    }
    made = auditor.post(f"{path}/decisions", json=said)
    assert made.status_code == 201
    assert made.json()["trail"][0]["verdict"] == "retake"
    late = auditor.post(f"{path}/decisions", json={**said, "token": "by-program-2"})
    assert late.status_code == 409
    assert late.json()["conflict"] == "DecidedMeanwhile"
    old = auditor.post(f"{path}/decisions", json={**said, "report_digest": "0" * 64, "token": "by-program-3"})
    assert old.json()["conflict"] == "ReportChanged"
    unknown = {"items": {"no.such": {"word": "confirm"}}, "token": "by-program-4"}
    lacking = auditor.post(f"{path}/decisions", json={**said, **unknown})
    assert lacking.status_code == 422
    assert state(town) is CaseState.RETAKE


def test_retakes_leave_out_what_was_taken_as_fulfilled(
    town: Town, auditor: TestClient, technician: TestClient, flagged: VisitReport
) -> None:
    before = auditor.get("/api/v1/visits/V1/retakes").json()["retakes"]
    first, second = (retake["item_ids"] for retake in before)
    assert (first, second) == (["shoe_cover.worn", "badge.identity"], ["document.signed"])
    said = {"word__document__signed": "overturn", "reason__document__signed": "other_media"}
    decide(auditor, auditor.get("/visits/V1"), Verdict.RETAKE, **said)
    text = technician.get("/visits/V1/retakes.txt").text
    assert "双脚鞋套" in text
    assert "Both feet with covers" in text
    assert "已签字的工单" not in text
