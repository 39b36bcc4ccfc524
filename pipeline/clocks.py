"""The clocks of one media file, brought together: watermark, EXIF, container, GPS, upload.

Each clock becomes an interval as wide as its precision, in UTC (arithmetic between two wall times of one
zone would skip over a change to summer time). A clock without a zone of its own gets the visit's, and says
so. The upload time is only a bound: a picture is not taken after it was uploaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import combinations
from zoneinfo import ZoneInfo

from pipeline.clock_explanations import explain, is_day_wide
from pipeline.evidence import FrameEvidence, MediaEvidence, Metadata, WatermarkReading, WatermarkStatus
from pipeline.results import ClockDisagreement, ClockReading, ClockSource, TimeEvidence
from pipeline.rules import BilingualText, RuleSet
from pipeline.times import TimeInterval, WallTime
from pipeline.visit import MediaItem, MediaKind, Visit

_SECOND = timedelta(seconds=1)
_UNLIMITED = timedelta(days=3650)


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


def no_clocks(item: MediaItem) -> TimeEvidence:
    """The times of a file that nobody could look at: only its upload is known."""
    upload = tuple(_upload_clock(item))
    return TimeEvidence(media_key=item.key, best=None, clocks=upload, disagreements=())


def reconcile(item: MediaItem, evidence: MediaEvidence, visit: Visit, tolerances: Tolerances) -> TimeEvidence:
    """All clocks of a file, the best one, and where two of them differ by more than the tolerance."""
    own = tuple(_metadata_clocks(evidence, visit.zone))
    watermark = _watermark_clock(evidence, own, visit, tolerances)
    clocks = (*watermark, *own, *_upload_clock(item))
    return TimeEvidence(
        media_key=item.key,
        best=_best(clocks),
        clocks=clocks,
        disagreements=_disagreements(clocks, visit.zone, tolerances),
    )


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people of that zone write it, to the minute."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def visit_day(visit: Visit) -> date:
    """The day of the appointment where it takes place."""
    return visit.work_order.window.start.astimezone(visit.zone).date()


# ---- one clock after the other ----------------------------------------------------------------------


def _utc(interval: TimeInterval) -> TimeInterval:
    return TimeInterval(interval.start.astimezone(UTC), interval.end.astimezone(UTC))


def _shifted(interval: TimeInterval, by: timedelta) -> TimeInterval:
    return TimeInterval(interval.start + by, interval.end + by)


def first_watermark(
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
    if found := first_watermark(evidence, WatermarkStatus.READ):
        frame, reading = found
        if reading.taken_at is not None:
            yield _burned_in(reading.taken_at, frame, visit.zone, _text(reading.taken_at))
    elif found := first_watermark(evidence, WatermarkStatus.AMBIGUOUS):
        frame, reading = found
        yield from _resolved(reading.alternatives, frame, own, visit, tolerances)


def _text(wall: WallTime) -> str:
    return wall.isoformat().replace("T", " ")


def _burned_in(wall: WallTime, frame: FrameEvidence, zone: ZoneInfo, shown: str) -> ClockReading:
    """A video's clock is brought back to the video's beginning."""
    since_start = timedelta(seconds=frame.presentation_s or 0.0)
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
    if evidence.metadata.gps_at is not None:
        interval = TimeInterval.at(evidence.metadata.gps_at.astimezone(UTC))
        yield ClockReading(
            ClockSource.GPS, interval, zone_assumed=False, shown=_iso(evidence.metadata.gps_at)
        )


def _exif_clock(metadata: Metadata, zone: ZoneInfo) -> Iterator[ClockReading]:
    """The capture time; the time of the last change says nothing about when a picture was taken."""
    wall = metadata.exif_taken_at or metadata.exif_digitized_at
    if wall is None:
        return
    offset_min = metadata.exif_utc_offset_minutes
    if offset_min is None:
        yield ClockReading(ClockSource.EXIF, _utc(wall.at_zone(zone)), zone_assumed=True, shown=_text(wall))
    else:
        own_zone = timezone(timedelta(minutes=offset_min))
        shown = f"{_text(wall)} {own_zone.tzname(None)}"
        yield ClockReading(ClockSource.EXIF, _utc(wall.at_zone(own_zone)), zone_assumed=False, shown=shown)


def _container_clock(evidence: MediaEvidence) -> Iterator[ClockReading]:
    """Some cameras write a video's beginning and some its end, so the interval covers both."""
    created = evidence.metadata.container_local_at or evidence.metadata.container_created_at
    if created is None:
        return
    length = (
        timedelta(seconds=evidence.duration_s or 0.0) if evidence.kind is MediaKind.VIDEO else timedelta(0)
    )
    at = created.astimezone(UTC)
    yield ClockReading(
        ClockSource.CONTAINER,
        TimeInterval(at - length, at + _SECOND),
        zone_assumed=False,
        shown=_iso(created),
    )


def _upload_clock(item: MediaItem) -> Iterator[ClockReading]:
    if item.uploaded_at is not None:
        interval = TimeInterval.at(item.uploaded_at.astimezone(UTC))
        yield ClockReading(ClockSource.UPLOAD, interval, zone_assumed=False, shown=_iso(item.uploaded_at))


def _iso(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")


# ---- all clocks together -----------------------------------------------------------------------------


def _best(clocks: tuple[ClockReading, ...]) -> ClockReading | None:
    """The most believed clock; a finer one that agrees with it takes its place."""
    candidates = [clock for clock in clocks if clock.source is not ClockSource.UPLOAD]
    if not candidates:
        return None
    believed = candidates[0]
    if not is_day_wide(believed):
        return believed
    finer = (clock for clock in candidates[1:] if not is_day_wide(clock))
    return next(
        (clock for clock in finer if clock.interval.gap_to(believed.interval) == timedelta(0)), believed
    )


def _disagreements(
    clocks: tuple[ClockReading, ...], zone: ZoneInfo, tolerances: Tolerances
) -> tuple[ClockDisagreement, ...]:
    found: list[ClockDisagreement] = []
    for first, second in combinations(clocks, 2):
        tolerance, gap = tolerances.for_pair(first.source, second.source), _gap(first, second)
        if gap <= tolerance:
            continue
        if second.source is ClockSource.UPLOAD:
            why = _known_of(first, second, found, tolerance)
        else:
            why = explain(first, second, zone, max(tolerance, _SECOND))
        found.append(ClockDisagreement(first, second, gap.total_seconds(), why))
    return tuple(found)


def _known_of(
    clock: ClockReading, upload: ClockReading, found: list[ClockDisagreement], tolerance: timedelta
) -> BilingualText | None:
    """Why a clock lies after the upload: it is off another one that doesn't, and why that is, is known.

    The upload is no second reading of the same moment, so a round difference to it explains nothing.
    """
    for known in found:
        if known.explanation is not None and clock in (known.first, known.second):
            partner = known.second if known.first is clock else known.first
            if _gap(partner, upload) <= tolerance:
                return known.explanation
    return None


def _gap(first: ClockReading, second: ClockReading) -> timedelta:
    """Between two clocks; the upload only bounds the other one from above."""
    if second.source is ClockSource.UPLOAD:
        return max(timedelta(0), first.interval.start - second.interval.end)
    return first.interval.gap_to(second.interval)
