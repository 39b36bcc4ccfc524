"""Coordinates as watermark cameras print them: decimal degrees or degrees, minutes and seconds."""

import re
from dataclasses import dataclass

_AXES: tuple[tuple[str, str, int], ...] = (
    (r"北[纬緯]|n(?![a-z])", "latitude", 1),
    (r"南[纬緯]|s(?![a-z])", "latitude", -1),
    (r"[东東][经經]|e(?![a-z])", "longitude", 1),
    (r"西[经經]|w(?![a-z])", "longitude", -1),
    (r"[纬緯]度?|lat(?:itude)?", "latitude", 1),
    (r"[经經]度?|lon(?:g(?:itude)?)?|lng", "longitude", 1),
)
_MARK = "|".join(pattern for pattern, _, _ in _AXES)
# A decimal point may be read as a comma only where digits stand on both sides; three decimals at least, so
# that a temperature or an amount is none.
_DECIMAL = r"-?\d{1,3}\.\d{3,9}\s*[°º˚]?"
_SEXAGESIMAL = (
    r"-?\d{1,3}\s*[°º˚度]\s*\d{1,2}(?:\.\d+)?\s*['′’‘´`分]"
    r"(?:\s*\d{1,2}(?:\.\d+)?\s*(?:[\"″”“秒]|['′’]{2})?)?"
)
_NUMBER = re.compile(
    rf"(?:(?P<before>(?<![a-z])(?:{_MARK}))\s*[:：.=]?\s*)?(?P<number>{_SEXAGESIMAL}|{_DECIMAL})"
    # In N23.15E113.21 the E is the next number's, in 23.15N113.21E the N is this one's.
    rf"(?:\s*(?P<after>[nsew])(?![a-z])(?(before)(?!\s*-?\d)))?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Angle:
    """One coordinate in degrees; `axis` is latitude or longitude, or None where nothing names it."""

    axis: str | None
    degrees: float
    start: int
    end: int


def find_angles(text: str) -> tuple[Angle, ...]:
    """The coordinates in a text, left to right; numbers that can't be one are left out."""
    angles = (_angle(match) for match in _NUMBER.finditer(text))
    return tuple(angle for angle in angles if abs(angle.degrees) <= (90 if angle.axis == "latitude" else 180))


def position(angles: tuple[Angle, ...]) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees from two coordinates; None unless they are a pair.

    Two that nothing names are latitude and longitude in this order, unless the first is over 90.
    """
    if len(angles) != 2:
        return None
    first, second = angles
    if (first.axis, second.axis) in (("longitude", "latitude"), ("longitude", None), (None, "latitude")) or (
        first.axis is None and second.axis is None and abs(first.degrees) > 90
    ):
        first, second = second, first
    if first.axis == "longitude" or second.axis == "latitude" or abs(first.degrees) > 90:
        return None
    return first.degrees, second.degrees


def _angle(match: re.Match[str]) -> Angle:
    mark = match["after"] or match["before"]
    axis, sign = _named(mark.lower()) if mark else (None, 1)
    number = match["number"]
    parts = [float(part) for part in _PARTS.findall(number)]
    degrees = sum(part / 60**index for index, part in enumerate(parts))
    return Angle(axis, sign * (-degrees if number.startswith("-") else degrees), match.start(), match.end())


def _named(mark: str) -> tuple[str | None, int]:
    for pattern, axis, sign in _AXES:
        if re.fullmatch(pattern, mark):
            return axis, sign
    return None, 1
