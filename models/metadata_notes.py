"""What the metadata readers share: warnings, a bounded number of them, and positions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.visit import GeoPoint

MAX_RAW_VALUES = 150
MAX_VALUE_CHARACTERS = 200
_MAX_WARNINGS = 20


@dataclass(slots=True)
class Notes:
    """Collects warnings about one file."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        short = line[:MAX_VALUE_CHARACTERS]
        if len(self.lines) < _MAX_WARNINGS and short not in self.lines:
            self.lines.append(short)


def checked_point(latitude: float | None, longitude: float | None, notes: Notes) -> GeoPoint | None:
    """A position that can be one; None and a note otherwise."""
    if latitude is None or longitude is None:
        notes.add("the GPS position is incomplete")
        return None
    if latitude == 0 and longitude == 0:
        notes.add("the GPS position 0, 0 is a placeholder")
        return None
    try:
        return GeoPoint(round(latitude, 6), round(longitude, 6))
    except ValueError as error:
        notes.add(f"the GPS position is {error}")
        return None


def tag_text(tags: Mapping[str, object], name: str) -> str | None:
    """An exifread tag's text without padding; None where it is absent or blank. Raises nothing."""
    values = getattr(tags.get(name), "values", None)
    if isinstance(values, bytes):
        values = values.decode("utf-8", errors="replace")
    if not isinstance(values, str):
        return None
    return values.replace("\0", " ").strip()[:MAX_VALUE_CHARACTERS] or None
