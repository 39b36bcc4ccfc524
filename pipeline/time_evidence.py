"""What the clocks of one media file say: readings, where two disagree, and why that may be innocent."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.rules import BilingualText
from pipeline.times import TimeInterval


class ClockSource(StrEnum):
    """The clocks that a media file can carry, in the order in which they are believed.

    EXIF is the time taken (DateTimeOriginal). The times of digitizing and of the last change are listed only
    where they say another time than that.
    """

    WATERMARK = "watermark"
    EXIF = "exif"
    CONTAINER = "container"
    GPS = "gps"
    EXIF_DIGITIZED = "exif_digitized"
    EXIF_MODIFIED = "exif_modified"
    UPLOAD = "upload"

    @property
    def is_of_taking(self) -> bool:
        """Whether it may say when a picture was taken; the others say what came after that."""
        return self in (self.WATERMARK, self.EXIF, self.CONTAINER, self.GPS)


class ChoiceBasis(StrEnum):
    """What decided between several readings of one stamp. The visit's window is no such thing."""

    EXIF = "exif"
    CONTAINER = "container"
    GPS = "gps"
    UPLOAD = "upload"
    OTHER_PICTURES = "other_pictures"


@dataclass(frozen=True, slots=True)
class StampChoice:
    """Why one of several readings of a stamp was taken.

    files: names of the other pictures that decided, for OTHER_PICTURES.
    """

    bases: tuple[ChoiceBasis, ...]
    alternatives: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock of one file as an interval; `zone_assumed` says that its zone is the visit's, not its own.

    utc_offset_min: the offset from UTC that its digits were read with.
    choice: for a stamp with several readings, what decided between them.
    """

    source: ClockSource
    interval: TimeInterval
    zone_assumed: bool
    shown: str
    utc_offset_min: int | None = None
    choice: StampChoice | None = None


class ExplanationName(StrEnum):
    """Causes other than deceit for two clocks of one file to differ. Rule sets name them: docs/clocks.md."""

    OTHER_ZONE = "other_zone"
    CONTAINER_IN_LOCAL_TIME = "container_in_local_time"
    TWELVE_HOURS = "twelve_hours"
    DATE_ORDER = "date_order"
    DATE_ONLY = "date_only"
    CONSTANT_OFFSET = "constant_offset"
    EDITED_LATER = "edited_later"
    SCAN_OR_RESAVE = "scan_or_resave"
    GPS_STUCK = "gps_stuck"
    GPS_DATE_STUCK = "gps_date_stuck"
    GPS_WEEK_ROLLOVER = "gps_week_rollover"


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A cause by its name, for rules, and in words, for people."""

    name: ExplanationName
    words: BilingualText


@dataclass(frozen=True, slots=True)
class ClockDisagreement:
    """Two clocks of one file that differ by more than the tolerance.

    `explanation` names a cause other than deceit where one fits. gap_s: the least time between the two.
    """

    first: ClockReading
    second: ClockReading
    gap_s: float
    explanation: ClockExplanation | None


class ZoneBasis(StrEnum):
    """How the zone of a time is known."""

    STATED = "stated"
    MEASURED = "measured"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class ZoneEvidence:
    """The offset from UTC of a file's best time, and how it is known.

    STATED: by the clock itself. MEASURED: another clock of the file, `by`, knows its own zone and agrees.
    ASSUMED: it is the visit's zone.
    """

    basis: ZoneBasis
    utc_offset_min: int
    by: ClockSource | None = None


@dataclass(frozen=True, slots=True)
class TimeEvidence:
    """All clocks of one media file, the most believed first, where they disagree, and the best one's zone."""

    media_key: str
    best: ClockReading | None
    clocks: tuple[ClockReading, ...]
    disagreements: tuple[ClockDisagreement, ...]
    zone: ZoneEvidence | None = None
