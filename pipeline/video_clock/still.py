"""A picture that stands while its clock runs: a frozen frame under a live clock, or a phone laid down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence import ClockSample

_STILL = 0.6  # grey levels: what encoding anew changes in a small picture of an unchanged scene
_MOVING = 1.2
_SLOWER_BY = 0.12
_AS_A_RULE = 0.7  # the share of its time that may stand without making a video one that never moves
_LEAST_STEPS = 2


@dataclass(frozen=True, slots=True)
class Still:
    """Between two samples, by number, nothing moved but the clock."""

    before: int
    after: int
    from_s: float
    until_s: float

    @property
    def length_s(self) -> float:
        return self.until_s - self.from_s


def longest_still(samples: Sequence[ClockSample]) -> Still | None:
    """The longest stretch without motion in a video that otherwise moves; None where there is none.

    In a video that never moves nothing can be told: a phone on a stand and a photo with a running clock look
    alike. One whose clock stands too is not meant here.
    """
    ticking = (
        one
        for one in stills(samples)
        if samples[one.before].shown != samples[one.after].shown and one.after - one.before >= _LEAST_STEPS
    )
    return max(ticking, key=lambda one: one.length_s, default=None)


def stills(samples: Sequence[ClockSample]) -> Iterator[Still]:
    """Every stretch in which the picture changes far more slowly than it does in the video as a rule."""
    motion = np.array([np.nan if sample.motion is None else sample.motion for sample in samples])
    if len(samples) < 2 or np.isnan(motion[1:]).any():
        return
    seconds = np.array([sample.presentation_s for sample in samples])
    lasts_s = np.diff(seconds)
    if _usual(motion[1:], lasts_s) < _MOVING:
        return
    pace = motion[1:] / lasts_s
    slow = pace < _SLOWER_BY * _usual(pace, lasts_s)
    stands = np.flatnonzero((motion[1:] < _STILL) & slow)
    runs = np.split(stands, np.flatnonzero(np.diff(stands) > 1) + 1) if len(stands) else []
    for run in runs:
        before, after = int(run[0]), int(run[-1]) + 1
        yield Still(before, after, samples[before].presentation_s, samples[after].presentation_s)


def _usual(values: NDArray[np.float64], lasts_s: NDArray[np.float64]) -> float:
    """What is not exceeded most of the time; of the time, because what stands is looked at more often."""
    order = np.argsort(values)
    passed = np.cumsum(lasts_s[order])
    return float(values[order][np.searchsorted(passed, _AS_A_RULE * passed[-1])])
