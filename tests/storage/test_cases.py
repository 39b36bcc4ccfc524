"""The auditors' queue and their decisions, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from pipeline.auditing import CaseState, Decision, Draft, ItemDecision, ItemWord, Person, Role, Verdict
from pipeline.errors import ClaimedByOther, DecidedMeanwhile, NotThisPerson, ReportChanged
from pipeline.results import CheckResult, Flag, FlagReason, Outcome, Score, ScoredItem, VisitReport
from pipeline.rules import BilingualText, Grade
from storage.auditing_tables import UserRow
from storage.case_values import CaseFilter, CaseOrder, CaseView
from storage.codec import report_digest
from storage.database import Database
from storage.results import ResultStore
from tests.reports import plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORDS = BilingualText("工牌", "Badge")
ANNA = Person(1, "anna", "Anna", Role.AUDITOR)
BEN = Person(2, "ben", "Ben", Role.AUDITOR)
WANG = Person(3, "wang", "王", Role.TECHNICIAN, technician_number="7")
FAILED = Flag(FlagReason.CRITICAL_FAIL, "badge.visible")
NEAR = Flag(FlagReason.NEAR_THRESHOLD, "badge.visible")


def report(visit_id: str = "V1", *flags: Flag, two_people: bool = False, **changes: object) -> VisitReport:
    result = CheckResult("badge.visible", Outcome.FAIL, WORDS)
    item = ScoredItem(result, WORDS, WORDS, ("A",), 1.0, True, 0.0, two_people)
    return plain_report(visit_id=visit_id, flags=flags, items=(item,), **changes)


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    store = ResultStore(database_url)
    database = Database(database_url)
    people = [
        {"id": who.user_id, "name": who.name, "display_name": who.display_name, "role": who.role.value}
        for who in (ANNA, BEN, WANG)
    ]
    with database.writing() as connection:
        connection.execute(insert(UserRow), [{**row, "created_at": NOON} for row in people])
    database.close()
    yield store
    store.close()


def save(results: ResultStore, said: VisitReport, inputs: str = "a", at: datetime = NOON) -> str:
    return results.save_report(said, inputs * 64, at).report_digest


def draft(said: VisitReport, verdict: Verdict = Verdict.REJECT, **changes: object) -> Draft:
    plain = Draft(said.visit_id, report_digest(said), verdict, (), "", token="t")
    return replace(plain, **changes)  # type: ignore[arg-type]


def waiting(results: ResultStore) -> list[str]:
    return [case.visit_id for case in results.cases.page(CaseFilter()).cases]


def state(results: ResultStore, visit_id: str = "V1") -> CaseState:
    case = results.cases.case(visit_id)
    assert case is not None
    return case.state


def test_the_gravest_and_the_longest_waiting_come_first_and_pages_leave_none_out(
    results: ResultStore,
) -> None:
    save(results, report("near", NEAR))
    save(results, report("late", FAILED), at=NOON + MINUTE)
    save(results, report("early", FAILED))
    save(results, report("fine"))
    save(results, report("drawn", spot_check=True, blind=True))
    assert waiting(results) == ["early", "late", "drawn", "near"]
    by_time = CaseFilter(order=CaseOrder.WAITING)
    assert [case.visit_id for case in results.cases.page(by_time).cases] == ["drawn", "early", "near", "late"]
    for wanted in (CaseFilter(), by_time):
        first = results.cases.page(wanted, size=3)
        rest = results.cases.page(wanted, after=first.after, size=3)
        assert len(first.cases) == 3
        assert rest.after is None
        whole = results.cases.page(wanted).cases
        assert (*first.cases, *rest.cases) == whole
        assert results.cases.count(wanted) == len(whole) == 4


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(city="上海"), {"sh", "blind"}),
        (CaseFilter(team="二队"), {"bj"}),
        (CaseFilter(technician="7"), {"sh", "blind"}),
        (CaseFilter(technician="小明"), {"sh", "blind"}),
        (CaseFilter(technician="%"), set()),
        (CaseFilter(day_from="2026-11-21"), {"bj"}),
        (CaseFilter(day_to="2026-11-20"), {"sh", "blind"}),
        (CaseFilter(reason=FlagReason.NEAR_THRESHOLD), {"bj"}),
        (CaseFilter(reason=FlagReason.CRITICAL_FAIL), {"sh"}),
        (CaseFilter(least_score=50), {"bj"}),
        (CaseFilter(greatest_score=50), {"sh"}),
        (CaseFilter(view=CaseView.CLOSED), set()),
        (CaseFilter(view=CaseView.ALL), {"sh", "bj", "blind"}),
        (CaseFilter(objected=True), set()),
    ],
)
def test_filters_and_no_filter_gives_a_blind_verdict_away(
    results: ResultStore, wanted: CaseFilter, found: set[str]
) -> None:
    save(results, report("sh", FAILED))
    save(results, report("blind", FAILED, blind=True))
    beijing = {"city": "北京", "technician_team": "二队", "technician_number": "8", "technician_name": "李"}
    better = Score(80.0, 80.0, 8.0, 10.0, Grade.GOOD, ())
    save(results, report("bj", NEAR, day="2026-11-22", score=better, **beijing))
    assert {case.visit_id for case in results.cases.page(wanted).cases} == found
    assert results.cases.count(wanted) == len(found)
    assert results.cases.choices().cities == tuple(sorted(["上海", "北京"]))


def test_two_people_do_not_look_at_the_same_case(results: ResultStore) -> None:
    save(results, report("V1", FAILED))
    save(results, report("V2", FAILED), at=NOON + MINUTE)
    assert results.cases.claim_next(CaseFilter(), ANNA.user_id, NOON) == "V1"
    assert not results.cases.claim("V1", BEN.user_id, NOON)
    assert results.cases.claim_next(CaseFilter(), BEN.user_id, NOON) == "V2"
    assert results.cases.claim_next(CaseFilter(), BEN.user_id, NOON) == "V2"
    later = NOON + timedelta(minutes=16)
    assert results.cases.claim("V1", BEN.user_id, later)
    results.cases.release("V1", ANNA.user_id)
    assert not results.cases.claim("V1", ANNA.user_id, later)
    results.cases.release("V1", BEN.user_id)
    assert results.cases.claim("V1", ANNA.user_id, later)


def test_a_decision_closes_its_case_and_the_same_form_again_is_the_same_decision(
    results: ResultStore,
) -> None:
    said = report("V1", FAILED)
    save(results, said)
    overturned = ItemDecision("badge.visible", ItemWord.OVERTURN, Outcome.FAIL, Outcome.PASS, "visible")
    sent = draft(said, Verdict.ACCEPT, items=(overturned,), comment="好")
    made = results.decisions.decide(sent, ANNA, NOON)
    assert results.decisions.decide(sent, ANNA, NOON + MINUTE) == made
    assert results.decisions.of_visit("V1") == (made,)
    assert (made.items, made.user_name, made.supersedes) == ((overturned,), "Anna", None)
    assert waiting(results) == []
    assert state(results) is CaseState.CLOSED


def test_a_later_decision_supersedes_and_erases_nothing(results: ResultStore, database_url: str) -> None:
    said = report("V1", FAILED)
    save(results, said)
    first = results.decisions.decide(draft(said), ANNA, NOON)
    with pytest.raises(DecidedMeanwhile, match="Anna"):
        results.decisions.decide(draft(said, token="u"), BEN, NOON)
    again = draft(said, Verdict.ACCEPT, token="u", seen_decision=first.decision_id)
    second = results.decisions.decide(again, BEN, NOON)
    assert second.supersedes == first.decision_id
    assert results.decisions.of_visit("V1") == (first, second)
    assert results.decisions.broken_links("V1") == ()
    database = Database(database_url)
    for statement in ("UPDATE decisions SET verdict = 'accept'", "DELETE FROM decisions"):
        with pytest.raises(DatabaseError, match="never changed"), database.writing() as connection:
            connection.execute(text(statement))
    database.close()
    assert results.decisions.of_visit("V1") == (first, second)


def test_a_trail_that_was_tampered_with_is_found(results: ResultStore, database_url: str) -> None:
    said = report("V1", FAILED)
    save(results, said)
    first = results.decisions.decide(draft(said), ANNA, NOON)
    results.decisions.decide(draft(said, token="u", seen_decision=first.decision_id), BEN, NOON)
    database = Database(database_url)
    trigger = "decisions_append_only ON decisions" if "postgresql" in database_url else "decisions_no_update"
    with database.writing() as connection:
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(f"UPDATE decisions SET comment = 'x' WHERE id = {first.decision_id}"))  # noqa: S608
    database.close()
    assert results.decisions.broken_links("V1") == (first.decision_id,)


def test_a_report_judged_anew_refuses_a_decision_on_the_old_one_and_shows_the_kept_one(
    results: ResultStore,
) -> None:
    old, new = report("V1", FAILED), report("V1", FAILED, rule_version="2")
    save(results, old)
    save(results, new, "b", NOON + MINUTE)
    with pytest.raises(ReportChanged):
        results.decisions.decide(draft(old), ANNA, NOON)
    results.decisions.decide(draft(new), ANNA, NOON)
    save(results, replace(new, rule_version="3"), "c", NOON + 2 * MINUTE)
    case = results.cases.case("V1")
    assert case is not None
    assert case.decided_on_older
    assert case.state is CaseState.CLOSED
    assert results.cases.count(CaseFilter(view=CaseView.ALL, on_older_report=True)) == 1


def test_a_visit_that_waits_for_retakes_comes_back_with_them_or_is_done(results: ResultStore) -> None:
    for visit_id, later in (("back", report("back", NEAR)), ("done", report("done"))):
        said = report(visit_id, FAILED)
        save(results, said)
        results.decisions.decide(draft(said, Verdict.RETAKE, token=visit_id), ANNA, NOON)
        assert state(results, visit_id) is CaseState.RETAKE
        save(results, later, "b", NOON + MINUTE)
    assert waiting(results) == ["back"]
    assert state(results, "done") is CaseState.CLOSED


def test_what_another_person_has_taken_is_not_decided_over_their_head(results: ResultStore) -> None:
    said = report("V1", FAILED)
    save(results, said)
    results.cases.claim("V1", BEN.user_id, NOON)
    with pytest.raises(ClaimedByOther):
        results.decisions.decide(draft(said), ANNA, NOON + MINUTE)
    assert results.decisions.decide(draft(said), ANNA, NOON + timedelta(hours=1)).user_id == ANNA.user_id


def test_a_case_handed_over_is_for_another_person(results: ResultStore) -> None:
    said = report("V1", FAILED)
    save(results, said)
    first = results.decisions.decide(draft(said, Verdict.HAND_OVER), ANNA, NOON)
    assert state(results) is CaseState.SECOND
    assert not results.cases.claim("V1", ANNA.user_id, NOON)
    then = draft(said, Verdict.ACCEPT, token="u", seen_decision=first.decision_id)
    with pytest.raises(NotThisPerson):
        results.decisions.decide(then, ANNA, NOON)
    results.decisions.decide(then, BEN, NOON)
    assert state(results) is CaseState.CLOSED


@pytest.mark.parametrize(
    ("second", "becomes"), [(Verdict.REJECT, CaseState.CLOSED), (Verdict.ACCEPT, CaseState.SECOND)]
)
def test_items_of_high_stake_need_two_people_who_agree(
    results: ResultStore, second: Verdict, becomes: CaseState
) -> None:
    said = report("V1", FAILED, two_people=True)
    save(results, said)
    first: Decision = results.decisions.decide(draft(said), ANNA, NOON)
    assert state(results) is CaseState.SECOND
    results.decisions.decide(
        draft(said, second, token="u", seen_decision=first.decision_id), BEN, NOON + MINUTE
    )
    assert state(results) is becomes


def test_a_technician_objects_once_and_another_person_decides(results: ResultStore) -> None:
    said = report("V1", FAILED)
    save(results, said)
    with pytest.raises(NotThisPerson, match="nothing was decided"):
        results.decisions.object("V1", WANG, "不同意", NOON)
    first = results.decisions.decide(draft(said), ANNA, NOON)
    with pytest.raises(NotThisPerson, match="own technician"):
        results.decisions.object("V1", replace(WANG, technician_number="8"), "不同意", NOON)
    objection = results.decisions.object("V1", WANG, "不同意", NOON + MINUTE)
    assert results.decisions.objection("V1") == objection
    assert objection.decision_id == first.decision_id
    with pytest.raises(NotThisPerson, match="once"):
        results.decisions.object("V1", WANG, "还是不同意", NOON + MINUTE)
    assert results.cases.count(CaseFilter(objected=True)) == 1
    assert results.cases.claim_next(CaseFilter(), ANNA.user_id, NOON + MINUTE) is None
    assert results.cases.claim_next(CaseFilter(), BEN.user_id, NOON + MINUTE) == "V1"


def test_cases_of_reports_that_an_older_version_saved_are_made(
    results: ResultStore, database_url: str
) -> None:
    for name in ("V1", "V2"):
        save(results, report(name, FAILED))
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(text("DELETE FROM cases"))
    database.close()
    assert (results.cases.rebuild(), results.cases.rebuild()) == (2, 0)
    assert waiting(results) == ["V1", "V2"]


def test_two_that_decide_at_the_same_time_lose_nothing(results: ResultStore) -> None:
    said = report("V1", FAILED)
    save(results, said)

    def decide(person: Person) -> Decision | DecidedMeanwhile:
        try:
            return results.decisions.decide(draft(said, token=person.name), person, NOON)
        except DecidedMeanwhile as late:
            return late

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(decide, (ANNA, BEN)))
    kept = [answer for answer in answers if isinstance(answer, Decision)]
    assert len(kept) == 1
    assert results.decisions.of_visit("V1") == tuple(kept)


def test_a_form_sent_twice_at_once_is_one_decision(results: ResultStore) -> None:
    said = report("V1", FAILED)
    save(results, said)
    with ThreadPoolExecutor(4) as many:
        made = list(many.map(lambda _: results.decisions.decide(draft(said), ANNA, NOON), range(4)))
    assert len(set(made)) == 1
    assert results.decisions.of_visit("V1") == (made[0],)
