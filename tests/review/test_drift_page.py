"""Drift by week: what is missing more often than before stands first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.auditing import Role
from pipeline.results import Outcome, VisitReport
from pipeline.shares import Share
from pipeline.tuning.drift import ItemWeek, LabelWeek
from review.tuning.drift_view import item_drifts, label_drifts
from tests.review.site_parts import Town

MONDAY = date(2026, 11, 2)
NONE = Share(0, 0)


def week(number: int, item_id: str, missing: int, of: int = 100, overturned: Share = NONE) -> ItemWeek:
    outcomes = {Outcome.MISSING: missing, Outcome.PASS: of - missing}
    return ItemWeek(MONDAY + timedelta(weeks=number), item_id, outcomes, overturned)


def test_the_clearest_change_comes_first() -> None:
    weeks = [week(number, "steady", 10) for number in range(3)]
    weeks += [week(number, "worse", 40 if number == 2 else 10) for number in range(3)]
    weeks += [week(number, "few", 2 if number == 2 else 0, of=2) for number in range(3)]
    first, *others = item_drifts(weeks)
    assert first.item_id == "worse"
    drift = first.outcomes[Outcome.MISSING]
    assert (drift.newest, drift.before, drift.is_clear) == (Share(40, 100), Share(20, 200), True)
    assert drift.change is not None
    assert drift.change[0] == pytest.approx(0.3)
    steady = next(one for one in others if one.item_id == "steady")
    assert not steady.outcomes[Outcome.MISSING].is_clear
    assert steady.overturned.change is None


def test_an_item_that_is_not_asked_for_any_more_has_no_change() -> None:
    (gone, _) = item_drifts([week(0, "gone", 5), week(1, "kept", 5)])
    assert gone.outcomes[Outcome.MISSING].change is None


def test_a_label_that_is_gone_comes_first() -> None:
    seen = [LabelWeek(MONDAY, label, Share(50, 100), 0.5, 0.6, 0.7, 1) for label in ("badge", "shoe")]
    later = MONDAY + timedelta(weeks=1)
    seen += [LabelWeek(later, "badge", Share(0, 100), None, None, None, 2)]
    seen += [LabelWeek(later, "shoe", Share(48, 100), 0.5, 0.6, 0.7, 2)]
    first, second = label_drifts(seen)
    assert (first.label, first.seen.is_clear, second.seen.is_clear) == ("badge", True, False)


def test_the_page_shows_the_chosen_item_with_n_and_interval(town: Town, report: VisitReport) -> None:
    for number in range(3):
        day = (MONDAY + timedelta(weeks=number)).isoformat()
        judged = replace(report, visit_id=f"V-{number}", day=day)
        town.site.results.save_report(judged, str(number) * 64, town.clock())
    browser = town.browser_of(Role.QA_LEAD)
    text = browser.get("/tuning/drift?item=document.signed", headers={"accept-language": "en"}).text
    assert '100.0 % <span class="soft small">(20.7 – 100.0 %, 1/1)' in " ".join(text.split())
    assert text.count("data:image/svg+xml") == 2
    assert "2026-11-16" in text


def test_without_any_visit_it_says_so(town: Town) -> None:
    answer = town.browser_of(Role.QA_LEAD).get("/tuning/drift", headers={"accept-language": "en"})
    assert "No visit matches" in answer.text
