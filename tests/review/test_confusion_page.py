"""What the system said against what was right: the page over decided visits."""

from dataclasses import replace

import pytest

from pipeline.auditing import Draft, ItemDecision, ItemWord, Role, Verdict
from pipeline.results import Outcome, VisitReport
from storage.codec import report_digest
from tests.review.site_parts import Town

SHOE, CLOTH = "shoe_cover.worn", "cloth.laid"
"""In the report of `conftest` the first leans against, the second leans for."""


def said(item_id: str, after: Outcome) -> ItemDecision:
    """Both items were `confirm`."""
    if after is Outcome.CONFIRM:
        return ItemDecision(item_id, ItemWord.CONFIRM, Outcome.CONFIRM, after)
    return ItemDecision(item_id, ItemWord.OVERTURN, Outcome.CONFIRM, after, "visible")


@pytest.fixture
def decided(town: Town, report: VisitReport) -> Town:
    """V-0: both items right. V-1: the accusation was wrong. V-2: and what was passed was lacking."""
    words = {
        "V-0": (said(SHOE, Outcome.CONFIRM), said(CLOTH, Outcome.CONFIRM)),
        "V-1": (said(SHOE, Outcome.PASS), said(CLOTH, Outcome.CONFIRM)),
        "V-2": (said(SHOE, Outcome.PASS), said(CLOTH, Outcome.MISSING)),
    }
    auditor = town.person(Role.AUDITOR)
    for visit_id, items in words.items():
        judged = replace(report, visit_id=visit_id, blind=visit_id == "V-2")
        town.site.results.save_report(judged, visit_id * 16, town.clock())
        draft = Draft(visit_id, report_digest(judged), Verdict.ACCEPT, items, "", visit_id)
        town.site.results.decisions.decide(draft, auditor, town.clock())
    return town


def page(town: Town, query: str = "") -> str:
    answer = town.browser_of(Role.QA_LEAD).get(f"/tuning/confusion{query}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.text


def test_shares_stand_with_their_counts_and_intervals(decided: Town) -> None:
    text = " ".join(page(decided).split())
    assert '66.7 % <span class="soft small">(20.8 – 93.9 %, 2/3)' in text
    assert '33.3 % <span class="soft small">(6.1 – 79.2 %, 1/3)' in text


def test_the_worst_mistakes_lead_to_their_visits_with_the_pictures_that_decided(decided: Town) -> None:
    text = page(decided)
    accusations = text[text.index('id="worst-wrong_accusation"') : text.index('id="worst-wrong_pass"')]
    passes = text[text.index('id="worst-wrong_pass"') :].split("</section>")[0]
    assert [visit in accusations for visit in ("V-0", "V-1", "V-2")] == [False, True, True]
    assert [visit in passes for visit in ("V-0", "V-1", "V-2")] == [False, False, True]
    assert 'src="/visits/V-1/media/' in accusations


def test_whose_words_count_can_be_chosen(decided: Town) -> None:
    blind = page(decided, "?words=blind")
    assert "V-2" in blind
    assert "V-1" not in blind
    assert "No word of an auditor matches" in page(decided, "?words=spot_checks")


def test_without_any_decision_it_says_so(town: Town) -> None:
    assert "No word of an auditor matches" in page(town)


def test_what_cannot_be_asked_is_refused(town: Town) -> None:
    assert town.browser_of(Role.QA_LEAD).get("/tuning/confusion?words=loud").status_code == 422
