"""Coordinates of China's three datums: WGS-84 (GPS), GCJ-02 (map services) and BD-09 (Baidu).

GCJ-02 displaces WGS-84 by a published-by-analysis pseudo-random offset of 100-700 m: the formula is the one
known in the literature since 2010 (an obfuscation on Krasovsky's ellipsoid; see "Restrictions on geographic
data in China", Wikipedia, and the projects named eviltransform). BD-09 displaces GCJ-02 once more. Both are
given in one direction only, so the other is found numerically, by fixed-point iteration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

from pipeline.visit import GeoPoint

_SEMI_MAJOR_AXIS_M = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_MEAN_RADIUS_M = 6_371_008.8  # IUGG
_BAIDU_TURN = pi * 3000 / 180
_ROUNDS = 30
_PRECISE_DEG = 1e-9  # about 0.1 mm


class Datum(StrEnum):
    """What a pair of degrees is measured against."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True, slots=True)
class DatumFit:
    """How far printed degrees lie from a place, in metres, if they are of this datum."""

    datum: Datum
    distance_m: float


def distance_m(one: GeoPoint, other: GeoPoint) -> float:
    """Great-circle distance of two places in WGS-84, in metres (haversine on the mean sphere)."""
    lat_1, lat_2 = radians(one.latitude_deg), radians(other.latitude_deg)
    half_lat, half_lon = (lat_2 - lat_1) / 2, radians(other.longitude_deg - one.longitude_deg) / 2
    chord = sin(half_lat) ** 2 + cos(lat_1) * cos(lat_2) * sin(half_lon) ** 2
    return 2 * _MEAN_RADIUS_M * asin(min(1.0, sqrt(chord)))


def in_china(point: GeoPoint) -> bool:
    """Whether the displacement applies: the rectangle that its known implementations test."""
    return 72.004 <= point.longitude_deg <= 137.8347 and 0.8293 <= point.latitude_deg <= 55.8271


def gcj02_of(wgs84: GeoPoint) -> GeoPoint:
    """WGS-84 degrees as GCJ-02; outside China they are the same."""
    if not in_china(wgs84):
        return wgs84
    east, north = wgs84.longitude_deg - 105.0, wgs84.latitude_deg - 35.0
    latitude = radians(wgs84.latitude_deg)
    flat = 1 - _ECCENTRICITY_SQUARED * sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_AXIS_M * (1 - _ECCENTRICITY_SQUARED) / (flat * sqrt(flat))
    parallel_m = _SEMI_MAJOR_AXIS_M / sqrt(flat) * cos(latitude)
    return _moved(wgs84, _north_m(east, north) / meridian_m, _east_m(east, north) / parallel_m)


def bd09_of(gcj02: GeoPoint) -> GeoPoint:
    """GCJ-02 degrees as BD-09; outside China they are the same."""
    if not in_china(gcj02):
        return gcj02
    x, y = gcj02.longitude_deg, gcj02.latitude_deg
    length = hypot(x, y) + 0.00002 * sin(y * _BAIDU_TURN)
    angle = atan2(y, x) + 0.000003 * cos(x * _BAIDU_TURN)
    return GeoPoint(length * sin(angle) + 0.006, length * cos(angle) + 0.0065)


def wgs84_of(point: GeoPoint, datum: Datum) -> GeoPoint:
    """Degrees of any of the three datums as WGS-84."""
    if datum is Datum.BD09:
        point = _inverted(bd09_of, point)
    return point if datum is Datum.WGS84 else _inverted(gcj02_of, point)


def datum_fits(printed: GeoPoint, place: GeoPoint) -> tuple[DatumFit, ...]:
    """How far printed degrees of unknown datum lie from a place in WGS-84, the best fit first.

    Outside China the datums are one, and WGS-84 stands alone.
    """
    datums = tuple(Datum) if in_china(printed) else (Datum.WGS84,)
    fits = (DatumFit(datum, distance_m(wgs84_of(printed, datum), place)) for datum in datums)
    return tuple(sorted(fits, key=lambda fit: fit.distance_m))


def _inverted(displace: Callable[[GeoPoint], GeoPoint], displaced: GeoPoint) -> GeoPoint:
    """The point that `displace` takes to `displaced`: correct the guess by what it misses, until it hits."""
    guess = displaced
    for _ in range(_ROUNDS):
        there = displace(guess)
        north = displaced.latitude_deg - there.latitude_deg
        east = displaced.longitude_deg - there.longitude_deg
        guess = GeoPoint(guess.latitude_deg + north, guess.longitude_deg + east)
        if max(abs(north), abs(east)) < _PRECISE_DEG:
            break
    return guess


def _moved(point: GeoPoint, north_rad: float, east_rad: float) -> GeoPoint:
    return GeoPoint(point.latitude_deg + north_rad * 180 / pi, point.longitude_deg + east_rad * 180 / pi)


def _north_m(x: float, y: float) -> float:
    """The displacement northwards; x and y are degrees east of 105 and north of 35."""
    smooth = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return smooth + _wave(20, 6 * x, 20, 2 * x) + _wave(20, y, 40, y / 3) + _wave(160, y / 12, 320, y / 30)


def _east_m(x: float, y: float) -> float:
    smooth = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return smooth + _wave(20, 6 * x, 20, 2 * x) + _wave(20, x, 40, x / 3) + _wave(150, x / 12, 300, x / 30)


def _wave(first: float, turn: float, second: float, other_turn: float) -> float:
    return (first * sin(turn * pi) + second * sin(other_turn * pi)) * 2 / 3
