"""Ink for drawn watermarks: fonts of Debian's packages, text with shadow or outline, seven-segment digits.

Drawing blends into the picture, so translucent panels and faint digits come out as a camera app's would.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import SettingsError

Colour = tuple[int, int, int, int]
Font = ImageFont.FreeTypeFont

WHITE: Colour = (255, 255, 255, 255)
BLACK: Colour = (0, 0, 0, 255)

_FONT_FILES: dict[str, tuple[str, ...]] = {
    "regular": (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    ),
    "bold": (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    ),
    "hei": (
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    ),
    "latin": ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",),
    "mono": (
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    ),
}
# Noto's CJK collection orders its faces JP, KR, SC, TC, HK.
_SIMPLIFIED_CHINESE_FACE = 2
_TRADITIONAL_CHINESE_FACE = 3

# Which of the segments a..g are lit, by digit.
_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcdfg",
}


@functools.lru_cache(maxsize=256)
def font(kind: str, size_px: int, traditional: bool = False) -> Font:
    """A font by kind: regular, bold, hei, mono, latin. `traditional` asks for Taiwan's shapes of characters.

    Raises SettingsError, saying which package is missing.
    """
    for name in _FONT_FILES[kind]:
        if Path(name).is_file():
            face = _TRADITIONAL_CHINESE_FACE if traditional else _SIMPLIFIED_CHINESE_FACE
            index = face if "NotoSansCJK" in name else 0
            return ImageFont.truetype(name, max(6, size_px), index=index)
    raise SettingsError(
        f"no {kind} font to draw watermarks with (looked for {', '.join(_FONT_FILES[kind])}): "
        "apt-get install fonts-noto-cjk fonts-wqy-zenhei fonts-wqy-microhei fonts-dejavu-core"
    )


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line of text is set. `outline` and `shadow` are shares of the size; 0 for none.

    `stretch` is the width of the glyphs as a share of the font's own: camera apps like narrow digits.
    """

    kind: str = "regular"
    size: float = 20.0
    colour: Colour = WHITE
    outline: float = 0.0
    shadow: float = 0.0
    stretch: float = 1.0
    traditional: bool = False

    @property
    def font(self) -> Font:
        return font(self.kind, round(self.size), self.traditional)

    def width(self, text: str) -> float:
        return self.font.getlength(text) * self.stretch

    def ink(self, text: str) -> tuple[float, float, float, float]:
        """The box of a text's ink, from the point where it is set."""
        left, top, right, bottom = self.font.getbbox(text)
        return left * self.stretch, top, right * self.stretch, bottom


class Layer:
    """A picture that is drawn on; positions in pixels from its top left corner. Colours' alpha blends."""

    def __init__(self, picture: Image.Image) -> None:
        self.image = picture.convert("RGB") if picture.mode != "RGB" else picture.copy()
        self.width, self.height = self.image.size
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def panel(self, box: tuple[float, float, float, float], colour: Colour, radius: float = 0) -> None:
        """A filled panel; its colour's alpha makes it translucent."""
        self._draw.rounded_rectangle(box, radius=radius, fill=colour)

    def text(self, x: float, y: float, text: str, pen: Pen) -> float:
        """Set a line with its top left at (x, y); returns its width."""
        if pen.stretch != 1.0:
            return self._stretched_text(x, y, text, pen)
        if pen.shadow:
            offset = max(1.0, pen.size * pen.shadow)
            self._draw.text((x + offset, y + offset), text, font=pen.font, fill=(0, 0, 0, 150))
        stroke = max(1, round(pen.size * pen.outline)) if pen.outline else 0
        self._draw.text(
            (x, y), text, font=pen.font, fill=pen.colour, stroke_width=stroke, stroke_fill=(0, 0, 0, 230)
        )
        return pen.width(text)

    def _stretched_text(self, x: float, y: float, text: str, pen: Pen) -> float:
        """The line's masks made narrower or wider, then filled."""
        pad = round(pen.size * 0.3)
        place = round(x - pad * pen.stretch), round(y - pad)
        offset = max(1, round(pen.size * pen.shadow))
        stroke = max(1, round(pen.size * pen.outline)) if pen.outline else 0
        if pen.shadow:
            self._fill(_mask(text, pen, pad), (place[0] + offset, place[1] + offset), (0, 0, 0, 150))
        if stroke:
            self._fill(_mask(text, pen, pad, stroke), place, (0, 0, 0, 230))
        self._fill(_mask(text, pen, pad), place, pen.colour)
        return pen.width(text)

    def _fill(self, mask: Image.Image, place: tuple[int, int], colour: Colour) -> None:
        faded = mask.point(lambda value: value * colour[3] // 255)
        self.image.paste(colour[:3], place, faded)

    def right_text(self, x_right: float, y: float, text: str, pen: Pen) -> None:
        self.text(x_right - pen.width(text), y, text, pen)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon(list(points), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """A line through the points."""
        self._draw.line(list(points), fill=colour, width=max(1, round(width)), joint="curve")

    def frame(
        self, box: tuple[float, float, float, float], width: float, colour: Colour, radius: float = 0
    ) -> None:
        """The outline of a panel."""
        self._draw.rounded_rectangle(box, radius=radius, outline=colour, width=max(1, round(width)))

    def stencil(self, x: int, y: int, mask: Image.Image, colour: Colour) -> None:
        """Colour through a mask, its top left at (x, y)."""
        self.image.paste(colour[:3], (x, y), mask)

    def seven_segments(self, x: float, y: float, text: str, height: float, colour: Colour) -> float:
        """Digits of lit segments; a space advances, an apostrophe is a tick. Returns the width."""
        start, width = x, height * 0.5
        for character in text:
            if character == "'":
                self._bar(x + width * 0.1, y, x, y + height * 0.22, height * 0.1, colour)
                x += width * 0.35
                continue
            for name in _SEGMENTS.get(character, ""):
                self._bar(*_segment(name, x, y, width, height), height * 0.1, colour)
            x += width * (1.45 if character != " " else 0.8)
        return x - start

    def _bar(self, x0: float, y0: float, x1: float, y1: float, thick: float, colour: Colour) -> None:
        self._draw.line((x0, y0, x1, y1), fill=colour, width=max(1, round(thick)))


def _mask(text: str, pen: Pen, pad: int, stroke: int = 0) -> Image.Image:
    size = round(pen.font.getlength(text)) + 2 * pad, round(pen.size * 1.6) + 2 * pad
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).text((pad, pad), text, font=pen.font, fill=255, stroke_width=stroke)
    narrow = max(1, round(size[0] * pen.stretch)), size[1]
    return mask.resize(narrow, Image.Resampling.BICUBIC)


def pixel_line(text: str, height: int) -> Image.Image:
    """A mask of a line in a bitmap font, enlarged by whole pixels to about `height`, as firmware prints."""
    small_font = ImageFont.load_default_imagefont()
    left, top, right, bottom = small_font.getbbox(text)
    mask = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(mask).text((0, 0), text, font=small_font, fill=255)
    factor = max(1, round(height / mask.height))
    return mask.resize((mask.width * factor, mask.height * factor), Image.Resampling.NEAREST)


def _segment(name: str, x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """The line of one segment of a digit whose top left is (x, y), with gaps at its ends."""
    left, right, top, middle, bottom = x, x + width, y, y + height / 2, y + height
    gap = height * 0.06
    return {
        "a": (left + gap, top, right - gap, top),
        "g": (left + gap, middle, right - gap, middle),
        "d": (left + gap, bottom, right - gap, bottom),
        "f": (left, top + gap, left, middle - gap),
        "b": (right, top + gap, right, middle - gap),
        "e": (left, middle + gap, left, bottom - gap),
        "c": (right, middle + gap, right, bottom - gap),
    }[name]
