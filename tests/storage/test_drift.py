"""What drifts by week, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.auditing import Draft, ItemDecision, ItemWord, Role, Verdict
from pipeline.evidence import Detection, FrameEvidence, MediaEvidence, Metadata
from pipeline.fingerprint import MediaUse
from pipeline.geometry import BoundingBox
from pipeline.results import CheckResult, Outcome, ScoredItem, VisitReport
from pipeline.shares import Share
from pipeline.tuning.drift import ItemWeek, LabelWeek, label_week, monday_of
from pipeline.visit import MediaKind
from storage.codec import report_digest
from storage.number_values import NumbersFilter
from storage.results import ResultStore
from storage.users import NewUser
from tests.reports import BADGE, plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST, SECOND = date(2026, 11, 9), date(2026, 11, 16)
ALL = NumbersFilter()
BOX = BoundingBox(0.1, 0.1, 0.2, 0.2)


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    with closing(ResultStore(database_url)) as store:
        yield store


def save(results: ResultStore, visit_id: str, day: str, outcome: Outcome, inputs: str = "a") -> VisitReport:
    item = ScoredItem(CheckResult("badge.visible", outcome, BADGE), BADGE, BADGE, ("A",), 1.0, True, 0.0)
    said = plain_report(visit_id=visit_id, day=day, items=(item,))
    results.save_report(said, inputs * 64, NOON + timedelta(minutes=ord(inputs)))
    return said


def see(results: ResultStore, visit_id: str, observer: str = "o", *, badges: tuple[float, ...]) -> None:
    """A visit with one picture for each badge, seen that surely."""
    uses = []
    for number, confidence in enumerate(badges):
        sha256 = f"{visit_id}-{number}".rjust(64, "0")
        frame = FrameEvidence(None, (Detection("badge", confidence, BOX), Detection("badge", 0.1, BOX)), None)
        seen = MediaEvidence(sha256, MediaKind.PHOTO, 10, 10, (frame,), Metadata(), "0" * 16, observer)
        results.evidence.put(seen)
        uses.append(MediaUse(visit_id, f"{visit_id}/{number}.jpg", sha256, "0" * 16, NOON))
    results.record_uses(visit_id, uses)


def test_a_week_begins_on_its_monday() -> None:
    assert {monday_of(FIRST + timedelta(n)) for n in range(7)} == {FIRST}
    assert monday_of(FIRST + timedelta(7)) == SECOND


def test_quartiles_over_the_files_that_show_it() -> None:
    assert label_week(FIRST, "badge", [0.2, 0.4, 0.6], 10, 1) == LabelWeek(
        FIRST, "badge", Share(3, 10), pytest.approx(0.3), pytest.approx(0.4), pytest.approx(0.5), 1
    )
    assert label_week(FIRST, "badge", [], 10, 1).median is None


def test_outcomes_and_overturns_by_week(results: ResultStore) -> None:
    anna = results.users.add(NewUser("anna", Role.AUDITOR, password_hash="x"), NOON)
    save(results, "V1", "2026-11-09", Outcome.MISSING)
    save(results, "V1", "2026-11-09", Outcome.PASS, "b")
    said = save(results, "V2", "2026-11-15", Outcome.MISSING)
    save(results, "V3", "2026-11-16", Outcome.UNREADABLE)
    overturned = ItemDecision(
        "badge.visible", ItemWord.OVERTURN, Outcome.MISSING, Outcome.PASS, reason="visible"
    )
    draft = Draft("V2", report_digest(said), Verdict.ACCEPT, (overturned,), "", "t", None, 3.0)
    results.decisions.decide(draft, anna, NOON)
    first, second = results.drift.items(ALL)
    outcomes = {Outcome.PASS: 1, Outcome.MISSING: 1}
    assert first == ItemWeek(FIRST, "badge.visible", outcomes, Share(1, 1))
    assert second == ItemWeek(SECOND, "badge.visible", {Outcome.UNREADABLE: 1}, Share(0, 0))
    assert (first.share(Outcome.MISSING), second.share(Outcome.CONFIRM)) == (Share(1, 2), Share(0, 1))
    assert results.drift.items(replace(ALL, day_from="2026-11-16")) == (second,)


def test_confidence_by_week(results: ResultStore) -> None:
    save(results, "V1", "2026-11-09", Outcome.PASS)
    save(results, "V2", "2026-11-20", Outcome.PASS)
    save(results, "V3", "2026-11-24", Outcome.PASS)
    see(results, "V1", badges=(0.9, 0.8, 0.2))
    see(results, "V2", badges=(0.2,))
    see(results, "V3", observer="another", badges=(0.9,))
    first, second, third = results.drift.labels(ALL)
    assert (first.monday, first.label, first.seen, first.observers) == (FIRST, "badge", Share(2, 3), 1)
    assert first.median == pytest.approx(0.85)
    # Gone, and told so; what another observer than the report's saw doesn't count.
    assert (second.seen, second.median) == (Share(0, 1), None)
    assert third.seen == Share(0, 0)
    (some, *_) = results.drift.labels(ALL, least_confidence=0.0, files_per_week=2)
    assert some.seen == Share(2, 2)
    (only,) = results.drift.labels(replace(ALL, day_to="2026-11-10"))
    assert only == first
