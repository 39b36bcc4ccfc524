"""The clocks that one media file carries, each as an interval as wide as its precision, in UTC.

UTC, because arithmetic between two wall times of one zone skips over a change to summer time. A clock
without a zone of its own gets the visit's, and says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pipeline.evidence import MediaEvidence, Metadata
from pipeline.rules import RuleSet
from pipeline.time_evidence import ClockReading, ClockSource, StampChoice
from pipeline.times import StatedTime, TimeInterval, WallTime
from pipeline.visit import MediaItem, MediaKind, Visit

_SECOND = timedelta(seconds=1)
_UNLIMITED = timedelta(days=3650)
_MINUTES_OF_A_DAY = 24 * 60
_LONGEST_VIDEO_S = 86_400.0
"""A video's header may claim any length; no more than a day is believed."""
_FINEST_SUBSEC_DIGITS = 6


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


@dataclass(frozen=True, slots=True)
class Stamp:
    """One reading of a file's burned-in time.

    presentation_s: the second of the video at which it stands. choice: why this one, where there were others.
    """

    wall: WallTime
    presentation_s: float | None
    choice: StampChoice | None = None


def clocks_of(
    item: MediaItem, evidence: MediaEvidence, zone: ZoneInfo, tolerances: Tolerances, stamp: Stamp | None
) -> tuple[ClockReading, ...]:
    """All clocks of a file, the most believed first, those of what came after the taking last."""
    own = tuple(taking_clocks(evidence, zone))
    marks = () if stamp is None else (stamp_clock(stamp, _stated(own), zone, tolerances),)
    return (*marks, *own, *_later_clocks(evidence.metadata, own, zone, tolerances), *upload_clock(item))


def visit_day(visit: Visit) -> date:
    """The day of the appointment where it takes place."""
    return visit.work_order.window.start.astimezone(visit.zone).date()


def is_set(time: WallTime | datetime | None) -> bool:
    """A clock at the very ends of the calendar was never set, and can't be moved between zones."""
    return time is not None and 1 < time.year < 9999


def is_day_wide(clock: ClockReading) -> bool:
    """Whether no more than the date is known (a day may lose an hour to summer time)."""
    return clock.interval.end - clock.interval.start >= timedelta(hours=22)


def _utc(interval: TimeInterval) -> TimeInterval:
    return TimeInterval(interval.start.astimezone(UTC), interval.end.astimezone(UTC))


def _shifted(interval: TimeInterval, by: timedelta) -> TimeInterval:
    return TimeInterval(interval.start + by, interval.end + by)


def _text(wall: WallTime) -> str:
    return wall.isoformat().replace("T", " ")


def _iso(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")


def _offset_min(moment: datetime) -> int | None:
    offset = moment.utcoffset()
    return None if offset is None else round(offset / timedelta(minutes=1))


# ---- the stamp ----------------------------------------------------------------------------------------


def stamp_clock(
    stamp: Stamp, stated: Sequence[ClockReading], zone: ZoneInfo, tolerances: Tolerances
) -> ClockReading:
    """A stamp in the visit's zone; in another, where the device states that one and both show one time.

    stated: clocks of the file that know their own zone. A video's clock is brought back to its beginning.
    """
    assumed = _burned_in(stamp, zone, zone_assumed=True)
    for clock in stated:
        limit = tolerances.for_pair(ClockSource.WATERMARK, clock.source)
        if clock.utc_offset_min is None or assumed.interval.gap_to(clock.interval) <= limit:
            continue
        own = _burned_in(stamp, timezone(timedelta(minutes=clock.utc_offset_min)), zone_assumed=False)
        if own.interval.gap_to(clock.interval) <= limit:
            return own
    return assumed


def _burned_in(stamp: Stamp, zone: tzinfo, *, zone_assumed: bool) -> ClockReading:
    since_start = timedelta(seconds=min(stamp.presentation_s or 0.0, _LONGEST_VIDEO_S))
    local = stamp.wall.at_zone(zone)
    shown = _text(stamp.wall) if zone_assumed else f"{_text(stamp.wall)} {zone.tzname(None)}"
    interval = _shifted(_utc(local), -since_start)
    return ClockReading(
        ClockSource.WATERMARK, interval, zone_assumed, shown, _offset_min(local.start), stamp.choice
    )


def _stated(clocks: Sequence[ClockReading]) -> list[ClockReading]:
    """The clocks whose offset is the device's own; UTC by a standard says nothing of the device."""
    return [clock for clock in clocks if not clock.zone_assumed and clock.utc_offset_min]


# ---- metadata -----------------------------------------------------------------------------------------


def taking_clocks(evidence: MediaEvidence, zone: ZoneInfo) -> Iterator[ClockReading]:
    """The times of taking that the metadata tell: EXIF, container, GPS."""
    yield from _exif_clock(evidence.metadata, zone)
    yield from _container_clock(evidence)
    gps_at = evidence.metadata.gps_at
    if gps_at is not None and is_set(gps_at):
        yield ClockReading(
            ClockSource.GPS, TimeInterval.at(gps_at.astimezone(UTC)), False, _iso(gps_at), _offset_min(gps_at)
        )


def _exif_clock(metadata: Metadata, zone: ZoneInfo) -> Iterator[ClockReading]:
    """The time taken, else the time digitized, which of a camera is the same."""
    wall = metadata.exif_taken_at or metadata.exif_digitized_at
    if wall is not None and is_set(wall):
        subsec = metadata.exif_subsec if metadata.exif_taken_at is not None else None
        yield _wall_clock(
            ClockSource.EXIF, StatedTime(wall, metadata.exif_utc_offset_minutes), zone, subsec or ""
        )


def _wall_clock(source: ClockSource, time: StatedTime, zone: ZoneInfo, subsec: str = "") -> ClockReading:
    own = _own_zone(time)
    local = _refined(time.wall.at_zone(own or zone), time.wall, subsec)
    shown = _text(time.wall) + (f".{subsec}" if subsec and time.wall.second is not None else "")
    if own is not None:
        shown = f"{shown} {own.tzname(None)}"
    return ClockReading(source, _utc(local), own is None, shown, _offset_min(local.start))


def _own_zone(time: StatedTime) -> timezone | None:
    minutes = time.utc_offset_minutes
    return (
        None if minutes is None or abs(minutes) >= _MINUTES_OF_A_DAY else timezone(timedelta(minutes=minutes))
    )


def _refined(interval: TimeInterval, wall: WallTime, subsec: str) -> TimeInterval:
    """A second narrowed by the digits after it (EXIF SubSecTime): 14:35:07 with "25" is 07.25 to 07.26."""
    digits = subsec[:_FINEST_SUBSEC_DIGITS]
    if wall.second is None or not digits:
        return interval
    width = timedelta(microseconds=10 ** (_FINEST_SUBSEC_DIGITS - len(digits)))
    return TimeInterval.at(interval.start + int(digits) * width, width)


def _container_clock(evidence: MediaEvidence) -> Iterator[ClockReading]:
    """Some cameras write a video's beginning and some its end, so the interval covers both."""
    created = evidence.metadata.container_local_at or evidence.metadata.container_created_at
    if created is None or not is_set(created):
        return
    is_video = evidence.kind is MediaKind.VIDEO
    length = timedelta(seconds=min(evidence.duration_s or 0.0, _LONGEST_VIDEO_S) if is_video else 0.0)
    at = created.astimezone(UTC)
    yield ClockReading(
        ClockSource.CONTAINER,
        TimeInterval(at - length, at + _SECOND),
        zone_assumed=False,
        shown=_iso(created),
        utc_offset_min=_offset_min(created),
    )


# ---- what came after the taking -----------------------------------------------------------------------


def _later_clocks(
    metadata: Metadata, own: Sequence[ClockReading], zone: ZoneInfo, tolerances: Tolerances
) -> Iterator[ClockReading]:
    """Digitizing and the last change, where they say another time than the time taken: no news otherwise."""
    taken = next((clock for clock in own if clock.source is ClockSource.EXIF), None)
    for source, time in (
        (ClockSource.EXIF_DIGITIZED, _digitized(metadata)),
        (ClockSource.EXIF_MODIFIED, _last_change(metadata, zone)),
    ):
        if time is None or not is_set(time.wall):
            continue
        clock = _wall_clock(source, time, zone)
        if taken is None or clock.interval.gap_to(taken.interval) > tolerances.between:
            yield clock


def _digitized(metadata: Metadata) -> StatedTime | None:
    """None where it stands in for the time taken."""
    if metadata.exif_digitized_at is None or metadata.exif_taken_at is None:
        return None
    return StatedTime(metadata.exif_digitized_at, metadata.exif_utc_offset_minutes)


def _last_change(metadata: Metadata, zone: ZoneInfo) -> StatedTime | None:
    """The later of EXIF's time of change and XMP's; None where neither says."""
    changes = [metadata.xmp_modified_at] if metadata.xmp_modified_at else []
    if metadata.exif_modified_at is not None:
        offset = metadata.exif_modified_utc_offset_minutes
        if offset is None:
            offset = metadata.exif_utc_offset_minutes
        changes.append(StatedTime(metadata.exif_modified_at, offset))
    known = (change for change in changes if is_set(change.wall))
    return max(known, key=lambda change: change.wall.at_zone(_own_zone(change) or zone).start, default=None)


def upload_clock(item: MediaItem) -> Iterator[ClockReading]:
    if item.uploaded_at is not None and is_set(item.uploaded_at):
        at = item.uploaded_at
        interval = TimeInterval.at(at.astimezone(UTC))
        yield ClockReading(ClockSource.UPLOAD, interval, False, _iso(at), _offset_min(at))
