"""Rules of time over intervals: what holds, what breaks, and what can't be told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.punctuality import (
    Truth,
    all_of,
    any_of,
    by_deadline,
    days_ahead,
    in_order,
    inside,
    waited,
    waiting_time,
)
from pipeline.times import TimeInterval

NINE = datetime(2026, 5, 12, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOLDS, BREAKS, UNKNOWN = Truth.HOLDS, Truth.BREAKS, Truth.UNKNOWN


def span(start_min: float, length_min: float = 1.0) -> TimeInterval:
    return TimeInterval.at(NINE + start_min * MINUTE, length_min * MINUTE)


@pytest.mark.parametrize(
    ("start_min", "length_min", "truth"),
    [
        (-2, 1, HOLDS),
        (-1, 1, HOLDS),
        (0, 1, UNKNOWN),
        (-0.5, 1, UNKNOWN),
        (0.1, 1, BREAKS),
        (-600, 1440, UNKNOWN),
    ],
)
def test_by_a_deadline(start_min: float, length_min: float, truth: Truth) -> None:
    assert by_deadline(span(start_min, length_min), NINE) is truth


def test_a_deadline_with_tolerance() -> None:
    assert by_deadline(span(0, 1 / 60), NINE, timedelta(seconds=2)) is HOLDS
    assert by_deadline(span(0.1), NINE, MINUTE) is UNKNOWN
    assert by_deadline(span(1.1), NINE, MINUTE) is BREAKS


@pytest.mark.parametrize(
    ("earlier_min", "later_min", "truth"),
    [(0, 1, HOLDS), (0, 0, HOLDS), (0, 60, HOLDS), (1, 0, UNKNOWN), (2, 0, UNKNOWN), (3, 0, BREAKS)],
)
def test_order_of_two_minutes_within_a_minute(earlier_min: int, later_min: int, truth: Truth) -> None:
    assert in_order(span(earlier_min), span(later_min), MINUTE) is truth


@pytest.mark.parametrize(
    ("starts_min", "truth"),
    [
        ((0, 31), HOLDS),
        ((0, 30), UNKNOWN),
        ((0, 29), UNKNOWN),
        ((0, 28), BREAKS),
        ((5, 0, 40), HOLDS),
        ((0,), BREAKS),
    ],
)
def test_a_wait_between_minutes(starts_min: tuple[int, ...], truth: Truth) -> None:
    assert waited([span(start) for start in starts_min], 30 * MINUTE) is truth


def test_the_range_of_a_wait() -> None:
    assert waiting_time([span(20), span(0)]) == (19 * MINUTE, 21 * MINUTE)
    assert waiting_time([span(0)]) == (timedelta(0), MINUTE)


def test_days_ahead_of_a_date_and_of_a_stretch_over_midnight() -> None:
    zone, day = ZoneInfo("Asia/Shanghai"), date(2026, 5, 12)
    whole = TimeInterval(datetime(2026, 5, 9, tzinfo=zone), datetime(2026, 5, 10, tzinfo=zone))
    assert days_ahead(whole, day, zone) == (3, 3)
    over = TimeInterval(
        datetime(2026, 5, 9, 23, 59, 30, tzinfo=zone), datetime(2026, 5, 10, 0, 0, 30, tzinfo=zone)
    )
    assert days_ahead(over, day, zone) == (2, 3)


def test_all_and_any() -> None:
    assert (all_of([]), any_of([])) == (HOLDS, UNKNOWN)
    assert (all_of([HOLDS, UNKNOWN]), any_of([HOLDS, UNKNOWN])) == (UNKNOWN, HOLDS)
    assert (all_of([UNKNOWN, BREAKS]), any_of([UNKNOWN, BREAKS])) == (BREAKS, UNKNOWN)
    assert any_of([BREAKS, BREAKS]) is BREAKS


INTERVALS = st.builds(
    lambda start, length: TimeInterval.at(NINE + timedelta(seconds=start), timedelta(seconds=length)),
    st.integers(-7200, 7200),
    st.integers(0, 5400),
)
WIDENING = st.tuples(st.integers(0, 7200), st.integers(0, 7200))
LENGTHS = st.integers(0, 7200).map(lambda seconds: timedelta(seconds=seconds))


def widened(interval: TimeInterval, by: tuple[int, int]) -> TimeInterval:
    return TimeInterval(interval.start - timedelta(seconds=by[0]), interval.end + timedelta(seconds=by[1]))


def assert_no_surer(before: Truth, after: Truth) -> None:
    """Less legible, a rule is judged as before or can't be told any more."""
    assert after in (before, UNKNOWN)


@given(INTERVALS, INTERVALS, WIDENING, LENGTHS)
def test_widening_never_decides(
    one: TimeInterval, other: TimeInterval, by: tuple[int, int], length: timedelta
) -> None:
    wide = widened(one, by)
    for rule in (
        lambda time: by_deadline(time, NINE, length),
        lambda time: in_order(time, other, length),
        lambda time: in_order(other, time, length),
        lambda time: waited([time, other], length),
        lambda time: inside(time, other),
    ):
        assert_no_surer(rule(one), rule(wide))


@given(INTERVALS, INTERVALS, LENGTHS, st.integers(-(10**7), 10**7))
def test_shifting_everything_changes_nothing(
    one: TimeInterval, other: TimeInterval, length: timedelta, shift_s: int
) -> None:
    by = timedelta(seconds=shift_s)
    moved, too = (TimeInterval(time.start + by, time.end + by) for time in (one, other))
    assert by_deadline(one, NINE, length) is by_deadline(moved, NINE + by, length)
    assert in_order(one, other, length) is in_order(moved, too, length)
    assert waited([one, other], length) is waited([too, moved], length)
    assert inside(one, other) is inside(moved, too)
