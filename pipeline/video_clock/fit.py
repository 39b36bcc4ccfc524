"""Does a video's burned-in clock run with its frames? Where not: what happened, at which second, by how much.

    fit = fit_clock(evidence.video_clock.samples)
    fit.deviation_s        # how far clock and frames part, beyond what the clock's precision explains
    fit.blind_s            # the largest jump that these readings could still hide
    fit.breaks             # where and what, the gravest first

The clock of an untouched video is one line of slope 1: every reading is an interval, as long as the clock
shows one value, of the offset between clock and frames, and all intervals meet. Misreadings are voted away
first: what no reading near by bears out, and what shows but one value for no longer than the clock would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from pipeline.evidence import ClockSample
from pipeline.video_clock.readings import Readings, carried, readings_of
from pipeline.video_clock.segments import Pace, Stretch, joined, standing_runs, stretches

LEAST_CONFIDENCE = 0.5
"""Of the least certain digit; below, a reading counts as illegible."""
DISPLAY_SLACK_S = 0.3
"""A clock is drawn up to so much too late: seen in apps that redraw it with a timer of their own."""
_LEAST_JUMP_S = 0.75
_ENOUGH = 6
_EXCURSION_S = 1.0 + DISPLAY_SLACK_S
_SLOW = 0.8  # a clock this slow shows each second longer than an honest one, and yet doesn't stand


class BreakKind(StrEnum):
    """What happened to the clock of a video."""

    CUT = "cut"
    JUMP_BACK = "jump_back"
    LOOP = "loop"
    CLOCK_STANDS = "clock_stands"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Break:
    """One place at which clock and frames part.

    before, after: numbers of the samples that show it. at_s: the presentation second, known to
    +-uncertainty_s. until_s: where a standing clock or another speed ends; at_s for a jump. shift_s: by how
    many seconds the clock is ahead (or, below zero, behind) afterwards. speed: clock seconds a second.
    """

    kind: BreakKind
    before: int
    after: int
    at_s: float
    uncertainty_s: float
    until_s: float
    shift_s: float
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class ClockFit:
    """The verdict of the readings. `used` and `dropped` count legible readings; `unread_s` is the longest
    stretch of the video in which no reading counted."""

    deviation_s: float
    blind_s: float
    breaks: tuple[Break, ...]
    used: int
    dropped: int
    unread_s: float
    spacing_s: float
    precision_s: float


def fit_clock(samples: Sequence[ClockSample]) -> ClockFit | None:
    """None where fewer than two readings count: nothing can be compared then."""
    every = readings_of(samples, LEAST_CONFIDENCE)
    readings, found = settled(every)
    if len(readings) < 2:
        return None
    return ClockFit(
        deviation_s=max(0.0, parted_s(readings)),
        blind_s=_blind_s(readings),
        breaks=_breaks(readings, found),
        used=len(readings),
        dropped=len(every) - len(readings),
        unread_s=_unread_s(samples, readings),
        spacing_s=float(np.diff([sample.presentation_s for sample in samples]).max()),
        precision_s=float(readings.width_s.max()),
    )


def parted_s(readings: Readings, voters: int = 2) -> float:
    """By how much the intervals of the clock's offset miss each other, below 0 where all meet.

    voters: so many readings on either side must part so far; one alone may be misread.
    """
    least, most = np.sort(readings.least_offset_s), np.sort(readings.most_offset_s)
    rank = min(voters, max(1, len(readings) // 2)) - 1
    return float(least[-1 - rank]) - float(most[rank])


def settled(readings: Readings) -> tuple[Readings, tuple[Stretch, ...]]:
    """The readings that count, and the stretches that explain them."""
    while True:
        kept = carried(readings, DISPLAY_SLACK_S)
        if not kept.all():
            readings = readings.only(kept)
            continue
        found = stretches(readings, DISPLAY_SLACK_S)
        misread = _misread(readings, found)
        if misread is None:
            return readings, found
        kept[misread.first : misread.last + 1] = False
        readings = readings.only(kept)


def _misread(readings: Readings, found: Sequence[Stretch]) -> Stretch | None:
    """A stretch too short to believe: one value of the clock, or an excursion that differs in one digit."""
    if len(found) < 2:
        return None
    for number, span in enumerate(found):
        if span.pace is Pace.RUNS and _is_brief(readings, span):
            return span
        between = 0 < number < len(found) - 1
        if between and joined(readings, (found[number - 1], found[number + 1]), DISPLAY_SLACK_S):
            shift_s = round(_offset_s(readings, span) - _offset_s(readings, found[number - 1]))
            if span.pace is Pace.RUNS and _in_one_digit(readings, span, shift_s):
                return span
    return None


def _is_brief(readings: Readings, span: Stretch) -> bool:
    """Two readings to the second, or one value for no longer than the clock shows it."""
    if readings.width_s[span.first] <= 1 and span.last - span.first < 2 and len(readings) >= _ENOUGH:
        return True
    shown = readings.clock_s[span.first : span.last + 1]
    if readings.width_s[span.first] > 1 or np.ptp(shown) > 0:
        return False
    first, last = span.first, span.last
    while first > 0 and readings.clock_s[first - 1] == shown[0]:
        first -= 1
    while last + 1 < len(readings) and readings.clock_s[last + 1] == shown[0]:
        last += 1
    return bool(readings.at_s[last] - readings.at_s[first] <= _EXCURSION_S)


def _in_one_digit(readings: Readings, span: Stretch, shift_s: int) -> bool:
    """Whether a shift may be one digit misread all along: whole tens of seconds, minutes, tens of minutes."""
    length_s = readings.at_s[span.last] - readings.at_s[span.first]
    step_s = next((step for step in (36000, 3600, 600, 60, 10) if shift_s % step == 0), 1)
    return shift_s != 0 and bool(length_s <= step_s) and step_s > 1


def _offset_s(readings: Readings, span: Stretch) -> float:
    """The middle of what a running stretch allows."""
    rows = slice(span.first, span.last + 1)
    return float(readings.least_offset_s[rows].max() + readings.most_offset_s[rows].min()) / 2


def _blind_s(readings: Readings) -> float:
    """The largest jump, either way, between any two neighbours that all readings together still allow."""
    least, most = readings.least_offset_s, readings.most_offset_s
    least_before, most_before = np.maximum.accumulate(least), np.minimum.accumulate(most)
    least_after = np.maximum.accumulate(least[::-1])[::-1]
    most_after = np.minimum.accumulate(most[::-1])[::-1]
    ahead = most_after[1:] - least_before[:-1]
    behind = most_before[:-1] - least_after[1:]
    return max(0.0, float(ahead.max()), float(behind.max()))


def _unread_s(samples: Sequence[ClockSample], readings: Readings) -> float:
    """The longest time between readings that count, or to the first or last sample."""
    ends = [samples[0].presentation_s, *readings.at_s.tolist(), samples[-1].presentation_s]
    return float(max(later - earlier for earlier, later in pairwise(ends)))


def _breaks(readings: Readings, found: Sequence[Stretch]) -> tuple[Break, ...]:
    """What the clock did, in order of time, without what is small beside the gravest."""
    breaks = [_of_speed(readings, span) for span in found if span.pace is Pace.OTHER_SPEED]
    breaks += [
        _of_standing(readings, first, last)
        for first, last in standing_runs(readings, DISPLAY_SLACK_S)
        if not any(span.first <= first and last <= span.last for span in found if _is_slow(span))
    ]
    jumps = [_jump(readings, before, after) for before, after in pairwise(found)]
    unexplained = [jump for jump in jumps if not any(_explains(other, jump) for other in breaks)]
    breaks += _steady_drift([jump for jump in unexplained if abs(jump.shift_s) >= _LEAST_JUMP_S])
    if not breaks and parted_s(readings) >= _LEAST_JUMP_S:
        breaks = [_of_extremes(readings)]
    gravest = max((abs(found.shift_s) for found in breaks), default=0.0)
    kept = [found for found in breaks if abs(found.shift_s) >= gravest / 2]
    return tuple(sorted(kept, key=lambda found: found.at_s))


def _of_extremes(readings: Readings) -> Break:
    """Between the two readings that part the most, where no stretch tells how they came to."""
    ahead, behind = int(readings.least_offset_s.argmax()), int(readings.most_offset_s.argmin())
    first, last = sorted((ahead, behind))
    apart_s = parted_s(readings, voters=1)
    shift_s = apart_s if last == ahead else -apart_s
    length_s = float(readings.at_s[last] - readings.at_s[first])
    return _over(readings, first, last, BreakKind.SPEED, shift_s, 1 + shift_s / length_s)


def _is_slow(span: Stretch) -> bool:
    return span.pace is Pace.OTHER_SPEED and span.most_slope < _SLOW


def _explains(pace: Break, jump: Break) -> bool:
    """Whether a jump is but the end of a standing clock or of another speed: caught up, or left behind."""
    near = pace.at_s - _EXCURSION_S <= jump.at_s <= pace.until_s + _EXCURSION_S
    return near and abs(jump.shift_s) <= abs(pace.shift_s) + _EXCURSION_S


def _of_standing(readings: Readings, first: int, last: int) -> Break:
    begins_s, ends_s = float(readings.at_s[first]), float(readings.at_s[last])
    shift_s = float(readings.width_s[first]) - (ends_s - begins_s)
    return _over(readings, first, last, BreakKind.CLOCK_STANDS, shift_s, 0.0)


def _of_speed(readings: Readings, span: Stretch) -> Break:
    speed = _likely_speed(readings, span)
    shift_s = (speed - 1) * float(readings.at_s[span.last] - readings.at_s[span.first])
    return _over(readings, span.first, span.last, BreakKind.SPEED, shift_s, speed)


def _over(readings: Readings, first: int, last: int, kind: BreakKind, shift_s: float, speed: float) -> Break:
    """A break that lasts from one reading to another."""
    return Break(
        kind,
        int(readings.index[first]),
        int(readings.index[last]),
        float(readings.at_s[first]),
        _margin_s(readings, first),
        float(readings.at_s[last]),
        shift_s,
        speed,
    )


def _likely_speed(readings: Readings, span: Stretch) -> float:
    """Least squares, kept within the slopes that a line can have."""
    rows = slice(span.first, span.last + 1)
    slope = float(np.polyfit(readings.at_s[rows], readings.clock_s[rows], 1)[0])
    return min(max(slope, span.least_slope), span.most_slope)


def _margin_s(readings: Readings, first: int) -> float:
    """How far back a stretch may have begun: to the reading before it."""
    return float(readings.at_s[first] - readings.at_s[first - 1]) if first else 0.0


def _jump(readings: Readings, before: Stretch, after: Stretch) -> Break:
    earlier, later = float(readings.at_s[before.last]), float(readings.at_s[after.first])
    at_s = (earlier + later) / 2
    shift_s = _shown_at(readings, after, at_s) - _shown_at(readings, before, at_s)
    seen_before = readings.clock_s[: before.last + 1]
    again = readings.clock_s[after.first] >= seen_before.min()
    kind = BreakKind.CUT if shift_s > 0 else (BreakKind.LOOP if again else BreakKind.JUMP_BACK)
    return Break(
        kind,
        int(readings.index[before.last]),
        int(readings.index[after.first]),
        at_s,
        (later - earlier) / 2,
        at_s,
        shift_s,
    )


def _shown_at(readings: Readings, span: Stretch, at_s: float) -> float:
    """What the clock of a stretch says at a presentation second, in seconds."""
    rows = slice(span.first, span.last + 1)
    if span.pace is Pace.RUNS:
        return at_s + _offset_s(readings, span)
    middle = readings.clock_s[rows] + readings.width_s[rows] / 2
    if span.pace is Pace.STANDS:
        # At its begin it has just come to this value, at its end it had long been due to leave it.
        value, width = float(readings.clock_s[span.first]), float(readings.width_s[span.first])
        return value + (width if at_s > float(readings.at_s[span.last]) else 0.0)
    speed = _likely_speed(readings, span)
    return float(np.mean(middle - speed * readings.at_s[rows])) + speed * at_s


def _steady_drift(jumps: Sequence[Break]) -> list[Break]:
    """Jumps in a row, each small and all one way, are a speed that too few readings show as a line."""
    small = [abs(jump.shift_s) <= _EXCURSION_S for jump in jumps]
    one_way = len({jump.shift_s > 0 for jump in jumps}) == 1
    if len(jumps) < 2 or not all(small) or not one_way:
        return list(jumps)
    first, last = jumps[0], jumps[-1]
    total_s = sum(jump.shift_s for jump in jumps)
    length_s = last.at_s - first.at_s
    return [
        Break(
            BreakKind.SPEED,
            first.before,
            last.after,
            first.at_s,
            first.uncertainty_s,
            last.at_s,
            total_s,
            1 + total_s / length_s if length_s > 0 else None,
        )
    ]
