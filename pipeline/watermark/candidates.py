"""From segments of text to candidate times: a date with its clock, wherever in the block the clock stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.watermark.formats import (
    ClockFound,
    DateFound,
    blanked,
    find_clocks,
    find_dates,
    find_weekday,
)
from pipeline.watermark.lines import Segment, around, distance, near, same_row
from pipeline.watermark.text import normalised, readings, without_other_numbers

_CLOCK_LIKE = re.compile(r"\d\s?:\s?\d")


@dataclass(frozen=True, slots=True)
class Parsed:
    """One way to read a segment. `broken`: what looks like a clock is left over beside the date."""

    dates: tuple[DateFound, ...]
    clocks: tuple[ClockFound, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class ParsedSegment:
    segment: Segment
    text: str
    ways: tuple[Parsed, ...]
    weekday: int | None

    @property
    def box(self) -> BoundingBox:
        return self.segment.box

    @property
    def dates(self) -> tuple[DateFound, ...]:
        return self.ways[0].dates

    @property
    def clocks(self) -> tuple[ClockFound, ...]:
        return self.ways[0].clocks


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time that the picture may bear: every time it can be read as, and the segments it was read from."""

    times: tuple[WallTime, ...]
    segments: tuple[Segment, ...]
    sure: bool
    weekday: int | None
    doubt: str = ""
    """Why this candidate may not be read even if it stands where a watermark stands; empty for no reason."""

    @property
    def box(self) -> BoundingBox:
        return around([segment.box for segment in self.segments])

    @property
    def has_clock(self) -> bool:
        return self.times[0].hour is not None

    @property
    def raw_text(self) -> str:
        return " | ".join(segment.text for segment in self.segments)

    @property
    def confidence(self) -> float:
        return min(segment.confidence for segment in self.segments)


def parse_segment(segment: Segment) -> ParsedSegment:
    text = normalised(segment.text)
    ways = [_parsed(reading) for reading in readings(without_other_numbers(text))]
    best = max(_completeness(way) for way in ways)
    kept = tuple(way for way in ways if _completeness(way) == best)
    return ParsedSegment(segment, text, kept, find_weekday(text))


def _parsed(text: str) -> Parsed:
    dates = find_dates(text)
    clocks = find_clocks(text, dates)
    spans = [(found.start, found.end) for found in dates] + [(found.start, found.end) for found in clocks]
    return Parsed(dates, clocks, bool(_CLOCK_LIKE.search(blanked(text, spans))))


def _completeness(way: Parsed) -> tuple[bool, bool, bool]:
    return bool(way.dates and way.clocks), bool(way.dates), all(found.even for found in way.dates)


def candidates(parsed: Sequence[ParsedSegment], shape: float) -> tuple[Candidate, ...]:
    """All candidates: every date, with the clock of its segment, else of its row or block, else none."""
    found = []
    for item in parsed:
        for index, _ in enumerate(item.dates):
            if item.clocks:
                found.append(_complete(item, index, parsed, shape))
            else:
                found.append(_paired(item, index, parsed, shape))
    return tuple(found)


def _complete(item: ParsedSegment, index: int, parsed: Sequence[ParsedSegment], shape: float) -> Candidate:
    times: list[WallTime] = []
    doubt = ""
    for way in item.ways:
        found = way.dates[min(index, len(way.dates) - 1)]
        for clock in _nearest_clocks(found, way.clocks):
            times += [time for time in _times(found.dates, clock) if time not in times]
            doubt = doubt or _clock_doubt(found, clock)
        if way.broken:
            doubt = doubt or "more digits like a clock's stand beside the time"
    return Candidate(tuple(times), (item.segment,), True, _weekday_near(item, parsed, shape), doubt)


def _nearest_clocks(found: DateFound, clocks: Sequence[ClockFound]) -> list[ClockFound]:
    """The clock nearest to a date in its text; more than one where they stand equally near."""
    gaps = [max(clock.start - found.end, found.start - clock.end) for clock in clocks]
    return [clock for clock, gap in zip(clocks, gaps, strict=True) if gap <= min(gaps) + 1]


def _paired(item: ParsedSegment, index: int, parsed: Sequence[ParsedSegment], shape: float) -> Candidate:
    found = item.dates[index]
    weekday = _weekday_near(item, parsed, shape)
    owners = _clock_owners(item, parsed, shape)
    if not owners:
        remains = any(other.ways[0].broken for other in parsed if near(item.box, other.box, shape))
        doubt = "a clock stands beside the date and is not legible" if remains else ""
        return Candidate(_times(found.dates, None), (item.segment,), found.sure, weekday, doubt)
    clocks = [clock for owner in owners for clock in owner.clocks]
    times = [time for clock in clocks for time in _times(found.dates, clock)]
    segments = (item.segment, *(owner.segment for owner in owners))
    doubt = next((reason for clock in clocks if (reason := _clock_doubt(found, clock))), "")
    return Candidate(tuple(dict.fromkeys(times)), segments, True, weekday, doubt)


def _clock_owners(
    item: ParsedSegment, parsed: Sequence[ParsedSegment], shape: float
) -> tuple[ParsedSegment, ...]:
    """The segments whose clock goes with a bare date: of its row, else the nearest of its block.

    More than one is returned where two stand about equally near: then the reading stays open.
    """
    bare = [other for other in parsed if other.clocks and not other.dates]
    on_row = [other for other in bare if same_row(item.box, other.box)]
    pool = on_row or [other for other in bare if near(item.box, other.box, shape)]
    ranked = sorted(pool, key=lambda other: distance(item.box, other.box, shape))
    if not ranked:
        return ()
    least = distance(item.box, ranked[0].box, shape)
    return tuple(other for other in ranked if distance(item.box, other.box, shape) <= least + 0.5)


def _times(dates: tuple[date, ...], clock: ClockFound | None) -> tuple[WallTime, ...]:
    hms = (clock.hour, clock.minute, clock.second) if clock else (None, None, None)
    return tuple(WallTime(day.year, day.month, day.day, *hms) for day in dates)


def _clock_doubt(found: DateFound, clock: ClockFound) -> str:
    """A lone digit as the hour beside a date with leading zeros: an AM or PM, or a digit, was lost."""
    if clock.one_digit_hour and not clock.marked and found.padded:
        return "the hour has one digit and neither AM nor PM, though the date has leading zeros"
    return ""


def _weekday_near(item: ParsedSegment, parsed: Sequence[ParsedSegment], shape: float) -> int | None:
    if item.weekday is not None:
        return item.weekday
    named = {p.weekday for p in parsed if p.weekday is not None and near(item.box, p.box, shape)}
    return named.pop() if len(named) == 1 else None
