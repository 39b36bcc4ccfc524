"""Readings of a video's clock as intervals: which offset between clock and frames each one allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence import ClockSample
from pipeline.times import Precision

Floats = NDArray[np.float64]

LEAST_CONFIDENCE = 0.35
"""Of the least certain digit; below, a reading counts as illegible. Lower than for one picture: the
readings of a clock bear each other out."""
DISPLAY_SLACK_S = 0.3
"""A clock is drawn up to so much too late: seen in apps that redraw it with a timer of their own."""
EXCURSION_S = 1.0 + DISPLAY_SLACK_S
_SECOND = timedelta(seconds=1)
_STEPS_LOOKED_AT = 3
_FASTEST = 8.0  # clock seconds a second: faster is a misreading


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Legible readings in order of presentation, one row each.

    at_s: presentation second. clock_s: second that the clock showed, counted from the first reading's.
    width_s: how long the clock shows one value: 1 to the second, 60 to the minute.
    index: where the reading stands among the samples that it was taken from.
    """

    at_s: Floats
    clock_s: Floats
    width_s: Floats
    index: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.at_s)

    @property
    def least_offset_s(self) -> Floats:
        """The clock is ahead of the frames by this much or more: it can't show a second before it begins."""
        return self.clock_s - self.at_s

    @property
    def most_offset_s(self) -> Floats:
        return self.clock_s + self.width_s - self.at_s

    def only(self, kept: NDArray[np.bool_]) -> "Readings":
        return Readings(self.at_s[kept], self.clock_s[kept], self.width_s[kept], self.index[kept])


def readings_of(samples: Sequence[ClockSample], least_confidence: float) -> Readings:
    """The legible samples; a date alone says nothing of seconds."""
    rows = []
    for index, sample in enumerate(samples):
        wall = sample.shown
        if wall is None or wall.precision is Precision.DATE or sample.confidence < least_confidence:
            continue
        interval = wall.at_zone(UTC)
        rows.append((sample.presentation_s, interval.start, (interval.end - interval.start) / _SECOND, index))
    first = rows[0][1] if rows else None
    return Readings(
        np.array([row[0] for row in rows], dtype=np.float64),
        np.array([(row[1] - first) / _SECOND for row in rows if first is not None], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows], dtype=np.intp),
    )


def carried(readings: Readings, slack_s: float) -> NDArray[np.bool_]:
    """Which readings others near by bear out: the clock can have run, stood or been sped up between them.

    What no neighbour bears out is a misreading, or a moment too short to be told from one.
    """
    count = len(readings)
    borne_out = np.full(count, count == 1)
    for step in range(1, min(_STEPS_LOOKED_AT, count - 1) + 1):
        frames_s, moved_s, room_s = _steps(readings, step)
        runs = (moved_s >= -slack_s) & (moved_s <= frames_s + room_s + slack_s)
        borne_out[step:] |= runs
        borne_out[:-step] |= runs
    for step in range(1, _STEPS_LOOKED_AT):
        if count <= 2 * step:
            break
        frames_s, moved_s, room_s = _steps(readings, step)
        before, after = slice(None, -step), slice(step, None)
        bend_s = np.abs(moved_s[before] * frames_s[after] - moved_s[after] * frames_s[before])
        even = bend_s <= (room_s[before] + slack_s) * (frames_s[before] + frames_s[after]) / 2
        even &= (moved_s[before] > 0) & (moved_s[after] > 0)
        even &= (moved_s[before] < _FASTEST * frames_s[before]) & (
            moved_s[after] < _FASTEST * frames_s[after]
        )
        for start in (0, step, 2 * step):
            borne_out[start : start + len(even)] |= even
    return borne_out


def _steps(readings: Readings, step: int) -> tuple[Floats, Floats, Floats]:
    """From each reading to the one `step` later: frame seconds, clock seconds, the clock's own width."""
    frames_s = readings.at_s[step:] - readings.at_s[:-step]
    moved_s = readings.clock_s[step:] - readings.clock_s[:-step]
    return frames_s, moved_s, np.maximum(readings.width_s[step:], readings.width_s[:-step])
