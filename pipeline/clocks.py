"""The clocks of one media file, brought together: watermark, EXIF, container, GPS, and what came later.

The most believed one is the file's time; where two differ by more than the tolerance, both are named, and a
cause other than deceit with them if one fits. Upload and last change are bounds: a picture is not taken after
them. `pipeline.visit_clocks` adds what only the visit's files together can tell.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from pipeline.clock_explanations import explain, traces_of
from pipeline.clock_readings import Stamp, Tolerances, clocks_of, is_day_wide, upload_clock
from pipeline.evidence import MediaEvidence
from pipeline.time_evidence import (
    ClockDisagreement,
    ClockExplanation,
    ClockReading,
    ClockSource,
    TimeEvidence,
    ZoneBasis,
    ZoneEvidence,
)
from pipeline.visit import MediaItem

_SECOND = timedelta(seconds=1)


def no_clocks(item: MediaItem) -> TimeEvidence:
    """The times of a file that nobody could look at: only its upload is known."""
    upload = tuple(upload_clock(item))
    return TimeEvidence(media_key=item.key, best=None, clocks=upload, disagreements=())


def reconcile(
    item: MediaItem, evidence: MediaEvidence, zone: ZoneInfo, tolerances: Tolerances, stamp: Stamp | None
) -> TimeEvidence:
    """All clocks of a file, the best one with its zone, and where two differ by more than the tolerance.

    zone: the visit's, for clocks that have none. stamp: the burned-in time, as `settled_stamps` gives it.
    """
    clocks = clocks_of(item, evidence, zone, tolerances, stamp)
    best = _best(clocks)
    times = TimeEvidence(
        media_key=item.key,
        best=best,
        clocks=clocks,
        disagreements=tuple(_disagreements(clocks, evidence, zone, tolerances)),
        zone=_zone_of(best, clocks, tolerances),
    )
    return with_uploads_explained(times, tolerances)


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people of that zone write it, to the minute."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _best(clocks: tuple[ClockReading, ...]) -> ClockReading | None:
    """The most believed clock of the taking; a finer one that agrees with it takes its place."""
    candidates = [clock for clock in clocks if clock.source.is_of_taking]
    if not candidates:
        return None
    believed = candidates[0]
    if not is_day_wide(believed):
        return believed
    finer = (clock for clock in candidates[1:] if not is_day_wide(clock))
    return next(
        (clock for clock in finer if clock.interval.gap_to(believed.interval) == timedelta(0)), believed
    )


def _zone_of(
    best: ClockReading | None, clocks: tuple[ClockReading, ...], tolerances: Tolerances
) -> ZoneEvidence | None:
    """A stamp has no zone: it is measured where a clock that knows its own agrees, else assumed."""
    if best is None or best.utc_offset_min is None:
        return None
    if not best.zone_assumed and best.source is not ClockSource.WATERMARK:
        return ZoneEvidence(ZoneBasis.STATED, best.utc_offset_min)
    witnesses = [c for c in clocks if c is not best and c.source.is_of_taking and not c.zone_assumed]
    for clock in witnesses if not is_day_wide(best) else ():
        limit = tolerances.for_pair(best.source, clock.source)
        if clock.interval.gap_to(best.interval) <= limit:
            return ZoneEvidence(ZoneBasis.MEASURED, best.utc_offset_min, clock.source)
    return ZoneEvidence(ZoneBasis.ASSUMED, best.utc_offset_min)


# ---- disagreements ------------------------------------------------------------------------------------


def _disagreements(
    clocks: tuple[ClockReading, ...], evidence: MediaEvidence, zone: ZoneInfo, tolerances: Tolerances
) -> Iterable[ClockDisagreement]:
    """Round differences are sought as exactly as two clocks of a device agree, a GPS fix's age aside."""
    exactly, traces = max(tolerances.between, _SECOND), traces_of(evidence.metadata)
    for first, second in _compared(clocks):
        gap = gap_between(first, second)
        if gap <= tolerances.for_pair(first.source, second.source):
            continue
        is_bound = second.source is ClockSource.UPLOAD
        why = None if is_bound else explain(first, second, zone, exactly, traces)
        yield ClockDisagreement(first, second, gap.total_seconds(), why)


def _compared(clocks: tuple[ClockReading, ...]) -> Iterable[tuple[ClockReading, ClockReading]]:
    """Every two of the taking; what came later with EXIF's, else the most believed; an upload with all."""
    taking = [clock for clock in clocks if clock.source.is_of_taking]
    yield from combinations(taking, 2)
    exif = [clock for clock in taking if clock.source is ClockSource.EXIF] or taking[:1]
    for clock in clocks:
        if clock.source in (ClockSource.EXIF_DIGITIZED, ClockSource.EXIF_MODIFIED):
            yield from ((one, clock) for one in exif)
        elif clock.source is ClockSource.UPLOAD:
            yield from ((one, clock) for one in taking)


def gap_between(first: ClockReading, second: ClockReading) -> timedelta:
    """The least time between two clocks; the upload only bounds the other one from above."""
    if second.source is ClockSource.UPLOAD:
        return max(timedelta(0), first.interval.start - second.interval.end)
    return first.interval.gap_to(second.interval)


def with_uploads_explained(times: TimeEvidence, tolerances: Tolerances) -> TimeEvidence:
    """The same, with clocks that lie after the upload explained where that follows from their others."""
    if not times.disagreements:
        return times
    return replace(
        times,
        disagreements=tuple(
            replace(found, explanation=_known_of(found, times, tolerances.upload))
            if found.second.source is ClockSource.UPLOAD
            else found
            for found in times.disagreements
        ),
    )


def _known_of(found: ClockDisagreement, times: TimeEvidence, tolerance: timedelta) -> ClockExplanation | None:
    """Why a clock lies after the upload: it is off another one that doesn't, and why that is, is known.

    The upload is no second reading of the same moment, so a round difference to it explains nothing.
    """
    clock, upload = found.first, found.second
    for known in times.disagreements:
        if known.explanation is not None and clock in (known.first, known.second):
            partner = known.second if known.first is clock else known.first
            if partner.source.is_of_taking and gap_between(partner, upload) <= tolerance:
                return known.explanation
    return None
