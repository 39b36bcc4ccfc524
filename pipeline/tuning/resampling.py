"""Intervals by sources drawn anew: boxes of one visit are near-copies of each other, visits are not.

Cluster bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993; Field and Welsh, JRSS B 69,
2007): whole sources are drawn with replacement, percentiles of the shares are the interval. Where hardly
anything went wrong, what is drawn anew looks all alike and the bootstrap promises too much; so an interval is
never narrower than Wilson's of as many independent examples as the set is worth: their number over the design
effect (Kish, Survey Sampling, 1965; Franco et al., J. Surv. Stat. Methodol. 7, 2019).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.shares import wilson

RESAMPLES = 2000
ENOUGH_OF_BOTH = 10
"""From so many hits and as many errors on, a point tells how alike the examples of one source are."""
LEAST_SOURCES = 10
"""Fewer than these drawn anew tell nothing."""
_ONE_BATCH = 250

Counts = NDArray[np.float64]
"""sources x points, or resamples x points."""


def resampled(counts: Counts, seed: int, resamples: int = RESAMPLES) -> Counts:
    """Sums over sources drawn anew: resamples x points from sources x points. Equal seeds draw alike."""
    random, sources = np.random.default_rng(seed), len(counts)
    chances = np.full(sources, 1 / sources)
    batches = [
        random.multinomial(sources, chances, size=min(_ONE_BATCH, resamples - first)) @ counts
        for first in range(0, resamples, _ONE_BATCH)
    ]
    return np.concatenate(batches)


@dataclass(frozen=True, slots=True)
class ShareIntervals:
    """Shares at each point with the ends of their 95 % intervals; NaN, 0 and 1 where there is nothing."""

    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def at(self, place: int) -> tuple[float | None, float, float]:
        """Share, low and high of one point; None, 0 and 1 where there is nothing."""
        value = float(self.share[place])
        if np.isnan(value):
            return None, 0.0, 1.0
        return value, float(self.low[place]), float(self.high[place])


def share_intervals(hits: Counts, totals: Counts, seed: int) -> ShareIntervals:
    """Of hits (sources x points) in totals (the same)."""
    hit, total = hits.sum(axis=0), totals.sum(axis=0)
    share = divided(hit, total)
    drawn = divided(resampled(hits, seed), resampled(totals, seed))
    low, high = percentiles(drawn)
    worth = total / _design_effects(hits, totals, drawn)
    for place, (value, trials) in enumerate(zip(share, worth, strict=True)):
        least, most = wilson(None if np.isnan(value) else float(value), float(trials))
        low[place], high[place] = min(low[place], least), max(high[place], most)
    return ShareIntervals(share, low, high)


def _design_effects(hits: Counts, totals: Counts, drawn: Counts) -> NDArray[np.float64]:
    """How many times the variance is that of independent examples, at each point, at least 1.

    Kish: 1 + (size - 1) x likeness, size being the mean number of a source's examples as an example sees it.
    A point with enough hits, errors and sources tells its own. The others take the greatest likeness of those
    that tell; where none does it is 1, as though all examples of a source were one.
    """
    hit, total = hits.sum(axis=0), totals.sum(axis=0)
    telling = (hit >= ENOUGH_OF_BOTH) & (total - hit >= ENOUGH_OF_BOTH)
    telling &= (totals > 0).sum(axis=0) >= LEAST_SOURCES
    further = np.nan_to_num(divided((totals**2).sum(axis=0), total), nan=1.0) - 1
    own = np.ones_like(total)
    share = divided(hit, total)[telling]
    own[telling] = np.nanvar(drawn[:, telling], axis=0) / (share * (1 - share) / total[telling])
    likeness = np.nan_to_num(divided(own - 1, further)[telling], nan=0.0).clip(0, 1)
    others = 1 + further * (likeness.max() if telling.any() else 1.0)
    return np.maximum(1.0, np.where(telling, own, others))


def percentiles(drawn: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """2.5th and 97.5th percentile of each point over the resamples that have it; 0 and 1 where none has."""
    known = ~np.isnan(drawn)
    low, high = np.zeros(drawn.shape[1]), np.ones(drawn.shape[1])
    some = known.any(axis=0)
    if some.any():
        low[some], high[some] = np.nanpercentile(drawn[:, some], (2.5, 97.5), axis=0)
    return low, high


def divided(above: Counts, below: Counts) -> NDArray[np.float64]:
    """Element by element; NaN where there is nothing to divide by."""
    result: NDArray[np.float64] = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result
