"""Looks at a picture for lines of text: the whole frame, its edge strips, a place worth a closer look.

Lines are found in a shrunk (or enlarged) copy and read from the pixels of the full-size picture.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text_reader import Quad, RapidTextReader, Sight, cut_out, relative_box
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.watermark import SeenLine
from pipeline.watermark.lines import around, segments

Heat = NDArray[np.float32]
"""How much like text every place of a picture looks, 0..1: height x width of a shrunk picture."""

WHOLE_LONG_SIDE = 736
LARGE_LONG_SIDE = 1280
_STRIP_SHARE = 0.16
_STRIP_LONG_SIDE = 1280
_PAD = 24
ENGINE_LONG_SIDE_PX = LARGE_LONG_SIDE + 2 * _PAD
"""The least `long_side` of a text reader that must not shrink what this finder shows it."""
_MOST_LINES = 48  # a page of text holds more; those nearest to an edge are read
_CLOSE_LINE_PX = 36  # how high a line stands in a closer look at its place
_CLOSE_REACH = (14.0, 5.0)  # how far to the sides and up and down such a look goes, in line heights
_REDDER = 20  # of 255
_READ_WELL = 0.9
_FAINT = 0.05  # of the detector's map: below it there is no text
_FAINT_WHERE_SHRUNK = 0.005  # where the first look shrank the picture: small text all but fades there
_PLACE_MARGIN = 0.06  # of the picture's longer side, around what looks like text
_SAME_LINE = 0.85  # intersection over union of two finds of one line
_ONE_SIZE = 1.4  # between the heights of lines that can be cut out as one
_UPRIGHT_LINE = 2.5  # times as high as wide: a line that runs up or down


@dataclass(frozen=True, slots=True)
class Found:
    """A line of text and the quad, in pixels of the whole picture, that it was cut out by."""

    line: SeenLine
    quad: Quad


@dataclass(frozen=True, slots=True, eq=False)
class FirstLook:
    """The lines of a first look, and the map of what looked like text and was not read well."""

    found: list[Found]
    faint: Heat


class StampFinder:
    """Finds and reads lines of text with one engine."""

    def __init__(self, rapid: RapidTextReader) -> None:
        self._rapid = rapid

    def whole(self, picture: Pixels) -> "FirstLook":
        """Lines of the whole frame, shrunk for finding, and what else looks like text."""
        sight = self._look(picture, WHOLE_LONG_SIDE)
        found = self._read_new(picture, sight.quads, ())
        return FirstLook(found, _unexplained(sight.heat, found))

    def large(self, picture: Pixels, faint: Heat, known: Sequence[Found]) -> list[Found]:
        """Lines at a larger scale than the first look's, of the part of the frame where `faint` saw more."""
        place = _place_of(faint, picture)
        if place is None:
            return []
        part = picture[place]
        long_side = round(LARGE_LONG_SIDE * max(part.shape[:2]) / max(picture.shape[:2]))
        offset = np.array([place[1].start, place[0].start], dtype=np.float32)
        return self._read_new(picture, [quad + offset for quad in self.quads(part, long_side)], known)

    def strips(self, picture: Pixels, faint: Heat, known: Sequence[Found]) -> list[Found]:
        """Lines of the upper and lower strips, found at a larger scale than the whole frame's: firmware
        prints small and right up to the edge. A strip where `faint` saw nothing is left out."""
        height = picture.shape[0]
        depth = max(16, round(height * _STRIP_SHARE))
        rows = max(1, round(faint.shape[0] * _STRIP_SHARE))
        seen = {0: faint[:rows], height - depth: faint[-rows:]}
        least = _FAINT if max(picture.shape[:2]) <= WHOLE_LONG_SIDE else _FAINT_WHERE_SHRUNK
        quads = [
            quad + np.array([0, top], dtype=np.float32)
            for top, heat in seen.items()
            if heat.max() > least
            for quad in self.quads(picture[top : top + depth], _STRIP_LONG_SIDE)
        ]
        return self._read_new(picture, quads, known)

    def around(self, picture: Pixels, box: BoundingBox, known: Sequence[Found]) -> list[Found]:
        """Lines around a box, enlarged or shrunk so that a line of its height is well legible."""
        height, width = picture.shape[:2]
        line = max(4.0, min(box.height * height, box.width * width))
        aside, beyond = line * _CLOSE_REACH[0], line * _CLOSE_REACH[1]
        top, left = max(0, int(box.y_min * height - beyond)), max(0, int(box.x_min * width - aside))
        place = picture[
            top : round(box.y_max * height + beyond) + 1, left : round(box.x_max * width + aside) + 1
        ]
        long_side = min(LARGE_LONG_SIDE, max(place.shape[:2]) * _CLOSE_LINE_PX / line)
        offset = np.array([left, top], dtype=np.float32)
        quads = [quad + offset for quad in self.quads(place, round(long_side), most_scale=4.0)]
        return self._read_new(picture, quads, known)

    def quads(self, picture: Pixels, long_side: int, most_scale: float = 2.0) -> list[Quad]:
        """Where lines of text stand, in pixels of `picture`, those nearest to its edges first."""
        return self._look(picture, long_side, most_scale).quads

    def _look(self, picture: Pixels, long_side: int, most_scale: float = 2.0) -> Sight:
        """The lines as `quads` gives them, and the map over the picture."""
        scale = min(most_scale, long_side / max(picture.shape[:2]))
        size = max(32, round(picture.shape[1] * scale)), max(32, round(picture.shape[0] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(picture, size, interpolation=method)
        padded = cv2.copyMakeBorder(small, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_REPLICATE)
        sight = self._rapid.look(np.asarray(padded, dtype=np.uint8))
        quads = [(quad - _PAD) / scale for quad in sight.quads]
        nearest = sorted(quads, key=lambda quad: _to_edge(quad, picture))[:_MOST_LINES]
        return Sight(nearest, _without_pad(sight.heat, padded.shape[:2]))

    def read(self, picture: Pixels, quad: Quad, margin: float = 0.12, ends: float | None = None) -> Found:
        """The line inside a quad, cut out with margins as `cut_out` has them."""
        cut = cut_out(picture, quad, margin, ends)
        seen = self._rapid.recognise(cut)
        box = relative_box(quad, picture)
        line = SeenLine(seen.text, seen.confidence, seen.weakest, box, _tilt(quad), has_burned_ink(cut))
        return Found(line, quad)

    def _read_new(self, picture: Pixels, quads: Iterable[Quad], known: Sequence[Found]) -> list[Found]:
        return [self.read(picture, quad) for quad in quads if not _is_known(quad, picture, known)]


def _without_pad(heat: Heat, shape: tuple[int, ...]) -> Heat:
    """The map over what was padded by `_PAD` on every side; `shape` with the padding, in pixels."""
    down, across = (round(_PAD * size / whole) for size, whole in zip(heat.shape, shape, strict=True))
    return heat[down : heat.shape[0] - down, across : heat.shape[1] - across]


def _unexplained(heat: Heat, found: Sequence[Found]) -> Heat:
    """The map without the lines that were read well."""
    rest = heat.copy()
    height, width = rest.shape
    for item in found:
        if item.line.confidence > _READ_WELL:
            box = item.line.box
            rows = slice(int(box.y_min * height), int(box.y_max * height) + 1)
            rest[rows, int(box.x_min * width) : int(box.x_max * width) + 1] = 0
    return rest


def _place_of(heat: Heat, picture: Pixels) -> tuple[slice, slice] | None:
    """Rows and columns of the picture around all that looks like text; None where nothing does."""
    spots = np.argwhere(heat > _FAINT)
    if not spots.size:
        return None
    margin = _PLACE_MARGIN * max(picture.shape[:2])
    scale = np.array(picture.shape[:2]) / heat.shape
    top, left = np.maximum(spots.min(axis=0) * scale - margin, 0).astype(int)
    bottom, right = np.ceil((spots.max(axis=0) + 1) * scale + margin).astype(int)
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def merged(found: Sequence[Found], closer: Sequence[Found]) -> list[Found]:
    """Lines of both looks; where they show the same line, the closer look's, unless it is but a piece."""
    whole = [item for item in closer if not any(_is_piece(item.line.box, one.line.box) for one in found)]
    kept = [item for item in found if all(item.line.box.share_inside(one.line.box) <= 0.5 for one in whole)]
    return [*kept, *whole]


def joined(found: Sequence[Found], shape: float) -> list[Found]:
    """Lines that stand on one row and close together made one, each with a quad around them all."""
    rows = [
        size
        for row in segments([item.line for item in found], shape)
        for size in ([row.lines] if _are_of_one_size(row.lines) else [(line,) for line in row.lines])
    ]
    return [_joined([item for item in found if any(item.line is line for line in row)]) for row in rows]


def _are_of_one_size(lines: Sequence[SeenLine]) -> bool:
    heights = [line.box.height for line in lines]
    return max(heights) < _ONE_SIZE * min(heights)


def _joined(row: list[Found]) -> Found:
    if len(row) == 1:
        return row[0]
    row = sorted(row, key=lambda item: item.line.box.x_min)
    first, last = row[0], row[-1]
    lines = [item.line for item in row]
    line = replace(
        first.line, text=" ".join(line.text for line in lines), box=around([line.box for line in lines])
    )
    return Found(line, np.stack([first.quad[0], last.quad[1], last.quad[2], first.quad[3]]))


def runs_upright(found: Found) -> bool:
    """Whether a line runs up or down: a camera turned on its side prints along the picture's side."""
    along, down = found.quad[1] - found.quad[0], found.quad[3] - found.quad[0]
    return float(np.linalg.norm(down)) > _UPRIGHT_LINE * float(np.linalg.norm(along))


def has_burned_ink(line: Pixels) -> bool:
    """Whether a cut-out line is set in light ink, or in ink redder than its ground; print mostly is neither.

    The ink is the tone that covers less of the line.
    """
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    _, light = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if light.mean() < 0.5:
        return True
    ink = light == 0
    if not ink.any() or ink.all():
        return False
    redness = line[..., 0].astype(np.int16) - line[..., 1:].max(axis=2)
    return bool(redness[ink].mean() > redness[~ink].mean() + _REDDER)


def _tilt(quad: Quad) -> float:
    along = quad[1] - quad[0]
    return float(np.degrees(np.arctan2(along[1], along[0])))


def _to_edge(quad: Quad, picture: Pixels) -> float:
    box = relative_box(quad, picture)
    return min(box.x_min, box.y_min, 1 - box.x_max, 1 - box.y_max)


def _is_known(quad: Quad, picture: Pixels, known: Sequence[Found]) -> bool:
    """Whether a line was read well before: reading its full-size pixels again would say the same."""
    box = relative_box(quad, picture)
    return any(item.line.confidence > _READ_WELL and item.line.box.iou(box) > _SAME_LINE for item in known)


def _is_piece(box: BoundingBox, other: BoundingBox) -> bool:
    return box.share_inside(other) > 0.7 and box.area < 0.6 * other.area
