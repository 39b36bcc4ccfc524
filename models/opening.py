"""Opening one media file: its upright pictures and what it says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from models.frames import open_photo, sample_video
from models.jpeg_traces import with_jpeg_traces
from models.limits import Limits
from models.metadata import read_metadata
from models.videos import VideoLook, look_into
from pipeline.evidence import Metadata
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.visit import MediaKind


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Upright pixels; presentation_s is None for a photo, else the second of the video."""

    presentation_s: float | None
    pixels: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class OpenedMedia:
    """A decoded media file: one picture of a photo, or the sampled ones of a video.

    width_px and height_px are of the upright original; a video's pictures may be smaller.
    """

    pictures: tuple[Picture, ...]
    width_px: int
    height_px: int
    duration_s: float | None
    metadata: Metadata


class MediaOpener(Protocol):
    """Opens files within limits."""

    @property
    def limits(self) -> Limits: ...

    def open(self, path: Path, kind: MediaKind) -> OpenedMedia:
        """Raises MediaError, with the reason why the file can't be looked at."""
        ...

    def look(self, path: Path, seconds: Sequence[float], region: BoundingBox) -> VideoLook:
        """A region of a video's frames at ascending seconds (see `look_into`). Raises MediaError."""
        ...


@dataclass(frozen=True, slots=True)
class InProcessOpener:
    """Opens in the calling process: no time limit, and a decoder that crashes takes the process along."""

    limits: Limits

    def open(self, path: Path, kind: MediaKind) -> OpenedMedia:
        if kind is MediaKind.VIDEO:
            return _opened_video(path, self.limits)
        photo = open_photo(path, self.limits)
        picture = Picture(None, photo.pixels)
        metadata = with_jpeg_traces(read_metadata(path, kind), path, photo.pixels)
        return OpenedMedia((picture,), photo.width_px, photo.height_px, None, metadata)

    def look(self, path: Path, seconds: Sequence[float], region: BoundingBox) -> VideoLook:
        return look_into(path, seconds, region, self.limits)


def _opened_video(path: Path, limits: Limits) -> OpenedMedia:
    sample = sample_video(path, limits)
    pictures = tuple(Picture(frame.presentation_s, frame.pixels) for frame in sample.frames)
    metadata = read_metadata(path, MediaKind.VIDEO)
    return OpenedMedia(pictures, sample.width_px, sample.height_px, sample.duration_s, metadata)
