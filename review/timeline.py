"""The visit on its clocks, laid out for drawing: one row per file, one lane per clock, one axis.

Where a file's clocks agree, its marks stand in a column; where they don't, the column breaks and the two
that disagree are joined. Across, positions are percentages, so that the drawing fits a phone without
shrinking its letters; down, they are pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.results import TimelineEntry, VisitReport
from pipeline.time_evidence import ClockReading, ClockSource
from pipeline.times import TimeInterval
from pipeline.visit import Stage

LANE_PX = 11
ROW_MARGIN_PX = 7
_GUTTER_PCT = 5.0
"""On either side, for clocks that lie off the axis: a wrong day must not squeeze the visit to a dot."""
_NEAR_VISIT = timedelta(hours=6)
_NEAR_UPLOAD = timedelta(hours=1)
_PADDING_SHARE = 0.04
_LEAST_SPAN = timedelta(minutes=30)
_MOST_TICKS = 5
_TICK_STEPS = tuple(timedelta(minutes=m) for m in (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440))
_WIDE_PCT = 2.0


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One clock of one file. `off` is "left" or "right" where it lies off the axis, else "".

    `width` is its interval's length in percent where that is wide enough to be seen (a date alone, a
    minute on a short axis), else 0.
    """

    reading: ClockReading
    x: float
    y: int
    width: float
    off: str
    off_label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two marks that disagree."""

    x1: float
    y1: int
    x2: float
    y2: int


@dataclass(frozen=True, slots=True)
class Row:
    entry: TimelineEntry
    marks: tuple[Mark, ...]
    links: tuple[Link, ...]
    opens_stage: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """`window_x` and `window_width` are the appointment window, in percent like every x."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    sources: tuple[ClockSource, ...]
    window_x: float
    window_width: float
    row_height: int


@dataclass(frozen=True, slots=True)
class _Axis:
    span: TimeInterval
    zone: ZoneInfo

    def x(self, moment: datetime) -> float:
        share = (moment - self.span.start) / (self.span.end - self.span.start)
        return round(_GUTTER_PCT + (100 - 2 * _GUTTER_PCT) * min(1.0, max(0.0, share)), 2)

    def side(self, interval: TimeInterval) -> str:
        """Which side of the axis an interval has dropped off, "" where it is on it."""
        if interval.end <= self.span.start:
            return "left"
        return "right" if interval.start > self.span.end else ""


def lay_out(report: VisitReport) -> Timeline:
    """The report's timeline with every position computed; rows by stage, then by their best time."""
    entries = sorted(report.timeline, key=_by_stage_and_time)
    readings = [reading for entry in entries for reading in entry.times.clocks]
    window = TimeInterval(report.window_start, report.window_end)
    axis = _Axis(_span(window, readings), ZoneInfo(report.zone))
    present = {reading.source for reading in readings}
    sources = tuple(source for source in ClockSource if source in present)
    left, right = axis.x(window.start), axis.x(window.end)
    return Timeline(
        rows=_rows(entries, axis, sources),
        ticks=_ticks(axis),
        sources=sources,
        window_x=left,
        window_width=round(right - left, 2),
        row_height=2 * ROW_MARGIN_PX + LANE_PX * max(1, len(sources) - 1),
    )


def _rows(entries: Sequence[TimelineEntry], axis: _Axis, sources: tuple[ClockSource, ...]) -> tuple[Row, ...]:
    stages = [None, *(entry.stage for entry in entries)]
    rows = []
    for number, entry in enumerate(entries):
        marks = tuple(_mark(reading, axis, sources) for reading in entry.times.clocks)
        opens = number == 0 or stages[number] is not entry.stage
        rows.append(Row(entry, marks, _links(entry, marks), opens))
    return tuple(rows)


def _mark(reading: ClockReading, axis: _Axis, sources: tuple[ClockSource, ...]) -> Mark:
    interval, side = reading.interval, axis.side(reading.interval)
    start = axis.x(interval.start)
    width = axis.x(interval.end) - start
    x = {"left": _GUTTER_PCT / 2, "right": 100 - _GUTTER_PCT / 2}.get(side, start)
    return Mark(
        reading=reading,
        x=x,
        y=ROW_MARGIN_PX + LANE_PX * sources.index(reading.source),
        width=round(width, 2) if not side and width >= _WIDE_PCT else 0.0,
        off=side,
        off_label=f"{interval.start.astimezone(axis.zone):%m-%d %H:%M}" if side else "",
    )


def _links(entry: TimelineEntry, marks: tuple[Mark, ...]) -> tuple[Link, ...]:
    by_reading = {mark.reading: mark for mark in marks}
    pairs = (
        (by_reading.get(disagreement.first), by_reading.get(disagreement.second))
        for disagreement in entry.times.disagreements
    )
    return tuple(Link(first.x, first.y, second.x, second.y) for first, second in pairs if first and second)


def _span(window: TimeInterval, readings: Iterable[ClockReading]) -> TimeInterval:
    """What the axis covers: the window, and every clock that isn't far from it.

    Uploads often come hours later, over the evening's Wi-Fi; they widen the axis only where they are near.
    """
    listed = tuple(readings)
    shot = [one.interval for one in listed if one.source is not ClockSource.UPLOAD]
    visit = _widened(window, shot, _NEAR_VISIT)
    uploads = [one.interval for one in listed if one.source is ClockSource.UPLOAD]
    whole = _widened(visit, uploads, _NEAR_UPLOAD)
    padding = max((whole.end - whole.start) * _PADDING_SHARE, (_LEAST_SPAN - (whole.end - whole.start)) / 2)
    return TimeInterval(whole.start - padding, whole.end + padding)


def _widened(core: TimeInterval, intervals: Iterable[TimeInterval], reach: timedelta) -> TimeInterval:
    near = [one for one in intervals if one.gap_to(core) <= reach and one.end - one.start <= reach]
    return TimeInterval(
        min([core.start, *(one.start for one in near)]), max([core.end, *(one.end for one in near)])
    )


def _ticks(axis: _Axis) -> tuple[Tick, ...]:
    length = axis.span.end - axis.span.start
    step = next((step for step in _TICK_STEPS if length / step <= _MOST_TICKS), _TICK_STEPS[-1])
    start = axis.span.start.astimezone(axis.zone)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + step * -((midnight - start) // step)
    ticks = []
    while moment <= axis.span.end:
        ticks.append(Tick(axis.x(moment), f"{moment:%H:%M}"))
        moment += step
    return tuple(ticks)


def _by_stage_and_time(entry: TimelineEntry) -> tuple[int, float, str]:
    rank = entry.stage.rank if entry.stage is not None else len(Stage)
    best = entry.times.best
    return rank, best.interval.start.timestamp() if best else float("inf"), entry.media_key
