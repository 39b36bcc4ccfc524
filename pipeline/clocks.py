"""The clocks of one media file, brought together: watermark, EXIF, container, GPS, upload.

The most believed one is the file's time; where two differ by more than the tolerance, both are named, and an
innocent cause with them if one fits. The upload time is only a bound: a picture is not taken after it.
"""

from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from pipeline.clock_explanations import explain, is_day_wide
from pipeline.clock_readings import Tolerances, clocks_of, upload_clock
from pipeline.evidence import MediaEvidence
from pipeline.results import ClockDisagreement, ClockReading, ClockSource, TimeEvidence
from pipeline.rules import BilingualText
from pipeline.visit import MediaItem, Visit

_SECOND = timedelta(seconds=1)


def no_clocks(item: MediaItem) -> TimeEvidence:
    """The times of a file that nobody could look at: only its upload is known."""
    upload = tuple(upload_clock(item))
    return TimeEvidence(media_key=item.key, best=None, clocks=upload, disagreements=())


def reconcile(item: MediaItem, evidence: MediaEvidence, visit: Visit, tolerances: Tolerances) -> TimeEvidence:
    """All clocks of a file, the best one, and where two of them differ by more than the tolerance."""
    clocks = clocks_of(item, evidence, visit, tolerances)
    return TimeEvidence(
        media_key=item.key,
        best=_best(clocks),
        clocks=clocks,
        disagreements=_disagreements(clocks, visit.zone, tolerances),
    )


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people of that zone write it, to the minute."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


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
