"""A picture that stands while its clock runs: a frozen frame under a live clock, or a phone laid down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evidence import ClockSample

_STILL = 0.35
_MOVING = 1.5
_LEAST_SAMPLES = 3


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
    motion = np.array([sample.motion if sample.motion is not None else np.inf for sample in samples])
    moves = np.median(motion[1:]) if len(motion) > 1 else 0.0
    if moves < _MOVING:
        return None
    still = np.flatnonzero(motion < _STILL)
    runs = np.split(still, np.flatnonzero(np.diff(still) > 1) + 1) if len(still) else []
    found = [_between(samples, int(run[0]) - 1, int(run[-1])) for run in runs if len(run) >= _LEAST_SAMPLES]
    ticking = [one for one in found if samples[one.before].shown != samples[one.after].shown]
    return max(ticking, key=lambda one: one.length_s, default=None)


def _between(samples: Sequence[ClockSample], before: int, after: int) -> Still:
    return Still(before, after, samples[before].presentation_s, samples[after].presentation_s)
