"""A measured layout as a PNG: the photo with what was outlined beside the cloth from above.

For the command line, where there is no page; it draws what `layout_drawing` says, like the pages do.
"""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from pipeline.layout.values import Point
from pipeline.ports import Pixels
from review.charts import families, one_at_a_time
from review.layout_drawing import FAULT_COLOURS, FAULTS, GRID_CM, LABELLED_GRID_CM, LayoutDrawing

# It says of every Chinese font that it has no weight "normal".
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

_GREEN, _SOFT, _LINE = "#3c6b2f", "#566070", "#c9d0d8"
_WIDTH_IN, _HEIGHT_IN, _DOTS_PER_IN = 15.0, 6.4, 110


def as_png(drawing: LayoutDrawing, photo: Pixels) -> bytes:
    """photo: the picture that was looked at, in any size."""
    settings: Any = {"font.family": families(), "font.size": 10, "text.parse_math": False}
    with one_at_a_time, mpl.rc_context(settings):
        figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), dpi=_DOTS_PER_IN, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.35))
        _photo(left, drawing, photo)
        _from_above(right, drawing)
        _legend(figure, drawing)
        file = BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()


def _photo(axes: Axes, drawing: LayoutDrawing, photo: Pixels) -> None:
    layout, cloth = drawing.layout, drawing.layout.judged.layout.cloth
    axes.imshow(photo, extent=(0, layout.width_px, layout.height_px, 0))
    if cloth is not None:
        _outline(axes, cloth.corners, _GREEN, 2.2, filled=False)
    for tool in drawing.tools:
        _outline(axes, tool.photo, tool.colour, 1.6, filled=False)
    axes.set_axis_off()
    axes.set_title(drawing.name)


def _from_above(axes: Axes, drawing: LayoutDrawing) -> None:
    cloth = drawing.layout.judged.layout.cloth
    if cloth is not None:
        size = cloth.width_cm, cloth.height_cm
        axes.add_patch(Rectangle((0, 0), *size, facecolor="#f1f5ea", edgecolor=_GREEN, linewidth=2))
        low, high = cloth.aspect_interval
        axes.set_title(f"垫布长宽比 aspect {cloth.aspect:.2f} : 1 ({low:.2f}–{high:.2f})")
    for tool in drawing.tools:
        _outline(axes, tool.outline, tool.colour, 1.4, filled=True)
        _write(axes, tool.length_at, f"{tool.length_cm:.1f}", tool.colour)
        if tool.number is not None:
            axes.plot(*tool.number_at, marker="o", markersize=15, color=tool.colour)
            _write(axes, tool.number_at, str(tool.number), "white")
    _grid(axes, drawing)


def _grid(axes: Axes, drawing: LayoutDrawing) -> None:
    axes.set_xlim(drawing.left, drawing.right)
    axes.set_ylim(drawing.bottom, drawing.top)
    axes.set_aspect("equal")
    axes.set_xticks([x for x in drawing.grid_x if x % LABELLED_GRID_CM == 0])
    axes.set_yticks([y for y in drawing.grid_y if y % LABELLED_GRID_CM == 0])
    axes.set_xticks(np.arange(drawing.grid_x.start, drawing.right, GRID_CM), minor=True)
    axes.set_yticks(np.arange(drawing.grid_y.start, drawing.bottom, GRID_CM), minor=True)
    axes.grid(which="both", color=_LINE, linewidth=0.5, zorder=0)
    axes.set_axisbelow(True)
    axes.set_xlabel("厘米 cm（按垫布标称尺寸 by the cloth's nominal size）", color=_SOFT)


def _legend(figure: Figure, drawing: LayoutDrawing) -> None:
    names = [(FAULTS[fault], FAULT_COLOURS[fault]) for fault in drawing.faults]
    if names:
        figure.legend(
            handles=[Rectangle((0, 0), 1, 1, color=colour) for _, colour in names],
            labels=[f"{words.zh} {words.en}" for words, _ in names],
            loc="outside lower center",
            ncols=len(names),
            frameon=False,
        )


def _outline(axes: Axes, points: Sequence[Point], colour: str, width: float, *, filled: bool) -> None:
    face = mpl.colors.to_rgba(colour, 0.28) if filled else "none"
    axes.add_patch(Polygon(np.asarray(points), facecolor=face, edgecolor=colour, linewidth=width))


def _write(axes: Axes, at: Point, text: str, colour: str) -> None:
    axes.text(*at, text, color=colour, ha="center", va="center", fontsize=9, clip_on=True)
