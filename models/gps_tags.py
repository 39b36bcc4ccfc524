"""Satellite time and position of a photo, from exifread's tags."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from models.metadata_notes import Notes, checked_point, tag_text
from pipeline.visit import GeoPoint

_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)")


def _numbers(tags: Mapping[str, object], name: str) -> list[float] | None:
    """Three rationals (degrees or hours, minutes, seconds) as floats; None unless all are finite."""
    values = getattr(tags.get(name), "values", None)
    if not isinstance(values, list) or len(values) != 3:
        return None
    try:
        return [value.num / value.den if hasattr(value, "den") else float(value) for value in values]
    except (ArithmeticError, TypeError, ValueError):
        return None


def gps_time(tags: Mapping[str, object], notes: Notes) -> datetime | None:
    """GPS date and time of day, UTC by definition; both or nothing."""
    date_text, clock = tag_text(tags, "GPS GPSDate"), _numbers(tags, "GPS GPSTimeStamp")
    if date_text is None and "GPS GPSTimeStamp" not in tags:
        return None
    match = _DATE.fullmatch(date_text or "")
    if match is not None and clock is not None:
        hours, minutes, seconds = clock
        try:
            day = datetime(int(match[1]), int(match[2]), int(match[3]), int(hours), int(minutes), tzinfo=UTC)
            if 0 <= seconds < 60:
                return day + timedelta(seconds=int(seconds))
        except (ValueError, OverflowError):
            pass  # no calendar has it: noted below with all that is incomplete
    notes.add(f"GPS date {date_text!r} and time {tags.get('GPS GPSTimeStamp')} give no moment")
    return None


def gps_point(tags: Mapping[str, object], notes: Notes) -> GeoPoint | None:
    if "GPS GPSLatitude" not in tags and "GPS GPSLongitude" not in tags:
        return None
    latitude = _degrees(tags, "GPS GPSLatitude", positive="N", negative="S")
    longitude = _degrees(tags, "GPS GPSLongitude", positive="E", negative="W")
    return checked_point(latitude, longitude, notes)


def _degrees(tags: Mapping[str, object], name: str, positive: str, negative: str) -> float | None:
    parts, side = _numbers(tags, name), (tag_text(tags, f"{name}Ref") or "").upper()
    if parts is None or side not in (positive, negative):
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -degrees if side == negative else degrees
