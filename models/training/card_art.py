"""Drawn work badges, papers and what may be taken for a badge: logos, name strips, phones, ties.

Everything is drawn flat at a fixed size; the scenes turn, size and light it.
"""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.training.layers import Canvas, Layer, layer
from pipeline.ports import Pixels

_LONG_PX, _SHORT_PX = 320, 205
_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXYZ0123456789"
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


def badge(portrait: Pixels, rng: Generator) -> Layer:
    """A badge in its holder: upright or lying, with photo, header, name lines and sometimes a bar code."""
    upright = rng.random() < 0.7
    height, width = (_LONG_PX, _SHORT_PX) if upright else (_SHORT_PX, _LONG_PX)
    field = _paper(height, width, rng)
    header = int(height * rng.uniform(0.14, 0.3))
    if rng.random() < 0.75:
        field[:header] = _ink(rng)
    if rng.random() < 0.4:
        field[height - int(height * rng.uniform(0.05, 0.12)) :] = _ink(rng)
    text(field, (8, 6, width - 16, header - 8), 1 if rng.random() < 0.6 else 2, rng)
    photo = _photo_place(height, width, header, upright, rng)
    _paste(field, portrait, photo)
    _write_beside(field, photo, upright, rng)
    return _in_holder(field, rng)


def _photo_place(
    height: int, width: int, header: int, upright: bool, rng: Generator
) -> tuple[int, int, int, int]:
    """left, top, width, height of the badge's photo."""
    tall = int((height - header) * (rng.uniform(0.3, 0.5) if upright else rng.uniform(0.6, 0.85)))
    wide = int(tall * 0.78)
    left = int(rng.choice([10, (width - wide) // 2, width - wide - 10]))
    return left, header + 8, wide, tall


def _write_beside(field: Canvas, photo: tuple[int, int, int, int], upright: bool, rng: Generator) -> None:
    height, width = field.shape[:2]
    left, top, wide, tall = photo
    if upright:
        text(field, (12, top + tall + 8, width - 24, height - top - tall - 30), int(rng.integers(2, 5)), rng)
        return
    free = (left + wide + 10, width - 8) if left < width / 3 else (8, left - 8)
    if free[1] - free[0] > 40:
        text(field, (free[0], top, free[1] - free[0], tall), int(rng.integers(2, 5)), rng)


def text(field: Canvas, place: tuple[int, int, int, int], lines: int, rng: Generator) -> None:
    """Lines of letters, of strokes like Chinese writing, or of bars, within left, top, width, height."""
    left, top, width, height = place
    pitch = height / max(1, lines)
    ink = (0.0, 0.0, 0.0) if field[top : top + height].mean() > 110 else (255.0, 255.0, 255.0)
    for line in range(lines):
        y, tall = int(top + line * pitch), int(pitch * rng.uniform(0.45, 0.75))
        if tall >= 4:
            _one_line(field, left, y, int(width * rng.uniform(0.5, 1.0)), tall, ink, rng)


def _one_line(
    field: Canvas, left: int, top: int, width: int, tall: int, ink: tuple[float, float, float], rng: Generator
) -> None:
    style = rng.random()
    if style < 0.4:
        words = "".join(rng.choice(list(_LETTERS), max(1, int(width / (0.7 * tall)))))
        font = _FONTS[int(rng.integers(len(_FONTS)))]
        letters = np.zeros(field.shape[:2], dtype=np.uint8)
        cv2.putText(letters, words, (left, top + tall), font, tall / 24, 255, 1 + tall // 14, cv2.LINE_AA)
        opacity = letters[..., None] / 255.0
        field[:] = field * (1 - opacity) + np.array(ink) * opacity
    elif style < 0.85:
        for x in range(left, left + width - tall, int(tall * 1.15)):
            _glyph(field, x, top, tall, ink, rng)
    else:
        bars = np.repeat(rng.random(max(1, width // 3)) < 0.5, 3)
        field[top : top + tall, left : left + len(bars)][:, bars] = ink


def _glyph(
    field: Canvas, left: int, top: int, size: int, ink: tuple[float, float, float], rng: Generator
) -> None:
    """Strokes across, down and aslant in a square."""
    thickness = max(1, size // 10)
    for _ in range(int(rng.integers(4, 8))):
        start = rng.uniform(0, size, 2)
        across, down = ((1.0, 0.0), (0.0, 1.0), (0.6, 0.6))[int(rng.integers(3))]
        end = np.clip(start + rng.uniform(0.4, 0.9) * size * np.array([across, down]), 0, size)
        corner = np.array([left, top])
        first, last = (start + corner).astype(int), (end + corner).astype(int)
        cv2.line(field, first.tolist(), last.tolist(), ink, thickness, cv2.LINE_AA)


def _paper(height: int, width: int, rng: Generator) -> Canvas:
    shade = rng.uniform(215, 255) + rng.uniform(-12, 12, 3) if rng.random() < 0.8 else rng.uniform(60, 255, 3)
    return np.asarray(np.ones((height, width, 1)) * shade, dtype=np.float32)


def _ink(rng: Generator) -> NDArray[np.float64]:
    return rng.uniform(0, 220, 3)


def _paste(field: Canvas, picture: Pixels, place: tuple[int, int, int, int]) -> None:
    left, top, width, height = place
    field[top : top + height, left : left + width] = cv2.resize(
        picture, (width, height), interpolation=cv2.INTER_AREA
    )


def _in_holder(field: Canvas, rng: Generator) -> Layer:
    """Rounded, with or without the rim of a holder in plastic, and a gleam across."""
    rim = int(rng.integers(0, 18))
    framed = cv2.copyMakeBorder(
        field, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=rng.uniform(60, 250, 3).tolist()
    )
    height, width = framed.shape[:2]
    if rng.random() < 0.35:
        along = np.arange(width)[None, :] + rng.uniform(-1, 1) * np.arange(height)[:, None]
        gleam = np.exp(-(((along - rng.uniform(0, width)) / rng.uniform(15, 60)) ** 2))
        framed = framed + gleam[..., None] * rng.uniform(30, 140)
    pixels = np.asarray(np.clip(framed, 0, 255), dtype=np.uint8)
    return layer(pixels, _rounded(height, width, int(rng.integers(4, 24))))


def _rounded(height: int, width: int, radius: int) -> NDArray[np.float32]:
    opacity = np.zeros((height, width), dtype=np.float32)
    cv2.rectangle(opacity, (radius, 0), (width - 1 - radius, height - 1), 1.0, -1)
    cv2.rectangle(opacity, (0, radius), (width - 1, height - 1 - radius), 1.0, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(opacity, (x, y), radius, 1.0, -1)
    return opacity


def paper(rng: Generator) -> Layer:
    """A form or notice: a sheet with a title, lines of text, sometimes a table and a stamp."""
    height, width = 594, 420
    field = np.ones((height, width, 3), dtype=np.float32) * rng.uniform(225, 255)
    text(field, (60, 24, width - 120, 40), 1, rng)
    text(field, (30, 90, width - 60, height - 140), int(rng.integers(8, 22)), rng)
    if rng.random() < 0.5:
        for y in range(100, height - 60, int(rng.integers(24, 60))):
            cv2.line(field, (24, y), (width - 24, y), (90.0, 90.0, 90.0), 1)
        cv2.rectangle(field, (24, 90), (width - 24, height - 50), (60.0, 60.0, 60.0), 2)
    if rng.random() < 0.4:
        cv2.circle(field, (int(rng.integers(100, 320)), height - 100), 44, (200.0, 40.0, 40.0), 4)
    pixels = np.asarray(np.clip(field, 0, 255), dtype=np.uint8)
    return layer(pixels, np.ones((height, width), dtype=np.float32))


def look_alike(rng: Generator) -> Layer:
    """Something on a chest that is no badge: a logo, a name strip, a phone, a tie, a patch."""
    return (_logo, _name_strip, _phone, _tie, _patch)[int(rng.integers(5))](rng)


def _logo(rng: Generator) -> Layer:
    field = (np.ones((120, 120, 3)) * _ink(rng)).astype(np.float32)
    opacity = np.zeros((120, 120), dtype=np.float32)
    cv2.ellipse(opacity, (60, 60), (58, int(rng.integers(25, 58))), 0, 0, 360, 1.0, -1)
    text(field, (20, 45, 80, 32), 1, rng)
    return layer(field.astype(np.uint8), opacity)


def _name_strip(rng: Generator) -> Layer:
    """Embroidered letters: only the strokes are opaque."""
    ink = np.zeros((60, 240, 3), dtype=np.float32)
    text(ink, (4, 4, 232, 52), int(rng.integers(1, 3)), rng)
    colours = np.ones((60, 240, 3)) * rng.uniform(0, 255, 3)
    return layer(colours.astype(np.uint8), np.asarray(ink[..., 0] / 255.0, dtype=np.float32))


def _phone(rng: Generator) -> Layer:
    field = np.ones((300, 150, 3), dtype=np.float32) * rng.uniform(5, 60)
    if rng.random() < 0.5:
        field[24:276, 10:140] = rng.uniform(0, 255, 3)
    return layer(field.astype(np.uint8), _rounded(300, 150, 16))


def _tie(rng: Generator) -> Layer:
    field = np.ones((400, 90, 3), dtype=np.float32) * _ink(rng)
    for y in range(0, 400, int(rng.integers(20, 80))):
        cv2.line(field, (0, y), (90, y + 40), _ink(rng).tolist(), 8)
    opacity = np.zeros((400, 90), dtype=np.float32)
    cv2.fillPoly(opacity, [np.array([[30, 0], [60, 0], [85, 340], [45, 399], [5, 340]], dtype=np.int32)], 1.0)
    return layer(field.astype(np.uint8), opacity)


def _patch(rng: Generator) -> Layer:
    """A plain piece of cloth or tape, sometimes reflecting: no photo, no writing."""
    height, width = int(rng.integers(30, 200)), int(rng.integers(60, 240))
    shade = rng.uniform(120, 255) + rng.uniform(-60, 60, 3)
    field = np.ones((height, width, 3)) * np.clip(shade, 0, 255)
    return layer(field.astype(np.uint8), np.ones((height, width), dtype=np.float32))
