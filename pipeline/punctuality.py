"""Rules of time held against intervals: each is kept, broken, or can't be told.

A time is an interval as wide as it is legible. A rule holds if it does at every moment of the interval, and
is broken if it holds at none: so a stamp that shows minutes can't be some seconds late, and a less legible
one never turns what can't be told into a breach. Intervals count as closed: touching a limit can't be told.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from pipeline.times import TimeInterval

_NOTHING = timedelta(0)


class Truth(StrEnum):
    """What intervals allow to say of a rule."""

    HOLDS = "holds"
    BREAKS = "breaks"
    UNKNOWN = "unknown"


def all_of(truths: Iterable[Truth]) -> Truth:
    """All must hold: one breach is enough, and one that can't be told leaves the rest open."""
    every = set(truths)
    if Truth.BREAKS in every:
        return Truth.BREAKS
    return Truth.UNKNOWN if Truth.UNKNOWN in every else Truth.HOLDS


def any_of(truths: Iterable[Truth]) -> Truth:
    """One that holds is enough; broken only if every one is. Of none at all, nothing can be told."""
    every = set(truths)
    if Truth.HOLDS in every:
        return Truth.HOLDS
    return Truth.BREAKS if every == {Truth.BREAKS} else Truth.UNKNOWN


def at_most(least: timedelta, most: timedelta, limit: timedelta) -> Truth:
    """Whether a length between `least` and `most` is within the limit."""
    if most <= limit:
        return Truth.HOLDS
    return Truth.BREAKS if least > limit else Truth.UNKNOWN


def at_least(least: timedelta, most: timedelta, limit: timedelta) -> Truth:
    """Whether a length between `least` and `most` reaches the limit."""
    if least >= limit:
        return Truth.HOLDS
    return Truth.BREAKS if most < limit else Truth.UNKNOWN


def by_deadline(time: TimeInterval, deadline: datetime, tolerance: timedelta = _NOTHING) -> Truth:
    """Whether it happened until the deadline, or within the tolerance after it."""
    return at_most(_between(deadline, time.start), _between(deadline, time.end), tolerance)


def in_order(earlier: TimeInterval, later: TimeInterval, tolerance: timedelta = _NOTHING) -> Truth:
    """Whether `later` came after `earlier`, or was before it by no more than the tolerance."""
    return at_most(_between(later.end, earlier.start), _between(later.start, earlier.end), tolerance)


def waited(times: Sequence[TimeInterval], limit: timedelta, tolerance: timedelta = _NOTHING) -> Truth:
    """Whether from the first of these times to the last it took the limit, but for the tolerance."""
    least, most = waiting_time(times)
    return at_least(least, most, limit - tolerance)


def waiting_time(times: Sequence[TimeInterval]) -> tuple[timedelta, timedelta]:
    """The least and the most that may lie between the first and the last of these times (one or more)."""
    least = _between(min(time.end for time in times), max(time.start for time in times))
    most = _between(min(time.start for time in times), max(time.end for time in times))
    return max(_NOTHING, least), most


def days_ahead(time: TimeInterval, day: date, zone: tzinfo) -> tuple[int, int]:
    """The least and the most whole calendar days from a time to a day, where the visit takes place."""
    last = max(time.start, time.end - timedelta(microseconds=1))
    return (day - last.astimezone(zone).date()).days, (day - time.start.astimezone(zone).date()).days


def inside(time: TimeInterval, allowed: TimeInterval) -> Truth:
    """Whether it lies in an interval; what only touches its edge from outside can't be told."""
    if time.start >= allowed.start and time.end <= allowed.end:
        return Truth.HOLDS
    is_outside = time.end < allowed.start or time.start > allowed.end
    return Truth.BREAKS if is_outside else Truth.UNKNOWN


def _between(start: datetime, end: datetime) -> timedelta:
    """In UTC: wall times of one zone skip over a change to summer time."""
    return end.astimezone(UTC) - start.astimezone(UTC)
