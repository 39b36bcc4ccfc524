"""Pictures that lie on their side or stand on their heads: which turns to try, and places turned back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.stamp_finder import Found, runs_upright
from pipeline.evidence import WatermarkReading
from pipeline.geometry import BoundingBox

_READ_BADLY = 0.9  # line confidence; text on its head seldom reads better
_LEAST_OF_A_TIME = 5  # characters: 14:35
_MOST_ON_THEIR_HEADS = 4  # lines that are read again, turned


def ways_to_turn(found: Sequence[Found]) -> Iterator[tuple[int, Sequence[Found]]]:
    """Quarter turns to the left that may make lines legible, and the lines to try them on: upright lines turn
    either way; of level lines, the longest that were read badly may stand on their heads."""
    upright = [item for item in found if runs_upright(item)]
    if upright:
        yield from ((turns, upright) for turns in (1, 3))
    bad = [item for item in found if item.line.confidence < _READ_BADLY and item not in upright]
    long = sorted((item for item in bad if len(item.line.text) >= _LEAST_OF_A_TIME), key=_length_of_text)
    if long:
        yield 2, long[-_MOST_ON_THEIR_HEADS:]


def _length_of_text(item: Found) -> int:
    return len(item.line.text)


def turned_back(reading: WatermarkReading, turns: int) -> WatermarkReading:
    """The reading of a picture turned by quarter turns to the left, its boxes in the picture as it was."""
    fields = tuple(replace(field, box=_box_back(field.box, turns)) for field in reading.fields)
    return replace(reading, box=_box_back(reading.box, turns) if reading.box else None, fields=fields)


def _box_back(box: BoundingBox, turns: int) -> BoundingBox:
    x_min, y_min, x_max, y_max = box.as_tuple()
    if turns == 2:
        return BoundingBox.clipped(1 - x_max, 1 - y_max, 1 - x_min, 1 - y_min)
    if turns == 1:
        return BoundingBox.clipped(1 - y_max, x_min, 1 - y_min, x_max)
    return BoundingBox.clipped(y_min, 1 - x_max, y_max, 1 - x_min)
