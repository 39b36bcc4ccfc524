"""The verdict over a picture's lines: which candidate is the watermark, and which time it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.times import WallTime
from pipeline.watermark.candidates import Candidate, ParsedSegment, candidates, parse_segment
from pipeline.watermark.lines import SeenLine, segments
from pipeline.watermark.placement import edge_distance, needed, standing

_HINT_DAYS = 1.5  # a hint may be off by a zone or a slow clock, never by more
_CLOCK_AT_EDGE = 0.06
_SAME_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A reading and the lines that it rests on: what a second look should look at again."""

    reading: WatermarkReading
    lines: tuple[SeenLine, ...] = ()

    @property
    def times(self) -> tuple[WallTime, ...]:
        """The time that was read, or all that it may be."""
        return (self.reading.taken_at,) if self.reading.taken_at else self.reading.alternatives

    @property
    def weakest(self) -> float:
        """The confidence of the least certain digit."""
        return min((line.weakest for line in self.lines), default=0.0)


def interpret(
    lines: Sequence[SeenLine],
    shape: float,
    hints: Sequence[WallTime] = (),
    not_after: WallTime | None = None,
) -> Interpretation:
    """Find the time watermark among a picture's lines of text and read it.

    `shape` is the picture's width over its height. `hints` are times known from elsewhere (EXIF): they may
    choose between alternatives, never make one. `not_after` is when the picture was known to be there:
    alternatives of a later day fall away.
    """
    parsed = [parse_segment(segment) for segment in segments(lines, shape)]
    found = candidates(parsed, shape)
    scored = [(standing(item, parsed, shape), item) for item in found]
    ranked = sorted((pair for pair in scored if pair[0] >= needed(pair[1])), key=_rank, reverse=True)
    known = _Known(tuple(hints), not_after)
    return _decided(ranked[0][1], _rivals(ranked), known) if ranked else _remains(parsed)


def _rank(scored: tuple[int, Candidate]) -> tuple[bool, bool, int, float]:
    score, candidate = scored
    return candidate.sure, candidate.has_clock, score, candidate.confidence


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the time from elsewhere."""

    hints: tuple[WallTime, ...]
    not_after: WallTime | None

    def choose(self, times: tuple[WallTime, ...]) -> tuple[tuple[WallTime, ...], str]:
        """The times that what is known allows, and what decided; all of them where it allows none."""
        past = tuple(time for time in times if not self._is_future(time)) or times
        close = tuple(time for time in past if any(_close(time, hint) for hint in self.hints))
        if len(past) > 1 and len(close) == 1:
            return close, "a time known from elsewhere decided between the alternatives"
        if len(past) == 1 < len(times):
            return past, "every other reading is of a day that had not come yet"
        return past, ""

    def _is_future(self, time: WallTime) -> bool:
        return self.not_after is not None and (_day(time) - _day(self.not_after)).days > 1


def _decided(best: Candidate, rivals: Sequence[Candidate], known: _Known) -> Interpretation:
    lines = tuple(line for segment in best.segments for line in segment.lines)
    times, note = _by_weekday(best)
    doubt = best.doubt or ("" if times else note)
    if not best.sure and not _alone(best):
        doubt = "three short numbers and no clock: too little for a date"
    if doubt:
        return Interpretation(_unreadable(best, doubt), lines)
    times = tuple(dict.fromkeys((*times, *(time for rival in rivals for time in rival.times))))
    if len(times) > 1:
        times, note = known.choose(times)
    if len(times) > 1:
        return Interpretation(_ambiguous(best, times), lines)
    reading = WatermarkReading(
        WatermarkStatus.READ, times[0], (), best.raw_text, best.confidence, best.box, note
    )
    return Interpretation(reading, lines)


def _rivals(ranked: Sequence[tuple[int, Candidate]]) -> tuple[Candidate, ...]:
    """Other candidates that stand as well as the best, and say quite another time: a stamp within a stamp.

    Two clocks of one recorder may differ by seconds; that is no rivalry.
    """
    (least, best), *others = ranked
    return tuple(
        item
        for score, item in others
        if score >= least
        and not item.doubt
        and item.sure
        and item.has_clock == best.has_clock
        and all(_apart(time, other) for time in item.times for other in best.times)
    )


def _apart(one: WallTime, other: WallTime) -> bool:
    return one.at_zone(UTC).gap_to(other.at_zone(UTC)) > _SAME_MOMENT


def _alone(candidate: Candidate) -> bool:
    """Whether a date without a clock has a short line of its own."""
    text = candidate.raw_text
    digits = sum(character.isdigit() for character in text)
    return digits >= 5 and len(text.replace(" ", "")) <= digits + 3


def _by_weekday(candidate: Candidate) -> tuple[tuple[WallTime, ...], str]:
    """The times whose day the weekday beside them allows, and what that decided; none where none fits."""
    if candidate.weekday is None:
        return candidate.times, ""
    times = tuple(time for time in candidate.times if _day(time).weekday() == candidate.weekday)
    if not times:
        return (), "the weekday beside it does not fit the date"
    decided = len(times) == 1 < len(candidate.times)
    return times, "the weekday decided the order of day and month" if decided else ""


def _day(time: WallTime) -> date:
    return date(time.year, time.month, time.day)


def _close(time: WallTime, hint: WallTime) -> bool:
    return abs((_day(time) - _day(hint)).days) < _HINT_DAYS


def _unreadable(candidate: Candidate, note: str) -> WatermarkReading:
    return WatermarkReading(
        WatermarkStatus.UNREADABLE, None, (), candidate.raw_text, candidate.confidence, candidate.box, note
    )


def _ambiguous(candidate: Candidate, times: tuple[WallTime, ...]) -> WatermarkReading:
    note = "more than one reading is possible: " + ", ".join(time.isoformat() for time in times)
    return WatermarkReading(
        WatermarkStatus.AMBIGUOUS, None, times, candidate.raw_text, candidate.confidence, candidate.box, note
    )


def _remains(parsed: Sequence[ParsedSegment]) -> Interpretation:
    """No date: a clock at the edge is the rest of a watermark that can't be read; else there is none."""
    for item in parsed:
        burned = all(line.burned_ink for line in item.segment.lines)
        if len(item.clocks) == 1 and not item.dates and burned and edge_distance(item.box) < _CLOCK_AT_EDGE:
            reading = WatermarkReading(
                WatermarkStatus.UNREADABLE,
                raw_text=item.text,
                confidence=item.segment.confidence,
                box=item.box,
                note="a clock without a date",
            )
            return Interpretation(reading, item.segment.lines)
    return Interpretation(WatermarkReading(WatermarkStatus.ABSENT))
