"""RapidOCR (PP-OCRv6, from its wheel) behind the Protocol of OCR engines.

Engines are made at first use and kept warm; what is pickled or compared is only their settings. Pictures
are RGB as everywhere in this project; the engines get what they want inside.
"""

import functools
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from pipeline.evidence import TextLine
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

Quad = NDArray[np.float32]
"""Four corners (x, y) in pixels, clockwise from the top left: 4 x 2."""

_ENGINE_HEIGHT_PX, _ENGINE_STEP_PX = 48, 8
_WIDEST = 8  # times as wide as high
_LOWEST_PX = 30
_WIDE_GAP = 1.6  # times the usual pitch of a line's characters: a space that the engine did not print


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """Where lines of text stand (`quads`, top to bottom), and how much like text every place looks.

    `heat` is the detector's map over the picture, 0..1, in a size of its own: height x width. It tells more
    than the quads: what is too faint for one, and that there is nothing at all.
    """

    quads: list[Quad]
    heat: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadText:
    """The text of one cut-out line. `weakest`: confidence of its least certain digit, 1 without digits.

    digits_at: the middle of each digit, about, as a share of the line's width; empty where not known.
    """

    text: str
    confidence: float
    weakest: float
    digits_at: tuple[float, ...] = ()


class RapidTextReader:
    """RapidOCR's detection and recognition, offline.

    Detection and recognition are separate instances because the flags of a call stick to an instance
    (seen: after `use_det=False` a full call came back empty). Direction is not classified: stamps and
    badges stand upright in an upright picture.
    """

    def __init__(self, threads: int = 2, long_side: int = 1280) -> None:
        """`long_side`: larger pictures are shrunk to it before text is looked for, in pixels."""
        self._threads = threads
        self._long_side = long_side

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._threads, self._long_side)

    @property
    def digest(self) -> str:
        return f"rapidocr-{version('rapidocr')}/PP-OCRv6-small/{self._long_side}"

    @functools.cached_property
    def _detector(self) -> Any:
        """The engine's detector alone, which shows its map; the engine makes it at its first call."""
        engine = _rapid_engine(self._threads, use_det=True, use_rec=False)
        engine(np.zeros((64, 64, 3), dtype=np.uint8))
        return engine.text_det

    @functools.cached_property
    def _recogniser(self) -> Any:
        return _rapid_engine(self._threads, use_det=False, use_rec=True)

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        """Lines with boxes relative to `picture`; empty lines are left out."""
        lines = []
        for quad in self.find(picture):
            seen = self.recognise(cut_out(picture, quad))
            if seen.text:
                lines.append(TextLine(seen.text, seen.confidence, relative_box(quad, picture)))
        return tuple(lines)

    def find(self, picture: Pixels) -> list[Quad]:
        """Where lines of text stand, in pixels of `picture`, top to bottom."""
        return self.look(picture).quads

    def look(self, picture: Pixels) -> Sight:
        """Where lines of text stand, in pixels of `picture`, and what else looks a little like text."""
        small, scale = _shrunk(picture, self._long_side)
        shown, above = _letterboxed(np.ascontiguousarray(small[..., ::-1]))
        detector = self._detector
        heat = detector.session(detector.get_preprocess()(shown))
        boxes, _ = detector.postprocess_op(heat, shown.shape[:2])
        corner, far = np.zeros(2, dtype=np.float32), np.array(small.shape[1::-1], dtype=np.float32)
        quads = [np.clip(box - (0, above), corner, far) / scale for box in detector.sorted_boxes(boxes)]
        rows = round(above / shown.shape[0] * heat.shape[2])
        return Sight(
            [np.asarray(quad, dtype=np.float32) for quad in quads], heat[0, 0, rows : heat.shape[2] - rows]
        )

    def recognise(self, line: Pixels) -> ReadText:
        """Read one cut-out line (about 30 ms); empty text where nothing is legible."""
        seen = self._recogniser(np.ascontiguousarray(line[..., ::-1]))
        if not seen.txts or not seen.txts[0].strip():
            return ReadText("", 0.0, 0.0)
        words = seen.word_results[0]
        columns = [column for word in words.word_cols for column in word]
        text = seen.txts[0]
        digits = [sure for character, sure in zip(text, words.confs, strict=True) if character.isdigit()]
        weakest = float(min(digits, default=1.0))
        places = _digits_at(text, columns, line.shape[1] / line.shape[0])
        return ReadText(_with_wide_gaps(text, columns).strip(), float(seen.scores[0]), weakest, places)


def _rapid_engine(threads: int, use_det: bool, use_rec: bool) -> Any:
    """An engine, whose result depends on its flags: hence Any."""
    return RapidOCR(
        params={
            "Global.use_det": use_det,
            "Global.use_rec": use_rec,
            "Global.use_cls": False,
            "Global.return_word_box": use_rec,
            "Global.max_side_len": 4000,
            "Global.log_level": "error",
            # The picture comes in at the size that is meant; without this small ones are blown up to 736.
            "Det.limit_side_len": 32,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )


def _letterboxed(picture: Pixels) -> tuple[Pixels, int]:
    """A very wide or low picture with black above and below, as the engine's own calls do it, and how many
    rows: text that fills the whole height isn't found."""
    height, width = picture.shape[:2]
    if width <= _WIDEST * height and height > _LOWEST_PX:
        return picture, 0
    rows = abs(max(width // _WIDEST, _LOWEST_PX) * 2 - height) // 2
    return np.pad(picture, ((rows, rows), (0, 0), (0, 0))), rows


def _shrunk(picture: Pixels, long_side: int) -> tuple[Pixels, float]:
    scale = min(1.0, long_side / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, scale
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def cut_out(picture: Pixels, quad: Quad, margin: float = 0.12, ends: float | None = None) -> Pixels:
    """The line inside a quad, straightened, with a margin (share of its height) on every side.

    `ends` is the margin before its first and behind its last character, where that is to be another.

    What lies beyond the picture's edge repeats its outermost pixels: firmware prints right up to it.
    """
    grown = _grown(quad, margin, margin if ends is None else ends)
    width = max(8, round(float(np.linalg.norm(grown[1] - grown[0]))))
    height = max(8, round(float(np.linalg.norm(grown[3] - grown[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(grown, target)
    warped = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _grown(quad: Quad, margin: float, ends: float) -> Quad:
    along = quad[1] - quad[0]
    down = quad[3] - quad[0]
    height = float(np.linalg.norm(down)) or 1.0
    step_along = along / (float(np.linalg.norm(along)) or 1.0) * height * ends
    step_down = down * margin
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32)
    return np.asarray(quad + signs[:, :1] * step_along + signs[:, 1:] * step_down, dtype=np.float32)


def relative_box(quad: Quad, picture: Pixels) -> BoundingBox:
    """The upright box around a quad, as fractions of the picture."""
    height, width = picture.shape[:2]
    (x_min, y_min), (x_max, y_max) = quad.min(axis=0), quad.max(axis=0)
    return BoundingBox.clipped(
        float(x_min) / width, float(y_min) / height, float(x_max) / width, float(y_max) / height
    )


def _digits_at(text: str, columns: list[int], shape: float) -> tuple[float, ...]:
    """Where the digits stand; `shape` is the line's width over its height.

    The recogniser scales a line to 48 pixels of height and walks it in steps of eight.
    """
    characters = [character for character in text if not character.isspace()]
    if len(columns) != len(characters):
        return ()
    steps = shape * _ENGINE_HEIGHT_PX / _ENGINE_STEP_PX
    return tuple(
        (column + 0.5) / steps
        for character, column in zip(characters, columns, strict=True)
        if character in "0123456789"
    )


def _with_wide_gaps(text: str, columns: list[int]) -> str:
    """Put a space where two neighbouring digits stand wider apart than the line's characters do.

    `columns` are the recogniser's positions of the characters that aren't spaces, in its own steps.
    """
    positions = [index for index, character in enumerate(text) if not character.isspace()]
    if len(columns) != len(positions) or len(columns) < 4:
        return text
    usual = float(np.median(np.diff(columns)))
    cuts = [
        positions[i + 1]
        for i in range(len(columns) - 1)
        if text[positions[i]].isdigit()
        and text[positions[i + 1]].isdigit()
        and positions[i + 1] == positions[i] + 1
        and columns[i + 1] - columns[i] > max(_WIDE_GAP * usual, usual + 1)
    ]
    for cut in reversed(cuts):
        text = f"{text[:cut]} {text[cut:]}"
    return text
