"""What was seen in one media file: keys and numbers, never pixels.

Nothing found is not could-not-look: a photo without a badge has an empty tuple of detections; a photo
that could not be opened has a `MediaFailure` and no `MediaEvidence`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from pipeline.geometry import BoundingBox
from pipeline.layout.values import LayoutObservation
from pipeline.times import StatedTime, WallTime
from pipeline.visit import GeoPoint, MediaKind


class FailureReason(StrEnum):
    """Why a media file could not be observed."""

    EMPTY = "empty"
    NOT_FOUND = "not_found"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TIMED_OUT = "timed_out"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    CHECKSUM_MISMATCH = "checksum_mismatch"


@dataclass(frozen=True, slots=True)
class MediaFailure:
    """A file that could not be looked at: by key, with a reason and what to do about it."""

    key: str
    reason: FailureReason
    detail: str


@dataclass(frozen=True, slots=True)
class Detection:
    """One object that the detector saw. Raises ValueError unless 0 <= confidence <= 1."""

    label: str
    confidence: float
    box: BoundingBox

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} of {self.label!r} is not in 0..1")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text that an OCR engine read, with its confidence (0..1) and upright box."""

    text: str
    confidence: float
    box: BoundingBox


@dataclass(frozen=True, slots=True)
class RegionText:
    """Text that was read inside one detected region, a badge for instance."""

    label: str
    box: BoundingBox
    lines: tuple[TextLine, ...]


class WatermarkStatus(StrEnum):
    """What became of looking for a time watermark. `absent` and `unreadable` are different findings."""

    READ = "read"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


class FieldKind(StrEnum):
    """What a watermark camera prints beside the time."""

    PLACE = "place"
    COORDINATES = "coordinates"
    ALTITUDE = "altitude"
    NAME = "name"
    PROJECT = "project"
    WEATHER = "weather"
    TEMPERATURE = "temperature"
    CODE = "code"
    REMARKS = "remarks"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class WatermarkField:
    """One named field of a watermark's block, and the upright box of the lines that it stands in.

    `text` is as read. `value` is its canonical form where the kind has one, else empty: coordinates
    "latitude,longitude" in degrees of whatever datum the camera used, altitude in metres, temperature in
    degrees Celsius, a weekday "mon" .. "sun". `label` is the word that named the field, empty where its form
    gave it away. Raises ValueError for an empty text and unless 0 <= confidence <= 1.
    """

    kind: FieldKind
    text: str
    box: BoundingBox
    confidence: float
    value: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"a field {self.kind.value!r} without text")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} of field {self.kind.value!r} is not in 0..1")


@dataclass(frozen=True, slots=True)
class WatermarkReading:
    """The burned-in time of one picture, and what else its block says.

    `taken_at` is set if and only if `status` is READ. AMBIGUOUS keeps two or more `alternatives`
    (day and month in either order, for instance). `box` is where the stamp stands, None when ABSENT.
    `fields` are the named fields of the block around it, from top to bottom. Raises ValueError where
    these don't hold.
    """

    status: WatermarkStatus
    taken_at: WallTime | None = None
    alternatives: tuple[WallTime, ...] = ()
    raw_text: str = ""
    confidence: float = 0.0
    box: BoundingBox | None = None
    note: str = ""
    fields: tuple[WatermarkField, ...] = ()

    def __post_init__(self) -> None:
        if (self.status is WatermarkStatus.READ) != (self.taken_at is not None):
            raise ValueError(f"status {self.status} does not go with taken_at {self.taken_at}")
        if self.status is WatermarkStatus.AMBIGUOUS and len(self.alternatives) < 2:
            raise ValueError("an ambiguous reading keeps at least two alternatives")
        if self.status is WatermarkStatus.ABSENT and self.fields:
            raise ValueError("where there is no watermark there are no fields of one")


@dataclass(frozen=True, slots=True)
class ThumbnailTrace:
    """How the picture differs from the thumbnail in its EXIF: mean differences of brightness (0..255), row by
    row over a grid of `columns` x `rows` cells. Raises ValueError where there are more or fewer."""

    columns: int
    rows: int
    differences: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.differences) != self.columns * self.rows:
            raise ValueError(f"{len(self.differences)} differences on a {self.columns} x {self.rows} grid")

    def inside(self, box: BoundingBox) -> tuple[int, ...]:
        """The differences of the cells whose middles lie in a box."""
        return tuple(value for cell, value in enumerate(self.differences) if self._is_in(cell, box))

    def outside(self, box: BoundingBox) -> tuple[int, ...]:
        return tuple(value for cell, value in enumerate(self.differences) if not self._is_in(cell, box))

    def _is_in(self, cell: int, box: BoundingBox) -> bool:
        x, y = (cell % self.columns + 0.5) / self.columns, (cell // self.columns + 0.5) / self.rows
        return box.x_min <= x <= box.x_max and box.y_min <= y <= box.y_max


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself, parsed; `raw` keeps the values as they stand in the file.

    `exif_taken_at` is a wall time; `exif_utc_offset_minutes` its zone where the file states one.
    `exif_subsec` are the digits after its second. `exif_modified_at` is the time of the last change, with an
    offset of its own. `gps_at` and `container_created_at` are UTC by their standards (phones break the
    latter: many write local time there). `container_local_at` is Apple's creation date, which carries its
    own offset. The `xmp_` values are what programs wrote that had the picture in hands later:
    xmp:CreateDate or photoshop:DateCreated, xmp:ModifyDate, xmp:CreatorTool, and the programs of its history.
    """

    raw: tuple[tuple[str, str], ...] = ()
    exif_taken_at: WallTime | None = None
    exif_digitized_at: WallTime | None = None
    exif_modified_at: WallTime | None = None
    exif_utc_offset_minutes: int | None = None
    gps_at: datetime | None = None
    gps_point: GeoPoint | None = None
    container_created_at: datetime | None = None
    container_local_at: datetime | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None
    warnings: tuple[str, ...] = ()
    jpeg_tables: str = ""
    thumbnail: ThumbnailTrace | None = None
    exif_subsec: str | None = None
    exif_modified_utc_offset_minutes: int | None = None
    xmp_created_at: StatedTime | None = None
    xmp_modified_at: StatedTime | None = None
    xmp_creator_tool: str | None = None
    xmp_history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameEvidence:
    """What was seen in one picture: a photo, or a video frame at `presentation_s` seconds.

    `watermark` is None where nobody looked for one (frames between those that are read).
    `detections` go down to the detector's low floor; thresholds are applied in checks.
    `layout` is None where nobody looked for outlines of cloth and tools.
    """

    presentation_s: float | None
    detections: tuple[Detection, ...]
    watermark: WatermarkReading | None
    region_texts: tuple[RegionText, ...] = ()
    layout: LayoutObservation | None = None


@dataclass(frozen=True, slots=True)
class ClockSample:
    """A video's burned-in clock in the frame shown at `presentation_s` seconds.

    shown: None where the strip was looked at and could not be read; of the year 2000 where only the clock,
    and not its date, was legible. confidence: of the least certain digit.
    motion: how much the picture around the clock differs from the sample before, the mean over a small
    picture in grey levels 0..255; None for the first sample.
    """

    presentation_s: float
    shown: WallTime | None
    confidence: float = 0.0
    motion: float | None = None


@dataclass(frozen=True, slots=True)
class VideoClock:
    """What the burned-in clock of a video showed, in the order of the frames; `box` is the strip read.

    Raises ValueError unless the samples ascend.
    """

    box: BoundingBox
    samples: tuple[ClockSample, ...]
    frames_decoded: int = 0

    def __post_init__(self) -> None:
        seconds = [sample.presentation_s for sample in self.samples]
        if any(later <= earlier for earlier, later in pairwise(seconds)):
            raise ValueError("the samples of a video's clock must ascend")


@dataclass(frozen=True, slots=True)
class MediaEvidence:
    """All that was seen in one media file; independent of its key, so equal bytes share evidence.

    width_px and height_px are of the upright picture. `perceptual_hash` is 64 bits as 16 hex digits
    (of the photo, or of the video's first sampled frame). `observer_digest` names the models and
    settings that observed it. `video_clock` is None for a photo, and where no clock was found to follow.
    """

    sha256: str
    kind: MediaKind
    width_px: int
    height_px: int
    frames: tuple[FrameEvidence, ...]
    metadata: Metadata
    perceptual_hash: str
    observer_digest: str
    duration_s: float | None = None
    video_clock: VideoClock | None = None


Observation = MediaEvidence | MediaFailure
"""What observing one file yields: what was seen, or why nobody could look."""
