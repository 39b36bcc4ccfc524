"""Datums: published pairs of points, round trips over all of China, and which datum printed degrees fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.datums import Datum, bd09_of, datum_fits, distance_m, gcj02_of, in_china, wgs84_of
from pipeline.visit import GeoPoint

# As published with the projects that worked the formula out (eviltransform, coordtransform).
GCJ02_PAIRS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02_PAIRS)
def test_published_pairs(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    moved = gcj02_of(GeoPoint(*wgs84))
    assert (moved.latitude_deg, moved.longitude_deg) == pytest.approx(gcj02, abs=1e-9)


def test_published_pair_of_baidu() -> None:
    moved = bd09_of(GeoPoint(39.915, 116.404))
    assert (moved.latitude_deg, moved.longitude_deg) == pytest.approx((39.92133699351021, 116.41036949371029))


def test_published_ways_back() -> None:
    """Published inverses are one step of an approximation: right to a few metres."""
    printed = GeoPoint(39.915, 116.404)
    assert distance_m(wgs84_of(printed, Datum.GCJ02), GeoPoint(39.91359571849836, 116.39775550083061)) < 3
    through_gcj02 = wgs84_of(GeoPoint(39.90865673957631, 116.39762729119315), Datum.GCJ02)
    assert distance_m(wgs84_of(printed, Datum.BD09), through_gcj02) < 3


chinese_points = st.builds(GeoPoint, st.floats(18.2, 53.5), st.floats(73.7, 135.0))


@given(chinese_points)
def test_round_trips(point: GeoPoint) -> None:
    gcj02 = gcj02_of(point)
    assert distance_m(wgs84_of(gcj02, Datum.GCJ02), point) < 0.01
    assert distance_m(wgs84_of(bd09_of(gcj02), Datum.BD09), point) < 0.01
    assert wgs84_of(point, Datum.WGS84) == point


@given(chinese_points)
def test_the_displacement_is_hundreds_of_metres(point: GeoPoint) -> None:
    assert 50 < distance_m(point, gcj02_of(point)) < 1000


@given(st.builds(GeoPoint, st.floats(-90, 0.8), st.floats(-180, 180)))
def test_nothing_is_displaced_outside_china(point: GeoPoint) -> None:
    assert not in_china(point)
    assert gcj02_of(point) == point == bd09_of(point)
    assert [fit.datum for fit in datum_fits(point, point)] == [Datum.WGS84]


@given(chinese_points, st.sampled_from(Datum))
def test_the_right_datum_fits_best(place: GeoPoint, datum: Datum) -> None:
    gcj02 = gcj02_of(place)
    printed = {Datum.WGS84: place, Datum.GCJ02: gcj02, Datum.BD09: bd09_of(gcj02)}[datum]
    best, *others = datum_fits(printed, place)
    assert best.datum is datum
    assert best.distance_m < 0.1
    assert all(fit.distance_m > 50 for fit in others)


def test_distance() -> None:
    beijing, shanghai = GeoPoint(39.9042, 116.4074), GeoPoint(31.2304, 121.4737)
    assert distance_m(beijing, shanghai) == pytest.approx(1_067_300, rel=0.002)
    assert distance_m(beijing, beijing) == 0
