"""Tests of pairs: the same things judged by two."""

import math
from collections.abc import Sequence

SIGNIFICANCE = 0.05


def mcnemar(first_only: int, second_only: int) -> float:
    """Two-sided exact p-value of McNemar's test (Psychometrika 12, 1947): of the pairs in which the two
    differ, how likely is so uneven a split, or more, if either wins with the same chance?"""
    n, fewer = first_only + second_only, min(first_only, second_only)
    tail = sum(math.comb(n, k) for k in range(fewer + 1))
    return float(min(1.0, 2 * tail / 2**n))


def holm(p_values: Sequence[float]) -> tuple[bool, ...]:
    """Which hypotheses fall when all are tested together at SIGNIFICANCE (Holm, Scand. J. Stat. 6, 1979),
    each at its place."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    fallen = [False] * len(p_values)
    for rank, place in enumerate(order):
        if p_values[place] > SIGNIFICANCE / (len(p_values) - rank):
            break
        fallen[place] = True
    return tuple(fallen)
