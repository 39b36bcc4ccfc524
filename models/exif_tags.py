"""EXIF of photos, by exifread, and what XMP adds to it: raw values beside parsed ones.

Hostile metadata never fails a photo: what can't be read becomes None and a note. A zone is what the file
states, or None.
"""

import logging
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import exifread
from exifread.core.exceptions import ExifError
from PIL import Image

from models.frames import DECODER_ERRORS
from models.gps_tags import gps_point, gps_time
from models.metadata_notes import MAX_RAW_VALUES, MAX_VALUE_CHARACTERS, Notes, tag_text
from models.stated_times import parse_offset, parse_time
from models.xmp_tags import read_xmp
from pipeline.evidence import Metadata
from pipeline.times import StatedTime, WallTime

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


def photo_metadata(path: Path) -> Metadata:
    """What a photo's EXIF and XMP say. Raises nothing for the file's content."""
    notes = Notes()
    blocks = _blocks(path)
    tags, xmp = _exif_tags(path, blocks.exif, notes), read_xmp(blocks.xmp, notes)
    # Some programs write it into the first directory instead of the EXIF one.
    is_misplaced = "EXIF DateTimeOriginal" not in tags
    taken = _time(tags, "Image DateTimeOriginal" if is_misplaced else "EXIF DateTimeOriginal", notes)
    modified, digitized = _time(tags, "Image DateTime", notes), _time(tags, "EXIF DateTimeDigitized", notes)
    taken_or_xmp = taken or xmp.taken_at
    return Metadata(
        raw=(*_raw(tags), *xmp.raw)[:MAX_RAW_VALUES],
        exif_taken_at=_wall(taken_or_xmp),
        exif_digitized_at=_wall(digitized),
        exif_modified_at=_wall(modified),
        exif_utc_offset_minutes=_taken_offset(tags, taken_or_xmp, modified, notes),
        gps_at=gps_time(tags, notes) or _aware(xmp.gps_at),
        gps_point=gps_point(tags, notes),
        make=tag_text(tags, "Image Make"),
        model=tag_text(tags, "Image Model"),
        software=tag_text(tags, "Image Software"),
        warnings=tuple(notes.lines),
        exif_subsec=_subsec(tags) if taken is not None else None,
        exif_modified_utc_offset_minutes=_stated_offset(tags, ("EXIF OffsetTime",), notes),
        xmp_created_at=xmp.created_at,
        xmp_modified_at=xmp.modified_at,
        xmp_creator_tool=xmp.creator_tool,
        xmp_history=xmp.history,
    )


def _wall(time: StatedTime | None) -> WallTime | None:
    return time.wall if time is not None else None


def _aware(time: StatedTime | None) -> datetime | None:
    """A satellite time of XMP: UTC by definition, unless it says another zone."""
    if time is None:
        return None
    zone = timezone(timedelta(minutes=time.utc_offset_minutes or 0))
    return time.wall.at_zone(zone).start.astimezone(UTC)


def _exif_tags(path: Path, block: bytes, notes: Notes) -> dict[str, object]:
    """exifread's tags by name, without maker notes and thumbnails.

    exifread overlooks the EXIF block of some WebP, HEIC and JPEG files: Pillow then found it for exifread.
    """
    first, second = Notes(), Notes()
    with path.open("rb") as file:
        tags = _read_tags(file, first)
    if not tags and block:
        tags = _read_tags(BytesIO(block), second)
        first = second
    notes.lines += first.lines
    return tags


def _read_tags(file: BinaryIO, notes: Notes) -> dict[str, object]:
    try:
        with _counted_warnings(notes):
            tags = exifread.process_file(file, details=False, extract_thumbnail=False)
    except EXIF_ERRORS as error:
        notes.add(f"EXIF can't be read: {type(error).__name__}")
        return {}
    return {name: tag for name, tag in tags.items() if not name.startswith(_SKIPPED_TAGS)}


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The EXIF block (a small TIFF file) and the XMP packet; empty where there is none."""

    exif: bytes = b""
    xmp: bytes = b""


def _blocks(path: Path) -> _Blocks:
    """Both as Pillow finds them from the header. Raises nothing for the file's content."""
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(path, formats=("JPEG", "PNG", "WEBP", "HEIF")) as image,
        ):
            exif, xmp = image.info.get("exif"), image.info.get("xmp")
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return _Blocks()
    return _Blocks(
        bytes(exif).removeprefix(b"Exif\0\0") if isinstance(exif, bytes) else b"",
        bytes(xmp) if isinstance(xmp, bytes) else b"",
    )


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


def _time(tags: Mapping[str, object], name: str, notes: Notes) -> StatedTime | None:
    """A date and time of EXIF, with the offset that some cameras write behind it."""
    text = tag_text(tags, name)
    if text is None:
        return None
    time = parse_time(text, needs_clock=True)
    if time is None:
        notes.add(f"{name} is no date and time: {text!r}")
    return time


def _subsec(tags: Mapping[str, object]) -> str | None:
    """The digits after the second of the time taken."""
    text = tag_text(tags, "EXIF SubSecTimeOriginal")
    return text if text is not None and text.isascii() and text.isdigit() else None


def _taken_offset(
    tags: Mapping[str, object], taken: StatedTime | None, modified: StatedTime | None, notes: Notes
) -> int | None:
    """Minutes east of UTC of the time taken (EXIF 2.31). OffsetTime belongs to the time of the last change,
    so it speaks for the time taken only where both are one."""
    names = ("EXIF OffsetTimeOriginal", "EXIF OffsetTimeDigitized")
    is_unedited = taken is not None and taken == modified
    offset = _stated_offset(tags, (*names, "EXIF OffsetTime") if is_unedited else names, notes)
    return offset if offset is not None or taken is None else taken.utc_offset_minutes


def _stated_offset(tags: Mapping[str, object], names: tuple[str, ...], notes: Notes) -> int | None:
    for name in names:
        text = tag_text(tags, name)
        if text is None:
            continue
        minutes = parse_offset(text)
        if minutes is not None:
            return minutes
        notes.add(f"{name} is no offset from UTC: {text!r}")
    return None
