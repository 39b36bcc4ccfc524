"""Which moments of a video to look at: a coarse grid first, then wherever the readings leave a question."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.evidence import ClockSample
from pipeline.video_clock.readings import LEAST_CONFIDENCE, Readings, readings_of
from pipeline.video_clock.segments import Pace, Stretch
from pipeline.video_clock.still import stills
from pipeline.video_clock.votes import parted_s, settled

GRID_S = 0.85
"""Distance of the first looks. A clock that stands two seconds too long may be late for only one of them, so
the widest gap of the grid must be under a second."""
LEAST_GRID_LOOKS = 14
_JITTER = 0.25
_GOLDEN = (math.sqrt(5) - 1) / 2
_CLOSE_S = 0.12
_BESIDE_S = 0.2
_DOUBT_S = 0.3
_INNER_LOOKS = 3


def first_looks(duration_s: float, most_looks: int) -> tuple[float, ...]:
    """Seconds from start to end, about evenly.

    Moved to and fro by the golden ratio's multiples, which spread best (Weyl's sequence): a grid in step with
    the clock would always see its seconds at the same age, and learn nothing of when they begin.
    """
    count = min(max(LEAST_GRID_LOOKS, math.ceil(duration_s / GRID_S)), most_looks)
    step = duration_s / count
    moments = ((k + 0.5 + _JITTER * ((k * _GOLDEN) % 1 - 0.5)) * step for k in range(1, count - 1))
    return (0.0, *moments, duration_s)


def next_looks(samples: Sequence[ClockSample], limit_s: float) -> tuple[float, ...]:
    """Further moments that would settle what the samples leave open, ascending; none where nothing is open.

    limit_s: by how much clock and frames may part; nothing is sharpened that is far from it.
    """
    every = readings_of(samples, LEAST_CONFIDENCE)
    readings, found = settled(every)
    seconds = [sample.presentation_s for sample in samples]
    wanted = [
        *_beside_dropped(samples, readings),
        *_between_stretches(readings, found),
        *_ticks(readings, found, limit_s),
        *_beside_stills(samples),
    ]
    fresh = [at_s for at_s in wanted if all(abs(at_s - known) > _CLOSE_S / 2 for known in seconds)]
    return tuple(sorted({round(at_s, 3) for at_s in fresh}))


def _beside_dropped(samples: Sequence[ClockSample], kept: Readings) -> Iterator[float]:
    """Next to each sample that was not read, or that nothing bears out, unless one stands there already."""
    counted = set(kept.index.tolist())
    seconds = [sample.presentation_s for sample in samples]
    for index, sample in enumerate(samples):
        if index in counted:
            continue
        for at_s in (sample.presentation_s - _BESIDE_S, sample.presentation_s + _BESIDE_S):
            lonely = all(abs(at_s - known) >= _BESIDE_S * 0.9 for known in seconds)
            if lonely and seconds[0] <= at_s <= seconds[-1]:
                yield at_s


def _beside_stills(samples: Sequence[ClockSample]) -> Iterator[float]:
    """Where a picture begins to stand, and where it moves again."""
    for still in stills(samples):
        for first in (still.before - 1, still.after):
            if 0 <= first < len(samples) - 1:
                yield from _within(samples[first].presentation_s, samples[first + 1].presentation_s)


def _between_stretches(readings: Readings, found: Sequence[Stretch]) -> Iterator[float]:
    for before, after in pairwise(found):
        yield from _within(float(readings.at_s[before.last]), float(readings.at_s[after.first]))


def _within(start_s: float, end_s: float) -> Iterator[float]:
    if end_s - start_s > _CLOSE_S:
        yield from np.linspace(start_s, end_s, _INNER_LOOKS + 2)[1:-1].tolist()


def _ticks(readings: Readings, found: Sequence[Stretch], limit_s: float) -> Iterator[float]:
    """Where a second should begin, by what is known of a stretch's offset: a look there narrows it.

    Only while the readings part by more than an honest clock's do, and not beyond all doubt.
    """
    if len(readings) < 2:
        return
    if parted_s(readings, voters=1) <= _DOUBT_S or parted_s(readings) >= limit_s + _DOUBT_S:
        return
    for extreme in (int(readings.least_offset_s.argmax()), int(readings.most_offset_s.argmin())):
        for first in (max(0, extreme - 1), min(extreme, len(readings) - 2)):
            yield from _within(float(readings.at_s[first]), float(readings.at_s[first + 1]))
    for span in found:
        rows = slice(span.first, span.last + 1)
        least, most = readings.least_offset_s[rows].max(), readings.most_offset_s[rows].min()
        if span.pace is Pace.RUNS and most - least > _CLOSE_S:
            yield from _begins(readings, span, float(least), float(most))


def _begins(readings: Readings, span: Stretch, least_s: float, most_s: float) -> Iterator[float]:
    """Looks that cut an offset's interval in four, each at another second of the clock where there are."""
    start_s, end_s = float(readings.at_s[span.first]), float(readings.at_s[span.last])
    for number in range(1, _INNER_LOOKS + 1):
        offset_s = least_s + (most_s - least_s) * number / (_INNER_LOOKS + 1)
        middle_s = start_s + (end_s - start_s) * number / (_INNER_LOOKS + 1)
        at_s = round(middle_s + offset_s) - offset_s
        if start_s < at_s < end_s:
            yield at_s
