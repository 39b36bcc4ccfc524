"""Stamps that can be read in more than one way (day or month first, a two-digit year): which way is right?

An alternative after the file's upload is impossible; one that another clock of the same file tells is right;
else the order of day, month and year is that of the visit's other stamps of the same device or layout, where
those are certain and agree. Witnesses that contradict each other decide nothing, and the stamp stays
ambiguous: a person reads it.

The appointment never chooses, and neither do the dates of other pictures: that a picture was taken on the day
of the visit is what its stamp is to prove.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pipeline.clock_readings import Stamp, Tolerances, is_set, stamp_clock, taking_clocks, upload_clock
from pipeline.evidence import FrameEvidence, MediaEvidence, WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.time_evidence import ChoiceBasis, ClockReading, ClockSource, StampChoice
from pipeline.times import WallTime
from pipeline.visit import MediaItem
from pipeline.watermark.calendar import Order, possible_dates

_A_DAY = timedelta(days=1)
"""No zone and no slow clock moves a time by more: an alternative within a day of a witness may be it."""
_SAME_PLACE = 0.1
"""Stamps of one layout begin this near to each other, as a share of the picture's sides."""
_DATE = re.compile(r"(?<!\d)(?=(\d{1,4})([^\d:]{1,3})(\d{1,2})([^\d:]{1,3})(\d{1,4})(?!\d))")
"""Three numbers, wherever they begin: the first three of a line may be its clock's."""
_BASES = {
    ClockSource.EXIF: ChoiceBasis.EXIF,
    ClockSource.CONTAINER: ChoiceBasis.CONTAINER,
    ClockSource.GPS: ChoiceBasis.GPS,
}


@dataclass(frozen=True, slots=True)
class _Printed:
    """A stamp as it stands in its file, with all ways to read it; `camera` is make and model."""

    item: MediaItem
    frame: FrameEvidence
    reading: WatermarkReading
    walls: tuple[WallTime, ...]
    camera: tuple[str, str] | None
    clocks: tuple[ClockReading, ...]
    upload: ClockReading | None


@dataclass(frozen=True, slots=True)
class _Decision:
    wall: WallTime
    bases: tuple[ChoiceBasis, ...]
    files: tuple[str, ...] = ()


def settled_stamps(
    files: Sequence[tuple[MediaItem, MediaEvidence]], zone: ZoneInfo, tolerances: Tolerances
) -> Mapping[str, Stamp]:
    """The stamp of each file by media key, where there is one and its reading is certain or decided."""
    printed = [stamp for item, seen in files if (stamp := _printed(item, seen, zone)) is not None]
    alone = {stamp.item.key: _by_own_clocks(stamp, zone, tolerances) for stamp in printed}
    certain = [(stamp, one) for stamp in printed if (one := alone[stamp.item.key]) is not None]
    settled = {}
    for stamp in printed:
        decision = _with_others(stamp, alone[stamp.item.key], certain)
        if decision is not None:
            settled[stamp.item.key] = _stamp(stamp, decision)
    return settled


def _printed(item: MediaItem, seen: MediaEvidence, zone: ZoneInfo) -> _Printed | None:
    """The first legible stamp of a file, a certain one before an ambiguous one."""
    for status in (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS):
        for frame in seen.frames:
            reading = frame.watermark
            if reading is None or reading.status is not status:
                continue
            walls = (reading.taken_at,) if reading.taken_at is not None else reading.alternatives
            possible = tuple(wall for wall in walls if is_set(wall))
            if possible:
                # Other clocks are asked only where there is something to choose.
                several = len(possible) > 1
                clocks = tuple(taking_clocks(seen, zone)) if several else ()
                upload = next(upload_clock(item), None) if several else None
                return _Printed(item, frame, reading, possible, _camera(seen), clocks, upload)
    return None


def _camera(seen: MediaEvidence) -> tuple[str, str] | None:
    make, model = seen.metadata.make or "", seen.metadata.model or ""
    return (make.casefold(), model.casefold()) if make or model else None


def _stamp(printed: _Printed, decision: _Decision) -> Stamp:
    choice = None
    if decision.bases:
        shown = tuple(wall.isoformat().replace("T", " ") for wall in printed.walls)
        choice = StampChoice(decision.bases, shown, decision.files)
    return Stamp(decision.wall, printed.frame.presentation_s, choice)


# ---- the file's own witnesses -------------------------------------------------------------------------


def _by_own_clocks(stamp: _Printed, zone: ZoneInfo, tolerances: Tolerances) -> _Decision | None:
    """What a file says by itself: its only reading, or the one that its other clocks leave; None if none."""
    if len(stamp.walls) == 1:
        return _Decision(stamp.walls[0], ())
    readings = {wall: _clock(stamp, wall, zone, tolerances) for wall in stamp.walls}
    told = _told(readings, stamp.clocks, tolerances)
    possible = [wall for wall, clock in readings.items() if not _is_after(clock, stamp.upload, tolerances)]
    if not told:
        return _Decision(possible[0], (ChoiceBasis.UPLOAD,)) if len(possible) == 1 else None
    wall = next(iter(told.values()))
    return _Decision(wall, tuple(told)) if set(told.values()) == {wall} and wall in possible else None


def _clock(stamp: _Printed, wall: WallTime, zone: ZoneInfo, tolerances: Tolerances) -> ClockReading:
    stated = [clock for clock in stamp.clocks if not clock.zone_assumed and clock.utc_offset_min]
    return stamp_clock(Stamp(wall, stamp.frame.presentation_s), stated, zone, tolerances)


def _told(
    readings: Mapping[WallTime, ClockReading], clocks: Sequence[ClockReading], tolerances: Tolerances
) -> dict[ChoiceBasis, WallTime]:
    """Which alternative each other clock tells, for those that tell exactly one."""
    told = {}
    for clock in clocks:
        exactly = tolerances.for_pair(ClockSource.WATERMARK, clock.source)
        for limit in (exactly, _A_DAY):
            near = [wall for wall, read in readings.items() if read.interval.gap_to(clock.interval) <= limit]
            if near:
                break
        if len(near) == 1:
            told[_BASES[clock.source]] = near[0]
    return told


def _is_after(clock: ClockReading, upload: ClockReading | None, tolerances: Tolerances) -> bool:
    return upload is not None and clock.interval.start - upload.interval.end > tolerances.upload + _A_DAY


# ---- the visit's other stamps -------------------------------------------------------------------------


def _with_others(
    stamp: _Printed, alone: _Decision | None, certain: Sequence[tuple[_Printed, _Decision]]
) -> _Decision | None:
    """A file's own decision, if other stamps don't contradict it; else theirs."""
    if len(stamp.walls) == 1:
        return alone
    like = [(other, one) for other, one in certain if other is not stamp and _is_alike(stamp, other)]
    orders = {other.item.name: order for other, one in like if (order := _order(other, one.wall)) is not None}
    if len(set(orders.values())) != 1:
        return alone
    told = _read_as(stamp, next(iter(orders.values())), stamp.walls)
    if alone is not None:
        return alone if alone.wall in told else None
    return (
        _Decision(told[0], (ChoiceBasis.OTHER_PICTURES,), tuple(sorted(orders))) if len(told) == 1 else None
    )


def _is_alike(stamp: _Printed, other: _Printed) -> bool:
    """Whether two stamps print their dates in one shape, and come from one device or stand at one place."""
    shape = _shape(stamp)
    if shape is None or shape != _shape(other):
        return False
    if stamp.camera is not None and other.camera is not None:
        return stamp.camera == other.camera
    return _is_same_place(stamp.reading.box, other.reading.box)


def _is_same_place(one: BoundingBox | None, other: BoundingBox | None) -> bool:
    if one is None or other is None:
        return False
    return abs(one.x_min - other.x_min) <= _SAME_PLACE and abs(one.y_min - other.y_min) <= _SAME_PLACE


def _shape(stamp: _Printed) -> tuple[str, str, bool, bool] | None:
    """Separators, and at which end a four-digit year stands; None where no date of three numbers is found."""
    printed = _printed_date(stamp)
    if printed is None:
        return None
    first, one, _, other, last = printed
    return one.strip(), other.strip(), len(first) == 4, len(last) == 4


def _printed_date(stamp: _Printed) -> tuple[str, str, str, str, str] | None:
    """The three numbers of a stamp's text that give one of its dates, with what stands between them."""
    for found in _DATE.finditer(stamp.reading.raw_text):
        first, one, second, other, third = found.groups()
        if set(possible_dates(first, second, third, tuple(Order))) & {_date(wall) for wall in stamp.walls}:
            return first, one, second, other, third
    return None


def _order(stamp: _Printed, wall: WallTime) -> Order | None:
    """The order in which a stamp prints its date, if it is the only one that gives this date."""
    orders = [order for order in Order if _read_as(stamp, order, (wall,))]
    return orders[0] if len(orders) == 1 else None


def _read_as(stamp: _Printed, order: Order, walls: Sequence[WallTime]) -> tuple[WallTime, ...]:
    """Those readings whose date is the printed one in this order."""
    printed = _printed_date(stamp)
    if printed is None:
        return ()
    dates = possible_dates(printed[0], printed[2], printed[4], (order,))
    return tuple(wall for wall in walls if _date(wall) in dates)


def _date(wall: WallTime) -> date:
    return date(wall.year, wall.month, wall.day)
