"""Ink for drawn watermarks: fonts of Debian's packages, text with shadow or outline, seven-segment digits.

Drawing happens on an RGBA layer that is laid over the picture, so translucent panels and faint digits come
out as a camera app's would.
"""

import functools
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
    "mono": (
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    ),
}
_SIMPLIFIED_CHINESE_FACE = 2  # Noto's CJK collection orders its faces JP, KR, SC, TC, HK

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
def font(kind: str, size_px: int) -> Font:
    """A font by kind: regular, bold, hei, mono. Raises SettingsError, saying which package is missing."""
    for name in _FONT_FILES[kind]:
        if Path(name).is_file():
            index = _SIMPLIFIED_CHINESE_FACE if "NotoSansCJK" in name else 0
            return ImageFont.truetype(name, max(6, size_px), index=index)
    raise SettingsError(
        f"no {kind} font to draw watermarks with (looked for {', '.join(_FONT_FILES[kind])}): "
        "apt-get install fonts-noto-cjk fonts-wqy-zenhei fonts-wqy-microhei fonts-dejavu-core"
    )


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line of text is set. `outline` and `shadow` are shares of the size; 0 for none."""

    kind: str = "regular"
    size: float = 20.0
    colour: Colour = WHITE
    outline: float = 0.0
    shadow: float = 0.0

    @property
    def font(self) -> Font:
        return font(self.kind, round(self.size))


class Layer:
    """A transparent layer as large as the picture; positions in pixels from its top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def over(self, picture: Image.Image) -> Image.Image:
        return Image.alpha_composite(picture.convert("RGBA"), self._image).convert("RGB")

    def panel(self, box: tuple[float, float, float, float], colour: Colour, radius: float = 0) -> None:
        """A filled panel; its colour's alpha makes it translucent."""
        self._draw.rounded_rectangle(box, radius=radius, fill=colour)

    def text(self, x: float, y: float, text: str, pen: Pen) -> float:
        """Set a line with its top left at (x, y); returns its width."""
        if pen.shadow:
            offset = max(1.0, pen.size * pen.shadow)
            self._draw.text((x + offset, y + offset), text, font=pen.font, fill=(0, 0, 0, 150))
        stroke = max(1, round(pen.size * pen.outline)) if pen.outline else 0
        self._draw.text(
            (x, y), text, font=pen.font, fill=pen.colour, stroke_width=stroke, stroke_fill=(0, 0, 0, 230)
        )
        return pen.font.getlength(text)

    def right_text(self, x_right: float, y: float, text: str, pen: Pen) -> None:
        self.text(x_right - pen.font.getlength(text), y, text, pen)

    def stencil(self, x: int, y: int, mask: Image.Image, colour: Colour) -> None:
        """Colour through a mask, its top left at (x, y)."""
        self._image.paste(colour, (x, y), mask)

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
