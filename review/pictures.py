"""Pictures on a page: each is embedded once, and shown as often as an item points at it.

The pictures stand in one hidden SVG as `<image id="p3">`; whoever shows one says `<use href="#p3">`, so a
page with forty views of nine photos carries nine photos. A crop is the same picture through a smaller
viewBox, which needs no pixel to be touched here.
"""

import struct
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from pipeline.geometry import BoundingBox
from pipeline.results import EvidenceRef

CROP_BELOW_AREA = 0.04
"""A box with less than this share of the picture is hard to see in a thumbnail, so it gets a crop."""
MOST_CROPS = 2
_CROP_MARGIN = 0.35
_LEAST_CROP_WIDTH = 0.14
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


REPORT_PX = 900
"""The longer side of a picture that stands in a page."""


class PictureSource(Protocol):
    """Where a page gets its pictures."""

    def picture(
        self, media_key: str, presentation_s: float | None, longest_side_px: int = REPORT_PX
    ) -> bytes | None:
        """A photo, or the frame of a video at `presentation_s` seconds (its first where None), as an
        upright JPEG of at most so many pixels on its longer side; None where there is no such picture."""
        ...


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """A picture as the page carries it: its id, its size in pixels and its data URI."""

    picture_id: str
    width: int
    height: int
    data_uri: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle in the pixels of an embedded picture; `number` links a box with its caption."""

    x: float
    y: float
    width: float
    height: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Caption:
    """What a box shows; `number` is 0 where one caption needs no telling apart."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """One view of a picture: the boxes drawn on it, what they show, and crops of those that are small.

    `picture` is None where the source had none; the captions then stand alone.
    """

    media_key: str
    presentation_s: float | None
    picture: EmbeddedPicture | None
    boxes: tuple[Rectangle, ...]
    captions: tuple[Caption, ...]
    crops: tuple[Rectangle, ...]

    @property
    def name(self) -> str:
        name = self.media_key.rsplit("/", 1)[-1]
        return name if self.presentation_s is None else f"{name} @ {self.presentation_s:.1f} s"


class Album:
    """Fetches each picture once and hands out the same embedded one ever after."""

    def __init__(self, source: PictureSource) -> None:
        self._source = source
        self._fetched: dict[tuple[str, float | None], EmbeddedPicture | None] = {}

    @property
    def embedded(self) -> tuple[EmbeddedPicture, ...]:
        return tuple(picture for picture in self._fetched.values() if picture is not None)

    def picture(self, media_key: str, presentation_s: float | None) -> EmbeddedPicture | None:
        place = (media_key, presentation_s)
        if place not in self._fetched:
            self._fetched[place] = self._embed(self._source.picture(*place))
        return self._fetched[place]

    def shots(self, evidence: Iterable[EvidenceRef]) -> tuple[Shot, ...]:
        """One shot per picture, in order of first mention, with all the boxes that fall on it."""
        references = tuple(evidence)
        places = list(
            dict.fromkeys((reference.media_key, reference.presentation_s) for reference in references)
        )
        order = sorted(references, key=lambda reference: places.index(_place(reference)))
        return tuple(self._shot(*place, tuple(group)) for place, group in groupby(order, key=_place))

    def _shot(self, media_key: str, second: float | None, references: tuple[EvidenceRef, ...]) -> Shot:
        picture = self.picture(media_key, second)
        numbered = tuple(enumerate(references, start=1)) if len(references) > 1 else ((0, references[0]),)
        captions = tuple(Caption(number, reference.label) for number, reference in numbered)
        if picture is None:
            return Shot(media_key, second, None, (), captions, ())
        boxes = [(number, box) for number, reference in numbered for box in reference.boxes]
        small = [box for _, box in boxes if box.area < CROP_BELOW_AREA]
        drawn = tuple(_in_pixels(box, picture, number) for number, box in boxes)
        crops = tuple(_in_pixels(_surroundings(box), picture) for box in small[:MOST_CROPS])
        return Shot(media_key, second, picture, drawn, captions, crops)

    def _embed(self, jpeg: bytes | None) -> EmbeddedPicture | None:
        size = jpeg_size(jpeg) if jpeg else None
        if jpeg is None or size is None:
            return None
        uri = f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"
        return EmbeddedPicture(f"p{len(self.embedded) + 1}", *size, uri)


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG from its frame header (ITU T.81, B.2.2); None where there is none.

    The page needs no more of a picture than this, and so no imaging library.
    """
    if not data.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return (width, height) if width and height else None
        alone = marker == 0xFF or marker in _WITHOUT_LENGTH
        position += (1 if marker == 0xFF else 2) if alone else 2 + _segment_length(data, position)
    return None


def _segment_length(data: bytes, position: int) -> int:
    length: int = struct.unpack_from(">H", data, position + 2)[0]
    return length


def _place(reference: EvidenceRef) -> tuple[str, float | None]:
    return reference.media_key, reference.presentation_s


def _surroundings(box: BoundingBox) -> BoundingBox:
    """A box with some of what stands around it, never narrower than can be recognised."""
    width = max(box.width * (1 + 2 * _CROP_MARGIN), _LEAST_CROP_WIDTH)
    height = max(box.height * (1 + 2 * _CROP_MARGIN), width / 3)
    middle_x, middle_y = box.centre
    left = min(max(0.0, middle_x - width / 2), max(0.0, 1 - width))
    top = min(max(0.0, middle_y - height / 2), max(0.0, 1 - height))
    return BoundingBox.clipped(left, top, left + width, top + height)


def _in_pixels(box: BoundingBox, picture: EmbeddedPicture, number: int = 0) -> Rectangle:
    return Rectangle(
        round(box.x_min * picture.width, 1),
        round(box.y_min * picture.height, 1),
        round(box.width * picture.width, 1),
        round(box.height * picture.height, 1),
        number,
    )
