"""Tesseract inside this process (tesserocr): a second opinion on a cut-out that knows nothing of RapidOCR's.

The wheel carries the program; the languages are the system's. An engine takes 0.2 s to start and 10-20 ms for
a line, so each thread keeps its own, by settings.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import tesserocr

from pipeline.errors import SettingsError
from pipeline.evidence import TextLine
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

_DATA_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_COLUMNS = [
    "level",
    "page",
    "block",
    "paragraph",
    "line",
    "word",
    "left",
    "top",
    "width",
    "height",
    "confidence",
    "text",
]  # fmt: skip
_WORD_LEVEL = "5"
_ENGINES = threading.local()


@dataclass(frozen=True, slots=True)
class TesseractTextReader:
    """Reads a cut-out with Tesseract; `languages` as it names them (eng, chi_sim, joined by +).

    `page_mode` is its --psm (7: one line; 11: sparse text). `read` raises SettingsError, saying how to get
    it, where a language is missing.
    """

    languages: str = "eng"
    page_mode: int = 11
    timeout_s: float = 20.0

    @property
    def digest(self) -> str:
        version = tesserocr.tesseract_version().split()[1]
        return f"tesseract-{version}/{self.languages}/{self.page_mode}"

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        """Lines with boxes relative to `picture`, from its grey; nothing where that takes too long."""
        engine = _engine(self.languages)
        engine.SetPageSegMode(self.page_mode)
        height, width = picture.shape[:2]
        grey = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        engine.SetImageBytes(grey.tobytes(), width, height, 1, width)
        if not engine.Recognize(round(self.timeout_s * 1000)):
            return ()
        rows = (dict(zip(_COLUMNS, row.split("\t"), strict=False)) for row in _rows(engine.GetTSVText(0)))
        return tuple(_lines_of_words(rows, width, height))


def _rows(table: str) -> list[str]:
    return [row for row in table.splitlines() if row.startswith(f"{_WORD_LEVEL}\t")]


def _engine(languages: str) -> tesserocr.PyTessBaseAPI:
    """This thread's engine. Raises SettingsError where a language's data is not installed."""
    engines: dict[str, tesserocr.PyTessBaseAPI] = _ENGINES.__dict__.setdefault("by_languages", {})
    if languages not in engines:
        folder = data_folder(languages.split("+"))
        engines[languages] = tesserocr.PyTessBaseAPI(path=str(folder), lang=languages)
    return engines[languages]


def data_folder(languages: Sequence[str]) -> Path:
    """Where the data of all these languages lies.

    Raises SettingsError, saying how to get it, where some is missing.
    """
    folders = [Path(name) for name in _DATA_FOLDERS if Path(name).is_dir()]
    if not folders:
        raise SettingsError("Tesseract's languages are not installed: apt-get install tesseract-ocr")
    for folder in folders:
        missing = [name for name in languages if not (folder / f"{name}.traineddata").is_file()]
        if not missing:
            return folder
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
    raise SettingsError(f"Tesseract lacks {', '.join(missing)}: apt-get install {packages}")


def _lines_of_words(words: Iterator[dict[str, str]], width: int, height: int) -> Iterator[TextLine]:
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for word in words:
        if word.get("text", "").strip() and float(word["confidence"]) >= 0:
            lines.setdefault((word["block"], word["paragraph"], word["line"]), []).append(word)
    yield from (_line(line, width, height) for line in lines.values())


def _line(words: list[dict[str, str]], width: int, height: int) -> TextLine:
    edges = [_edges(word) for word in words]
    box = BoundingBox.clipped(
        min(edge[0] for edge in edges) / width,
        min(edge[1] for edge in edges) / height,
        max(edge[2] for edge in edges) / width,
        max(edge[3] for edge in edges) / height,
    )
    confidence = min(float(word["confidence"]) for word in words) / 100
    return TextLine(" ".join(word["text"].strip() for word in words), min(1.0, confidence), box)


def _edges(word: Mapping[str, str]) -> tuple[int, int, int, int]:
    left, top = int(word["left"]), int(word["top"])
    return left, top, left + int(word["width"]), top + int(word["height"])
