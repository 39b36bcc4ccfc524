"""An observer that looks at nothing: it knows what the files show and makes the planted mistakes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.fingerprints import sha256_of
from models.planted.files import PlantedPicture
from pipeline.evidence import (
    Detection,
    FrameEvidence,
    MediaEvidence,
    Metadata,
    Observation,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.visit import MediaItem, Stage

_SIZE_PX = (640, 480)
_STAMP = BoundingBox(0.02, 0.8, 0.4, 0.97)
_SURE = 0.95


class PlantedObserver:
    """Fits `pipeline.ports.MediaObserver`. `shown`: by sha256, what each file that will ever come shows."""

    digest = "planted-1"

    def __init__(self, shown: Mapping[str, PlantedPicture]) -> None:
        self._shown = shown

    def observe(self, items: Sequence[tuple[MediaItem, Path]]) -> list[Observation]:
        """Raises KeyError for a file that was not planted."""
        return [self._observe(item, sha256_of(path)) for item, path in items]

    def _observe(self, item: MediaItem, sha256: str) -> MediaEvidence:
        picture = self._shown[sha256]
        taken_at = picture.taken_at
        wall = WallTime(taken_at.year, taken_at.month, taken_at.day, taken_at.hour, taken_at.minute, 0)
        watermark = WatermarkReading(WatermarkStatus.READ, wall, confidence=0.99, box=_STAMP)
        return MediaEvidence(
            sha256=sha256,
            kind=item.kind,
            width_px=_SIZE_PX[0],
            height_px=_SIZE_PX[1],
            frames=(FrameEvidence(None, tuple(_detections(picture)), watermark),),
            metadata=Metadata(exif_taken_at=wall, exif_utc_offset_minutes=480),
            # Of the bytes: the pictures share a few scenes, which says nothing about their visits.
            perceptual_hash=hashlib.sha256(sha256.encode()).hexdigest()[:16],
            observer_digest=self.digest,
        )


def _detections(picture: PlantedPicture) -> Iterator[Detection]:
    visit = picture.visit
    if picture.stage is not Stage.ENTRY:
        yield from (Detection("document", _SURE, box) for box in picture.boxes["document"])
        return
    yield from (Detection("person", _SURE, box) for box in picture.boxes["person"])
    yield from (Detection("shoe_cover", visit.covers_confidence, box) for box in picture.boxes["shoe_cover"])
    if visit.badge_confidence is not None:
        yield from (Detection("badge", visit.badge_confidence, box) for box in picture.boxes["badge"])
