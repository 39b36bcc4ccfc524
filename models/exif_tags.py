"""EXIF of photos, by exifread: raw values beside parsed ones.

Hostile metadata never fails a photo: what can't be read becomes None and a note. A zone is what the file
states, or None.
"""

import logging
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import exifread
from exifread.core.exceptions import ExifError
from PIL import Image

from models.frames import DECODER_ERRORS
from models.metadata_notes import MAX_RAW_VALUES, MAX_VALUE_CHARACTERS, Notes, checked_point
from pipeline.evidence import Metadata
from pipeline.times import WallTime
from pipeline.visit import GeoPoint

EXIF_ERRORS = (
    ExifError,
    OSError,
    EOFError,
    AssertionError,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    struct.error,
)
"""What exifread raises on damaged and hostile files: real ones, and such as fuzzing made."""

_SKIPPED_TAGS = ("Thumbnail", "TIFFThumbnail", "JPEGThumbnail", "EXIF MakerNote", "Image ApplicationNotes")
_DATE_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_WIDEST_OFFSET_MINUTES = 14 * 60


def photo_metadata(path: Path) -> Metadata:
    """What a photo's EXIF says. Raises nothing for the file's content."""
    notes = Notes()
    tags = _exif_tags(path, notes)
    # Some programs write it into the first directory instead of the EXIF one.
    is_misplaced = "EXIF DateTimeOriginal" not in tags
    taken = _wall_time(tags, "Image DateTimeOriginal" if is_misplaced else "EXIF DateTimeOriginal", notes)
    modified = _wall_time(tags, "Image DateTime", notes)
    return Metadata(
        raw=_raw(tags),
        exif_taken_at=taken,
        exif_digitized_at=_wall_time(tags, "EXIF DateTimeDigitized", notes),
        exif_modified_at=modified,
        exif_utc_offset_minutes=_utc_offset(tags, taken is not None and taken == modified, notes),
        gps_at=_gps_time(tags, notes),
        gps_point=_gps_point(tags, notes),
        make=_text(tags, "Image Make"),
        model=_text(tags, "Image Model"),
        software=_text(tags, "Image Software"),
        warnings=tuple(notes.lines),
    )


def _exif_tags(path: Path, notes: Notes) -> dict[str, object]:
    """exifread's tags by name, without maker notes and thumbnails.

    exifread overlooks the EXIF block of some WebP, HEIC and JPEG files: Pillow then finds it for exifread.
    """
    first, second = Notes(), Notes()
    with path.open("rb") as file:
        tags = _read_tags(file, first)
    block = b"" if tags else _exif_block(path)
    if block:
        tags = _read_tags(BytesIO(block), second)
    notes.lines += second.lines if block else first.lines
    return tags


def _read_tags(file: BinaryIO, notes: Notes) -> dict[str, object]:
    try:
        with _counted_warnings(notes):
            tags = exifread.process_file(file, details=False, extract_thumbnail=False)
    except EXIF_ERRORS as error:
        notes.add(f"EXIF can't be read: {type(error).__name__}")
        return {}
    return {name: tag for name, tag in tags.items() if not name.startswith(_SKIPPED_TAGS)}


def _exif_block(path: Path) -> bytes:
    """The EXIF block (a small TIFF file) as Pillow finds it from the header; empty where it doesn't."""
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(path, formats=("JPEG", "PNG", "WEBP", "HEIF")) as image,
        ):
            block = image.info.get("exif")
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return b""
    return bytes(block).removeprefix(b"Exif\0\0") if isinstance(block, bytes) else b""


@contextmanager
def _counted_warnings(notes: Notes) -> Iterator[None]:
    """exifread logs hundreds of lines for one hostile file: count them, keep the first."""
    logger = logging.getLogger("exifread")
    messages: list[str] = []

    def swallow(record: logging.LogRecord) -> bool:
        messages.append(record.getMessage() if not messages else "")
        return False

    logger.addFilter(swallow)
    try:
        yield
    finally:
        logger.removeFilter(swallow)
        # A photo without EXIF is nothing to warn of.
        if messages and "does not have exif data" not in messages[0]:
            notes.add(f"exifread warned {len(messages)} times, first: {messages[0]}")


def _raw(tags: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    shown = sorted((name, str(tag)[:MAX_VALUE_CHARACTERS]) for name, tag in tags.items())
    return tuple(shown[:MAX_RAW_VALUES])


def _text(tags: Mapping[str, object], name: str) -> str | None:
    """A tag's text without padding; None where it is absent or blank. Raises nothing."""
    values = getattr(tags.get(name), "values", None)
    if isinstance(values, bytes):
        values = values.decode("utf-8", errors="replace")
    if not isinstance(values, str):
        return None
    return values.replace("\0", " ").strip()[:MAX_VALUE_CHARACTERS] or None


def _wall_time(tags: Mapping[str, object], name: str, notes: Notes) -> WallTime | None:
    text = _text(tags, name)
    if text is None:
        return None
    match = _DATE_TIME.fullmatch(text)
    try:
        if match is not None:
            year, month, day, hour, minute, second = match.groups()
            return WallTime(
                int(year), int(month), int(day), int(hour), int(minute), int(second) if second else None
            )
    except (ValueError, OverflowError):
        pass  # no calendar has it: the same as not written in EXIF's way
    notes.add(f"{name} is no date and time: {text!r}")
    return None


def _utc_offset(tags: Mapping[str, object], is_unedited: bool, notes: Notes) -> int | None:
    """Minutes east of UTC of the time taken (EXIF 2.31). OffsetTime belongs to the time of the last change,
    so it speaks for the time taken only where both are one."""
    names = ["EXIF OffsetTimeOriginal", "EXIF OffsetTimeDigitized"]
    for name in [*names, "EXIF OffsetTime"] if is_unedited else names:
        text = _text(tags, name)
        if text is None:
            continue
        minutes = _parse_offset(text)
        if minutes is not None:
            return minutes
        notes.add(f"{name} is no offset from UTC: {text!r}")
    return None


def _parse_offset(text: str) -> int | None:
    if text == "Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if int(match[3]) > 59 or minutes > _WIDEST_OFFSET_MINUTES:
        return None
    return -minutes if match[1] == "-" else minutes


def _numbers(tags: Mapping[str, object], name: str) -> list[float] | None:
    """Three rationals (degrees or hours, minutes, seconds) as floats; None unless all are finite."""
    values = getattr(tags.get(name), "values", None)
    if not isinstance(values, list) or len(values) != 3:
        return None
    try:
        return [value.num / value.den if hasattr(value, "den") else float(value) for value in values]
    except (ArithmeticError, TypeError, ValueError):
        return None


def _gps_time(tags: Mapping[str, object], notes: Notes) -> datetime | None:
    """GPS date and time of day, UTC by definition; both or nothing."""
    date_text, clock = _text(tags, "GPS GPSDate"), _numbers(tags, "GPS GPSTimeStamp")
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


def _gps_point(tags: Mapping[str, object], notes: Notes) -> GeoPoint | None:
    if "GPS GPSLatitude" not in tags and "GPS GPSLongitude" not in tags:
        return None
    latitude = _degrees(tags, "GPS GPSLatitude", positive="N", negative="S")
    longitude = _degrees(tags, "GPS GPSLongitude", positive="E", negative="W")
    return checked_point(latitude, longitude, notes)


def _degrees(tags: Mapping[str, object], name: str, positive: str, negative: str) -> float | None:
    parts, side = _numbers(tags, name), (_text(tags, f"{name}Ref") or "").upper()
    if parts is None or side not in (positive, negative):
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -degrees if side == negative else degrees
