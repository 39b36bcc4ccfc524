"""Charts as SVG; Matplotlib's home, with `layout_picture`. Each stands beside the table that says the same
in figures.

Letters become outlines, so that a browser without a Chinese font shows them all the same. Equal data give
equal bytes.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INK, _SOFT, _LINE, _MARK = "#1d2530", "#566070", "#dfe3e8", "#1756a9"
# As in site.css: whoever changes one changes the other.
GRADE_COLOURS = {"excellent": "#14602f", "good": "#1b6b7d", "pass": "#7a5a00", "fail": "#b3201b"}

_FAMILIES = ("DejaVu Sans", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")
"""Letters first, then Chinese; Matplotlib knows a collection of fonts by the name of its first face."""

# A Chinese font without a normal weight serves as well; at the shell its warnings are noise.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

# Matplotlib's text engine and caches are not made for several threads.
one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a chart is, and how much of a label it has room for."""

    width_in: float
    font_pt: float
    most_letters: int


WIDE = Frame(7.6, 9.5, 34)
NARROW = Frame(3.9, 9.0, 12)


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate: value, low and high are shares, 0..1; `counted` stands behind the label."""

    label: str
    counted: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of stacked bars: a name for the legend and a value for each bar."""

    name: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A share (0..1) with its interval at each place of the x axis; None where there was nothing to count."""

    name: str
    colour: str
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of the x axis with a name, as a line across the chart."""

    place: float
    name: str
    dashes: str = "--"


PLOT_LEFT, PLOT_RIGHT = 0.13, 0.96
"""Where the plot of `curves` lies in its picture, as shares of the width: what a page lays over it knows."""


def curves(
    places: Sequence[float],
    drawn: Sequence[Curve],
    marks: Sequence[Mark],
    axis: str,
    frame: Frame = WIDE,
    named: Sequence[str] = (),
) -> bytes:
    """Shares over something, each with its interval as a band; `axis` names what the places are.

    named: what the places are called, where their numbers say nothing.
    """

    def draw(axes: Axes) -> None:
        for curve in drawn:
            low, high = _numbers(curve.lows), _numbers(curve.highs)
            axes.fill_between(places, low, high, color=curve.colour, alpha=0.16, linewidth=0)
            values = _numbers(curve.values)
            axes.plot(places, values, color=curve.colour, label=curve.name, marker="o", markersize=2.5)
        for mark in marks:
            axes.axvline(mark.place, color=_INK, linestyle=mark.dashes, linewidth=1.2, label=mark.name)
        axes.set_xlim(*_span(places))
        if named:
            step = -(-len(named) // (10 if frame is WIDE else 5))
            axes.set_xticks(list(places)[::step], list(named)[::step])
        axes.set_ylim(0, 103)
        axes.set_xlabel(axis)
        axes.set_ylabel("%")
        axes.grid(color=_LINE, linewidth=0.8)
        _legend(axes, 3 if frame is WIDE else 2)
        # Takes the axes out of the layout: a page knows where they lie.
        axes.set_position((PLOT_LEFT, 0.16, PLOT_RIGHT - PLOT_LEFT, 0.64))

    return _svg(draw, 3.6, frame)


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else 100 * value for value in values]


def _span(places: Sequence[float]) -> tuple[float, float]:
    """From the first place to the last; of a single one, a little on both sides."""
    first, last = min(places, default=0.0), max(places, default=1.0)
    return (first, last) if last > first else (first - 0.5, first + 0.5)


def dots(rows: Sequence[Dot], axis: str, frame: Frame = WIDE) -> bytes:
    """Estimates with their intervals, one a row, the first at the top; `axis` names the share."""

    def draw(axes: Axes) -> None:
        places = range(len(rows))
        values = [100 * row.value for row in rows]
        below = [100 * (row.value - row.low) for row in rows]
        above = [100 * (row.high - row.value) for row in rows]
        axes.errorbar(
            values, places, xerr=(below, above), fmt="o", color=_MARK, ecolor=_SOFT, capsize=3, markersize=5
        )
        _name_rows(axes, [(row.label, row.counted) for row in rows], frame)
        axes.set_xlim(0, max([10.0, *(min(100.0, 105 * row.high) for row in rows)]))
        axes.set_xlabel(f"{axis} (%)")

    return _svg(draw, 1.0 + 0.3 * len(rows), frame)


def shares(
    labels: Sequence[tuple[str, str]], stacked: Sequence[Series], axis: str, frame: Frame = WIDE
) -> bytes:
    """Each row divided into its parts, 100 % wide; rows without anything stay empty. A label has its count
    behind it."""
    totals = [sum(series.values[place] for series in stacked) or 1.0 for place in range(len(labels))]

    def draw(axes: Axes) -> None:
        reached = [0.0] * len(labels)
        for series in stacked:
            parts = [100 * value / total for value, total in zip(series.values, totals, strict=True)]
            axes.barh(range(len(labels)), parts, left=reached, color=series.colour, label=series.name)
            reached = [at + part for at, part in zip(reached, parts, strict=True)]
        _name_rows(axes, labels, frame)
        axes.set_xlim(0, 100)
        axes.set_xlabel(f"{axis} (%)")
        _legend(axes, len(stacked))

    return _svg(draw, 1.35 + 0.32 * len(labels), frame)


def columns(labels: Sequence[str], stacked: Sequence[Series], axis: str, frame: Frame = WIDE) -> bytes:
    """Counts over time, stacked; `axis` names what is counted."""

    def draw(axes: Axes) -> None:
        places = range(len(labels))
        reached = [0.0] * len(labels)
        for series in stacked:
            axes.bar(places, series.values, bottom=reached, color=series.colour, label=series.name)
            reached = [at + value for at, value in zip(reached, series.values, strict=True)]
        step = max(1, -(-len(labels) // (16 if frame is WIDE else 6)))
        axes.set_xticks(list(places)[::step], list(labels)[::step], rotation=45, ha="right")
        axes.set_ylabel(axis)
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        _legend(axes, len(stacked))

    return _svg(draw, 3.2, frame)


def _name_rows(axes: Axes, labels: Sequence[tuple[str, str]], frame: Frame) -> None:
    named = [f"{_shortened(label, frame.most_letters)} ({counted})" for label, counted in labels]
    axes.set_yticks(range(len(labels)), named)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)


def _shortened(text: str, most: int) -> str:
    """At most as wide as that many Latin letters; a Chinese one counts as two."""
    width = 0
    for place, letter in enumerate(text):
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > most:
            return text[:place] + "…"
    return text


def _legend(axes: Axes, series: int) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=series,
        frameon=False,
        handlelength=1,
        columnspacing=1,
    )


def _svg(draw: Callable[[Axes], None], height_in: float, frame: Frame) -> bytes:
    settings: Any = {
        "font.family": families(),
        "font.size": frame.font_pt,
        "text.color": _INK,
        "axes.labelcolor": _SOFT,
        "axes.edgecolor": _SOFT,
        "xtick.color": _SOFT,
        "ytick.color": _INK,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "svg.fonttype": "path",
        # Names come from manifests: a dollar sign in one is no formula.
        "text.parse_math": False,
        "svg.hashsalt": "visitproof",
    }
    with one_at_a_time, mpl.rc_context(settings):
        figure = Figure(figsize=(frame.width_in, height_in), layout="constrained")
        draw(figure.add_subplot())
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def families() -> list[str]:
    """The fonts of this machine that a chart is written in, in the order in which they are tried."""
    known = set(font_manager.get_font_names())
    return [family for family in _FAMILIES if family in known]
