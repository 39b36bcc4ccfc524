"""The date that a film camera burned into the print: red or orange seven-segment digits behind an apostrophe.

General OCR reads these digits badly and loses the apostrophe, which alone tells the year from the day. Here
the glow is separated by colour, the digits are found by their columns and read by their segments; the OCR
engine's opinion of the same digits must agree.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

Glow = NDArray[np.uint8]
"""How much redder than anything else each pixel is, 0-255: height x width."""

_LEAST_DEPTH = 144  # pixels
_LIT_LONG_SIDE = 800  # pixels
_LEAST_LIT = 0.0002  # share of the picture: the strokes of three small digits
_LEAST_GLOW = 40  # of 255: fainter ink is left alone
_ONE_IS_NARROW = 0.42  # a 1 is narrower than this share of its height
_WIDEST_DIGIT = 0.65  # of its height; wider parts are a digit and the tick that touches its columns
_PLAIN_WIDTH = 0.57  # of its height: how wide a digit other than 1 is
_NEXT_DIGIT = 0.92  # digits of one group have right edges closer than this, in digit heights
_REACHES = (6.0, 1.5)  # how far beyond a found box the rest of the date may stand, in its heights
_CLEAR_WIN = 0.12  # by which the best digit must beat the second best

# Segments a..g of each digit; several cameras light fewer of them in 6, 7 and 9.
_LIT: tuple[tuple[str, str], ...] = (
    ("0", "abcdef"),
    ("2", "abged"),
    ("3", "abgcd"),
    ("4", "fgbc"),
    ("5", "afgcd"),
    ("6", "afgedc"),
    ("6", "fgedc"),
    ("7", "abc"),
    ("7", "abcf"),
    ("8", "abcdefg"),
    ("9", "abcdfg"),
    ("9", "abcfg"),
)
# Where each segment glows in a digit scaled to 32 rows and 20 columns: rows from-to, columns from-to.
_ZONES: dict[str, tuple[int, int, int, int]] = {
    "a": (0, 5, 6, 14),
    "g": (13, 19, 6, 14),
    "d": (27, 32, 6, 14),
    "f": (5, 13, 0, 5),
    "b": (5, 13, 15, 20),
    "e": (19, 27, 0, 5),
    "c": (19, 27, 15, 20),
}


@dataclass(frozen=True, slots=True)
class FilmDate:
    """A date as lit: digits in groups, the apostrophe kept (`'01 9 6`), and its place in the picture."""

    text: str
    box: BoundingBox

    @property
    def digits(self) -> str:
        return "".join(character for character in self.text if character.isdigit())


def glow_of(picture: Pixels) -> Glow:
    """The picture's red excess, smoothed against grain and stretched to 0-255."""
    channels = picture.astype(np.float32)
    excess = np.clip(channels[..., 0] - np.maximum(channels[..., 1], channels[..., 2]), 0, 255)
    smooth = cv2.GaussianBlur(excess, (0, 0), max(0.8, min(picture.shape[:2]) / 180))
    brightest = max(float(_LEAST_GLOW), float(np.percentile(smooth, 99.8)))
    return np.asarray(np.clip(smooth / brightest * 255, 0, 255), dtype=np.uint8)


def is_lit(picture: Pixels) -> bool:
    """Whether anything in the picture glows red enough to be a lit digit: a cheap look at a small copy."""
    height, width = picture.shape[:2]
    scale = min(1.0, _LIT_LONG_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.int16)
    excess = small[..., 0] - small[..., 1:].max(axis=2)
    return bool((excess > _LEAST_GLOW).mean() > _LEAST_LIT)


def as_picture(glow: Glow) -> Pixels:
    """The glow as white digits on black, for the OCR engine."""
    return np.repeat(glow[..., None], 3, axis=2)


def read_near(picture: Pixels, box: BoundingBox) -> FilmDate | None:
    """Read a lit date at a box that may hold only part of it, or None where there is none."""
    for reach in _REACHES:
        rows, columns = _around(picture, box, reach)
        found = _read_row(glow_of(_enlarged(picture[rows, columns])))
        if found is not None:
            return _moved(found, picture, rows, columns)
    return None


def _enlarged(row: Pixels) -> Pixels:
    """A row of small digits made large enough that smoothing doesn't join them."""
    scale = _LEAST_DEPTH / row.shape[0]
    if scale <= 1:
        return row
    size = round(row.shape[1] * scale), _LEAST_DEPTH
    return np.asarray(cv2.resize(row, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _around(picture: Pixels, box: BoundingBox, reach: float) -> tuple[slice, slice]:
    """Rows and columns around a box, `reach` times its height wider on either side."""
    height, width = picture.shape[:2]
    depth = box.height * height
    top, bottom = box.y_min * height - 0.2 * depth, box.y_max * height + 0.2 * depth
    left, right = box.x_min * width - reach * depth, box.x_max * width + reach * depth
    return slice(max(0, int(top)), int(bottom) + 1), slice(max(0, int(left)), int(right) + 1)


def _moved(found: FilmDate, picture: Pixels, rows: slice, columns: slice) -> FilmDate:
    """The same with its box relative to the whole picture."""
    height, width = picture.shape[:2]
    deep, wide = min(rows.stop, height) - rows.start, min(columns.stop, width) - columns.start
    box = BoundingBox.clipped(
        (columns.start + found.box.x_min * wide) / width,
        (rows.start + found.box.y_min * deep) / height,
        (columns.start + found.box.x_max * wide) / width,
        (rows.start + found.box.y_max * deep) / height,
    )
    return replace(found, box=box)


def _read_row(glow: Glow) -> FilmDate | None:
    """The digits of one row of glow, or None where they don't make a lit date: three groups and one tick."""
    level, mask = cv2.threshold(glow, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if level < _LEAST_GLOW:
        return None
    parts = _parts(np.asarray(mask > 0), glow.shape[0])
    digits = [part for part in parts if not part.tick]
    if not 3 <= len(digits) <= 6 or len(parts) != len(digits) + 1:
        return None
    height = float(np.median([part.bottom - part.top for part in digits]))
    if any(abs(part.bottom - part.top - height) > 0.25 * height for part in digits):
        return None
    return _as_text(glow, parts, height)


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of glowing columns: a digit, or the tick of the apostrophe. In pixels of the band."""

    left: int
    right: int
    top: int
    bottom: int
    tick: bool


def _parts(mask: NDArray[np.bool_], depth: int) -> list[_Part]:
    columns = np.flatnonzero(mask.sum(axis=0) >= max(2, depth * 0.04))
    if columns.size == 0:
        return []
    cuts = np.flatnonzero(np.diff(columns) > max(2, depth * 0.03)) + 1
    boxes = [_boxed(mask, run) for run in np.split(columns, cuts)]
    height = _digit_height([box for box in boxes if not _is_low(box, boxes)])
    parts: list[_Part] = []
    for box in boxes:
        if _is_low(box, boxes):
            parts += [replace(box, tick=True)] if _is_tick(box, height) else []
        else:
            parts += _split(mask, box, height)
    return parts


def _digit_height(boxes: list[_Part]) -> float:
    """The height of the plain digits: a 1 is lower, a digit with its tick higher."""
    heights = [box.bottom - box.top for box in boxes]
    plain = [
        box.bottom - box.top
        for box in boxes
        if box.right - box.left <= _WIDEST_DIGIT * (box.bottom - box.top)
    ]
    return float(max(plain, default=min(heights)))


def _is_low(box: _Part, boxes: list[_Part]) -> bool:
    return box.bottom - box.top <= 0.7 * max(other.bottom - other.top for other in boxes)


def _is_tick(box: _Part, height: float) -> bool:
    return box.bottom < 0.6 * height + box.top and 0.12 * height < box.bottom - box.top < 0.45 * height


def _split(mask: NDArray[np.bool_], box: _Part, height: float) -> list[_Part]:
    """A digit; where a tick or a 1 shares its columns, that and the digit apart."""
    if box.right - box.left <= _WIDEST_DIGIT * height:
        return [box]
    edge = box.right - round(_PLAIN_WIDTH * height)
    left, right = _boxed(mask, np.arange(box.left, edge)), _boxed(mask, np.arange(edge, box.right))
    return [replace(left, tick=left.bottom - box.top <= 0.5 * height), right]


def _boxed(mask: NDArray[np.bool_], run: NDArray[np.int_]) -> _Part:
    left, right = int(run[0]), int(run[-1]) + 1
    rows = np.flatnonzero(mask[:, left:right].any(axis=1))
    return _Part(left, right, int(rows[0]), int(rows[-1]) + 1, tick=False)


def _as_text(glow: Glow, parts: list[_Part], height: float) -> FilmDate | None:
    text, last_right = "", None
    for part in parts:
        apart = last_right is not None and part.right - last_right > _NEXT_DIGIT * height
        if part.tick or (apart and not text.endswith("'")):
            text += " '" if part.tick else " "
        if not part.tick:
            digit = _digit(glow[part.top : part.bottom, part.left : part.right])
            if digit is None:
                return None
            text += digit
            last_right = part.right
    box = BoundingBox.clipped(
        min(part.left for part in parts) / glow.shape[1],
        min(part.top for part in parts) / glow.shape[0],
        max(part.right for part in parts) / glow.shape[1],
        max(part.bottom for part in parts) / glow.shape[0],
    )
    return FilmDate(" ".join(text.split()), box) if len(text.split()) == 3 else None


def _digit(lit: Glow) -> str | None:
    """The digit whose segments glow, None where no digit fits clearly."""
    height, width = lit.shape
    if width < _ONE_IS_NARROW * height:
        return "1"
    scaled = cv2.resize(lit, (20, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    means = {name: float(scaled[r0:r1, c0:c1].mean()) for name, (r0, r1, c0, c1) in _ZONES.items()}
    strongest = max(means.values())
    fits: dict[str, float] = {}
    for digit, segments in _LIT:
        lit_ones = [means[name] / strongest for name in segments]
        dark_ones = [means[name] / strongest for name in _ZONES if name not in segments]
        fit = min(lit_ones) - max(dark_ones, default=0.45)
        fits[digit] = max(fit, fits.get(digit, -1.0))
    best, second = sorted(fits.values(), reverse=True)[:2]
    winner = max(fits, key=lambda digit: fits[digit])
    return winner if best > 0 and best - second > _CLEAR_WIN else None
