"""Names what a clock did where it parts from its frames: which kind of break, when, by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from pipeline.video_clock.readings import DISPLAY_SLACK_S, EXCURSION_S, Readings
from pipeline.video_clock.segments import SLOPES, Pace, Stretch, offset_s, standing_runs
from pipeline.video_clock.votes import parted_s

_LEAST_JUMP_S = 0.75
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


def breaks_in(readings: Readings, found: Sequence[Stretch]) -> tuple[Break, ...]:
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
        breaks = _of_extremes(readings)
    gravest = max((abs(found.shift_s) for found in breaks), default=0.0)
    kept = [found for found in breaks if abs(found.shift_s) >= gravest / 2]
    return tuple(sorted(kept, key=lambda found: found.at_s))


def _of_extremes(readings: Readings) -> list[Break]:
    """Between the two readings that part the most, where no stretch tells how they came to.

    None where that would be a clock that runs backwards or races: what contradicts itself is no accusation.
    """
    ahead, behind = int(readings.least_offset_s.argmax()), int(readings.most_offset_s.argmin())
    first, last = sorted((ahead, behind))
    apart_s = parted_s(readings, voters=1)
    shift_s = apart_s if last == ahead else -apart_s
    length_s = float(readings.at_s[last] - readings.at_s[first])
    speed = 1 + shift_s / length_s
    if not SLOPES[0] < speed < SLOPES[1]:
        return []
    return [_over(readings, first, last, BreakKind.SPEED, shift_s, speed)]


def _is_slow(span: Stretch) -> bool:
    return span.pace is Pace.OTHER_SPEED and span.most_slope < _SLOW


def _explains(pace: Break, jump: Break) -> bool:
    """Whether a jump is but the end of a standing clock or of another speed: caught up, or left behind."""
    near = pace.at_s - EXCURSION_S <= jump.at_s <= pace.until_s + EXCURSION_S
    return near and abs(jump.shift_s) <= abs(pace.shift_s) + EXCURSION_S


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
        return at_s + offset_s(readings, span)
    middle = readings.clock_s[rows] + readings.width_s[rows] / 2
    if span.pace is Pace.STANDS:
        # At its begin it has just come to this value, at its end it had long been due to leave it.
        value, width = float(readings.clock_s[span.first]), float(readings.width_s[span.first])
        return value + (width if at_s > float(readings.at_s[span.last]) else 0.0)
    speed = _likely_speed(readings, span)
    return float(np.mean(middle - speed * readings.at_s[rows])) + speed * at_s


def _steady_drift(jumps: Sequence[Break]) -> list[Break]:
    """Jumps in a row, each small and all one way, are a speed that too few readings show as a line."""
    small = [abs(jump.shift_s) <= EXCURSION_S for jump in jumps]
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
