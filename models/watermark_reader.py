"""The time watermark of a picture: looks, looks closer where it must, and reads twice before it believes.

    reading = WatermarkReader().read(picture, hints=(exif_time,))

First look: the whole frame, shrunk. Closer looks, where that gave no clock: the frame's upper and lower
strips, because firmware prints small and right up to the edge, then the whole frame larger. Then the lines
that the verdict rests on are cut out anew and read again; where two readings differ, further ones are asked,
Tesseract among them, and without agreement the stamp is unreadable. What a line of text means is decided in
`pipeline.watermark`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from models.text_reader import Quad, RapidTextReader, TesseractTextReader, cut_out, relative_box
from models.watermark_film import as_picture, glow_of, read_near
from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels, TextReader
from pipeline.times import WallTime
from pipeline.watermark import Interpretation, SeenLine, interpret, with_fields

_SETTINGS = "watermark-1"  # raise when reading changes: stored evidence is kept under the digest
_FIRST_LONG_SIDE = 800
_STRIP_SHARE = 0.14
_STRIP_LONG_SIDE = 1280
_LARGE_LONG_SIDE = 1280
_PAD = 24
ENGINE_LONG_SIDE_PX = _LARGE_LONG_SIDE + 2 * _PAD
"""The least `long_side` of a text reader that must not shrink what this reader shows it."""
_MOST_LINES = 48  # a page of text holds more; those nearest to an edge are read
_SURE_DIGIT = 0.5
_REDDER = 20  # of 255
_READ_WELL = 0.9
_SAME_LINE = 0.85  # intersection over union of two finds of one line
_LEGIBLE = {WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS}


@dataclass(frozen=True, slots=True)
class _Found:
    """A line of text and the quad, in pixels of the whole picture, that it was cut out by."""

    line: SeenLine
    quad: Quad


class WatermarkReader:
    """Finds and reads the burned-in time of upright pictures. Pickles without its engines."""

    def __init__(
        self, rapid: RapidTextReader | None = None, second_opinion: TextReader | None = None
    ) -> None:
        """`second_opinion` is Tesseract unless given; its SettingsError comes up where it is first needed."""
        self._rapid = rapid or RapidTextReader(long_side=ENGINE_LONG_SIDE_PX)
        self._second_opinion = second_opinion or TesseractTextReader(page_mode=7)

    @property
    def digest(self) -> str:
        """Engines with their versions and this module's settings."""
        return f"{_SETTINGS}+{self._rapid.digest}+{self._second_opinion.digest}"

    def read(self, picture: Pixels, hints: tuple[WallTime, ...] = ()) -> WatermarkReading:
        """The time watermark of an upright RGB picture.

        `hints` are times known from elsewhere (EXIF): they choose between alternatives, never make one.
        """
        shape = picture.shape[1] / picture.shape[0]
        found: list[_Found] = []
        kept: tuple[Interpretation, Sequence[_Found]] = interpret([], shape), ()
        for look in (self._look_first, self._look_at_strips, self._look_large):
            found = _merged(found, look(picture, found))
            verdict = interpret([item.line for item in found], shape, hints)
            if _legible(verdict) or not _legible(kept[0]):
                kept = verdict, found
            if _legible(verdict) and _has_clock(verdict):
                break
        else:
            film = self._film_date(picture, kept[0].reading)
            lit = interpret([film] if film else [], shape, hints)
            if _legible(lit):
                return lit.reading
        reading = self._confirmed(picture, kept[1], kept[0], hints) if _legible(kept[0]) else kept[0].reading
        return with_fields(reading, [item.line for item in found], shape)

    def _film_date(self, picture: Pixels, reading: WatermarkReading) -> SeenLine | None:
        """A film camera's lit date that segments and OCR read alike."""
        boxes = [reading.box] if reading.box else []
        glow = as_picture(glow_of(picture))
        boxes += [relative_box(quad, picture) for quad in self._find(glow, _FIRST_LONG_SIDE)]
        for box in boxes:
            film = read_near(picture, box)
            if film is None:
                continue
            lit = _cropped(picture, film.box)
            seen = self._rapid.recognise(as_picture(glow_of(lit)))
            if "".join(filter(str.isdigit, seen.text)) == film.digits:
                return SeenLine(film.text, seen.confidence, seen.weakest, film.box, burned_ink=True)
        return None

    def _look_first(self, picture: Pixels, known: Sequence[_Found]) -> list[_Found]:
        return self._look(picture, _FIRST_LONG_SIDE, known)

    def _look_large(self, picture: Pixels, known: Sequence[_Found]) -> list[_Found]:
        return self._look(picture, _LARGE_LONG_SIDE, known)

    def _look(self, picture: Pixels, long_side: int, known: Sequence[_Found]) -> list[_Found]:
        """Lines of the whole frame, shrunk to `long_side` for finding and read at full size."""
        quads = self._find(picture, long_side)
        return [self._recognised(picture, quad) for quad in quads if not _is_known(quad, picture, known)]

    def _find(self, picture: Pixels, long_side: int) -> list[Quad]:
        scale = min(2.0, long_side / max(picture.shape[:2]))
        size = max(32, round(picture.shape[1] * scale)), max(32, round(picture.shape[0] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(picture, size, interpolation=method)
        padded = cv2.copyMakeBorder(small, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_REPLICATE)
        quads = [(quad - _PAD) / scale for quad in self._rapid.find(np.asarray(padded, dtype=np.uint8))]
        return sorted(quads, key=lambda quad: _to_edge(quad, picture))[:_MOST_LINES]

    def _look_at_strips(self, picture: Pixels, known: Sequence[_Found]) -> list[_Found]:
        """Lines of the frame's upper and lower strips, found at a larger scale than the whole frame's."""
        height = picture.shape[0]
        depth = max(16, round(height * _STRIP_SHARE))
        quads: list[Quad] = []
        for top in (0, height - depth):
            offset = np.array([0, top], dtype=np.float32)
            quads += [quad + offset for quad in self._find(picture[top : top + depth], _STRIP_LONG_SIDE)]
        return [self._recognised(picture, quad) for quad in quads if not _is_known(quad, picture, known)]

    def _recognised(self, picture: Pixels, quad: Quad, margin: float = 0.12) -> _Found:
        cut = cut_out(picture, quad, margin)
        seen = self._rapid.recognise(cut)
        box = relative_box(quad, picture)
        line = SeenLine(seen.text, seen.confidence, seen.weakest, box, _tilt(quad), has_burned_ink(cut))
        return _Found(line, quad)

    def _confirmed(
        self, picture: Pixels, found: Sequence[_Found], first: Interpretation, hints: tuple[WallTime, ...]
    ) -> WatermarkReading:
        """The first verdict, held against further readings of the lines that it rests on.

        A second reading that agrees is enough. Otherwise more are asked, Tesseract among them: the time
        must then be read twice, and no reading may give another.
        """
        used = [item for item in found if item.line in first.lines]
        verdicts = [first]
        for lines in self._further_readings(picture, used):
            verdicts.append(self._revised(picture, found, used, lines, hints))
            if len(verdicts) == 2 and _times(verdicts[1]) == _times(first) and _certain(verdicts):
                break
        return _elected(verdicts)

    def _further_readings(self, picture: Pixels, used: Sequence[_Found]) -> Iterator[list[SeenLine]]:
        """The used lines again: cut with another margin, enlarged, and by the second engine."""
        yield [self._recognised(picture, item.quad, margin=0.2).line for item in used]
        yield [self._recognised(picture, item.quad, margin=0.05).line for item in used]
        yield list(self._second_opinions(picture, used))

    def _revised(
        self,
        picture: Pixels,
        found: Sequence[_Found],
        used: Sequence[_Found],
        lines: Sequence[SeenLine],
        hints: tuple[WallTime, ...],
    ) -> Interpretation:
        """The verdict with the used lines replaced by another reading of them."""
        rest = [item.line for item in found if not any(item is one for one in used)]
        return interpret([*rest, *lines], picture.shape[1] / picture.shape[0], hints)

    def _second_opinions(self, picture: Pixels, used: Sequence[_Found]) -> Iterator[SeenLine]:
        for item in used:
            read = self._second_opinion.read(_enlarged(cut_out(picture, item.quad, 0.4)))
            text = " ".join(line.text for line in read)
            yield replace(item.line, text=text, confidence=1.0, weakest=1.0)


def _legible(verdict: Interpretation) -> bool:
    return verdict.reading.status in _LEGIBLE


def _has_clock(verdict: Interpretation) -> bool:
    return all(time.hour is not None for time in _times(verdict))


def _cropped(picture: Pixels, box: BoundingBox) -> Pixels:
    """The part of the picture inside a box and a margin of a fifth of its height."""
    height, width = picture.shape[:2]
    margin = box.height * height * 0.2
    top, left = max(0, round(box.y_min * height - margin)), max(0, round(box.x_min * width - margin))
    return picture[top : round(box.y_max * height + margin), left : round(box.x_max * width + margin)]


def _times(verdict: Interpretation) -> frozenset[WallTime]:
    reading = verdict.reading
    return frozenset([reading.taken_at] if reading.taken_at else reading.alternatives)


def _certain(verdicts: Sequence[Interpretation]) -> bool:
    """Whether at least one of the readings was sure of every digit."""
    return max(min(line.weakest for line in verdict.lines) for verdict in verdicts) >= _SURE_DIGIT


def _elected(verdicts: Sequence[Interpretation]) -> WatermarkReading:
    """The reading that at least two verdicts share, where no other verdict reads another time."""
    first = verdicts[0].reading
    votes = [_times(verdict) for verdict in verdicts if _times(verdict)]
    if len(votes) >= 2 and len(set(votes)) == 1:
        share = len(votes) / len(verdicts)
        return replace(first, confidence=first.confidence * share)
    texts = dict.fromkeys(verdict.reading.raw_text for verdict in verdicts)
    note = "readings of the same characters differ: " + ", ".join(repr(text) for text in texts)
    return WatermarkReading(
        WatermarkStatus.UNREADABLE, None, (), first.raw_text, first.confidence / 2, first.box, note
    )


def _enlarged(line: Pixels, height: int = 96) -> Pixels:
    scale = height / line.shape[0]
    size = max(1, round(line.shape[1] * scale)), height
    return np.asarray(cv2.resize(line, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


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


def _merged(found: Sequence[_Found], closer: Sequence[_Found]) -> list[_Found]:
    """Lines of both looks; where they show the same line, the closer look's, unless it is but a piece."""
    whole = [item for item in closer if not any(_is_piece(item.line.box, one.line.box) for one in found)]
    kept = [item for item in found if all(item.line.box.share_inside(one.line.box) <= 0.5 for one in whole)]
    return [*kept, *whole]


def _is_known(quad: Quad, picture: Pixels, known: Sequence[_Found]) -> bool:
    """Whether a line was read well before: reading its full-size pixels again would say the same."""
    box = relative_box(quad, picture)
    return any(item.line.confidence > _READ_WELL and item.line.box.iou(box) > _SAME_LINE for item in known)


def _is_piece(box: BoundingBox, other: BoundingBox) -> bool:
    return box.share_inside(other) > 0.7 and box.area < 0.6 * other.area
