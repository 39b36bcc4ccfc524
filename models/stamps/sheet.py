"""A picture that a watermark is written on, and a record of what was written where."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.stamps.content import Content
from models.stamps.ink import WHITE, Colour, Layer, Pen
from models.stamps.writing import Language, Moment
from pipeline.evidence import FieldKind
from pipeline.geometry import BoundingBox

TIME = "time"
Mark = FieldKind | str | None
"""What a run of text is: a field, `TIME`, or nothing in particular."""
Run = tuple[Mark, str]
LEADING = 1.45
_INSEPARABLE = "，。、；：,.;:)）"


@dataclass(frozen=True, slots=True)
class DrawnField:
    """A field as it was printed: its text without the label, and the box of the text's ink."""

    kind: FieldKind
    text: str
    box: BoundingBox


@dataclass(frozen=True, slots=True)
class Sheet:
    """One watermark in the making. `unit` is a hundredth of the picture's shorter side, in pixels."""

    layer: Layer
    moment: Moment
    content: Content
    language: Language
    rng: random.Random
    _written: list[tuple[Mark, str, tuple[float, float, float, float]]] = field(default_factory=list)

    @property
    def unit(self) -> float:
        return min(self.layer.width, self.layer.height) / 100

    @property
    def width(self) -> int:
        return self.layer.width

    @property
    def height(self) -> int:
        return self.layer.height

    def say(self, zh_hans: str, zh_hant: str, en: str) -> str:
        """The words in the sheet's language."""
        return {Language.ZH_HANS: zh_hans, Language.ZH_HANT: zh_hant, Language.EN: en}[self.language]

    def pen(
        self,
        size_units: float,
        kind: str = "regular",
        colour: Colour = WHITE,
        *,
        shadow: float = 0.0,
        outline: float = 0.0,
        stretch: float = 1.0,
    ) -> Pen:
        traditional = self.language is Language.ZH_HANT
        return Pen(kind, max(8.0, self.unit * size_units), colour, outline, shadow, stretch, traditional)

    def write(self, x: float, y: float, pen: Pen, *runs: Run) -> float:
        """Set runs one behind the other from the top left (x, y); returns the width of all."""
        start = x
        for mark, text in runs:
            self.layer.text(x, y, text, pen)
            self.note(mark, text, (x, y), pen)
            x += pen.width(text)
        return x - start

    def write_right(self, x_right: float, y: float, pen: Pen, *runs: Run) -> float:
        return self.write(x_right - line_width(runs, pen), y, pen, *runs)

    def write_lines(
        self,
        x: float,
        y: float,
        pen: Pen,
        lines: Sequence[Sequence[Run]],
        max_width: float,
        right: bool = False,
    ) -> float:
        """Lines of runs, broken where they are too wide; returns the height. With `right`, x is their end."""
        set_lines = [part for line in lines for part in _broken(line, pen, max_width)]
        for index, line in enumerate(set_lines):
            place = y + index * LEADING * pen.size
            (self.write_right if right else self.write)(x, place, pen, *line)
        return len(set_lines) * LEADING * pen.size

    def lines_height(self, lines: Sequence[Sequence[Run]], pen: Pen, max_width: float) -> float:
        return sum(len(_broken(line, pen, max_width)) for line in lines) * LEADING * pen.size

    def note(self, mark: Mark, text: str, at: tuple[float, float], pen: Pen) -> None:
        """Remember what stands where, for what was drawn by other means."""
        left, top, right, bottom = pen.ink(text)
        self.note_box(mark, text, (at[0] + left, at[1] + top, at[0] + right, at[1] + bottom))

    def note_box(self, mark: Mark, text: str, box: tuple[float, float, float, float]) -> None:
        if mark is not None and text.strip():
            self._written.append((mark, text, box))

    def fields(self) -> tuple[DrawnField, ...]:
        """What was written, by kind: pieces of one kind that were broken over lines are one field."""
        kinds = dict.fromkeys(mark for mark, _, _ in self._written if isinstance(mark, FieldKind))
        return tuple(DrawnField(kind, self._text(kind), self._box(kind)) for kind in kinds)

    def time_box(self) -> BoundingBox:
        return self._box(TIME)

    def _text(self, kind: FieldKind) -> str:
        text = ""
        for _, piece, _ in filter(lambda item: item[0] is kind, self._written):
            gap = " " if text and text[-1].isascii() and piece[0].isascii() else ""
            text = f"{text}{gap}{piece.strip()}"
        return text

    def _box(self, mark: Mark) -> BoundingBox:
        boxes = [box for found, _, box in self._written if found == mark]
        return BoundingBox.clipped(
            min(box[0] for box in boxes) / self.width,
            min(box[1] for box in boxes) / self.height,
            max(box[2] for box in boxes) / self.width,
            max(box[3] for box in boxes) / self.height,
        )


def weather_runs(content: Content) -> list[Run]:
    """Weather and temperature as they stand in a line, as far as there are any."""
    runs: list[Run] = []
    if content.weather:
        runs.append((FieldKind.WEATHER, content.weather))
    if content.temperature_c is not None:
        runs += [(None, " ")] if runs else []
        runs.append((FieldKind.TEMPERATURE, f"{content.temperature_c}℃"))
    return runs


def line_width(line: Sequence[Run], pen: Pen) -> float:
    return sum(pen.width(text) for _, text in line)


def _broken(runs: Sequence[Run], pen: Pen, max_width: float) -> list[list[Run]]:
    """Runs over lines of at most this width: Chinese breaks anywhere, Latin letters at blanks."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for mark, text in runs:
        for piece in _pieces(text):
            width = pen.width(piece)
            if used + width > max_width and used > 0 and piece not in _INSEPARABLE:
                lines.append([])
                used, piece = 0.0, piece.lstrip()
                width = pen.width(piece)
            if not piece:
                continue
            if lines[-1] and lines[-1][-1][0] == mark:
                lines[-1][-1] = (mark, lines[-1][-1][1] + piece)
            else:
                lines[-1].append((mark, piece))
            used += width
    return [line for line in lines if line]


def _pieces(text: str) -> list[str]:
    """What may not be broken: single Chinese characters, words with the blank before them."""
    pieces: list[str] = []
    for character in text:
        glued = pieces and character.isascii() and pieces[-1].isascii() and character != " "
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
