"""From what supports a reading to the probability that it is right.

A reading's support is a number in 0..1 that orders readings by how well they are founded. Platt scaling makes
it a probability: a logistic curve through the support's log-odds, fitted on drawn watermarks with known truth
(Platt, "Probabilistic outputs for support vector machines", 1999, with his targets for small numbers).
`python -m models.watermark_calibration` fits and checks it; docs/watermarks.md says what is in use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.shares import wilson

_LEAST = 1e-4  # log-odds stay finite
_ROUNDS = 50
_RIDGE = 1e-3
_MOST_HALVINGS = 12
_Floats = NDArray[np.float64]
_IDENTITY = np.array([1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the log-odds of the support."""

    slope: float
    offset: float

    def probability(self, support: float) -> float:
        """How probably a reading of this support is right, 0..1."""
        return _logistic(self.slope * log_odds(support) + self.offset)

    def support(self, probability: float) -> float:
        """The support that has this probability: the inverse of `probability`."""
        return _logistic((log_odds(probability) - self.offset) / self.slope)


def log_odds(share: float) -> float:
    clipped = min(1 - _LEAST, max(_LEAST, share))
    return math.log(clipped / (1 - clipped))


def _logistic(value: float) -> float:
    return (1 + math.tanh(value / 2)) / 2  # no overflow, unlike 1 / (1 + exp(-value))


def fitted(supports: Sequence[float], right: Sequence[bool]) -> Calibration:
    """The curve of the greatest likelihood, with a slight ridge towards the identity.

    Newton's method with steps halved until they gain (Lin, Lin, Weng, "A note on Platt's probabilistic
    outputs", 2007): whole steps diverge where all supports lie close together.
    Raises ValueError unless there are as many supports as outcomes, and some of them.
    """
    if not supports or len(supports) != len(right):
        raise ValueError(f"{len(supports)} supports and {len(right)} outcomes can't be fitted")
    hits = sum(right)
    high, low = (hits + 1) / (hits + 2), 1 / (len(right) - hits + 2)
    targets = np.array([high if is_right else low for is_right in right])
    design = np.stack([[log_odds(support) for support in supports], np.ones(len(supports))], axis=1)
    weights = _IDENTITY
    for _ in range(_ROUNDS):
        weights = _stepped(weights, design, targets)
    return Calibration(float(weights[0]), float(weights[1]))


def _stepped(weights: _Floats, design: _Floats, targets: _Floats) -> _Floats:
    """One step downhill on the loss; the same weights where no step gains."""
    shown = (1 + np.tanh(design @ weights / 2)) / 2
    slope = design.T @ (targets - shown) - _RIDGE * (weights - _IDENTITY)
    bend = (design * (shown * (1 - shown))[:, None]).T @ design + _RIDGE * np.eye(2)
    step = np.linalg.solve(bend, slope)
    for halvings in range(_MOST_HALVINGS):
        tried: _Floats = weights + step / 2**halvings
        if _loss(tried, design, targets) < _loss(weights, design, targets):
            return tried
    return weights


def _loss(weights: _Floats, design: _Floats, targets: _Floats) -> float:
    """The negative log-likelihood of the targets, and the ridge."""
    odds = design @ weights
    away = weights - _IDENTITY
    return float((np.logaddexp(0, odds) - targets * odds).sum() + _RIDGE / 2 * (away @ away))


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings of about one confidence: its mean, and how many of them are right."""

    confidence: float
    right: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share that is right."""
        return wilson(self.right / self.total, self.total)


def reliability(
    confidences: Sequence[float], right: Sequence[bool], edges: Sequence[float]
) -> tuple[Bin, ...]:
    """The readings between each two neighbouring edges (the last one included), without empty bins."""
    pairs = list(zip(confidences, right, strict=True))
    bins = []
    for low, high in pairwise(edges):
        inside = [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == edges[-1]]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            bins.append(Bin(mean, sum(is_right for _, is_right in inside), len(inside)))
    return tuple(bins)


def threshold(confidences: Sequence[float], right: Sequence[bool], most_wrong: float) -> float | None:
    """The least confidence from which on the share of wrong readings is surely (95 %) below `most_wrong`.

    None where there are too few readings for that, or too many wrong ones.
    """
    ranked = sorted(zip(confidences, right, strict=True), reverse=True)
    least, wrong = None, 0
    for count, (confidence, is_right) in enumerate(ranked, start=1):
        wrong += not is_right
        last_of_its_kind = count == len(ranked) or ranked[count][0] < confidence
        if last_of_its_kind and wilson(wrong / count, count)[1] < most_wrong:
            least = confidence
    return least
