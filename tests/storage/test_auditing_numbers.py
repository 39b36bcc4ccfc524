"""The numbers on SQLite and on PostgreSQL: counted by the database, compared with what was saved."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from pipeline.auditing import Draft, ItemDecision, ItemWord, Person, Role, Verdict
from pipeline.auditing_numbers import GroupNumbers, missed_faults
from pipeline.results import CheckResult, Flag, FlagReason, Outcome, Score, ScoredItem, VisitReport
from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share
from pipeline.visit import ServiceType
from storage.auditing_tables import UserRow
from storage.codec import report_digest
from storage.database import Database
from storage.made_results import fill
from storage.number_values import GroupBy, NumbersFilter
from storage.results import ResultStore
from tests.reports import plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL = NumbersFilter()
ANNA, BEN = (Person(number, name, name, Role.AUDITOR) for number, name in ((1, "anna"), (2, "ben")))
FAILED = Flag(FlagReason.CRITICAL_FAIL, "badge.visible")
NEAR = Flag(FlagReason.NEAR_THRESHOLD, "badge.visible")
TITLE = BilingualText("工牌", "Badge")


def item(item_id: str, outcome: Outcome) -> ScoredItem:
    credit = 1.0 if outcome is Outcome.PASS else 0.0
    return ScoredItem(CheckResult(item_id, outcome, TITLE), TITLE, TITLE, ("A",), 5.0, True, credit)


def report(visit_id: str, *flags: Flag, score: float | None = 80.0, **changes: object) -> VisitReport:
    badge = item("badge.visible", Outcome.FAIL if flags else Outcome.PASS)
    judged = Score(score, score, 4.0, 10.0, Grade.FAIL if flags else Grade.GOOD, ())
    told = {"score": judged, "items": (badge, item("cloth.laid", Outcome.PASS)), "flags": flags}
    return plain_report(visit_id=visit_id, **{**told, **changes})


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    store = ResultStore(database_url)
    database = Database(database_url)
    people = [
        {"id": who.user_id, "name": who.name, "display_name": who.name, "role": who.role.value}
        for who in (ANNA, BEN)
    ]
    with database.writing() as connection:
        connection.execute(insert(UserRow), [{**row, "created_at": NOON} for row in people])
    database.close()
    yield store
    store.close()


def save(results: ResultStore, said: VisitReport, inputs: str = "a", at: datetime = NOON) -> VisitReport:
    results.save_report(said, inputs * 64, at)
    return said


def word(item_id: str = "badge.visible", kind: str = "confirm", before: str = "pass") -> ItemDecision:
    outcome = Outcome(before)
    other = Outcome.PASS if outcome is not Outcome.PASS else Outcome.FAIL
    after = {"confirm": outcome, "overturn": other, "cannot_tell": None}[kind]
    return ItemDecision(item_id, ItemWord(kind), outcome, after, "visible" if kind == "overturn" else "")


def decide(
    results: ResultStore, said: VisitReport, person: Person, *words: ItemDecision, seconds: float = 8.0
) -> int:
    earlier = results.decisions.of_visit(said.visit_id)
    draft = Draft(
        visit_id=said.visit_id,
        report_digest=report_digest(said),
        verdict=Verdict.ACCEPT,
        items=words,
        comment="",
        token=f"{said.visit_id}-{len(earlier)}",
        seen_decision=earlier[-1].decision_id if earlier else None,
        seconds_spent=seconds,
    )
    return results.decisions.decide(draft, person, NOON).decision_id


def by_key(groups: tuple[GroupNumbers, ...]) -> dict[str, GroupNumbers]:
    return {one.key: one for one in groups}


def test_groups_count_the_current_report_of_each_visit_once(results: ResultStore) -> None:
    save(results, report("V1", FAILED, NEAR, score=40.0))
    save(results, report("V1", score=90.0), "b", NOON + timedelta(minutes=1))
    save(results, report("V2", FAILED, NEAR, Flag(FlagReason.NEAR_THRESHOLD, "x"), score=50.0))
    save(results, report("V3", score=None, technician_number="8", technician_name="李", city=None))
    found = by_key(results.numbers.groups(ALL, GroupBy.TECHNICIAN))
    seven = found["7"]
    assert (seven.label, seven.visits, seven.flagged, seven.mean_score) == ("王小明", 2, 1, 70.0)
    assert seven.grades == {Grade.GOOD: 1, Grade.FAIL: 1}
    assert seven.reasons == {FlagReason.CRITICAL_FAIL: 1, FlagReason.NEAR_THRESHOLD: 1}
    assert (found["8"].mean_score, found["8"].visits) == (None, 1)
    cities = by_key(results.numbers.groups(ALL, GroupBy.CITY))
    assert {key: one.visits for key, one in cities.items()} == {"上海": 2, "": 1}


@pytest.mark.parametrize(
    ("wanted", "visits"),
    [
        (ALL, {"2026-11-20": 2, "2026-11-22": 1}),
        (NumbersFilter(day_from="2026-11-21"), {"2026-11-22": 1}),
        (NumbersFilter(day_to="2026-11-21"), {"2026-11-20": 2}),
        (NumbersFilter(city="北京"), {"2026-11-22": 1}),
        (NumbersFilter(team="二队"), {"2026-11-22": 1}),
        (NumbersFilter(technician="8"), {"2026-11-22": 1}),
        (NumbersFilter(service_type=ServiceType.CLEANING), {"2026-11-22": 1}),
        (NumbersFilter(city="广州"), {}),
    ],
)
def test_filters(results: ResultStore, wanted: NumbersFilter, visits: dict[str, int]) -> None:
    other = {"city": "北京", "technician_team": "二队", "technician_number": "8", "service_type": "cleaning"}
    save(results, report("V1", FAILED))
    save(results, report("V2"))
    save(results, report("V3", day="2026-11-22", **other))
    assert {one.key: one.visits for one in results.numbers.groups(wanted, GroupBy.DAY)} == visits
    expected = sum(visits.values())
    assert {sum(one.outcomes.values()) for one in results.numbers.items(wanted)} == ({expected} - {0})


def test_outcomes_leave_out_what_is_not_current_and_words_count_once_a_visit(results: ResultStore) -> None:
    first = save(results, report("V1", FAILED))
    decide(results, first, ANNA, word(kind="overturn", before="fail"), word("cloth.laid"))
    decide(results, first, BEN, word(kind="confirm", before="fail"))
    save(results, report("V1"), "b", NOON + timedelta(minutes=1))
    second = save(results, report("V2", FAILED))
    decide(results, second, ANNA, word(kind="overturn", before="fail"), word("cloth.laid", "cannot_tell"))
    found = {one.item_id: one for one in results.numbers.items(ALL)}
    assert found["badge.visible"].outcomes == {Outcome.PASS: 1, Outcome.FAIL: 1}
    assert found["badge.visible"].overturned == Share(1, 2)
    assert found["cloth.laid"].overturned == Share(0, 1)
    everything = results.numbers.items(NumbersFilter(day_from="2026-01-01"))
    assert everything == results.numbers.items(ALL)
    assert by_key(results.numbers.groups(ALL, GroupBy.TEAM))["一队"].overturned == Share(1, 3)
    assert results.numbers.titles(ALL)["badge.visible"] == TITLE


def test_the_visits_behind_a_number(results: ResultStore) -> None:
    for name in ("V1", "V2", "V3"):
        said = save(results, report(name, FAILED))
        decide(results, said, ANNA, word(kind="overturn" if name != "V3" else "confirm", before="fail"))
    found = results.numbers.visits_with_word(ALL, "badge.visible", ItemWord.OVERTURN)
    assert [(one.visit_id, one.user_name, one.reason) for one in found] == [
        ("V2", "anna", "visible"),
        ("V1", "anna", "visible"),
    ]
    (rest,) = results.numbers.visits_with_word(
        ALL, "badge.visible", ItemWord.OVERTURN, before=found[0].decision_id
    )
    assert rest.visit_id == "V1"


def test_spot_checks_that_missed_a_fault(results: ResultStore) -> None:
    drawn = {"spot_check": True, "blind": True}
    for number in range(4):
        said = save(results, report(f"S{number}", **drawn))
        decide(results, said, ANNA, word(kind="overturn" if number == 0 else "confirm"), word("cloth.laid"))
    flagged = save(results, report("F", FAILED, blind=True))
    decide(results, flagged, ANNA, word(kind="overturn", before="fail"))
    save(results, report("U"))
    assert results.numbers.unflagged(ALL) == {"repair": 5}
    found = missed_faults(results.numbers.blind_words(ALL), results.numbers.unflagged(ALL))
    assert (found.share, found.checked, found.with_fault, found.population) == (0.25, 4, 1, 5)


def test_blind_and_sighted_decisions_on_flagged_visits(results: ResultStore) -> None:
    for number, (blind, kind) in enumerate(
        [
            (True, "overturn"),
            (True, "cannot_tell"),
            (False, "confirm"),
            (False, "overturn"),
            (False, "confirm"),
        ]
    ):
        said = save(results, report(f"V{number}", FAILED, blind=blind))
        decide(results, said, ANNA, word(kind=kind, before="fail"))
        decide(results, said, BEN, word(kind="overturn", before="fail"))
    assert results.numbers.overturned_visits(ALL) == {True: Share(1, 2), False: Share(1, 3)}


def test_ratings_are_of_reports_that_two_people_decided_on(results: ResultStore) -> None:
    alone, both = save(results, report("V1", FAILED)), save(results, report("V2", FAILED))
    decide(results, alone, ANNA, word(before="fail"))
    decide(results, both, ANNA, word(kind="overturn", before="fail"), word("cloth.laid", "cannot_tell"))
    decide(results, both, BEN, word(before="fail"))
    found = [(one.visit_id, one.user_id, one.outcome) for one in results.numbers.ratings(ALL)]
    assert found == [("V2", 1, Outcome.PASS), ("V2", 2, Outcome.FAIL)]


def test_how_long_decisions_take(results: ResultStore) -> None:
    assert results.numbers.decision_times(ALL) is None
    for number, seconds in enumerate((2.0, 4.0, 6.0, 8.0, 10.0)):
        decide(results, save(results, report(f"V{number}", FAILED)), ANNA, seconds=seconds)
    times = results.numbers.decision_times(ALL)
    assert times is not None
    assert (times.decisions, times.lower, times.median, times.upper) == (5, 4.0, 6.0, 8.0)


@pytest.mark.slow
def test_a_hundred_thousand_visits_are_counted_in_seconds(database_url: str) -> None:
    """Everything that the page shows when it is opened, of 100,000 visits and a million items; for SQLite the
    processor's time of this process, in which it works, for PostgreSQL the time that passes."""
    store = ResultStore(database_url)
    database = Database(database_url)
    fill(database, 100_000)
    database.close()
    clock = time.perf_counter if "postgresql" in database_url else time.process_time
    started = clock()
    teams = store.numbers.groups(ALL, GroupBy.TEAM)
    days = store.numbers.groups(ALL, GroupBy.DAY)
    items = store.numbers.items(ALL)
    store.numbers.blind_words(ALL)
    store.numbers.unflagged(ALL)
    store.numbers.overturned_visits(ALL)
    store.numbers.ratings(ALL)
    store.numbers.decision_times(ALL)
    took = clock() - started
    store.close()
    print(f"{took:.2f} s")
    assert sum(one.visits for one in teams) == sum(one.visits for one in days) == 100_000
    assert sum(count for one in items for count in one.outcomes.values()) == 1_000_000
    # A guard against a query that looks row by row, which took 20 s and more; the figure is what was printed.
    assert took < (12.0 if "postgresql" in database_url else 4.0)
