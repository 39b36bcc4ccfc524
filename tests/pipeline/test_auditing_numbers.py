"""What decisions say about the rules: tables with answers worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.auditing import ItemWord
from pipeline.auditing_numbers import (
    BlindWord,
    GroupNumbers,
    ItemNumbers,
    by_week,
    is_missed_fault,
    missed_faults,
    most_overturned,
)
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import Grade
from pipeline.shares import Share

MISSED = BlindWord(
    "V1", "repair", "badge.visible", ItemWord.OVERTURN, Outcome.PASS, Outcome.FAIL, None, weight=5.0
)
SEEN = replace(MISSED, word=ItemWord.CONFIRM, outcome_after=Outcome.PASS)
UNSURE = replace(MISSED, word=ItemWord.CANNOT_TELL, outcome_after=None)


def spot_check(number: int, word: BlindWord, stratum: str = "repair") -> BlindWord:
    return replace(word, visit_id=f"{stratum}-{number}", stratum=stratum)


@pytest.mark.parametrize(
    ("word", "missed"),
    [
        (MISSED, True),
        (replace(MISSED, outcome_after=Outcome.MISSING), True),
        (replace(MISSED, outcome_before=Outcome.CONFIRM, leaning=Leaning.FOR), True),
        (replace(MISSED, outcome_before=Outcome.CONFIRM, leaning=Leaning.AGAINST), False),
        (replace(MISSED, outcome_before=Outcome.MISSING), False),
        (replace(MISSED, outcome_after=Outcome.UNREADABLE), False),
        (replace(MISSED, weight=0.0), False),
        (replace(MISSED, outcome_before=Outcome.FAIL, outcome_after=Outcome.PASS), False),
        (SEEN, False),
        (UNSURE, False),
    ],
)
def test_a_missed_fault_is_one_that_the_report_took_as_fulfilled(word: BlindWord, missed: bool) -> None:
    assert is_missed_fault(word) is missed


def test_one_stratum_is_the_plain_share() -> None:
    words = [spot_check(n, MISSED if n < 3 else SEEN) for n in range(20)]
    found = missed_faults([*words, spot_check(99, UNSURE)], {"repair": 1000})
    assert found.share == pytest.approx(0.15)
    assert found.interval == pytest.approx(Share(3, 20).interval)
    assert (found.checked, found.with_fault, found.undecided) == (20, 3, 1)
    assert found.by_item == (("badge.visible", Share(3, 20)),)


def test_strata_weigh_as_much_as_they_have_visits() -> None:
    """Half of the repairs and none of the cleanings have a fault; three of four visits are cleanings."""
    words = [spot_check(n, MISSED if n % 2 else SEEN) for n in range(10)]
    words += [spot_check(n, SEEN, "cleaning") for n in range(10)]
    found = missed_faults(words, {"repair": 100, "cleaning": 300, "survey": 50})
    assert found.share == pytest.approx(0.125)
    assert (found.population, found.covered) == (450, 400)
    # Kish: 1 / (0.25 ** 2 / 10 + 0.75 ** 2 / 10) = 16
    assert found.interval == pytest.approx(Share(2, 16).interval)


def test_no_spot_check_says_nothing() -> None:
    found = missed_faults([], {"repair": 100})
    assert (found.share, found.interval, found.checked, found.population) == (None, (0.0, 1.0), 0, 100)


def test_an_unknown_share_is_not_made_up_where_the_checked_visits_are_flagged_by_now() -> None:
    found = missed_faults([spot_check(1, MISSED)], {})
    assert (found.share, found.interval, found.with_fault) == (None, (0.0, 1.0), 1)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["repair", "cleaning"]), st.booleans())),
    st.fixed_dictionaries({"repair": st.integers(0, 500), "cleaning": st.integers(0, 500)}),
)
def test_the_estimate_lies_in_its_interval(
    said: list[tuple[int, str, bool]], unflagged: dict[str, int]
) -> None:
    words = [spot_check(n, MISSED if missed else SEEN, stratum) for n, stratum, missed in said]
    found = missed_faults(words, unflagged)
    low, high = found.interval
    assert 0 <= low <= high <= 1
    if found.share is not None:
        assert low - 1e-9 <= found.share <= high + 1e-9


def test_the_surely_overturned_come_first_and_the_never_spoken_of_last() -> None:
    items = [
        ItemNumbers(name, {}, share)
        for name, share in (("once", Share(1, 1)), ("often", Share(60, 100)), ("never", Share(0, 9)))
    ]
    items.append(ItemNumbers("silent", {}, Share(0, 0)))
    assert [one.item_id for one in most_overturned(items)] == ["often", "once", "never", "silent"]


def group(key: str, visits: int, flagged: int, score_sum: float, grade: Grade) -> GroupNumbers:
    reasons = {FlagReason.CRITICAL_FAIL: flagged} if flagged else {}
    return GroupNumbers(
        key, key, visits, flagged, {grade: visits}, visits, score_sum, reasons, Share(flagged, visits)
    )


def test_days_become_iso_weeks_over_the_turn_of_a_year() -> None:
    days = [
        group("2026-12-31", 2, 1, 120.0, Grade.FAIL),
        group("2027-01-01", 3, 0, 270.0, Grade.EXCELLENT),
        group("2027-01-04", 1, 0, 80.0, Grade.GOOD),
    ]
    first, second = by_week(days)
    assert (first.key, second.key) == ("2026-W53", "2027-W01")
    assert first.grades == {Grade.FAIL: 2, Grade.EXCELLENT: 3}
    assert (first.visits, first.flagged, first.mean_score) == (5, 1, 78.0)
    assert first.reasons == {FlagReason.CRITICAL_FAIL: 1}
    assert first.overturned == Share(1, 5)
