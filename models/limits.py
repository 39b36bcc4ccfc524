"""How much of a media file may be read, decoded and waited for, so that no file can stop a night."""

import hashlib
from dataclasses import astuple, dataclass, fields

from pipeline.visit import MediaKind

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits per file. Raises ValueError unless all are positive.

    max_pixels: width x height as the header states it, checked before anything is decoded. Pillow refuses
        photos over 178 million pixels by itself.
    max_photo_seconds, max_video_seconds: real time for opening one file, metadata included. A 12-megapixel
        JPEG takes 0.1 s and a 12-megapixel HEIC 0.5 s, so the defaults leave room for a busy machine.
    max_memory_bytes: address space of the process that decodes.
    video_interval_s: wanted distance of sampled frames; wider where max_sampled_frames would be exceeded.
    max_decoded_frames: frames decoded in one video to get at the sampled ones.
    max_frame_side_px: sampled frames are reduced to this longer side.
    """

    max_photo_bytes: int = 64 * _MIB
    max_video_bytes: int = 2048 * _MIB
    max_pixels: int = 80_000_000
    max_photo_seconds: float = 20.0
    max_video_seconds: float = 120.0
    max_memory_bytes: int = 4096 * _MIB
    video_interval_s: float = 2.0
    max_sampled_frames: int = 12
    max_decoded_frames: int = 4000
    max_frame_side_px: int = 1920

    def __post_init__(self) -> None:
        for field, value in zip(fields(self), astuple(self), strict=True):
            if not value > 0:
                raise ValueError(f"limit {field.name} must be positive, not {value}")

    def seconds_for(self, kind: MediaKind) -> float:
        """Real time for opening one file of a kind."""
        return self.max_video_seconds if kind is MediaKind.VIDEO else self.max_photo_seconds

    @property
    def digest(self) -> str:
        """Names these limits; other limits may give other evidence."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()
