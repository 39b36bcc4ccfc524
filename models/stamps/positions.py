"""How cameras write coordinates and altitude."""

import random

from models.stamps.writing import Language
from pipeline.visit import GeoPoint


def one_line(point: GeoPoint, language: Language, rng: random.Random) -> str:
    """Latitude and longitude on one line, in one of the usual forms."""
    latitude, longitude = point.latitude_deg, point.longitude_deg
    north, east = _side(latitude, "N", "S"), _side(longitude, "E", "W")
    digits = rng.choice((4, 5, 6, 6))
    lat, lon = f"{abs(latitude):.{digits}f}", f"{abs(longitude):.{digits}f}"
    forms = [
        f"{lat}°{north},{lon}°{east}",
        f"{north} {lat}° {east} {lon}°",
        f"{lat}{north} {lon}{east}",
        f"{_dms(latitude)}{north} {_dms(longitude)}{east}",
    ]
    if language.is_chinese:
        forms += [
            _chinese(latitude, longitude, language, digits),
            _chinese_dms(latitude, longitude, language),
        ]
    else:
        forms.append(f"Lat {latitude:.6f}° Long {longitude:.6f}°")
    return rng.choice(forms)


def two_lines(point: GeoPoint, language: Language) -> tuple[tuple[str, str], tuple[str, str]]:
    """(label, text) of longitude and latitude, as 元道经纬相机 prints them."""
    labels = {
        Language.ZH_HANS: ("经度", "纬度"),
        Language.ZH_HANT: ("經度", "緯度"),
        Language.EN: ("Longitude", "Latitude"),
    }[language]
    return (labels[0], f"{point.longitude_deg:.6f}"), (labels[1], f"{point.latitude_deg:.6f}")


def altitude(metres: float, language: Language) -> str:
    return f"{metres:.1f}{'米' if language.is_chinese else 'm'}"


def _chinese(latitude: float, longitude: float, language: Language, digits: int) -> str:
    east, north = ("东经", "北纬") if language is Language.ZH_HANS else ("東經", "北緯")
    west, south = ("西经", "南纬") if language is Language.ZH_HANS else ("西經", "南緯")
    first = f"{_side(latitude, north, south)}{abs(latitude):.{digits}f}°"
    return f"{first} {_side(longitude, east, west)}{abs(longitude):.{digits}f}°"


def _chinese_dms(latitude: float, longitude: float, language: Language) -> str:
    east, north = ("东经", "北纬") if language is Language.ZH_HANS else ("東經", "北緯")
    west, south = ("西经", "南纬") if language is Language.ZH_HANS else ("西經", "南緯")
    return f"{_side(latitude, north, south)}{_dms(latitude)} {_side(longitude, east, west)}{_dms(longitude)}"


def _side(value: float, positive: str, negative: str) -> str:
    return positive if value >= 0 else negative


def _dms(value: float) -> str:
    hundredths = round(abs(value) * 360_000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6_000)
    return f"{degrees}°{minutes:02d}'{rest / 100:05.2f}\""
