"""The time watermark of a picture: looks, looks closer where it must, and reads twice before it believes.

    reading = WatermarkReader().read(picture, hints=(exif_time,))

First look: the whole frame, shrunk. Closer look, where that gave no time: the frame's upper and lower strips
at full size, padded, because firmware prints small and right up to the edge. Then the lines that the verdict
rests on are cut out anew and read again; where the two readings differ, Tesseract is the third opinion, and
without a majority the stamp is unreadable. What a line of text means is decided in `pipeline.watermark`.
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
from pipeline.watermark import Interpretation, SeenLine, interpret

_SETTINGS = "watermark-1"  # raise when reading changes: stored evidence is kept under the digest
_FIRST_LONG_SIDE = 800
_STRIP_SHARE = 0.14
_STRIP_LONG_SIDE = 1600
_LARGE_LONG_SIDE = 1600
_PAD = 24
_MOST_LINES = 48  # a page of text holds more; those nearest to an edge are read
_SURE_DIGIT = 0.5
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
        self._rapid = rapid or RapidTextReader()
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
        found = self._look(picture, _FIRST_LONG_SIDE)
        verdict = interpret([item.line for item in found], shape, hints)
        for look_again in (self._look_at_strips, self._look_large):
            if verdict.reading.status in _LEGIBLE:
                break
            found = _merged(found, look_again(picture))
            verdict = interpret([item.line for item in found], shape, hints)
        if _may_be_film(verdict.reading):
            film = self._film_date(picture, verdict.reading)
            lit = interpret([film], shape, hints) if film else verdict
            if lit.reading.status in _LEGIBLE:
                return lit.reading
        if verdict.reading.status in _LEGIBLE:
            return self._confirmed(picture, found, verdict, hints)
        return verdict.reading

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
                return SeenLine(film.text, seen.confidence, seen.weakest, film.box, light_ink=True)
        return None

    def _look(self, picture: Pixels, long_side: int) -> list[_Found]:
        """Lines of the whole frame, shrunk to `long_side` for finding and read at full size."""
        return [self._recognised(picture, quad) for quad in self._find(picture, long_side)]

    def _find(self, picture: Pixels, long_side: int) -> list[Quad]:
        scale = min(2.0, long_side / max(picture.shape[:2]))
        size = max(32, round(picture.shape[1] * scale)), max(32, round(picture.shape[0] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(picture, size, interpolation=method)
        padded = cv2.copyMakeBorder(small, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_REPLICATE)
        quads = [(quad - _PAD) / scale for quad in self._rapid.find(np.asarray(padded, dtype=np.uint8))]
        return sorted(quads, key=lambda quad: _to_edge(quad, picture))[:_MOST_LINES]

    def _look_large(self, picture: Pixels) -> list[_Found]:
        return self._look(picture, _LARGE_LONG_SIDE)

    def _look_at_strips(self, picture: Pixels) -> list[_Found]:
        height = picture.shape[0]
        depth = max(16, round(height * _STRIP_SHARE))
        found: list[_Found] = []
        for top in (0, height - depth):
            quads = self._find(picture[top : top + depth], _STRIP_LONG_SIDE)
            offset = np.array([0, top], dtype=np.float32)
            found += [self._recognised(picture, quad + offset) for quad in quads]
        return found

    def _recognised(self, picture: Pixels, quad: Quad, margin: float = 0.12) -> _Found:
        cut = cut_out(picture, quad, margin)
        seen = self._rapid.recognise(cut)
        box = relative_box(quad, picture)
        line = SeenLine(seen.text, seen.confidence, seen.weakest, box, _tilt(quad), has_light_ink(cut))
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


def _may_be_film(reading: WatermarkReading) -> bool:
    """Whether a lit date could say more than this reading: nothing legible, or short numbers left open."""
    if reading.status is WatermarkStatus.AMBIGUOUS:
        return reading.alternatives[0].hour is None
    return reading.status is not WatermarkStatus.READ


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


def has_light_ink(line: Pixels) -> bool:
    """Whether a cut-out line is set in light ink: the lighter of its two tones covers less of it."""
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    _, light = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return bool(light.mean() < 0.5)


def _tilt(quad: Quad) -> float:
    along = quad[1] - quad[0]
    return float(np.degrees(np.arctan2(along[1], along[0])))


def _to_edge(quad: Quad, picture: Pixels) -> float:
    box = relative_box(quad, picture)
    return min(box.x_min, box.y_min, 1 - box.x_max, 1 - box.y_max)


def _merged(found: Sequence[_Found], closer: Sequence[_Found]) -> list[_Found]:
    """Lines of both looks; where they show the same place, the closer look's."""
    kept = [item for item in found if not any(_same_place(item.line.box, c.line.box) for c in closer)]
    return [*kept, *closer]


def _same_place(one: BoundingBox, other: BoundingBox) -> bool:
    return max(one.share_inside(other), other.share_inside(one)) > 0.5
