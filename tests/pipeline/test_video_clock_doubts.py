"""What an accusation rests on: digits that must have changed, and leaps that a misread digit would make."""

import pytest

from pipeline.evidence import ClockSample
from pipeline.times import WallTime
from pipeline.video_clock import Break, BreakKind
from pipeline.video_clock.doubts import Sides, disputed_places, may_be_one_digit, runs_on, sides

DAY = (2026, 5, 12)


def sample(at_s: float, clock: str | None) -> ClockSample:
    shown = None if clock is None else WallTime(*DAY, *(int(part) for part in clock.split(":")))
    return ClockSample(at_s, shown, 0.9 if shown else 0.0)


DISPUTES = [
    ("22:04:49", 0.2, "02:04:50", (0,)),
    ("08:02:24", 0.2, "09:02:25", (1,)),
    ("08:02:24", 0.2, "08:02:24", ()),
    ("08:02:24", 0.2, "08:02:28", ()),  # its last digit was due to change: it may look changed either way
    ("08:02:24", 0.2, "08:02:54", (4,)),
    ("08:02:38", 3.0, "08:02:54", ()),  # so was the one before, at :40
    ("08:59:59", 0.9, "11:00:00", (0,)),  # and here every one but the first
    ("11:59:58", 0.2, "23:59:58", (0, 1)),
    ("08:02", 0.2, "09:02", (1,)),
]


@pytest.mark.parametrize(("before", "later_s", "after", "places"), DISPUTES)
def test_digits_that_must_have_changed(
    before: str, later_s: float, after: str, places: tuple[int, ...]
) -> None:
    assert disputed_places(sample(4, before), sample(4 + later_s, after), twelve_hour=False) == places


def test_a_twelve_hour_clock_shows_other_digits() -> None:
    assert disputed_places(sample(0, "11:59:58"), sample(0.2, "13:59:58"), twelve_hour=True) == (0,)
    assert disputed_places(sample(0, "02:00:08"), sample(0.2, "14:00:08"), twelve_hour=True) == ()


def test_what_is_not_read_disputes_nothing() -> None:
    assert disputed_places(sample(0, None), sample(1, "08:00:00"), twelve_hour=False) == ()
    assert not runs_on(sample(0, None), sample(1, "08:00:00"), WallTime(*DAY, 8, 0, 1))
    assert not runs_on(sample(0, "08:00:00"), sample(1, None), None)


@pytest.mark.parametrize(
    ("shift_s", "expected"),
    [
        *[(10, True), (-30.9, True), (60.4, True), (90, True), (1800, True), (3600.4, True), (-14_400, True)],
        *[(4, False), (-6.1, False), (15, False), (95, False), (7777, False), (360_000, False)],
    ],
)
def test_leaps_that_a_misread_digit_would_make(shift_s: float, expected: bool) -> None:
    assert may_be_one_digit(shift_s) is expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("08:02:25", True), ("08:02:26", True), ("08:02:28", False), ("09:02:25", False), ("08:02", True)],
)
def test_what_a_clock_that_ran_on_would_show(shown: str, expected: bool) -> None:
    wall = sample(0, shown).shown
    assert runs_on(sample(3.0, "08:02:24"), sample(4.2, "10:00:00"), wall) is expected


def test_a_break_has_the_readings_up_to_the_next_on_its_sides() -> None:
    clocks = ["08:00:00", None, "08:00:02", "09:00:03", "09:00:04", "10:00:05", "10:00:06"]
    samples = [sample(float(number), clock) for number, clock in enumerate(clocks)]
    breaks = [Break(BreakKind.CUT, at, at + 1, at + 0.5, 0.5, at + 0.5, 3600) for at in (2, 4)]
    assert sides(samples, breaks, 0) == Sides((2, 0), (3, 4))
    assert sides(samples, breaks, 1) == Sides((4, 3), (5, 6))
    assert sides(samples, breaks, 1).fewer == (5, 6)
