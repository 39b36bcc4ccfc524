"""What `read-time` and `detect` say about one file, as plain values that JSON can hold.

The shapes are documented in docs/operations.md; programs outside depend on them.
"""

from pathlib import Path
from typing import Any

from models.file_kinds import HEAD_BYTES, VIDEO_KINDS, kind_of
from pipeline.evidence import (
    Detection,
    FailureReason,
    MediaFailure,
    Metadata,
    WatermarkField,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.visit import MediaKind

Json = dict[str, Any]

_CONFIDENCE_DIGITS = 4
_BOX_DIGITS = 5


def time_line(
    file: Path,
    watermark: WatermarkReading | None,
    metadata: Metadata | None,
    failure: MediaFailure | None,
) -> Json:
    """One line of `read-time`: what the picture says, what the file says, and why nobody could look."""
    return {
        "file": str(file),
        "watermark": watermark_json(watermark) if watermark else None,
        "exif": exif_json(metadata) if metadata else None,
        "failure": failure_json(failure) if failure else None,
    }


def detection_line(
    file: Path,
    size_px: tuple[int, int] | None,
    detections: tuple[Detection, ...],
    failure: MediaFailure | None,
) -> Json:
    """One line of `detect`; `size_px` is (width, height) of the upright picture."""
    width, height = size_px or (None, None)
    return {
        "file": str(file),
        "width": width,
        "height": height,
        "detections": [detection_json(each) for each in detections],
        "failure": failure_json(failure) if failure else None,
    }


def watermark_json(reading: WatermarkReading) -> Json | None:
    """None where no time can be given: nothing there, or nothing legible.

    An ambiguous reading has no `taken_at`, and all its candidates in `alternatives`.
    """
    times = reading.alternatives if reading.taken_at is None else (reading.taken_at,)
    if reading.status in (WatermarkStatus.ABSENT, WatermarkStatus.UNREADABLE) or not times:
        return None
    return {
        "taken_at": reading.taken_at.isoformat() if reading.taken_at else None,
        "precision": times[0].precision.value,
        "raw_text": reading.raw_text,
        "confidence": round(reading.confidence, _CONFIDENCE_DIGITS),
        "box": _rounded(reading.box.as_tuple()) if reading.box else None,
        "alternatives": [each.isoformat() for each in reading.alternatives],
        "fields": [field_json(each) for each in reading.fields],
    }


def field_json(field: WatermarkField) -> Json:
    """A named field of the watermark's block; `value` is None where its kind has no canonical form."""
    return {
        "kind": field.kind.value,
        "text": field.text,
        "value": field.value or None,
        "label": field.label or None,
        "confidence": round(field.confidence, _CONFIDENCE_DIGITS),
        "box": _rounded(field.box.as_tuple()),
    }


def exif_json(metadata: Metadata) -> Json | None:
    """None where EXIF states no time of taking."""
    if metadata.exif_taken_at is None:
        return None
    return {
        "taken_at": metadata.exif_taken_at.isoformat(),
        "precision": metadata.exif_taken_at.precision.value,
        "utc_offset_minutes": metadata.exif_utc_offset_minutes,
        "make": metadata.make,
        "model": metadata.model,
        "software": metadata.software,
    }


def detection_json(detection: Detection) -> Json:
    return {
        "label": detection.label,
        "confidence": round(detection.confidence, _CONFIDENCE_DIGITS),
        "box": _rounded(detection.box.as_tuple()),
    }


def failure_json(failure: MediaFailure) -> Json:
    return {"reason": failure.reason.value, "detail": failure.detail}


def kind_of_file(file: Path) -> MediaKind | MediaFailure:
    """Photo or video by the file's first bytes, or why it can't be opened at all."""
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
    except OSError as error:
        detail = f"{error.strerror}; name a file that can be read"
        return MediaFailure(str(file), FailureReason.NOT_FOUND, detail)
    return MediaKind.VIDEO if kind_of(head) in VIDEO_KINDS else MediaKind.PHOTO


def _rounded(box: tuple[float, float, float, float]) -> list[float]:
    return [round(value, _BOX_DIGITS) for value in box]
