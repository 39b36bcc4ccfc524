"""Shares and their intervals: published examples, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shares import Share, difference, wilson


@st.composite
def shares(draw: st.DrawFn) -> Share:
    total = draw(st.integers(1, 500))
    return Share(draw(st.integers(0, total)), total)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (8, 10, 0.490, 0.943),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        # Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe, Stat. Med. 17 (1998) 873-890, table II, method 10.
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
    ],
)
def test_differences_of_shares(first: Share, second: Share, low: float, high: float) -> None:
    found = difference(first, second)
    assert found is not None
    assert found[1:] == pytest.approx((low, high), abs=1e-3)


def test_nothing_counted_gives_no_difference() -> None:
    assert difference(Share(0, 0), Share(1, 2)) is None


@given(shares())
def test_an_interval_holds_its_share_and_shrinks_with_the_sample(share: Share) -> None:
    low, high = share.interval
    assert share.value is not None
    assert 0 <= low <= share.value <= high <= 1
    low_4, high_4 = Share(4 * share.hits, 4 * share.total).interval
    assert high_4 - low_4 < high - low
    assert wilson(share.value, share.total) == (low, high)


@given(shares(), shares())
def test_a_difference_turns_with_its_sides(first: Share, second: Share) -> None:
    one, other = difference(first, second), difference(second, first)
    assert one is not None
    assert other is not None
    assert one == pytest.approx((-other[0], -other[2], -other[1]))
    assert one[1] <= one[0] <= one[2]
