"""What a line of text says the time is, given about what it should say: which day, and which half of it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.watermark.candidates import parse_segment
from pipeline.watermark.formats import ClockFound
from pipeline.watermark.lines import SeenLine, Segment

_ANYWHERE = BoundingBox(0.0, 0.0, 1.0, 1.0)
_HALF_A_DAY = timedelta(hours=12)
_DAY = timedelta(days=1)
_NO_DAY = (2000, 1, 1)
_WORN_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>[01]\d|2[0-3])(?P<one>[:.]?)(?P<minute>[0-5]\d)(?P<two>[:.]?)(?P<second>[0-5]\d)$",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time that was read with its date, where in the video, and whether its clock counts to twelve.

    Of `digits` digits in the line, those of the clock begin at `first_digit`.
    """

    wall: WallTime
    at_s: float
    twelve_hour: bool
    digits: int
    first_digit: int


def anchored(wall: WallTime | None, at_s: float, text: str) -> Anchor | None:
    """An anchor where the text holds the wall time's own clock, and no other; None otherwise.

    Without a wall time, of a stamp whose date is not legible, the text's clock on a day of no meaning.
    """
    clock = _only_clock(text) if wall is not None else _undated_clock(text)
    if clock is None:
        return None
    of_day = clock.hour, clock.minute, clock.second
    wall = wall or WallTime(*_NO_DAY, *of_day)
    if of_day != (wall.hour, wall.minute, wall.second):
        return None
    digits = _digits(text)
    places = [digits.rfind(_clock_digits(hour, clock)) for hour in (clock.hour, (clock.hour - 1) % 12 + 1)]
    return Anchor(wall, at_s, clock.marked, len(digits), max(places))


def time_in(text: str, at_s: float, anchor: Anchor) -> WallTime | None:
    """The time in a line seen `at_s` seconds into the video, of the day that lies nearest to what is due.

    None where there is no clock, more than one, or one of another precision than the anchor's. A twelve-hour
    clock that lost its AM or PM is taken for the nearer half of the day. Misread colons don't matter where
    the line has as many digits as the anchor's.
    """
    clock = _only_clock(text)
    if clock is None or (clock.second is None) != (anchor.wall.second is None):
        clock = _by_place(text, anchor)
    if clock is None:
        return None
    due = anchor.wall.at_zone(UTC).start + timedelta(seconds=at_s - anchor.at_s)
    read = due.replace(hour=clock.hour, minute=clock.minute, second=clock.second or 0, microsecond=0)
    step = _HALF_A_DAY if anchor.twelve_hour and not clock.marked else _DAY
    nearest = min((read + step * number for number in (-1, 0, 1)), key=lambda moment: abs(moment - due))
    return _wall(nearest, to_the_second=clock.second is not None)


def _only_clock(text: str) -> ClockFound | None:
    """The clock that every way to read the text agrees on."""
    segment = Segment((SeenLine(text, 1.0, 1.0, _ANYWHERE),))
    ways = parse_segment(segment).ways
    clocks = [way.clocks for way in ways]
    if any(len(found) != 1 for found in clocks) or any(way.broken for way in ways):
        return None
    (clock,) = clocks[0]
    same = {(found.hour, found.minute, found.second) for (found,) in clocks}
    return clock if len(same) == 1 else None


def _undated_clock(text: str) -> ClockFound | None:
    """A clock whose date is not legible, to the second only: 04:27 may be what is left of 16:04:27."""
    clock = _at_the_end(text) or _only_clock(text)
    return clock if clock is not None and clock.second is not None else None


def _at_the_end(text: str) -> ClockFound | None:
    """A clock to the second that ends the line and lost one of its separators, as small ones do."""
    found = _WORN_CLOCK.search(text)
    if found is None or not (found["one"] or found["two"]):
        return None
    hour, minute, second = (int(found[name]) for name in ("hour", "minute", "second"))
    return ClockFound(found.start(), found.end(), hour, minute, second, marked=False, one_digit_hour=False)


def _by_place(text: str, anchor: Anchor) -> ClockFound | None:
    """The clock by where its digits stand in the line, whatever stands between them."""
    digits, start = _digits(text), anchor.first_digit
    end = start + (4 if anchor.wall.second is None else 6)
    if start < 0 or len(digits) != anchor.digits or end > len(digits):
        return None
    hour, minute, second = int(digits[start : start + 2]), int(digits[start + 2 : start + 4]), None
    if anchor.wall.second is not None:
        second = int(digits[start + 4 : end])
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return ClockFound(0, len(text), hour, minute, second, marked=False, one_digit_hour=False)


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _clock_digits(hour: int, clock: ClockFound) -> str:
    """Two digits each; a clock whose hour has one has no fixed place."""
    return f"{hour:02d}{clock.minute:02d}" + ("" if clock.second is None else f"{clock.second:02d}")


def _wall(moment: datetime, *, to_the_second: bool) -> WallTime:
    second = moment.second if to_the_second else None
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, second)
