"""Container tags of videos, by PyAV: creation times, position, make and software."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import av

from models.metadata_notes import MAX_RAW_VALUES, MAX_VALUE_CHARACTERS, Notes, checked_point
from pipeline.evidence import Metadata
from pipeline.visit import GeoPoint

_ISO_6709 = re.compile(r"([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
# Container clocks that were never set: the epochs of MP4 and of Unix.
_UNSET_YEARS = (1904, 1970)
_CONTAINER_KEYS = ("creat", "date", "make", "model", "software", "encoder", "location", "brand", "handler")


def video_metadata(path: Path) -> Metadata:
    """What a video's container says. Raises nothing for the file's content."""
    notes = Notes()
    tags = _container_tags(path, notes)
    created = _aware_time(tags, "creation_time", notes)
    apple = "com.apple.quicktime."
    return Metadata(
        raw=tuple((name, tags[name][:MAX_VALUE_CHARACTERS]) for name in sorted(tags))[:MAX_RAW_VALUES],
        container_created_at=created.astimezone(UTC) if created is not None else None,
        container_local_at=_aware_time(tags, f"{apple}creationdate", notes),
        gps_point=_iso_6709(tags.get(f"{apple}location.ISO6709") or tags.get("location"), notes),
        make=tags.get(f"{apple}make") or tags.get("make"),
        model=tags.get(f"{apple}model") or tags.get("model"),
        software=tags.get(f"{apple}software") or tags.get("encoder"),
        warnings=tuple(notes.lines),
    )


def _container_tags(path: Path, notes: Notes) -> dict[str, str]:
    """The container's tags; a creation time that only the video stream bears is taken from there."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            streams = container.streams.video
            created = streams[0].metadata.get("creation_time") if streams else None
            tags = {"creation_time": created} if created else {}
            tags |= {key: value for key, value in container.metadata.items() if _is_kept(key)}
            return {key: value[:MAX_VALUE_CHARACTERS] for key, value in tags.items()}
    except (av.error.FFmpegError, ValueError, MemoryError) as error:
        notes.add(f"the container can't be read: {type(error).__name__}")
        return {}


def _is_kept(key: str) -> bool:
    return any(part in key.lower() for part in _CONTAINER_KEYS)


def _aware_time(tags: Mapping[str, str], name: str, notes: Notes) -> datetime | None:
    text = tags.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        notes.add(f"{name} is no time with a zone: {text!r}")
        return None
    if moment.year in _UNSET_YEARS and (moment.month, moment.day) == (1, 1):
        notes.add(f"{name} was never set: {text!r}")
        return None
    return moment


def _iso_6709(text: str | None, notes: Notes) -> GeoPoint | None:
    """Decimal degrees of ISO 6709, as phones write them: +31.2304+121.4737+012.3/."""
    if text is None:
        return None
    match = _ISO_6709.match(text)
    return (
        checked_point(float(match[1]), float(match[2]), notes) if match else checked_point(None, None, notes)
    )
