"""The clock of a video against its frames, on made-up clocks with known truth: no picture is needed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evidence import ClockSample
from pipeline.times import WallTime
from pipeline.video_clock import (
    Anchor,
    Break,
    BreakKind,
    ClockFit,
    anchored,
    first_looks,
    fit_clock,
    longest_still,
    next_looks,
    time_in,
)

LIMIT_S = 1.0
START = datetime.fromisoformat("2026-05-12T23:59:50")  # midnight is passed
WRONG_BY_S = (-30, -6, -5, -2, -1, 1, 2, 5, 6, 8, 30)
Story = Callable[[float], float]


def wall(moment: datetime, *, seconds: bool = True) -> WallTime:
    second = moment.second if seconds else None
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, second)


@dataclass
class Camera:
    """Shows `story` (presentation second -> clock second) at any frame; reads some of them wrongly or not."""

    story: Story
    seed: int = 0
    lag_s: float = 0.3
    errors: float = 0.02
    unread: float = 0.02
    rate: int = 25
    seconds: bool = True

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.phase_s = self.rng.random()

    def look(self, moments: tuple[float, ...]) -> list[ClockSample]:
        frames = sorted({round(at_s * self.rate) / self.rate for at_s in moments})
        return [self._sample(at_s) for at_s in frames]

    def _sample(self, at_s: float) -> ClockSample:
        shown_s = self.story(max(0.0, at_s - self.rng.uniform(0, self.lag_s))) + self.phase_s
        luck = self.rng.random()
        if luck < self.errors:
            shown_s += self.rng.choice(WRONG_BY_S)
        shown = wall(START + timedelta(seconds=shown_s), seconds=self.seconds)
        return ClockSample(at_s, None if luck > 1 - self.unread else shown, 0.95)


def followed(camera: Camera, length_s: float) -> tuple[ClockFit, tuple[ClockSample, ...]]:
    """As the reader follows a clock: the grid, then what the readings ask for."""
    samples = {sample.presentation_s: sample for sample in camera.look(first_looks(length_s, 100))}
    for _ in range(6):
        ordered = tuple(samples[at_s] for at_s in sorted(samples))
        wanted = next_looks(ordered, LIMIT_S)
        if not wanted:
            break
        for sample in camera.look(wanted):
            samples.setdefault(sample.presentation_s, sample)
    ordered = tuple(samples[at_s] for at_s in sorted(samples))
    fit = fit_clock(ordered)
    assert fit is not None
    return fit, ordered


SHIFT_S, AT_S, LENGTH_S = 2.1, 6.3, 15.0
STORIES: dict[str, tuple[Story, BreakKind, float]] = {
    "cut": (lambda t: t + SHIFT_S * (t >= AT_S), BreakKind.CUT, AT_S),
    "earlier part": (lambda t: t - (AT_S + SHIFT_S) * (t >= AT_S), BreakKind.JUMP_BACK, AT_S),
    "loop": (lambda t: t - SHIFT_S * (t >= AT_S), BreakKind.LOOP, AT_S),
    "freeze": (lambda t: t - min(max(0, t - AT_S), SHIFT_S + 1), BreakKind.CLOCK_STANDS, AT_S),
    "clock stands": (
        lambda t: AT_S if AT_S <= t < AT_S + SHIFT_S + 1 else t,
        BreakKind.CLOCK_STANDS,
        AT_S,
    ),
    "faster": (lambda t: 1.5 * t, BreakKind.SPEED, 0.0),
    "slower": (lambda t: 0.75 * t, BreakKind.SPEED, 0.0),
    "faster in part": (lambda t: t + 0.5 * min(max(0, t - 4), 6), BreakKind.SPEED, 4.0),
}


def nearest(breaks: tuple[Break, ...], at_s: float) -> Break:
    return min(breaks, key=lambda found: abs(found.at_s - at_s))


@pytest.mark.parametrize("name", STORIES)
def test_a_tampering_of_two_seconds_is_found_named_and_placed(name: str) -> None:
    story, kind, at_s = STORIES[name]
    fits = [followed(Camera(story, seed), LENGTH_S)[0] for seed in range(40)]
    assert all(fit.deviation_s > LIMIT_S for fit in fits)
    named = [fit for fit in fits if any(found.kind is kind for found in fit.breaks)]
    assert len(named) >= 34
    if kind is not BreakKind.SPEED:
        # A standing clock has stood since its last tick, up to a second before.
        errors = sorted(abs(nearest(fit.breaks, at_s).at_s - at_s) for fit in named)
        assert errors[len(errors) // 2] < 0.6
        assert errors[-3] < 1.4


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    length_s=st.floats(3, 40),
    lag_s=st.floats(0, 0.5),
    rate=st.sampled_from([5, 12, 24, 30]),
)
def test_an_honest_clock_is_never_accused(seed: int, length_s: float, lag_s: float, rate: int) -> None:
    fit, _ = followed(Camera(lambda at_s: at_s, seed, lag_s, rate=rate), length_s)
    assert fit.deviation_s <= LIMIT_S


def test_few_looks_suffice_for_an_honest_clock() -> None:
    _, samples = followed(Camera(lambda at_s: at_s, errors=0, unread=0), 60.0)
    assert len(samples) <= 75


def test_the_moment_of_a_cut_is_known_to_a_few_frames() -> None:
    fit, samples = followed(Camera(STORIES["cut"][0], lag_s=0.0, errors=0), LENGTH_S)
    (found,) = fit.breaks
    assert found.uncertainty_s <= 0.15
    assert abs(found.at_s - AT_S) <= found.uncertainty_s + 0.04
    assert found.shift_s == pytest.approx(SHIFT_S, abs=0.6)
    assert samples[found.before].presentation_s < AT_S <= samples[found.after].presentation_s + 0.04


def test_a_clock_to_the_minute_is_blind_for_seconds() -> None:
    fit, _ = followed(Camera(STORIES["cut"][0], errors=0, seconds=False), LENGTH_S)
    assert fit.deviation_s <= LIMIT_S
    assert 30 < fit.blind_s <= 120
    fit, _ = followed(Camera(lambda t: t + 150 * (t >= AT_S), errors=0, seconds=False), LENGTH_S)
    assert fit.deviation_s > LIMIT_S


def test_a_clock_to_the_second_sees_a_jump_of_two() -> None:
    fit, _ = followed(Camera(lambda at_s: at_s, errors=0), LENGTH_S)
    assert fit.blind_s < 2


def test_a_digit_misread_for_ten_seconds_accuses_nobody() -> None:
    """The tens of seconds wrong as long as they last: no tampering comes back to the second by itself."""
    fit, _ = followed(Camera(lambda t: t + 30 * (10 <= t + 0.2 < 19.8), lag_s=0, errors=0), 40.0)
    assert fit.deviation_s <= LIMIT_S
    assert fit.unread_s > 5


def test_a_second_misread_before_the_last_is_no_speed() -> None:
    """Shown :58 for :56, then :57: clocks don't run backwards, whatever was done to a video."""
    moments = [*(0.4 * number for number in range(30)), 11.875, 12.333, 12.375, 12.5, 13.125, 13.167]
    wrong_by_s = [2 if 11.8 < at_s < 12.6 else 0 for at_s in moments]
    misread = [
        ClockSample(at_s, still(at_s + 0.25 + wrong, 5).shown, 0.7)
        for at_s, wrong in zip(moments, wrong_by_s, strict=True)
    ]
    fit = fit_clock(misread)
    assert fit is not None
    assert fit.deviation_s <= LIMIT_S


def test_fewer_than_two_readings_prove_nothing() -> None:
    assert fit_clock(()) is None
    assert fit_clock((ClockSample(0.0, wall(START), 0.9), ClockSample(1.0, None))) is None


def still(at_s: float, motion: float | None) -> ClockSample:
    return ClockSample(at_s, wall(START + timedelta(seconds=at_s)), 0.9, motion)


@pytest.mark.parametrize(
    ("motion", "span"),
    [
        ([None, 5, 5, 0.1, 0.1, 0.1, 5, 5, 5], (2.0, 5.0)),
        ([None, 5, 5, 0.1, 5, 0.1, 5, 5, 5], None),
        ([None, 2, 2, 0.5, 0.5, 0.5, 2, 2, 2], None),
        ([None, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], None),
        ([None, 5, 5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], None),
    ],
    ids=["stands", "for a moment", "hardly slower", "never moves", "moves at first only"],
)
def test_a_picture_that_stands_under_a_running_clock(
    motion: list[float | None], span: tuple[float, float] | None
) -> None:
    found = longest_still([still(float(number), value) for number, value in enumerate(motion)])
    assert (found and (found.from_s, found.until_s)) == span


def test_a_picture_that_stands_is_found_however_often_it_was_looked_at() -> None:
    """Half of the time stands, and nine in ten looks lie there."""
    seconds = [0.0, 1.0, 2.0, *(2 + 0.1 * number for number in range(1, 31)), 6.0, 7.0]
    samples = [still(at_s, 0.02 if 2 < at_s <= 5 else 4.0) for at_s in seconds]
    found = longest_still(samples)
    assert found is not None
    assert (found.from_s, found.until_s) == pytest.approx((2.0, 5.0))


NOON = WallTime(2026, 5, 12, 11, 59, 58)
TEXTS = [
    ("2026-05-12 12:00:03", 5.0, "2026-05-12T12:00:03"),
    ("12:00:03", 5.0, "2026-05-12T12:00:03"),
    ("2026/05/12 12:00:03 PM", 5.0, "2026-05-12T12:00:03"),
    ("2026-05-12 12.00.03", 5.0, "2026-05-12T12:00:03"),
    ("2074-05-12 12 00:03", 5.0, "2026-05-12T12:00:03"),
    ("2026-05-12 12.00.0", 5.0, None),
    ("2026-05-12 12.75.03", 5.0, None),
    ("12:00", 5.0, None),
    ("12:00:03 12:00:04", 5.0, None),
    ("CAM 01", 5.0, None),
    ("00:00:10", 43212.0, "2026-05-13T00:00:10"),
]


@pytest.mark.parametrize(("text", "at_s", "expected"), TEXTS)
def test_a_clock_is_read_as_of_the_nearest_day(text: str, at_s: float, expected: str | None) -> None:
    read = time_in(text, at_s, Anchor(NOON, 0.0, twelve_hour=False, digits=14, first_digit=8))
    assert (read.isoformat() if read else None) == expected


def test_a_twelve_hour_clock_that_lost_its_half_of_the_day() -> None:
    anchor = anchored(WallTime(2026, 5, 12, 14, 35, 7), 2.0, "05/12/2026 2:35:07 PM")
    assert anchor is not None
    assert anchor.twelve_hour
    read = time_in("05/12/2026 2:35:12", 7.0, anchor)
    assert read == WallTime(2026, 5, 12, 14, 35, 12)


def test_a_clock_without_a_legible_date_still_has_its_hours() -> None:
    anchor = anchored(None, 0.0, "20?6-03-22 22:39:52")
    assert anchor is not None
    assert anchor.wall == WallTime(2000, 1, 1, 22, 39, 52)
    assert anchored(None, 0.0, "22.39") is None
    worn = anchored(None, 0.0, "2024年12月7日1635:40")
    assert worn is not None
    assert worn.wall == WallTime(2000, 1, 1, 16, 35, 40)


@pytest.mark.parametrize("text", ["2027.0?.03 04:27", "20?6年12月7日163540", "?-03-22 22:79:52"])
def test_what_may_be_the_rest_of_a_clock_or_none_is_no_anchor_without_a_date(text: str) -> None:
    assert anchored(None, 0.0, text) is None


def test_another_time_than_the_watermarks_is_no_anchor() -> None:
    assert anchored(NOON, 0.0, "12:00:00") is None
