"""Where a choice falls when sources are drawn anew: how far a chosen threshold can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.tuning.operating_points import OperatingPoint
from pipeline.tuning.resampling import Counts, resampled
from pipeline.tuning.wishes import CountedPoint, Wish

_CHOICES = 400
"""How many sets of sources drawn anew a choice is made on: each is made point by point."""


@dataclass(frozen=True, slots=True)
class CountsBySource:
    """Hits, false alarms, and what there was to be found: sources x values each."""

    hits: Counts
    false_alarms: Counts
    truths: Counts


def with_interval(
    chosen: OperatingPoint, values: Sequence[float], counts: CountsBySource, wish: Wish, seed: int
) -> OperatingPoint:
    """The choice, and where it falls in 95 of 100 sets of sources drawn anew, shares taken at their word."""
    every = (counts.hits, counts.false_alarms, counts.truths)
    drawn = zip(*(resampled(each, seed, _CHOICES) for each in every), strict=True)
    best = [_best_by_share(values, hits, alarms, truths, wish) for hits, alarms, truths in drawn]
    known = [value for value in best if value is not None]
    if not known:
        return chosen
    low, high = np.percentile(known, (2.5, 97.5))
    return replace(chosen, threshold_low=float(low), threshold_high=float(high))


def _best_by_share(
    values: Sequence[float],
    hits: NDArray[np.float64],
    alarms: NDArray[np.float64],
    truths: NDArray[np.float64],
    wish: Wish,
) -> float | None:
    """What the wish leads to where shares are taken at their word; None where no share reaches the bound."""
    points = [
        CountedPoint(value, int(hit), int(alarm), int(there - hit), 0.0, 0.0)
        for value, hit, alarm, there in zip(values, hits, alarms, truths, strict=True)
    ]
    reaching = [point for point in points if (wish.bounded(point)[0] or 0.0) >= wish.bound]
    return max(reaching, key=wish.worth).value if reaching else None
