"""Cuts readings into the fewest stretches over which the clock ran, stood, or ran at another speed.

Each reading is an interval of the clock; a stretch is a line that passes through all of its intervals. Which
slopes such lines can have follows from the readings by pairs (linear programming in two variables: for a
given slope the offsets that each pair allows must meet). The cheapest cover of all readings by stretches is
found by dynamic programming, as Bellman (1961, "On the approximation of curves by line segments") does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.video_clock.readings import Floats, Readings


class Pace(StrEnum):
    """How the clock moves with the frames over one stretch."""

    RUNS = "runs"
    STANDS = "stands"
    OTHER_SPEED = "other_speed"


_COST = {Pace.STANDS: 0.6, Pace.RUNS: 1.0, Pace.OTHER_SPEED: 1.9}
_PACES = (Pace.RUNS, Pace.STANDS, Pace.OTHER_SPEED)
SLOPES = (0.05, 8.0)
"""Clock seconds a second: what is slower stands, what is faster is misread."""
_LEAST_READINGS_OF_A_SPEED = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Readings first..last (both included) that one line explains; the slopes that such lines can have."""

    first: int
    last: int
    pace: Pace
    least_slope: float
    most_slope: float


def stretches(readings: Readings, slack_s: float) -> tuple[Stretch, ...]:
    """The cheapest cover of all readings, in order. slack_s: how late the clock may be drawn."""
    count = len(readings)
    if count == 0:
        return ()
    least, most = _slopes(readings, slack_s)
    costs = _costs(readings, least, most, slack_s)
    best = np.concatenate([[0.0], np.full(count, np.inf)])
    came_from = np.zeros(count + 1, dtype=np.intp)
    for last in range(count):
        totals = best[: last + 1] + costs[:, : last + 1, last].min(axis=0)
        came_from[last + 1] = int(totals.argmin())
        best[last + 1] = totals[came_from[last + 1]]
    spans = list(_spans(came_from))[::-1]
    return tuple(
        Stretch(
            first,
            last,
            _PACES[int(costs[:, first, last].argmin())],
            float(least[first, last]),
            float(most[first, last]),
        )
        for first, last in spans
    )


def _spans(came_from: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    end = len(came_from) - 1
    while end > 0:
        yield int(came_from[end]), end - 1
        end = int(came_from[end])


def _slopes(readings: Readings, slack_s: float) -> tuple[Floats, Floats]:
    """Bounds on the slope of a line through all readings i..j, at [i, j]; crossed where there is none."""
    low, high = readings.clock_s - slack_s, readings.clock_s + readings.width_s + slack_s
    frames_s = readings.at_s[None, :] - readings.at_s[:, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least = np.where(frames_s > 0, (low[None, :] - high[:, None]) / frames_s, -np.inf)
        most = np.where(frames_s > 0, (high[None, :] - low[:, None]) / frames_s, np.inf)
    return _over_all_pairs(least, np.maximum), _over_all_pairs(most, np.minimum)


def _over_all_pairs(pairs: Floats, extreme: np.ufunc) -> Floats:
    """At [i, j] the extreme over all pairs within i..j."""
    over_starts = extreme.accumulate(pairs[::-1], axis=0)[::-1]
    over_both: Floats = extreme.accumulate(over_starts, axis=1)
    return over_both


def _costs(readings: Readings, least: Floats, most: Floats, slack_s: float) -> Floats:
    """What a stretch i..j costs by pace, at [pace, i, j]; infinite where it can't be."""
    count = len(readings)
    start, end = np.arange(count)[:, None], np.arange(count)[None, :]
    fits = (least <= most) & (end >= start)
    runs = fits & (least <= 1) & (most >= 1)
    length_s = readings.at_s[None, :] - readings.at_s[:, None]
    steps_s = np.diff(readings.clock_s)
    still = _free_of(steps_s != 0) & (end >= start)
    stands = still & (length_s > readings.width_s[:, None] + 2 * slack_s)
    speed = fits & ~runs & (end - start + 1 >= _LEAST_READINGS_OF_A_SPEED)
    speed &= (most > SLOPES[0]) & (least < SLOPES[1]) & _free_of(steps_s < 0)
    return np.stack(
        [np.where(can, _COST[pace], np.inf) for pace, can in zip(_PACES, (runs, stands, speed), strict=True)]
    )


def _free_of(steps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """At [i, j] whether none of the steps between neighbours i..j is marked."""
    marked = np.concatenate([[0], np.cumsum(steps)])
    return np.asarray(marked[:, None] == marked[None, :])


def standing_runs(readings: Readings, slack_s: float) -> Iterator[tuple[int, int]]:
    """First and last reading of each run of one value that lasts longer than the clock shows it."""
    edges = np.flatnonzero(np.diff(readings.clock_s, prepend=np.nan, append=np.nan) != 0)
    for first, following in pairwise(edges.tolist()):
        length_s = readings.at_s[following - 1] - readings.at_s[first]
        if length_s > readings.width_s[first] + 2 * slack_s:
            yield first, following - 1


def joined(readings: Readings, spans: Sequence[Stretch], slack_s: float) -> bool:
    """Whether one running clock explains all of these stretches."""
    rows = np.concatenate([np.arange(span.first, span.last + 1) for span in spans])
    least, most = readings.least_offset_s[rows].max(), readings.most_offset_s[rows].min()
    return bool(least - most <= 2 * slack_s)


def offset_s(readings: Readings, span: Stretch) -> float:
    """The middle of what a running stretch allows."""
    rows = slice(span.first, span.last + 1)
    return float(readings.least_offset_s[rows].max() + readings.most_offset_s[rows].min()) / 2
