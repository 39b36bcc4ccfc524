"""Follows the burned-in clock of a video: the strip is found once, then only its cut-outs are recognised.

    strip = reader.find(frame, watermark, presentation_s)
    clock = reader.follow(strip, look, duration_s)      # look: seconds, region -> cut-outs of those frames

Which frames are looked at is decided in `pipeline.video_clock`: a coarse grid first, then more wherever clock
and frames part. A strip that looks like one already read is not read again.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.clock_doubt import ClockDoubt
from models.clock_strip import STRIP_MARGIN, ClockStrip, around, grown, sized, trimmed
from models.resizing import part_of
from models.tesseract import TesseractTextReader
from models.text_reader import Quad, ReadText
from models.videos import Glance, VideoLook
from pipeline.evidence import ClockSample, VideoClock, WatermarkReading
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels, TextReader
from pipeline.times import WallTime
from pipeline.video_clock import anchored, first_looks, next_looks, time_in

Look = Callable[[Sequence[float], BoundingBox], VideoLook]

_SETTINGS = "video-clock-4"  # raise when reading changes: stored evidence is kept under the digest
_SHARP_LIMIT_S = 1.0
_LONG_SIDE_PX = 960
_PAD_PX = 16
_MARGINS = (0.12, 0.05, STRIP_MARGIN)
"""Of the line's height, on every side of it. Tried until one gives a time."""
_SAME_INK = 14.0


class LineReader(Protocol):
    """Finds lines of text and reads a cut-out line; `models.text_reader.RapidTextReader` fits."""

    @property
    def digest(self) -> str: ...

    def find(self, picture: Pixels) -> list[Quad]: ...

    def recognise(self, line: Pixels) -> ReadText: ...


@dataclass(frozen=True, slots=True)
class VideoClockSettings:
    """most_looks: frames that are looked at in one video; most_rounds: how often further ones are asked for;
    most_frames: no further ones are asked for once so many were decoded."""

    most_looks: int = 200
    most_rounds: int = 6
    most_frames: int = 12_000


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One glance with what was read in it."""

    glance: Glance
    shown: WallTime | None
    confidence: float


class VideoClockReader:
    """Finds and follows the clock of a video. `lines` reads text; safe to share as far as that is."""

    def __init__(
        self,
        lines: LineReader,
        settings: VideoClockSettings | None = None,
        second_opinion: TextReader | None = None,
    ) -> None:
        """`second_opinion` is Tesseract unless given; its SettingsError comes up where it is first needed."""
        self._lines = lines
        self._settings = settings or VideoClockSettings()
        self._doubt = ClockDoubt(lines, second_opinion or TesseractTextReader("eng", page_mode=7))

    @property
    def digest(self) -> str:
        return f"{_SETTINGS}+{self._settings}+{self._lines.digest}+{self._doubt.other.digest}"

    def find(self, picture: Pixels, reading: WatermarkReading, at_s: float) -> ClockStrip | None:
        """The line of a watermark that holds its clock; None where it can't be told apart.

        A stamp that is not legible as a whole may have a clock that is: two readings of it must then agree.
        """
        times = [reading.taken_at] if reading.taken_at is not None else list(reading.alternatives)
        if reading.box is None or (times and times[0].hour is None):
            return None
        due = times[0] if times else None
        for line in (reading.box, *self._lines_around(picture, reading.box)):
            shape = picture.shape[1] / picture.shape[0]
            texts = [self._read(part_of(picture, grown(line, margin, shape))).text for margin in _MARGINS]
            anchors = [anchor for text in texts if (anchor := anchored(due, at_s, text)) is not None]
            walls = {anchor.wall for anchor in anchors}
            if len(walls) == 1 and (due is not None or len(anchors) > 1):
                return ClockStrip(grown(line, STRIP_MARGIN, shape), line, shape, anchors[0])
        return None

    def follow(self, strip: ClockStrip, look: Look, duration_s: float) -> VideoClock:
        """The clock at the grid's moments, and at those that the readings then ask for.

        `look` may raise MediaError.
        """
        seen: dict[float, _Seen] = {}
        decoded = 0
        wanted = first_looks(duration_s, self._settings.most_looks // 2)
        for _ in range(1 + self._settings.most_rounds):
            found = look(wanted, strip.box)
            decoded += found.frames_decoded
            self._add(found.glances, seen, strip)
            room = self._settings.most_looks - len(seen)
            wanted = next_looks(_samples(seen, strip.box), _SHARP_LIMIT_S)[: max(0, room)]
            if not wanted or decoded > self._settings.most_frames:
                break
        return VideoClock(strip.box, self._doubted(seen, strip), decoded)

    def _lines_around(self, picture: Pixels, box: BoundingBox) -> Iterator[BoundingBox]:
        """Lines of text in and next to a box, those nearest to its size first."""
        wide = around(box, picture.shape[1] / picture.shape[0])
        part = part_of(picture, wide)
        scale = min(2.0, _LONG_SIDE_PX / max(part.shape[:2]))
        size = max(32, round(part.shape[1] * scale)), max(32, round(part.shape[0] * scale))
        scaled = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        padded = cv2.copyMakeBorder(scaled, *(_PAD_PX,) * 4, cv2.BORDER_REPLICATE)
        for quad in self._lines.find(np.asarray(padded, dtype=np.uint8)):
            (left, top), (right, bottom) = (quad.min(axis=0) - _PAD_PX), (quad.max(axis=0) - _PAD_PX)
            yield BoundingBox.clipped(
                wide.x_min + float(left) / size[0] * wide.width,
                wide.y_min + float(top) / size[1] * wide.height,
                wide.x_min + float(right) / size[0] * wide.width,
                wide.y_min + float(bottom) / size[1] * wide.height,
            )

    def _add(self, glances: Sequence[Glance], seen: dict[float, _Seen], strip: ClockStrip) -> None:
        for glance in glances:
            if glance.presentation_s in seen:
                continue
            like = next((known for known in _beside(glance, seen) if _alike(glance, known.glance)), None)
            if like is not None and like.shown is not None:
                seen[glance.presentation_s] = _Seen(glance, like.shown, like.confidence)
            else:
                seen[glance.presentation_s] = self._seen(glance, strip)

    def _seen(self, glance: Glance, strip: ClockStrip) -> _Seen:
        """Read with some room around the line; where that gives no time, with less and with more."""
        for margin in _MARGINS:
            read = self._read(trimmed(glance.cut_out, strip, margin))
            shown = time_in(read.text, glance.presentation_s, strip.anchor)
            if shown is not None:
                return _Seen(glance, shown, read.weakest)
        return _Seen(glance, None, 0.0)

    def _doubted(self, seen: dict[float, _Seen], strip: ClockStrip) -> tuple[ClockSample, ...]:
        """The samples, those that accuse and don't hold without their reading."""
        samples = _samples(seen, strip.box)
        cuts = [seen[sample.presentation_s].glance.cut_out for sample in samples]
        gone = self._doubt.withdrawn(samples, cuts, strip)
        return tuple(
            replace(sample, shown=None, confidence=0.0) if index in gone else sample
            for index, sample in enumerate(samples)
        )

    def _read(self, line: Pixels) -> ReadText:
        return self._lines.recognise(sized(line))


def _beside(glance: Glance, seen: dict[float, _Seen]) -> Iterator[_Seen]:
    """What was seen just before and just after."""
    seconds = sorted(seen)
    place = bisect(seconds, glance.presentation_s)
    yield from (seen[second] for second in seconds[max(0, place - 1) : place + 1])


def _alike(one: Glance, other: Glance) -> bool:
    """Whether two strips show the same digits: nowhere do more than a few pixels together differ in tone."""
    difference = cv2.absdiff(one.cut_out, other.cut_out).max(axis=2)
    return float(cv2.blur(difference, (3, 3)).max()) < _SAME_INK


def _samples(seen: dict[float, _Seen], strip: BoundingBox) -> tuple[ClockSample, ...]:
    samples = []
    before: NDArray[np.float32] | None = None
    for second in sorted(seen):
        one = seen[second]
        picture = _without(one.glance.small, strip)
        motion = None if before is None else round(float(np.abs(picture - before).mean()), 2)
        samples.append(ClockSample(second, one.shown, round(one.confidence, 4), motion))
        before = picture
    return tuple(samples)


def _without(small: Pixels, strip: BoundingBox) -> NDArray[np.float32]:
    """A small picture with the clock's place blank: what moves there is the clock."""
    picture = small.astype(np.float32)
    part_of(picture, strip)[...] = 0  # type: ignore[arg-type]
    return picture
