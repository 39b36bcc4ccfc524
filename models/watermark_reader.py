"""The time watermark of a picture: looks, looks closer where it must, and reads twice before it believes.

    reading = WatermarkReader().read(picture, hints=(exif_time,))

The first look is cheap: the whole frame, shrunk. Closer looks follow only where that gave no clock: around a
date or clock that stands alone, at the upper and lower strips, at the frame enlarged where the first look saw
more than it could read, for a film camera's lit digits, and at the picture turned where lines run upright or
on their heads. Where the first look saw nothing like text, no other is taken.
Then the lines that the verdict rests on are read again, by Tesseract and from other cut-outs; what two
readings don't share is unreadable. What a line of text means is decided in `pipeline.watermark`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from models.stamp_finder import (
    ENGINE_LONG_SIDE_PX,
    Found,
    Heat,
    StampFinder,
    has_burned_ink,
    joined,
    merged,
)
from models.stamp_turning import turned_back, ways_to_turn
from models.tesseract import TesseractTextReader
from models.text_reader import RapidTextReader, cut_out
from models.watermark_film import as_picture, glow_of, is_lit, read_near
from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels, TextReader
from pipeline.times import WallTime
from pipeline.watermark import Interpretation, SeenLine, interpret, with_fields
from pipeline.watermark.agreement import CALIBRATION, Opinion, Reader, agreed, film_confidence, is_settled
from pipeline.watermark.formats import holds_time

__all__ = ["ENGINE_LONG_SIDE_PX", "TESSERACT_LANGUAGES", "WatermarkReader", "has_burned_ink"]

_SETTINGS = "watermark-4"  # raise when reading changes: stored evidence is kept under the digest
TESSERACT_LANGUAGES = ("eng", "chi_sim")
"""Of lines without and with Chinese."""
_NOTHING = Interpretation(WatermarkReading(WatermarkStatus.ABSENT))
_LEGIBLE = {WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS}
_WIDE = (0.2, 1.2)  # of a line's height: above and below it, and at its ends
_OTHER_MARGINS = (0.2, 0.05)
_TESSERACT_MARGINS = (0.4, 1.0)
_TESSERACT_LINE_PX = 64
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LEAST_DIGITS = 2  # in some line: otherwise there is no number to look at more closely


@dataclass(slots=True)
class _Scene:
    """What was seen of one picture so far, and the verdict that is kept."""

    picture: Pixels
    hints: tuple[WallTime, ...]
    not_after: WallTime | None
    found: Sequence[Found] = ()
    kept: Interpretation = _NOTHING
    kept_found: Sequence[Found] = ()
    faint: Heat = field(default_factory=lambda: np.zeros((1, 1), dtype=np.float32))

    @property
    def shape(self) -> float:
        """Width over height."""
        return float(self.picture.shape[1] / self.picture.shape[0])

    def interpreted(self, lines: Sequence[SeenLine]) -> Interpretation:
        return interpret(lines, self.shape, self.hints, self.not_after)

    def add(self, more: Sequence[Found]) -> None:
        """A further look's lines; a legible verdict is kept unless a later one is legible too."""
        if not more:
            return
        self.found = merged(self.found, more)
        verdict = self.interpreted([item.line for item in self.found])
        if _legible(verdict) or not _legible(self.kept):
            self.kept, self.kept_found = verdict, self.found

    @property
    def is_complete(self) -> bool:
        return _legible(self.kept) and _has_clock(self.kept)


class WatermarkReader:
    """Finds and reads the burned-in time of upright pictures. Pickles without its engines."""

    def __init__(
        self, rapid: RapidTextReader | None = None, second_opinion: TextReader | None = None
    ) -> None:
        """`second_opinion` is Tesseract unless given; its SettingsError comes up where it is first needed."""
        self._rapid = rapid or RapidTextReader(long_side=ENGINE_LONG_SIDE_PX)
        self._finder = StampFinder(self._rapid)
        self._second_opinion = second_opinion
        self._tesseract, self._chinese_tesseract = (
            TesseractTextReader(language, page_mode=7) for language in TESSERACT_LANGUAGES
        )

    @property
    def digest(self) -> str:
        """Engines with their versions and languages, this module's settings, and the curve of confidence."""
        return f"{self.reading_digest}+confidence-{CALIBRATION.slope:.4f}/{CALIBRATION.offset:.4f}"

    @property
    def reading_digest(self) -> str:
        """The same without the curve: what the times that are read depend on."""
        own = (self._tesseract, self._chinese_tesseract)
        seconds = (self._second_opinion,) if self._second_opinion else own
        return "+".join((_SETTINGS, self._rapid.digest, *(engine.digest for engine in seconds)))

    def read(
        self, picture: Pixels, hints: tuple[WallTime, ...] = (), not_after: WallTime | None = None
    ) -> WatermarkReading:
        """The time watermark of an upright RGB picture.

        `hints` are times known from elsewhere (EXIF): they choose between alternatives, never make one.
        `not_after` is when the picture was known to be there: alternatives a day and more later fall away.
        """
        return self._read(picture, hints, not_after, may_turn=True)

    def _read(
        self, picture: Pixels, hints: tuple[WallTime, ...], not_after: WallTime | None, *, may_turn: bool
    ) -> WatermarkReading:
        scene = _Scene(picture, hints, not_after)
        for look in (self._whole, self._around, self._strips, self._large):
            scene.add(look(scene))
            if scene.is_complete:
                break
        else:
            other = self._film_date(scene) or (self._turned(scene) if may_turn else None)
            if other is not None:
                return other
        reading = self._confirmed(scene) if _legible(scene.kept) else scene.kept.reading
        return with_fields(reading, [item.line for item in scene.found], scene.shape)

    def _whole(self, scene: _Scene) -> list[Found]:
        look = self._finder.whole(scene.picture)
        scene.faint = look.faint
        return look.found

    def _around(self, scene: _Scene) -> list[Found]:
        """Around a date that lacks its clock, a clock that lacks its date, or what is not legible there."""
        box = scene.kept.reading.box
        return self._finder.around(scene.picture, box, scene.found) if box else []

    def _strips(self, scene: _Scene) -> list[Found]:
        return self._finder.strips(scene.picture, scene.faint, scene.found)

    def _large(self, scene: _Scene) -> list[Found]:
        """Where there are numbers at all, and no date as yet, small ones may hide."""
        if _legible(scene.kept) or not any(_digits(item.line.text) >= _LEAST_DIGITS for item in scene.found):
            return []
        return self._finder.large(scene.picture, scene.faint, scene.found)

    def _film_date(self, scene: _Scene) -> WatermarkReading | None:
        """A film camera's lit date that segments and OCR read alike."""
        if not is_lit(scene.picture):
            return None
        boxes = [scene.kept.reading.box] if scene.kept.reading.box else []
        for box in [*boxes, *(item.line.box for item in scene.found)]:
            film = read_near(scene.picture, box)
            if film is None:
                continue
            seen = self._rapid.recognise(as_picture(glow_of(_cropped(scene.picture, film.box))))
            if "".join(filter(str.isdigit, seen.text)) == film.digits:
                line = SeenLine(film.text, seen.confidence, seen.weakest, film.box, burned_ink=True)
                lit = scene.interpreted([line])
                sure = film_confidence(seen.weakest)
                return replace(lit.reading, confidence=sure) if _legible(lit) else None
        return None

    def _turned(self, scene: _Scene) -> WatermarkReading | None:
        """The reading of the picture turned to where its lines run level, if they then hold a time."""
        for turns, items in ways_to_turn(scene.found):
            cuts = (np.rot90(cut_out(scene.picture, item.quad), turns) for item in items)
            if any(holds_time(self._rapid.recognise(np.ascontiguousarray(cut)).text) for cut in cuts):
                turned = np.ascontiguousarray(np.rot90(scene.picture, turns))
                reading = self._read(turned, scene.hints, scene.not_after, may_turn=False)
                return turned_back(reading, turns) if reading.status in _LEGIBLE else None
        return None

    def _confirmed(self, scene: _Scene) -> WatermarkReading:
        """The verdict once it is confirmed; else that of a closer look, if that is."""
        reading = self._read_again(scene)
        if reading.status not in _LEGIBLE and reading.box:
            first = scene.kept
            scene.add(self._finder.around(scene.picture, reading.box, ()))
            if _legible(scene.kept) and scene.kept.lines != first.lines:
                return self._read_again(scene)
        return reading

    def _read_again(self, scene: _Scene) -> WatermarkReading:
        """The kept verdict, held against further readings of the lines that it rests on."""
        used = [item for item in scene.kept_found if item.line in scene.kept.lines]
        rest = [item.line for item in scene.kept_found if not any(item is one for one in used)]
        opinions = [Opinion(Reader.RAPID, scene.kept)]
        for reader, lines in self._further_readings(scene.picture, used, joined(used, scene.shape)):
            opinions.append(Opinion(reader, scene.interpreted([*rest, *lines])))
            if is_settled(opinions):
                break
        return agreed(opinions)

    def _further_readings(
        self, picture: Pixels, used: Sequence[Found], rows: Sequence[Found]
    ) -> Iterator[tuple[Reader, list[SeenLine]]]:
        """The used lines again: by the other engine, then cut with other margins.

        Wide ones at the ends of the rows that they form, because a first or last digit that was cut off makes
        another time.
        """
        yield Reader.TESSERACT, [self._second_line(picture, item) for item in rows]
        yield Reader.RAPID, [self._finder.read(picture, item.quad, *_WIDE).line for item in rows]
        for margin in _OTHER_MARGINS:
            yield Reader.RAPID, [self._finder.read(picture, item.quad, margin).line for item in used]

    def _second_line(self, picture: Pixels, item: Found) -> SeenLine:
        tesseract = self._chinese_tesseract if _HAN.search(item.line.text) else self._tesseract
        cut = _for_tesseract(cut_out(picture, item.quad, *_TESSERACT_MARGINS))
        read = (self._second_opinion or tesseract).read(cut)
        text = " ".join(line.text for line in read)
        sure = min((line.confidence for line in read), default=0.0)
        return replace(item.line, text=text, confidence=sure, weakest=sure)


def _legible(verdict: Interpretation) -> bool:
    return verdict.reading.status in _LEGIBLE


def _has_clock(verdict: Interpretation) -> bool:
    return all(time.hour is not None for time in verdict.times)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _cropped(picture: Pixels, box: BoundingBox) -> Pixels:
    """The part of the picture inside a box and a margin of a fifth of its height."""
    height, width = picture.shape[:2]
    margin = box.height * height * 0.2
    top, left = max(0, round(box.y_min * height - margin)), max(0, round(box.x_min * width - margin))
    return picture[top : round(box.y_max * height + margin), left : round(box.x_max * width + margin)]


def _for_tesseract(line: Pixels) -> Pixels:
    """A line as Tesseract likes it: of the size it was trained on, and dark on light."""
    scale = _TESSERACT_LINE_PX / line.shape[0]
    size = max(1, round(line.shape[1] * scale)), _TESSERACT_LINE_PX
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = np.asarray(cv2.resize(line, size, interpolation=method), dtype=np.uint8)
    return 255 - sized if has_burned_ink(line) else sized
