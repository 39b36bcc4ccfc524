"""The observer: media files in, evidence out. It looks with every model once and keeps no pixels."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from models.batching import MediaBatches, OpenedItem
from models.clock_strip import ClockStrip
from models.fingerprints import perceptual_hash
from models.isolation import IsolatedOpener
from models.layout_reader import stated_focal_px
from models.limits import Limits
from models.opening import MediaOpener
from models.region_texts import RegionSettings, region_texts
from models.resizing import shrunk
from models.stage_times import NoClock, StageClock
from models.video_clock import Look
from pipeline.errors import MediaError
from pipeline.evidence import (
    Detection,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Observation,
    VideoClock,
    WatermarkReading,
)
from pipeline.layout.values import LayoutObservation
from pipeline.ports import Detector, LayoutReader, Pixels, TextReader
from pipeline.visit import MediaItem, MediaKind

_LOG = logging.getLogger(__name__)
_VERSION = "10"
"""Changes whenever equal files may yield other evidence; part of the digest."""


class StampReader(Protocol):
    """Finds and reads the burned-in time of a picture. `digest` names engine and settings."""

    @property
    def digest(self) -> str: ...

    def read(self, picture: Pixels) -> WatermarkReading: ...


class ClockFollower(Protocol):
    """Finds and follows a video's clock; `models.video_clock.VideoClockReader` fits."""

    @property
    def digest(self) -> str: ...

    def find(self, picture: Pixels, reading: WatermarkReading, at_s: float) -> ClockStrip | None: ...

    def follow(self, strip: ClockStrip, look: Look, duration_s: float) -> VideoClock: ...


@dataclass(frozen=True, slots=True)
class ObserverSettings:
    """What the observer looks at, and how much of it it holds.

    detect_side_px: the detector sees pictures reduced by a whole factor, to this longer side or under it.
    batch_pictures, batch_pixels: so many pictures are held and detected together, whichever is reached first.
    regions: which boxes are read as text.
    layout_label: pictures with a box of this label, from `layout_confidence` on, get a layout.
    read_frames: so many sampled frames of a video, first and last among them, are read for stamps and text.
    """

    detect_side_px: int = 1280
    batch_pictures: int = 8
    batch_pixels: int = 100_000_000
    regions: RegionSettings = field(default_factory=RegionSettings)
    read_frames: int = 3
    layout_label: str = "work_cloth"
    layout_confidence: float = 0.25


class Observer:
    """A `pipeline.ports.MediaObserver`. Safe to share between threads as far as the models are."""

    def __init__(
        self,
        detector: Detector,
        watermark_reader: StampReader,
        text_reader: TextReader,
        limits: Limits,
        *,
        settings: ObserverSettings | None = None,
        opener: MediaOpener | None = None,
        clock: StageClock | None = None,
        video_clock: ClockFollower | None = None,
        layout_reader: LayoutReader | None = None,
    ) -> None:
        """`opener` defaults to one that decodes in a worker process; `clock` is told of every stage.

        Without `video_clock` nobody follows the burned-in clocks of videos, without `layout_reader` nobody
        looks for the outlines of cloth and tools.
        """
        self._detector, self._watermark_reader, self._text_reader = detector, watermark_reader, text_reader
        self._settings = settings or ObserverSettings()
        self._opener = opener or IsolatedOpener(limits)
        self._clock = clock or NoClock()
        self._batches = MediaBatches(
            self._opener, self._clock, self._settings.batch_pictures, self._settings.batch_pixels
        )
        self._video_clock, self._layout_reader = video_clock, layout_reader
        self.digest = _digest(
            _VERSION,
            detector.digest,
            watermark_reader.digest,
            text_reader.digest,
            limits.digest,
            repr(astuple(self._settings)),
            video_clock.digest if video_clock is not None else "",
            layout_reader.digest if layout_reader is not None else "",
        )

    def observe(self, items: Sequence[tuple[MediaItem, Path]]) -> list[Observation]:
        """Look at files on disk; one observation per item, in order. Catches MediaError only."""
        observations: list[Observation] = []
        for batch in self._batches.of(items):
            observations += self._observe_batch(batch)
            batch.clear()  # lets go of the pixels before further files are opened
        return observations

    def _observe_batch(self, batch: list[OpenedItem | MediaFailure]) -> Iterator[Observation]:
        with self._clock.stage("reduce"):
            reduced = [
                shrunk(picture.pixels, self._settings.detect_side_px)
                for opened in batch
                if isinstance(opened, OpenedItem)
                for picture in opened.media.pictures
            ]
        with self._clock.stage("detect"):
            detected = list(zip(reduced, self._detect(reduced), strict=True))
        seen = iter(detected)
        for opened in batch:
            yield opened if isinstance(opened, MediaFailure) else self._evidence(opened, seen)

    def _detect(self, pictures: list[Pixels]) -> Iterator[tuple[Detection, ...]]:
        size = self._settings.batch_pictures
        for start in range(0, len(pictures), size):
            yield from self._detector.detect(pictures[start : start + size])

    def _evidence(
        self, opened: OpenedItem, seen: Iterator[tuple[Pixels, tuple[Detection, ...]]]
    ) -> MediaEvidence:
        """`seen` yields a reduced copy and its detections for each picture of each file, in order."""
        media = opened.media
        mine = list(islice(seen, len(media.pictures)))
        with self._clock.stage("hash"):
            looks = perceptual_hash(mine[0][0])
        read = _spread(len(media.pictures), self._settings.read_frames)
        focal_px = stated_focal_px(media.metadata.raw, media.width_px, media.height_px)
        frames = tuple(
            self._frame(picture.presentation_s, picture.pixels, detections, focal_px, is_read=index in read)
            for index, (picture, (_, detections)) in enumerate(zip(media.pictures, mine, strict=True))
        )
        return MediaEvidence(
            sha256=opened.sha256,
            kind=opened.item.kind,
            width_px=media.width_px,
            height_px=media.height_px,
            frames=frames,
            metadata=media.metadata,
            perceptual_hash=looks,
            observer_digest=self.digest,
            duration_s=media.duration_s,
            video_clock=self._followed(opened, frames) if opened.item.kind is MediaKind.VIDEO else None,
        )

    def _followed(self, opened: OpenedItem, frames: Sequence[FrameEvidence]) -> VideoClock | None:
        """The burned-in clock over the whole video; None where none is found, or looking again fails."""
        if self._video_clock is None:
            return None
        with self._clock.stage("clock"):
            for picture, frame in zip(opened.media.pictures, frames, strict=True):
                if frame.watermark is None:
                    continue
                strip = self._video_clock.find(picture.pixels, frame.watermark, picture.presentation_s or 0.0)
                if strip is not None:
                    return self._over_all(opened, strip)
        return None

    def _over_all(self, opened: OpenedItem, strip: ClockStrip) -> VideoClock | None:
        last_s = max(picture.presentation_s or 0.0 for picture in opened.media.pictures)
        look = partial(self._opener.look, opened.path)
        try:
            return self._video_clock.follow(strip, look, last_s) if self._video_clock else None
        except MediaError as error:
            _LOG.info("the clock of %s can't be followed: %s", opened.item.key, error.reason)
            return None

    def _frame(
        self,
        second: float | None,
        pixels: Pixels,
        detections: tuple[Detection, ...],
        focal_px: float | None,
        *,
        is_read: bool,
    ) -> FrameEvidence:
        if not is_read:
            return FrameEvidence(second, detections, watermark=None)
        with self._clock.stage("read"):
            watermark = self._watermark_reader.read(pixels)
            texts = region_texts(pixels, detections, self._text_reader, self._settings.regions)
        with self._clock.stage("layout"):
            layout = self._layout(pixels, detections, focal_px)
        return FrameEvidence(second, detections, watermark, texts, layout)

    def _layout(
        self, pixels: Pixels, detections: tuple[Detection, ...], focal_px: float | None
    ) -> LayoutObservation | None:
        """Outlines of cloth and tools where a cloth was detected."""
        asked = (self._settings.layout_label, self._settings.layout_confidence)
        shown = any(one.label == asked[0] and one.confidence >= asked[1] for one in detections)
        if self._layout_reader is None or not shown:
            return None
        return self._layout_reader.read(pixels, detections, focal_px)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _spread(count: int, wanted: int) -> frozenset[int]:
    """Up to `wanted` indexes below `count`, evenly from the first to the last."""
    if count <= wanted:
        return frozenset(range(count))
    return frozenset(round(step * (count - 1) / max(1, wanted - 1)) for step in range(wanted))
