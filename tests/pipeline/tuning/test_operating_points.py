"""Thresholds by wish: taken only where the lower bound holds, refused with what it would take."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shares import Share, wilson
from pipeline.tuning.operating_points import LEAST_EXAMPLES, OperatingPoint, choose, more_labels
from pipeline.tuning.wishes import CostRatio, CountedPoint, PrecisionAtLeast, RecallAtLeast, Wish

WISHES: tuple[Wish, ...] = (PrecisionAtLeast(0.9), RecallAtLeast(0.8), CostRatio(10, 1), CostRatio(1, 5))


def point(value: float, hits: int, false_alarms: int, misses: int) -> CountedPoint:
    """With the intervals of independent examples."""
    precision, recall = Share(hits, hits + false_alarms), Share(hits, hits + misses)
    return CountedPoint(value, hits, false_alarms, misses, precision.interval[0], recall.interval[0])


CURVE = (
    point(0.2, 950, 400, 50),
    point(0.4, 900, 60, 100),
    point(0.6, 800, 5, 200),
    point(0.8, 500, 0, 500),
)


@pytest.mark.parametrize(
    ("wish", "threshold"),
    [
        (PrecisionAtLeast(0.9), 0.4),
        (PrecisionAtLeast(0.98), 0.6),
        (RecallAtLeast(0.75), 0.6),
        (RecallAtLeast(0.92), 0.2),
        (CostRatio(1, 1), 0.4),
        (CostRatio(10, 1), 0.6),
        (CostRatio(1, 10), 0.2),
    ],
)
def test_the_best_point_whose_bound_holds(wish: Wish, threshold: float) -> None:
    chosen = choose(CURVE, wish)
    assert (chosen.accepted, chosen.threshold, chosen.refusal) == (True, threshold, None)


def test_a_share_above_the_bound_is_refused_while_its_lower_bound_is_not() -> None:
    few = (point(0.5, 60, 0, 10),)
    chosen = choose(few, PrecisionAtLeast(0.98))
    assert not chosen.accepted
    assert chosen.threshold == 0.5
    assert chosen.refusal is not None
    assert chosen.more_labels_needed is not None
    assert str(chosen.more_labels_needed) in chosen.refusal.en
    assert str(chosen.more_labels_needed) in chosen.refusal.zh


def test_a_share_below_the_bound_is_no_matter_of_labels() -> None:
    chosen = choose((point(0.5, 600, 300, 10),), PrecisionAtLeast(0.9))
    assert (chosen.accepted, chosen.more_labels_needed) == (False, None)
    assert chosen.refusal is not None
    assert "more labels won't help" in chosen.refusal.en


def test_nothing_counted_is_refused_and_so_is_nothing_at_all() -> None:
    for points in ((), (point(0.5, 0, 0, 0),)):
        chosen = choose(points, PrecisionAtLeast(0.9))
        assert (chosen.accepted, chosen.threshold) == (False, None)


counts = st.integers(0, 400)
points = st.builds(point, st.floats(0.01, 0.99), counts, counts, counts)


@given(st.lists(points, max_size=8), st.sampled_from(WISHES))
def test_what_is_accepted_holds_and_nothing_better_does(found: list[CountedPoint], wish: Wish) -> None:
    chosen: OperatingPoint = choose(found, wish)
    holding = [
        one for one in found if wish.bounded(one)[1] >= wish.bound and wish.bounded(one)[2] >= LEAST_EXAMPLES
    ]
    assert chosen.accepted == bool(holding)
    assert (chosen.refusal is None) == chosen.accepted
    if chosen.accepted:
        assert chosen.point in holding
        assert all(wish.worth(chosen.point) >= wish.worth(one) for one in holding)


@given(points, st.sampled_from(WISHES))
def test_with_so_many_more_labels_of_the_same_kind_the_bound_holds(one: CountedPoint, wish: Wish) -> None:
    more = more_labels(one, wish)
    share, _, examples = wish.bounded(one)
    if more is None:
        assert share is None or share <= wish.bound
        return
    if not one.truths:
        return
    grown = examples * (one.truths + more) / one.truths
    assert wilson(share, grown)[0] >= wish.bound - 1e-9
    assert grown >= LEAST_EXAMPLES - 1e-9
    fewer = examples * (one.truths + more - 1) / one.truths
    assert more == 0 or wilson(share, fewer)[0] < wish.bound or fewer < LEAST_EXAMPLES


def test_zero_errors_need_as_many_examples_as_the_formula_says() -> None:
    """Wilson's lower bound of n right out of n is n / (n + z²)."""
    more = more_labels(point(0.5, 100, 0, 0), PrecisionAtLeast(0.98))
    assert more == math.ceil(0.98 / 0.02 * 1.959964**2) - 100


@pytest.mark.parametrize("bound", [0.0, 1.0, -0.5, 1.5, math.nan])
def test_bounds_that_no_sample_shows_are_refused(bound: float) -> None:
    for wish in (PrecisionAtLeast, RecallAtLeast):
        with pytest.raises(ValueError, match="bound"):
            wish(bound)


@pytest.mark.parametrize(("false_alarm", "miss"), [(0, 1), (1, 0), (-1, 1), (math.nan, 1)])
def test_costs_are_above_nothing(false_alarm: float, miss: float) -> None:
    with pytest.raises(ValueError, match="cost"):
        CostRatio(false_alarm, miss)


def test_a_false_alarm_that_costs_ten_misses_pays_above_ten_elevenths() -> None:
    wish = CostRatio(10, 1)
    assert wish.bound == pytest.approx(10 / 11)
    at_the_bound = point(0.5, 100, 10, 0)
    silence = point(1.0, 0, 0, 100)
    assert wish.cost(at_the_bound) == wish.cost(silence)
