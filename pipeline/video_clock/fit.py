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
from itertools import pairwise

import numpy as np

from pipeline.evidence import ClockSample
from pipeline.video_clock.breaks import Break, breaks_in
from pipeline.video_clock.readings import LEAST_CONFIDENCE, Readings, readings_of
from pipeline.video_clock.votes import parted_s, settled


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
        breaks=breaks_in(readings, found),
        used=len(readings),
        dropped=len(every) - len(readings),
        unread_s=_unread_s(samples, readings),
        spacing_s=float(np.diff([sample.presentation_s for sample in samples]).max()),
        precision_s=float(readings.width_s.max()),
    )


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
