"""The clocks of a visit's files together: what one file alone can't tell.

A stamp with several readings is settled by the visit's other stamps, a device whose clock is off by a
constant shows the same difference in all its files, and a satellite time that stands still repeats itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from pipeline.clock_readings import Tolerances, is_day_wide
from pipeline.clocks import no_clocks, reconcile, with_uploads_explained
from pipeline.evidence import MediaEvidence, Observation
from pipeline.rules import BilingualText
from pipeline.stamp_choice import settled_stamps
from pipeline.time_evidence import (
    ClockDisagreement,
    ClockExplanation,
    ClockReading,
    ClockSource,
    ExplanationName,
    TimeEvidence,
)
from pipeline.visit import MediaItem

_LEAST_FILES = 3
"""Two equal differences may be chance."""

_Sources = tuple[ClockSource, ClockSource]


@dataclass(frozen=True, slots=True)
class _File:
    """A file with its clocks; `device` is make and model, empty where the file doesn't say."""

    device: tuple[str, str]
    times: TimeEvidence


def reconcile_visit(
    observations: Sequence[tuple[MediaItem, Observation]], zone: ZoneInfo, tolerances: Tolerances
) -> Mapping[str, TimeEvidence]:
    """The clocks of each file by media key, whatever the order of the files. `zone` is the visit's."""
    seen = [(item, found) for item, found in observations if isinstance(found, MediaEvidence)]
    stamps = settled_stamps(seen, zone, tolerances)
    files = [
        _File(_device(found), reconcile(item, found, zone, tolerances, stamps.get(item.key)))
        for item, found in seen
    ]
    for step in (_stuck_fixes, _constant_offsets):
        if any(_is_open(file) for file in files):
            files = _explained(files, step(files, tolerances))
    known = {file.times.media_key: with_uploads_explained(file.times, tolerances) for file in files}
    return {item.key: known.get(item.key) or no_clocks(item) for item, _ in observations}


def _device(found: MediaEvidence) -> tuple[str, str]:
    return (found.metadata.make or "").casefold(), (found.metadata.model or "").casefold()


def _is_open(file: _File) -> bool:
    """Whether a disagreement of the file has no cause yet."""
    return any(found.explanation is None for found in file.times.disagreements)


_Why = Callable[[_File, ClockDisagreement], ClockExplanation | None]


def _explained(files: Sequence[_File], why: _Why) -> list[_File]:
    """The files, with a cause for those disagreements that had none."""
    return [
        replace(
            file,
            times=replace(
                file.times,
                disagreements=tuple(
                    found if found.explanation else replace(found, explanation=why(file, found))
                    for found in file.times.disagreements
                ),
            ),
        )
        if _is_open(file)
        else file
        for file in files
    ]


# ---- a satellite time that stands still ---------------------------------------------------------------


def _stuck_fixes(files: Sequence[_File], tolerances: Tolerances) -> _Why:
    """One fix in pictures of a device that by their other clocks lie farther apart than a fix may be old."""
    stuck = [
        {id(one), id(other)}
        for number, one in enumerate(files)
        for other in files[number + 1 :]
        if one.device == other.device and _is_same_fix(one.times, other.times, tolerances.gps)
    ]
    keys = {file.times.media_key for file in files if any(id(file) in pair for pair in stuck)}

    def why(file: _File, found: ClockDisagreement) -> ClockExplanation | None:
        sources = (found.first.source, found.second.source)
        if file.times.media_key not in keys or ClockSource.GPS not in sources:
            return None
        return ClockExplanation(
            ExplanationName.GPS_STUCK,
            BilingualText(
                "GPS时间停住：本次多张照片的GPS时间相同",
                "the GPS time stands still: pictures taken apart bear the same one",
            ),
        )

    return why


def _is_same_fix(one: TimeEvidence, other: TimeEvidence, age: timedelta) -> bool:
    first, second = _clock(one, ClockSource.GPS), _clock(other, ClockSource.GPS)
    if first is None or second is None or first.interval != second.interval:
        return False
    return (
        one.best is not None
        and other.best is not None
        and one.best.interval.gap_to(other.best.interval) > age
    )


def _clock(times: TimeEvidence, source: ClockSource) -> ClockReading | None:
    return next((clock for clock in times.clocks if clock.source is source), None)


# ---- a clock off by a constant ------------------------------------------------------------------------


def _constant_offsets(files: Sequence[_File], tolerances: Tolerances) -> _Why:
    """The same difference between the same two clocks in all files of a device that have both."""
    constant = {
        (device, sources): leads
        for device in {file.device for file in files}
        for sources in _PAIRS
        if (leads := _leads([f.times for f in files if f.device == device], sources, tolerances)) is not None
    }

    def why(file: _File, found: ClockDisagreement) -> ClockExplanation | None:
        leads = constant.get((file.device, (found.first.source, found.second.source)))
        return None if leads is None else _off_by(leads)

    return why


_TAKING = tuple(source for source in ClockSource if source.is_of_taking)
_PAIRS: tuple[_Sources, ...] = tuple(
    (first, second) for number, first in enumerate(_TAKING) for second in _TAKING[number + 1 :]
)


def _leads(
    files: Iterable[TimeEvidence], sources: _Sources, tolerances: Tolerances
) -> list[timedelta] | None:
    """By how much the first clock is ahead in each file that has both; None where that is no constant."""
    pairs = [(_clock(times, sources[0]), _clock(times, sources[1])) for times in files]
    both = [(a, b) for a, b in pairs if a and b and not is_day_wide(a) and not is_day_wide(b)]
    leads = [first.interval.start - second.interval.start for first, second in both]
    if len(leads) < _LEAST_FILES:
        return None
    limit = tolerances.for_pair(*sources)
    hidden = max(clock.interval.end - clock.interval.start for pair in both for clock in pair)
    is_off = all(first.interval.gap_to(second.interval) > limit for first, second in both)
    return leads if is_off and max(leads) - min(leads) <= limit + hidden else None


def _off_by(leads: Sequence[timedelta]) -> ClockExplanation:
    return ClockExplanation(
        ExplanationName.CONSTANT_OFFSET,
        BilingualText(
            f"该设备{len(leads)}个影像均相差同样多：设备时钟可能一直偏差",
            f"the same difference in all {len(leads)} files of this device: its clock may be off",
        ),
    )
