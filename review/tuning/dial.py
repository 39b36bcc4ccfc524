"""A curve with a handle: figures over something that can be set, and what a setting flips.

The page is complete without its script: it shows the setting in force and a table of all of them. The script
moves the handle among the stops and shows what belongs to each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.rules import BilingualText
from review import charts
from review.language import Language
from review.tuning.cards import Card

IN_FORCE = BilingualText("现行", "In force")
WISHED = BilingualText("按要求选出", "Found by the wish")
MOST_FLIPS = 24
"""Shown of one stop, with their pictures; their number is always the whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """One share (0..1) at each stop, with its 95 % interval and of how many; None where nothing counted."""

    name: BilingualText
    colour: str
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    totals: tuple[int, ...]


def line(
    name: BilingualText,
    colour: str,
    figures: Iterable[tuple[float | None, float, float]],
    totals: Iterable[int],
) -> Line:
    """A line of (share, low, high) at each stop; where there is no share, there is no interval to draw."""
    listed = [one if one[0] is not None else (None, None, None) for one in figures]
    values, lows, highs = zip(*listed, strict=True) if listed else ((), (), ())
    return Line(name, colour, values, lows, highs, tuple(totals))


@dataclass(frozen=True, slots=True)
class Count:
    """A plain number at each stop: one field of the confusion there."""

    name: BilingualText
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dial:
    """What one setting does.

    key: names it in URLs. stops: its values that were tried, ascending. present, wished: places among the
    stops of the value in force and of the one that a wish chose. flips: for each stop the cards of what
    flips against the value in force, at most MOST_FLIPS; flip_totals: how many there are.
    Raises ValueError where these don't have one length.
    """

    key: str
    name: BilingualText
    handle: BilingualText
    counted: BilingualText
    stops: tuple[float, ...]
    lines: tuple[Line, ...]
    counts: tuple[Count, ...]
    present: int | None = None
    wished: int | None = None
    flips: tuple[tuple[int, ...], ...] = ()
    flip_totals: tuple[int, ...] = ()
    cards: tuple[Card, ...] = ()
    notes: tuple[BilingualText, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(line.values) for line in self.lines} | {len(one.numbers) for one in self.counts}
        if self.flips:
            lengths |= {len(self.flips), len(self.flip_totals)}
        if not self.stops or lengths - {len(self.stops)}:
            raise ValueError(f"{self.key}: every stop has one value of each figure, and there is a stop")

    @property
    def start(self) -> int:
        """Where the handle stands at first: the value in force, else what was found, else the middle."""
        if self.present is not None:
            return self.present
        return self.wished if self.wished is not None else len(self.stops) // 2


def nearest(stops: Sequence[float], value: float | None) -> int | None:
    """The place of the stop that lies nearest to a value; None where there is no value or no stop."""
    if value is None or not stops:
        return None
    return min(range(len(stops)), key=lambda place: abs(stops[place] - value))


def script_data(dial: Dial) -> dict[str, Any]:
    """What the page's script works on."""
    return {
        "stops": [shown_stop(stop) for stop in dial.stops],
        "places": _places(dial.stops),
        "plot": [charts.PLOT_LEFT, charts.PLOT_RIGHT],
        "lines": [
            [share_text(*figures) for figures in zip(line.values, line.lows, line.highs, strict=True)]
            for line in dial.lines
        ],
        "totals": [line.totals for line in dial.lines],
        "counts": [count.numbers for count in dial.counts],
        "flips": dial.flips,
        "flipTotals": dial.flip_totals,
    }


def draw(dial: Dial, language: Language, frame: charts.Frame) -> bytes:
    """The dial's chart as SVG."""
    drawn = [
        charts.Curve(language.of(line.name), line.colour, line.values, line.lows, line.highs)
        for line in dial.lines
    ]
    places = ((dial.present, IN_FORCE, "--"), (dial.wished, WISHED, ":"))
    marks = [
        charts.Mark(dial.stops[place], f"{language.of(name)} {shown_stop(dial.stops[place])}", dashes)
        for place, name, dashes in places
        if place is not None
    ]
    return charts.curves(dial.stops, drawn, marks, language.of(dial.handle), frame)


def chart_alt(dial: Dial) -> BilingualText:
    """What a chart says to whoever can't see it."""
    return BilingualText(
        f"图：{dial.name.zh}，各数值及 95 % 置信区间；数值见下表",
        f"Chart: {dial.name.en}, each figure with its 95 % interval; the table below has the figures",
    )


def shown_stop(value: float) -> str:
    return f"{value:.4g}"


def share_text(value: float | None, low: float | None, high: float | None) -> tuple[str, str]:
    """A share and its interval as they are written."""
    if value is None or low is None or high is None:
        return "–", ""
    return f"{100 * value:.1f} %", f"{100 * low:.1f} – {100 * high:.1f} %"


def _places(stops: Sequence[float]) -> list[float]:
    """Where each stop lies between the first and the last, 0..1."""
    first, last = min(stops), max(stops)
    return [(stop - first) / (last - first) if last > first else 0.5 for stop in stops]
