"""OCR engines behind one Protocol: RapidOCR (PP-OCRv6, from its wheel) and Tesseract.

Engines are made at first use and kept warm; what is pickled or compared is only their settings. Pictures
are RGB as everywhere in this project; the engines get what they want inside.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray
from rapidocr import RapidOCR

from pipeline.errors import SettingsError
from pipeline.evidence import TextLine
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

Quad = NDArray[np.float32]
"""Four corners (x, y) in pixels, clockwise from the top left: 4 x 2."""

_WIDE_GAP = 1.6  # times the usual pitch of a line's characters: a space that the engine did not print


@dataclass(frozen=True, slots=True)
class ReadText:
    """The text of one cut-out line. `weakest`: confidence of its least certain digit, 1 without digits."""

    text: str
    confidence: float
    weakest: float


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
    def _detector(self) -> Callable[[Pixels], Any]:
        return _rapid_engine(self._threads, use_det=True, use_rec=False)

    @functools.cached_property
    def _recogniser(self) -> Callable[[Pixels], Any]:
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
        small, scale = _shrunk(picture, self._long_side)
        found = self._detector(np.ascontiguousarray(small[..., ::-1]))
        if found.boxes is None:
            return []
        return [np.asarray(box, dtype=np.float32) / scale for box in found.boxes]

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
        return ReadText(_with_wide_gaps(text, columns).strip(), float(seen.scores[0]), weakest)


def _rapid_engine(threads: int, use_det: bool, use_rec: bool) -> Callable[[Pixels], Any]:
    """An engine whose result depends on its flags: hence Any."""
    engine: Callable[[Pixels], Any] = RapidOCR(
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
    return engine


def _shrunk(picture: Pixels, long_side: int) -> tuple[Pixels, float]:
    scale = min(1.0, long_side / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, scale
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def cut_out(picture: Pixels, quad: Quad, margin: float = 0.12) -> Pixels:
    """The line inside a quad, straightened, with a margin (share of its height) on every side.

    What lies beyond the picture's edge repeats its outermost pixels: firmware prints right up to it.
    """
    grown = _grown(quad, margin)
    width = max(8, round(float(np.linalg.norm(grown[1] - grown[0]))))
    height = max(8, round(float(np.linalg.norm(grown[3] - grown[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(grown, target)
    warped = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _grown(quad: Quad, margin: float) -> Quad:
    along = quad[1] - quad[0]
    down = quad[3] - quad[0]
    height = float(np.linalg.norm(down)) or 1.0
    step_along = along / (float(np.linalg.norm(along)) or 1.0) * height * margin
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


@dataclass(frozen=True)
class TesseractTextReader:
    """Tesseract through pytesseract: a second, independent opinion on a cut-out.

    `languages` as Tesseract names them (eng, chi_sim, chi_tra, joined by +), `page_mode` is its --psm
    (7: one line; 11: sparse text). `read` raises SettingsError, saying how to get it, where the program or
    a language is missing.
    """

    languages: str = "eng"
    page_mode: int = 11
    timeout_s: float = 60.0
    _version: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def digest(self) -> str:
        return f"tesseract-{self._checked_version()}/{self.languages}/{self.page_mode}"

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        self._checked_version()
        words = pytesseract.image_to_data(
            picture,
            lang=self.languages,
            config=f"--psm {self.page_mode}",
            timeout=self.timeout_s,
            output_type=pytesseract.Output.DICT,
        )
        return _lines_of_words(words, picture.shape[1], picture.shape[0])

    def _checked_version(self) -> str:
        """The program's version, once it and the languages are known to be there."""
        if not self._version:
            self._version.append(_tesseract_version(self.languages))
        return self._version[0]


def _tesseract_version(languages: str) -> str:
    try:
        found = str(pytesseract.get_tesseract_version())
        known = set(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError as error:
        raise SettingsError("Tesseract is not installed: apt-get install tesseract-ocr") from error
    missing = [name for name in languages.split("+") if name not in known]
    if missing:
        packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        raise SettingsError(f"Tesseract lacks {', '.join(missing)}: apt-get install {packages}")
    return found


def _lines_of_words(words: dict[str, list[Any]], width: int, height: int) -> tuple[TextLine, ...]:
    rows: dict[tuple[int, int, int], list[int]] = {}
    for index, text in enumerate(words["text"]):
        if str(text).strip() and float(words["conf"][index]) >= 0:
            key = words["block_num"][index], words["par_num"][index], words["line_num"][index]
            rows.setdefault(key, []).append(index)
    return tuple(_line(words, indices, width, height) for indices in rows.values())


def _line(words: dict[str, list[Any]], indices: list[int], width: int, height: int) -> TextLine:
    left = min(words["left"][i] for i in indices)
    top = min(words["top"][i] for i in indices)
    right = max(words["left"][i] + words["width"][i] for i in indices)
    bottom = max(words["top"][i] + words["height"][i] for i in indices)
    text = " ".join(str(words["text"][i]).strip() for i in indices)
    confidence = min(float(words["conf"][i]) for i in indices) / 100
    box = BoundingBox.clipped(left / width, top / height, right / width, bottom / height)
    return TextLine(text, min(1.0, confidence), box)
