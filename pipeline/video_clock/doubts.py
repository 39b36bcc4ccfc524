"""Which digits an accusation rests on, and whether misread digits would look just like it.

A clock that leaps by whole tens of seconds, minutes, or hours may be a digit that is read wrongly from one
frame on. What the readings claim can be held against the picture: a digit that they say has changed, and
that a clock which ran on would show unchanged, must look changed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.evidence import ClockSample
from pipeline.times import WallTime
from pipeline.video_clock.breaks import Break
from pipeline.video_clock.readings import DISPLAY_SLACK_S, LEAST_CONFIDENCE

_ROUND_S = (10, 60, 600, 3600, 36_000)
_SLACK_S = 1.5
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Sides:
    """The numbers of the legible samples before and after a break, up to the next one, nearest first."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def fewer(self) -> tuple[int, ...]:
        return min(self.after, self.before, key=len)


def sides(samples: Sequence[ClockSample], breaks: Sequence[Break], number: int) -> Sides:
    """The samples on both sides of the break of this number; `breaks` in order of time."""
    found = breaks[number]
    first = breaks[number - 1].after if number else 0
    last = breaks[number + 1].before if number + 1 < len(breaks) else len(samples) - 1
    before = range(found.before, min(first, found.before) - 1, -1)
    after = range(found.after, max(last, found.after) + 1)
    return Sides(
        tuple(index for index in before if _counts(samples[index])),
        tuple(index for index in after if _counts(samples[index])),
    )


def _counts(sample: ClockSample) -> bool:
    return sample.shown is not None and sample.confidence >= LEAST_CONFIDENCE


def may_be_one_digit(shift_s: float) -> bool:
    """Whether a shift lies next to a few tens of seconds, minutes, tens of minutes, hours or tens of hours.

    Nine times at most: that is how far one digit can be wrong.
    """
    size = abs(shift_s)
    return any(
        abs(size - step * times) <= _SLACK_S
        for step in _ROUND_S
        if (times := round(size / step)) in range(1, 10)
    )


def runs_on(one: ClockSample, other: ClockSample, shown: WallTime | None) -> bool:
    """Whether `shown`, read in the other sample, is what a clock would show that ran on from the first."""
    if one.shown is None or shown is None:
        return False
    return any(
        _moment(shown) == due.replace(second=due.second if shown.second is not None else 0)
        for due in _due(one.shown, other.presentation_s - one.presentation_s)
    )


def disputed_places(one: ClockSample, other: ClockSample, *, twelve_hour: bool) -> tuple[int, ...]:
    """Places 0..5 of HHMMSS that the two readings show unlike, and a clock that ran on would show alike."""
    if one.shown is None or other.shown is None:
        return ()
    first, read = _digits(_moment(one.shown), twelve_hour), _digits(_moment(other.shown), twelve_hour)
    passed_s = other.presentation_s - one.presentation_s
    due = [_digits(moment, twelve_hour) for moment in _due(one.shown, passed_s)]
    return tuple(
        place
        for place in range(_PLACES)
        if first[place] != read[place] and all(digits[place] == first[place] for digits in due)
    )


def _due(shown: WallTime, passed_s: float) -> list[datetime]:
    """Every second that the clock may be in after so many seconds: it shows one value for a while."""
    width_s = 1 if shown.second is not None else 60
    least, most = math.floor(passed_s - DISPLAY_SLACK_S), math.floor(passed_s + width_s + DISPLAY_SLACK_S)
    return [_moment(shown) + timedelta(seconds=second) for second in range(least, most + 1)]


def _moment(wall: WallTime) -> datetime:
    return wall.at_zone(UTC).start


def _digits(moment: datetime, twelve_hour: bool) -> str:
    hour = (moment.hour - 1) % 12 + 1 if twelve_hour else moment.hour
    return f"{hour:02d}{moment.minute:02d}{moment.second:02d}"
