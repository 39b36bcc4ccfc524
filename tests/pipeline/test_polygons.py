"""Polygons against what is known of them: squares, and properties under turning and moving."""

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.layout.polygons import area, gap, hull, is_inside, overlaps, share_inside, smallest_box

SQUARE = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)])
NOTCHED = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)])


def turned(points, degrees, move=(0.0, 0.0)):
    turn = radians(degrees)
    return points @ np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]]) + move


@pytest.mark.parametrize(
    ("move", "share"),
    [((0, 0), 1.0), ((2, 0), 0.5), ((2, 2), 0.25), ((0, -3), 0.25), ((9, 0), 0.0), ((4, 0), 0.0)],
)
def test_the_share_inside(move, share):
    assert share_inside(SQUARE + move, SQUARE) == pytest.approx(share, abs=1e-9)


def test_what_falls_apart_is_counted_whole():
    band = np.array([(-1.0, 2.0), (5.0, 2.0), (5.0, 9.0), (-1.0, 9.0)])
    inside = area(NOTCHED) * share_inside(NOTCHED, band)
    assert inside == pytest.approx(2 * (4 / 3 * 2 / 2))  # two triangles: they meet the band 4/3 wide, 2 high


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 360), st.floats(-50, 50), st.floats(0.5, 20), st.floats(0.1, 0.9))
def test_the_smallest_box_of_a_turned_bar(degrees, move, length, ratio):
    bar = np.array([(0.0, 0.0), (length, 0.0), (length, ratio * length), (0.0, ratio * length)])
    box = smallest_box(turned(bar, degrees, (move, -move)))
    assert (box.length, box.width) == (pytest.approx(length), pytest.approx(ratio * length))
    assert min(abs(box.angle_deg - degrees % 180), 180 - abs(box.angle_deg - degrees % 180)) < 1e-3
    sides = np.linalg.norm(np.roll(box.corners, -1, axis=0) - np.array(box.corners), axis=1)
    assert sides[0] == pytest.approx(box.length)
    assert area(np.array(box.corners)) == pytest.approx(length * ratio * length)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=20, unique=True))
def test_no_point_lies_outside_the_hull_and_a_box_holds_it(points):
    every = np.array(points, dtype=float)
    corners, box = hull(every), smallest_box(every)
    assert {tuple(corner) for corner in corners} <= {tuple(point) for point in every}
    assert area(corners) <= box.length * box.width + 1e-6


@pytest.mark.parametrize(
    ("move", "distance"), [((6, 0), 2.0), ((7, 8), 5.0), ((4, 0), 0.0), ((2, 2), 0.0), ((0, -4.5), 0.5)]
)
def test_gaps(move, distance):
    assert gap(SQUARE, SQUARE + move) == pytest.approx(distance, abs=1e-9)


def test_crossing_and_lying_inside():
    assert overlaps(SQUARE, SQUARE + 1)
    assert overlaps(SQUARE, SQUARE / 4 + 1)
    assert not overlaps(NOTCHED, np.array([(1.5, 3.5), (2.5, 3.5), (2.0, 3.0)]))
    assert is_inside(np.array([2.0, 0.5]), NOTCHED)
    assert not is_inside(np.array([2.0, 3.0]), NOTCHED)
