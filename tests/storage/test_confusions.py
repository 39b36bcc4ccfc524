"""Confusions and what may be shown of visits, on SQLite and PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.auditing import Draft, ItemDecision, ItemWord, Person, Role, Verdict
from pipeline.results import CheckResult, Flag, FlagReason, Leaning, Outcome, ScoredItem, VisitReport
from pipeline.rules import BilingualText
from pipeline.tuning.confusion import Judgement, by_item
from storage.codec import report_digest
from storage.confusions import Words
from storage.database import Database
from storage.made_results import fill
from storage.number_values import NumbersFilter
from storage.results import ResultStore
from storage.users import NewUser
from tests.reports import plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL = NumbersFilter()
NAME = BilingualText("工牌", "Badge")
FLAG = Flag(FlagReason.CRITICAL_FAIL, "badge.visible")


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    with closing(ResultStore(database_url)) as store:
        yield store


@pytest.fixture
def anna(results: ResultStore) -> Person:
    return results.users.add(NewUser("anna", Role.AUDITOR), NOON)


def item(outcome: Outcome, leaning: Leaning | None = None, weight: float = 5.0) -> ScoredItem:
    result = CheckResult("badge.visible", outcome, NAME, leaning=leaning)
    return ScoredItem(result, NAME, NAME, ("A",), weight, True, 0.0)


def keep(results: ResultStore, visit_id: str, judged: ScoredItem, **changes: object) -> VisitReport:
    report = plain_report(visit_id=visit_id, items=(judged,), **{"flags": (FLAG,), **changes})
    results.save_report(report, report_digest(report), NOON)
    return report


def say(results: ResultStore, person: Person, report: VisitReport, after: Outcome) -> None:
    before = report.items[0].result.outcome
    word = ItemWord.CONFIRM if after is before else ItemWord.OVERTURN
    reason = "visible" if word is ItemWord.OVERTURN else ""
    said = ItemDecision("badge.visible", word, before, after, reason)
    earlier = results.decisions.of_visit(report.visit_id)
    draft = Draft(
        report.visit_id,
        report_digest(report),
        Verdict.ACCEPT,
        (said,),
        "",
        f"{report.visit_id}-{len(earlier)}",
        seen_decision=earlier[-1].decision_id if earlier else None,
    )
    results.decisions.decide(draft, person, NOON)


def test_the_last_word_counts_and_how_the_outcome_leant(results: ResultStore, anna: Person) -> None:
    first = keep(results, "V1", item(Outcome.FAIL))
    say(results, anna, first, Outcome.FAIL)
    say(results, anna, first, Outcome.PASS)
    say(results, anna, keep(results, "V2", item(Outcome.CONFIRM, Leaning.AGAINST)), Outcome.CONFIRM)
    say(results, anna, keep(results, "V3", item(Outcome.CONFIRM, Leaning.FOR)), Outcome.MISSING)
    cells = results.confusions.cells(ALL)
    judged = {cell.system.outcome.value + (cell.system.leaning or ""): cell.judgement for cell in cells}
    assert judged == {
        "fail": Judgement.WRONG_ACCUSATION,
        "confirmagainst": Judgement.RIGHT,
        "confirmfor": Judgement.WRONG_PASS,
    }
    assert sum(cell.visits for cell in cells) == 3


def test_the_worst_are_as_many_as_the_cells_say_and_the_heaviest_first(
    results: ResultStore, anna: Person
) -> None:
    for number, weight in enumerate((1.0, 9.0, 5.0)):
        judged = item(Outcome.FAIL, weight=weight)
        say(results, anna, keep(results, f"A{number}", judged), Outcome.PASS)
        say(results, anna, keep(results, f"P{number}", item(Outcome.PASS, weight=weight)), Outcome.FAIL)
    (one,) = by_item(results.confusions.cells(ALL))
    accused = results.confusions.worst(ALL, Judgement.WRONG_ACCUSATION)
    passed = results.confusions.worst(ALL, Judgement.WRONG_PASS)
    assert [mistake.visit_id for mistake in accused] == ["A1", "A2", "A0"]
    assert [mistake.visit_id for mistake in passed] == ["P1", "P2", "P0"]
    assert (one.wrong_accusations.hits, one.wrong_passes.hits) == (3, 3)
    assert accused[0].item is not None
    assert accused[0].item.weight == 9.0
    assert len(results.confusions.worst(ALL, Judgement.WRONG_PASS, size=2)) == 2


def test_spot_checks_are_blind_words_on_unflagged_visits(results: ResultStore, anna: Person) -> None:
    sighted = keep(results, "S", item(Outcome.FAIL))
    flagged = keep(results, "F", item(Outcome.FAIL), blind=True)
    drawn = keep(results, "D", item(Outcome.PASS), flags=(), blind=True, spot_check=True)
    for report in (sighted, flagged, drawn):
        say(results, anna, report, report.items[0].result.outcome)
    count = {words: sum(cell.visits for cell in results.confusions.cells(ALL, words)) for words in Words}
    assert count == {Words.ALL: 3, Words.BLIND: 2, Words.SPOT_CHECKS: 1}
    elsewhere = replace(ALL, team="二队")
    assert results.confusions.cells(elsewhere) == ()


def test_what_waits_to_be_decided_blind_is_hidden_until_it_is(results: ResultStore, anna: Person) -> None:
    report = keep(results, "B", item(Outcome.FAIL), blind=True)
    keep(results, "S", item(Outcome.FAIL))
    named = ["B", "S", "nobody", *(f"X{number}" for number in range(2500))]
    assert results.shown_visits.hidden(named) == {"B"}
    assert set(results.shown_visits.reports(named)) == {"B", "S"}
    say(results, anna, report, Outcome.FAIL)
    assert results.shown_visits.hidden(named) == frozenset()


@pytest.mark.slow
def test_many_visits_are_counted_at_once(database_url: str) -> None:
    database = Database(database_url)
    fill(database, 20_000)
    database.close()
    with closing(ResultStore(database_url)) as results:
        begun = time.process_time(), time.perf_counter()
        cells = results.confusions.cells(ALL)
        worst = results.confusions.worst(ALL, Judgement.WRONG_ACCUSATION)
        took = time.process_time() - begun[0], time.perf_counter() - begun[1]
        print(f"{took[0]:.2f} s of this process, {took[1]:.2f} s on the clock")
    assert sum(cell.visits for cell in cells) > 2_000
    assert len(worst) == 24
    assert took[0] < 2
