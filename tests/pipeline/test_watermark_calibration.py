"""The curve from support to probability: what holds of every curve, and that a made one is found again."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.watermark.calibration import Calibration, fitted, reliability, threshold

shares = st.floats(0.001, 0.999)
curves = st.builds(Calibration, st.floats(0.3, 3.0), st.floats(-2.0, 2.0))


@given(curves, shares)
def test_support_is_the_inverse_of_probability(curve: Calibration, share: float) -> None:
    probability = curve.probability(share)
    if 0.001 < probability < 0.999:
        assert curve.support(probability) == pytest.approx(share, abs=1e-6)


@given(curves, st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_more_support_is_never_less_probable(curve: Calibration, supports: list[float]) -> None:
    probabilities = [curve.probability(value) for value in sorted(supports)]
    assert all(0 < low <= high < 1 for low, high in pairwise(probabilities))


@given(shares)
def test_the_identity_changes_nothing(share: float) -> None:
    assert Calibration(1.0, 0.0).probability(share) == pytest.approx(share)


@pytest.mark.parametrize("truth", [Calibration(1.0, 0.0), Calibration(0.6, 1.5), Calibration(1.8, -1.0)])
def test_a_made_curve_is_found_again(truth: Calibration) -> None:
    rng = random.Random(3)
    supports = [rng.uniform(0.02, 0.98) for _ in range(6000)]
    right = [rng.random() < truth.probability(value) for value in supports]
    found = fitted(supports, right)
    assert found.slope == pytest.approx(truth.slope, abs=0.12)
    assert found.offset == pytest.approx(truth.offset, abs=0.12)


def test_readings_without_a_mistake_still_give_a_curve_below_one() -> None:
    found = fitted([0.9, 0.95, 0.99], [True] * 3)
    assert 0.5 < found.probability(0.95) < 1


@pytest.mark.parametrize(("supports", "right"), [([], []), ([0.5], []), ([0.5], [True, False])])
def test_nothing_to_fit(supports: list[float], right: list[bool]) -> None:
    with pytest.raises(ValueError, match="can't be fitted"):
        fitted(supports, right)


judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(judged)
def test_bins_lose_no_reading(pairs: list[tuple[float, bool]]) -> None:
    confidences, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    bins = reliability(confidences, right, (0.0, 0.5, 0.9, 1.0))
    assert sum(row.total for row in bins) == len(pairs)
    assert sum(row.right for row in bins) == sum(right)
    assert all(row.interval[0] <= row.right / row.total + 1e-9 for row in bins)


def test_a_threshold_needs_enough_readings() -> None:
    many = [0.99] * 500 + [0.6] * 100
    outcomes = [True] * 500 + [False] * 30 + [True] * 70
    assert threshold(many, outcomes, most_wrong=0.01) == 0.99
    assert threshold([0.99] * 50, [True] * 50, most_wrong=0.01) is None
    assert threshold(many, [False] * 600, most_wrong=0.01) is None
