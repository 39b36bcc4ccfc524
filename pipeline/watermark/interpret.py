"""The verdict over a picture's lines: which candidate is the watermark, and which time it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.times import WallTime
from pipeline.watermark.candidates import Candidate, ParsedSegment, candidates, parse_segment
from pipeline.watermark.lines import SeenLine, segments
from pipeline.watermark.placement import edge_distance, needed, standing

_HINT_DAYS = 1.5  # a hint may be off by a zone or a slow clock, never by more
_CLOCK_AT_EDGE = 0.06


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A reading and the lines that it rests on: what a second look should look at again."""

    reading: WatermarkReading
    lines: tuple[SeenLine, ...] = ()


def interpret(lines: Sequence[SeenLine], shape: float, hints: Sequence[WallTime] = ()) -> Interpretation:
    """Find the time watermark among a picture's lines of text and read it.

    `shape` is the picture's width over its height. `hints` are times known from elsewhere (EXIF): they may
    choose between alternatives, never make one.
    """
    parsed = [parse_segment(segment) for segment in segments(lines, shape)]
    found = candidates(parsed, shape)
    ranked = sorted(found, key=lambda item: _rank(item, parsed, shape), reverse=True)
    standing_ones = [item for item in ranked if standing(item, parsed, shape) >= needed(item)]
    if standing_ones:
        return _decided(standing_ones, hints)
    return _remains(parsed)


def _rank(
    candidate: Candidate, parsed: Sequence[ParsedSegment], shape: float
) -> tuple[bool, bool, int, float]:
    return candidate.sure, candidate.has_clock, standing(candidate, parsed, shape), candidate.confidence


def _decided(ranked: Sequence[Candidate], hints: Sequence[WallTime]) -> Interpretation:
    best = ranked[0]
    times, note = _narrowed(best, hints)
    lines = tuple(line for segment in best.segments for line in segment.lines)
    if not best.sure and not _alone(best):
        note = note or "three short numbers and no clock: too little for a date"
        return Interpretation(_unreadable(best, note), lines)
    doubt = best.doubt or (note if not times else "")
    if doubt:
        return Interpretation(_unreadable(best, doubt), lines)
    if len(times) > 1:
        return Interpretation(_ambiguous(best, times), lines)
    reading = WatermarkReading(
        WatermarkStatus.READ, times[0], (), best.raw_text, best.confidence, best.box, note
    )
    return Interpretation(reading, lines)


def _alone(candidate: Candidate) -> bool:
    """Whether a date without a clock has a short line of its own."""
    text = candidate.raw_text
    digits = sum(character.isdigit() for character in text)
    return digits >= 5 and len(text.replace(" ", "")) <= digits + 3


def _narrowed(candidate: Candidate, hints: Sequence[WallTime]) -> tuple[tuple[WallTime, ...], str]:
    """The times left when weekday and hints have spoken, and what decided; none where no weekday fits."""
    times = candidate.times
    if candidate.weekday is not None:
        times = tuple(time for time in times if _day(time).weekday() == candidate.weekday)
        if not times:
            return (), "the weekday beside it does not fit the date"
        if len(times) == 1 < len(candidate.times):
            return times, "the weekday decided the order of day and month"
    chosen = tuple(time for time in times if any(_close(time, hint) for hint in hints))
    if len(times) > 1 and len(chosen) == 1:
        return chosen, "a time known from elsewhere decided between the alternatives"
    return times, ""


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
        if item.clocks and not item.dates and edge_distance(item.box) < _CLOCK_AT_EDGE:
            reading = WatermarkReading(
                WatermarkStatus.UNREADABLE,
                raw_text=item.text,
                confidence=item.segment.confidence,
                box=item.box,
                note="a clock without a date",
            )
            return Interpretation(reading, item.segment.lines)
    return Interpretation(WatermarkReading(WatermarkStatus.ABSENT))
