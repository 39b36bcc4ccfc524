"""The clocks that one media file carries, each as an interval as wide as its precision, in UTC.

UTC, because arithmetic between two wall times of one zone skips over a change to summer time. A clock
without a zone of its own gets the visit's, and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from pipeline.evidence import FrameEvidence, MediaEvidence, Metadata, WatermarkReading, WatermarkStatus
from pipeline.results import ClockReading, ClockSource
from pipeline.rules import RuleSet
from pipeline.times import TimeInterval, WallTime
from pipeline.visit import MediaItem, MediaKind, Visit

_SECOND = timedelta(seconds=1)
_UNLIMITED = timedelta(days=3650)
_MINUTES_OF_A_DAY = 24 * 60
_LONGEST_VIDEO_S = 86_400.0
"""A video's header may claim any length; no more than a day is believed."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How much two clocks of one file may differ."""

    between: timedelta
    gps: timedelta
    upload: timedelta

    @classmethod
    def of(cls, rules: RuleSet) -> "Tolerances":
        """From the rule of `time.consistent`; where a rule set doesn't ask for it, nothing disagrees."""
        rule = rules.item("time.consistent")
        if rule is None:
            return cls(_UNLIMITED, _UNLIMITED, _UNLIMITED)
        seconds = (rule.param(name) for name in ("tolerance_s", "gps_tolerance_s", "upload_tolerance_s"))
        return cls(*(timedelta(seconds=value) for value in seconds))

    def for_pair(self, first: ClockSource, second: ClockSource) -> timedelta:
        if ClockSource.UPLOAD in (first, second):
            return self.upload
        return self.gps if ClockSource.GPS in (first, second) else self.between


def clocks_of(
    item: MediaItem, evidence: MediaEvidence, visit: Visit, tolerances: Tolerances
) -> tuple[ClockReading, ...]:
    """All clocks of a file, the most believed first, the upload last."""
    own = tuple(_metadata_clocks(evidence, visit.zone))
    watermark = _watermark_clock(evidence, own, visit, tolerances)
    return (*watermark, *own, *upload_clock(item))


def visit_day(visit: Visit) -> date:
    """The day of the appointment where it takes place."""
    return visit.work_order.window.start.astimezone(visit.zone).date()


def _is_set(time: WallTime | datetime | None) -> bool:
    """A clock at the very ends of the calendar was never set, and can't be moved between zones."""
    return time is not None and 1 < time.year < 9999


def _utc(interval: TimeInterval) -> TimeInterval:
    return TimeInterval(interval.start.astimezone(UTC), interval.end.astimezone(UTC))


def _shifted(interval: TimeInterval, by: timedelta) -> TimeInterval:
    return TimeInterval(interval.start + by, interval.end + by)


def _first_watermark(
    evidence: MediaEvidence, status: WatermarkStatus
) -> tuple[FrameEvidence, WatermarkReading] | None:
    """The first frame whose watermark has this status."""
    return next(
        (
            (frame, frame.watermark)
            for frame in evidence.frames
            if frame.watermark and frame.watermark.status is status
        ),
        None,
    )


def _watermark_clock(
    evidence: MediaEvidence, own: tuple[ClockReading, ...], visit: Visit, tolerances: Tolerances
) -> Iterator[ClockReading]:
    if found := _first_watermark(evidence, WatermarkStatus.READ):
        frame, reading = found
        if reading.taken_at is not None and _is_set(reading.taken_at):
            yield _burned_in(reading.taken_at, frame, visit.zone, _text(reading.taken_at))
    elif found := _first_watermark(evidence, WatermarkStatus.AMBIGUOUS):
        frame, reading = found
        alternatives = tuple(wall for wall in reading.alternatives if _is_set(wall))
        yield from _resolved(alternatives, frame, own, visit, tolerances)


def _text(wall: WallTime) -> str:
    return wall.isoformat().replace("T", " ")


def _burned_in(wall: WallTime, frame: FrameEvidence, zone: ZoneInfo, shown: str) -> ClockReading:
    """A video's clock is brought back to the video's beginning."""
    since_start = timedelta(seconds=min(frame.presentation_s or 0.0, _LONGEST_VIDEO_S))
    interval = _shifted(_utc(wall.at_zone(zone)), -since_start)
    return ClockReading(ClockSource.WATERMARK, interval, zone_assumed=True, shown=shown)


def _resolved(
    alternatives: tuple[WallTime, ...],
    frame: FrameEvidence,
    own: tuple[ClockReading, ...],
    visit: Visit,
    tolerances: Tolerances,
) -> Iterator[ClockReading]:
    """The one alternative that another clock of the file, or else the visit's day, agrees with."""
    readings = [(wall, _burned_in(wall, frame, visit.zone, _text(wall))) for wall in alternatives]
    for clock in own:
        limit = tolerances.for_pair(ClockSource.WATERMARK, clock.source)
        agreeing = [wall for wall, reading in readings if reading.interval.gap_to(clock.interval) <= limit]
        if len(agreeing) == 1:
            yield _burned_in(
                agreeing[0], frame, visit.zone, _chosen(agreeing[0], alternatives, clock.source.value)
            )
            return
    day = visit_day(visit)
    of_the_day = [wall for wall in alternatives if date(wall.year, wall.month, wall.day) == day]
    if len(of_the_day) == 1:
        shown = _chosen(of_the_day[0], alternatives, "visit day 服务日期")
        yield _burned_in(of_the_day[0], frame, visit.zone, shown)


def _chosen(wall: WallTime, alternatives: tuple[WallTime, ...], because: str) -> str:
    every = " / ".join(_text(alternative) for alternative in alternatives)
    return f"{_text(wall)} [{every}; = {because}]"


def _metadata_clocks(evidence: MediaEvidence, zone: ZoneInfo) -> Iterator[ClockReading]:
    yield from _exif_clock(evidence.metadata, zone)
    yield from _container_clock(evidence)
    gps_at = evidence.metadata.gps_at
    if gps_at is not None and _is_set(gps_at):
        interval = TimeInterval.at(gps_at.astimezone(UTC))
        yield ClockReading(ClockSource.GPS, interval, zone_assumed=False, shown=_iso(gps_at))


def _exif_clock(metadata: Metadata, zone: ZoneInfo) -> Iterator[ClockReading]:
    """The capture time; the time of the last change says nothing about when a picture was taken."""
    wall = metadata.exif_taken_at or metadata.exif_digitized_at
    if wall is None or not _is_set(wall):
        return
    offset_min = metadata.exif_utc_offset_minutes
    if offset_min is None or abs(offset_min) >= _MINUTES_OF_A_DAY:
        yield ClockReading(ClockSource.EXIF, _utc(wall.at_zone(zone)), zone_assumed=True, shown=_text(wall))
    else:
        own_zone = timezone(timedelta(minutes=offset_min))
        shown = f"{_text(wall)} {own_zone.tzname(None)}"
        yield ClockReading(ClockSource.EXIF, _utc(wall.at_zone(own_zone)), zone_assumed=False, shown=shown)


def _container_clock(evidence: MediaEvidence) -> Iterator[ClockReading]:
    """Some cameras write a video's beginning and some its end, so the interval covers both."""
    created = evidence.metadata.container_local_at or evidence.metadata.container_created_at
    if created is None or not _is_set(created):
        return
    is_video = evidence.kind is MediaKind.VIDEO
    length = timedelta(seconds=min(evidence.duration_s or 0.0, _LONGEST_VIDEO_S) if is_video else 0.0)
    at = created.astimezone(UTC)
    yield ClockReading(
        ClockSource.CONTAINER,
        TimeInterval(at - length, at + _SECOND),
        zone_assumed=False,
        shown=_iso(created),
    )


def upload_clock(item: MediaItem) -> Iterator[ClockReading]:
    if item.uploaded_at is not None and _is_set(item.uploaded_at):
        interval = TimeInterval.at(item.uploaded_at.astimezone(UTC))
        yield ClockReading(ClockSource.UPLOAD, interval, zone_assumed=False, shown=_iso(item.uploaded_at))


def _iso(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
