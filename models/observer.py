"""The observer: media files in, evidence out. It looks with every model once and keeps no pixels."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from models.clock_strip import ClockStrip
from models.fingerprints import perceptual_hash, sha256_of
from models.isolation import IsolatedOpener
from models.layout_reader import stated_focal_px
from models.limits import Limits
from models.opening import MediaOpener, OpenedMedia
from models.resizing import enlarged, part_of, shrunk
from models.stage_times import NoClock, StageClock
from models.video_clock import Look
from pipeline.errors import MediaError
from pipeline.evidence import (
    Detection,
    FailureReason,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Observation,
    RegionText,
    TextLine,
    VideoClock,
    WatermarkReading,
)
from pipeline.geometry import BoundingBox
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
    region_labels: boxes of these labels are read as text, the `max_regions` most confident ones of a picture
        from `region_confidence` on; cut-outs with a shorter side under `region_side_px` are enlarged, at
        most `max_enlargement` times.
    region_margin: share of a box's size that is read along around it.
    layout_label: pictures with a box of this label, from `region_confidence` on, get a layout.
    read_frames: so many sampled frames of a video, first and last among them, are read for stamps and text.
    """

    detect_side_px: int = 1280
    batch_pictures: int = 8
    batch_pixels: int = 100_000_000
    region_labels: tuple[str, ...] = ("badge",)
    region_confidence: float = 0.25
    max_regions: int = 2
    region_side_px: int = 320
    max_enlargement: float = 4.0
    region_margin: float = 0.05
    read_frames: int = 3
    layout_label: str = "work_cloth"


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
        for batch in self._batches(items):
            observations += self._observe_batch(batch)
            batch.clear()  # lets go of the pixels before further files are opened
        return observations

    def _batches(self, items: Iterable[tuple[MediaItem, Path]]) -> Iterator[list["_Opened | MediaFailure"]]:
        """Opens files one after the other, and hands on as many as may be held at a time."""
        batch: list[_Opened | MediaFailure] = []
        pictures = pixels = 0
        for item, path in items:
            opened = self._open(item, path)
            batch.append(opened)
            if isinstance(opened, _Opened):
                pictures += len(opened.media.pictures)
                pixels += sum(picture.pixels.size // 3 for picture in opened.media.pictures)
            if pictures >= self._settings.batch_pictures or pixels >= self._settings.batch_pixels:
                yield batch
                batch, pictures, pixels = [], 0, 0
        yield batch

    def _open(self, item: MediaItem, path: Path) -> "_Opened | MediaFailure":
        try:
            with self._clock.stage("hash"):
                sha256 = _checked_sha256(item, path)
            with self._clock.stage("decode"):
                return _Opened(item, path, sha256, self._opener.open(path, item.kind))
        except MediaError as error:
            _LOG.info("%s can't be observed: %s", item.key, error.reason)
            return MediaFailure(item.key, error.reason, error.detail)

    def _observe_batch(self, batch: list["_Opened | MediaFailure"]) -> Iterator[Observation]:
        with self._clock.stage("reduce"):
            reduced = [
                shrunk(picture.pixels, self._settings.detect_side_px)
                for opened in batch
                if isinstance(opened, _Opened)
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
        self, opened: "_Opened", seen: Iterator[tuple[Pixels, tuple[Detection, ...]]]
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

    def _followed(self, opened: "_Opened", frames: Sequence[FrameEvidence]) -> VideoClock | None:
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

    def _over_all(self, opened: "_Opened", strip: ClockStrip) -> VideoClock | None:
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
            texts = tuple(self._region_text(pixels, region) for region in self._regions(detections))
        with self._clock.stage("layout"):
            layout = self._layout(pixels, detections, focal_px)
        return FrameEvidence(second, detections, watermark, texts, layout)

    def _layout(
        self, pixels: Pixels, detections: tuple[Detection, ...], focal_px: float | None
    ) -> LayoutObservation | None:
        """Outlines of cloth and tools where a cloth was detected."""
        asked = (self._settings.layout_label, self._settings.region_confidence)
        shown = any(one.label == asked[0] and one.confidence >= asked[1] for one in detections)
        if self._layout_reader is None or not shown:
            return None
        return self._layout_reader.read(pixels, detections, focal_px)

    def _regions(self, detections: tuple[Detection, ...]) -> list[Detection]:
        wanted = [
            detection
            for detection in detections
            if detection.label in self._settings.region_labels
            and detection.confidence >= self._settings.region_confidence
        ]
        return sorted(wanted, key=lambda detection: -detection.confidence)[: self._settings.max_regions]

    def _region_text(self, pixels: Pixels, region: Detection) -> RegionText:
        margin = self._settings.region_margin
        box = region.box
        around = BoundingBox.clipped(
            box.x_min - margin * box.width,
            box.y_min - margin * box.height,
            box.x_max + margin * box.width,
            box.y_max + margin * box.height,
        )
        cut_out = enlarged(
            part_of(pixels, around), self._settings.region_side_px, self._settings.max_enlargement
        )
        lines = self._text_reader.read(cut_out)
        return RegionText(region.label, box, tuple(_placed(line, around) for line in lines))


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A file that could be opened, while its pictures are held."""

    item: MediaItem
    path: Path
    sha256: str
    media: OpenedMedia


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _checked_sha256(item: MediaItem, path: Path) -> str:
    """Raises MediaError where the bytes are not there or not those that the manifest promised."""
    try:
        sha256 = sha256_of(path)
    except FileNotFoundError as error:
        raise MediaError(FailureReason.NOT_FOUND, f"no file {path.name}; upload it again") from error
    if item.sha256 is not None and item.sha256.lower() != sha256:
        detail = f"the manifest promises sha256 {item.sha256}, the file has {sha256}; upload it again"
        raise MediaError(FailureReason.CHECKSUM_MISMATCH, detail)
    return sha256


def _spread(count: int, wanted: int) -> frozenset[int]:
    """Up to `wanted` indexes below `count`, evenly from the first to the last."""
    if count <= wanted:
        return frozenset(range(count))
    return frozenset(round(step * (count - 1) / max(1, wanted - 1)) for step in range(wanted))


def _placed(line: TextLine, region: BoundingBox) -> TextLine:
    """A line of a cut-out, with its box in the whole picture."""
    box = line.box
    return TextLine(
        line.text,
        line.confidence,
        BoundingBox.clipped(
            region.x_min + box.x_min * region.width,
            region.y_min + box.y_min * region.height,
            region.x_min + box.x_max * region.width,
            region.y_min + box.y_max * region.height,
        ),
    )
