"""Named fields of a watermark's block: place, coordinates, name, code and so on, each with its box.

A field is known by its label, else by its form. Only lines of the stamp's own block are asked, so that a
notice on the wall is no field; a verification code, which cameras print into a corner of its own, is taken
from wherever its label stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.evidence import FieldKind, WatermarkField, WatermarkReading
from pipeline.geometry import BoundingBox
from pipeline.watermark import field_words as words
from pipeline.watermark.coordinates import find_angles, position
from pipeline.watermark.formats import find_clocks, find_dates, find_weekday
from pipeline.watermark.lines import SeenLine, Segment, around, near, same_row, segments
from pipeline.watermark.text import normalised

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_HEIGHTS_APART = 0.9  # a wrapped line stands this close below its first, in line heights
_WRAPS: frozenset[FieldKind | None] = frozenset({FieldKind.PLACE, FieldKind.PROJECT, FieldKind.REMARKS})
_ONCE_ONLY = frozenset(FieldKind) - {FieldKind.REMARKS, FieldKind.PROJECT}
_COMMAS = (",", "，", "、")
_JUNK = re.compile(r"[\W_]+")


def with_fields(reading: WatermarkReading, lines: Sequence[SeenLine], shape: float) -> WatermarkReading:
    """The reading with the fields of the block around its stamp; `shape`: width over height."""
    return replace(reading, fields=find_fields(lines, reading.box, shape)) if reading.box else reading


def find_fields(lines: Sequence[SeenLine], stamp: BoundingBox, shape: float) -> tuple[WatermarkField, ...]:
    """The named fields of the block that `stamp` is part of, from top to bottom, then left to right."""
    every = segments(lines, shape)
    rows = [_Row(segment, segment.text.strip()) for segment in _block(every, stamp, shape)]
    found = [*_labelled(rows, shape)]
    taken = {id(row) for row, _ in found} | {id(row) for row in rows if _is_times_own(row.text)}
    fields = [field for _, field in found if field is not None]
    free = [row for row in rows if id(row) not in taken]
    fields += [field for row in rows for field in _formed(row, labelled=id(row) in taken)]
    fields += _places(free, shape)
    fields += _codes_elsewhere(every, rows)
    return tuple(sorted(_distinct(_joined(fields)), key=lambda field: (field.box.y_min, field.box.x_min)))


@dataclass(frozen=True, slots=True)
class _Row:
    segment: Segment
    text: str

    @property
    def box(self) -> BoundingBox:
        return self.segment.box

    def field(
        self, kind: FieldKind, text: str, value: str = "", label: str = "", box: BoundingBox | None = None
    ) -> WatermarkField:
        confidence = min(1.0, max(0.0, self.segment.confidence))
        return WatermarkField(kind, text, box or self.box, confidence, value, label)


def _block(every: Sequence[Segment], stamp: BoundingBox, shape: float) -> list[Segment]:
    """The segments that hang together with the stamp, in reading order."""
    block: list[Segment] = []
    edge = [stamp]
    rest = list(every)
    while edge:
        box = edge.pop()
        close = [segment for segment in rest if near(box, segment.box, shape) or box == segment.box]
        rest = [segment for segment in rest if segment not in close]
        block += close
        edge += [segment.box for segment in close]
    return sorted(block, key=lambda segment: (segment.box.y_min, segment.box.x_min))


def _labelled(rows: Sequence[_Row], shape: float) -> Iterator[tuple[_Row, WatermarkField | None]]:
    """Each row that a label names, with its field; and each that continues one, with None."""
    used: set[int] = set()
    for index, row in enumerate(rows):
        split = words.split_label(row.text)
        if split is None or id(row) in used:
            continue
        kind, label, value = split
        parts = [] if value else [other for other in _right_of(row, rows) if id(other) not in used][:1]
        if kind in _WRAPS:
            parts += _wrapped(parts[-1] if parts else row, rows[index + 1 :], shape)
        used |= {id(part) for part in parts}
        yield from ((part, None) for part in parts)
        text = _kept(kind, _run_on([value, *(part.text for part in parts)]))
        box = around([row.box, *(part.box for part in parts)])
        yield (
            row,
            row.field(kind, text, _value(kind, label, text), label, box) if kind and _says(text) else None,
        )


def _kept(kind: FieldKind | None, text: str) -> str:
    """The weather without the temperature that often stands behind it: that is a field of its own."""
    return words.TEMPERATURE.sub("", text).strip() if kind is FieldKind.WEATHER else text


def _right_of(row: _Row, rows: Sequence[_Row]) -> list[_Row]:
    """The unlabelled rows on one line with a lone label: a table's second column."""
    beside = [
        other
        for other in rows
        if other.box.x_min >= row.box.x_max and same_row(row.box, other.box) and not _is_named(other.text)
    ]
    return sorted(beside, key=lambda other: other.box.x_min)


def _wrapped(first: _Row, below: Sequence[_Row], shape: float) -> list[_Row]:
    """The lines below that continue a value: close, of one size, no field themselves."""
    lines: list[_Row] = []
    last = first
    for row in below:
        gap = row.box.y_min - last.box.y_max
        fits = gap < _MAX_HEIGHTS_APART * last.box.height and 0.6 < row.box.height / last.box.height < 1.6
        inside = row.box.x_min > first.box.x_min - last.box.height / shape
        if not (fits and inside) or _is_named(row.text) or _has_form(row.text):
            break
        lines.append(row)
        last = row
    return lines


def _is_named(text: str) -> bool:
    return words.split_label(text) is not None


def _is_times_own(text: str) -> bool:
    return bool(words.BRAND.search(text)) and not words.CODE_WORD.search(text)


def _has_form(text: str) -> bool:
    """Whether a line without a label is something of its own: a time, coordinates, weather, a brand."""
    plain = normalised(text)
    dates = find_dates(plain)
    return bool(
        dates
        or find_clocks(plain, dates)
        or find_weekday(plain) is not None
        or len(find_angles(text)) > 0
        or words.TEMPERATURE.search(text)
        or words.BRAND.search(text)
    )


def _formed(row: _Row, *, labelled: bool) -> Iterator[WatermarkField]:
    """The fields that a row holds by their form. A labelled row may name weekday and temperature."""
    text = row.text
    weekday = find_weekday(normalised(text))
    if weekday is not None:
        yield row.field(FieldKind.WEEKDAY, words.weekday_words(normalised(text)), WEEKDAYS[weekday])
    temperature = words.TEMPERATURE.search(text)
    if temperature:
        yield row.field(FieldKind.TEMPERATURE, temperature[0], _celsius(text))
    if labelled:
        return
    weather = words.WEATHER_WORDS.search(text)
    if weather and (temperature or weekday is not None or len(text) <= len(weather[0]) + 2):
        yield row.field(FieldKind.WEATHER, weather[0])
    if find_angles(text):
        yield row.field(FieldKind.COORDINATES, text, _position_text(text))


def _places(rows: Sequence[_Row], shape: float) -> Iterator[WatermarkField]:
    """The fullest of the places without a label: apps print a short one above the whole address."""
    found = []
    for index, row in enumerate(rows):
        if words.PLACE.search(row.text) and not _has_form(row.text):
            parts = [row, *(_wrapped(row, rows[index + 1 :], shape) if row.text.endswith(_COMMAS) else ())]
            text, box = _run_on([part.text for part in parts]), around([part.box for part in parts])
            found.append(row.field(FieldKind.PLACE, text, box=box))
    if found:
        yield max(found, key=lambda field: len(field.text))


def _codes_elsewhere(every: Sequence[Segment], rows: Sequence[_Row]) -> Iterator[WatermarkField]:
    """A code by its label or beside the camera's own words, wherever in the picture it stands."""
    known = {id(row.segment) for row in rows}
    for segment in every:
        row = _Row(segment, segment.text.strip())
        code = words.CODE_WORD.search(row.text)
        split = words.split_label(row.text)
        if split and split[0] is FieldKind.CODE and id(segment) not in known and _says(split[2]):
            yield row.field(FieldKind.CODE, split[2], _code(split[2]), split[1])
        elif code and split is None and (words.BRAND.search(row.text) or code[0] == row.text):
            yield row.field(FieldKind.CODE, code[0], code[0])


def _joined(fields: Sequence[WatermarkField]) -> list[WatermarkField]:
    """Latitude on one line and longitude on the next, or a pair of lines of coordinates: made one field."""
    halves = [field for field in fields if field.kind is FieldKind.COORDINATES and not field.value]
    rest = [field for field in fields if field not in halves]
    for first, second in zip(halves[::2], halves[1::2], strict=False):
        text = f"{first.text} {second.text}"
        value = _position_text(text)
        confidence = min(first.confidence, second.confidence)
        box = around([first.box, second.box])
        rest.append(WatermarkField(FieldKind.COORDINATES, text, box, confidence, value, first.label))
    return rest + halves[len(halves) // 2 * 2 :]


def _distinct(fields: Sequence[WatermarkField]) -> Iterator[WatermarkField]:
    """Each kind once, the labelled before the unlabelled; remarks and projects may repeat."""
    seen: set[FieldKind] = set()
    for field in sorted(fields, key=lambda each: not each.label):
        if field.kind not in seen or field.kind not in _ONCE_ONLY:
            yield field
        seen.add(field.kind)


def _value(kind: FieldKind, label: str, text: str) -> str:
    if kind is FieldKind.COORDINATES:
        return _position_text(text) or _position_text(f"{label}:{text}")
    if kind is FieldKind.ALTITUDE:
        match = words.ALTITUDE.search(text)
        return match["number"] if match else ""
    if kind is FieldKind.TEMPERATURE:
        return _celsius(text)
    return _code(text) if kind is FieldKind.CODE else ""


def _position_text(text: str) -> str:
    found = position(find_angles(text))
    return f"{found[0]:.6f},{found[1]:.6f}" if found else ""


def _celsius(text: str) -> str:
    match = words.TEMPERATURE.search(text)
    if match is None:
        return ""
    number = float(match["number"])
    fahrenheit = match["unit"] == "F" or match["sign"] == "℉"
    return f"{(number - 32) / 1.8 if fahrenheit else number:.0f}"


def _code(text: str) -> str:
    """A code without what OCR and layout put between its characters."""
    return _JUNK.sub("", text)


def _says(text: str) -> bool:
    return bool(_JUNK.sub("", text))


def _run_on(parts: Sequence[str]) -> str:
    """Pieces of a wrapped value in a row: with a blank between words of Latin letters, without in Chinese."""
    text = ""
    for part in filter(None, (part.strip() for part in parts)):
        gap = " " if text and text[-1].isascii() and part[0].isascii() else ""
        text = f"{text}{gap}{part}"
    return text
