"""Shares with their intervals: a figure never stands without its sample size."""

import math
from dataclasses import dataclass

Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total` with Wilson's 95 % interval; `value` is None where there was nothing to count."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 1927; (0, 1) for an empty sample."""
        return wilson(self.value, self.total)


def wilson(share: float | None, n: float) -> tuple[float, float]:
    """Wilson's 95 % score interval (JASA 22, 1927) of a share seen in `n` trials; (0, 1) without any.

    `n` may be a fraction: an effective sample size of a weighted share (Franco et al., J. Surv. Stat.
    Methodol. 7, 2019).
    """
    if share is None or not n:
        return 0.0, 1.0
    z2 = Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # The formula holds its share; rounding need not.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def difference(first: Share, second: Share) -> tuple[float, float, float] | None:
    """How much larger the first of two independent shares is, with its 95 % interval (low, high) after it.

    Newcombe's hybrid score interval (Stat. Med. 17, 1998, method 10); None where one is of nothing.
    """
    if first.value is None or second.value is None:
        return None
    (low_1, high_1), (low_2, high_2) = first.interval, second.interval
    gap = first.value - second.value
    below = math.hypot(first.value - low_1, high_2 - second.value)
    above = math.hypot(high_1 - first.value, second.value - low_2)
    return gap, max(-1.0, gap - below), min(1.0, gap + above)
