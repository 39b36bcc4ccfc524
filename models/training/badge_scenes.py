"""Pictures of people who wear a badge, composed onto real people; some wear things that are no badge."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from models.training.backgrounds import SIDE_PX, room_piece, surface
from models.training.card_art import badge, look_alike, paper
from models.training.labelled import LabelledBox, LabelledPicture
from models.training.layers import Canvas, Laid, Layer, finished, lay, tinted, turned, visible_boxes
from models.training.pictures import concealed, read_picture
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

_LEAST_BODY_PX = 60
_KEPT_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _Body:
    """A person on the canvas, in pixels: middle of the shoulders, top of the head, width of the shoulders."""

    middle: float
    top: float
    bottom: float
    shoulders: float


class BadgeScenes:
    """Composes pictures of badges from the people and rooms of one side of the split."""

    def __init__(self, people: Sequence[LabelledPicture], rooms: Sequence[LabelledPicture]) -> None:
        self._hosts = [
            (picture, box) for picture in people for box in picture.boxes if _worth_hosting(picture, box)
        ]
        self._rooms = rooms

    def compose(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        """One picture, SIDE_PX square, with the boxes of its people, badges and papers."""
        if rng.random() < 0.15:
            return self._lying(rng)
        canvas, people = self._view(rng)
        laid: list[Laid] = []
        for person in people:
            body = _body(person.box)
            if body.shoulders >= _LEAST_BODY_PX:
                self._dress(canvas, laid, body, rng)
        boxes = tuple(LabelledBox(label, box) for label, box in visible_boxes(laid))
        return finished(canvas, rng), people + boxes

    def _dress(self, canvas: Canvas, laid: list[Laid], body: _Body, rng: Generator) -> None:
        choice = rng.random()
        if choice < 0.75:
            laid.append(self._lay_badge(canvas, body, rng))
        if choice > 0.6:
            place = _on_chest(body, rng)
            laid.append(Laid(None, _lay_at(canvas, _sized(look_alike(rng), 0.25, body, rng), place, rng)))
        if rng.random() < 0.12:
            place = (body.middle + rng.uniform(-0.5, 0.5) * body.shoulders, body.top + 1.5 * body.shoulders)
            laid.append(Laid("document", _lay_at(canvas, _sized(paper(rng), 0.6, body, rng), place, rng)))

    def _lay_badge(self, canvas: Canvas, body: _Body, rng: Generator) -> Laid:
        x, y = _on_chest(body, rng)
        card = _sized(badge(self._portrait(rng), rng), 0.25, body, rng)
        hanging = rng.random()
        if hanging < 0.55:
            _draw_strap(canvas, body, (x, y - card.shape[0] / 2), rng)
        elif hanging < 0.8:
            _draw_clip(canvas, card, (x, y), rng)
        return Laid("badge", _lay_at(canvas, card, (x, y), rng))

    def _lying(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        """Badges and papers lying on something or held close to the camera, nobody to be seen."""
        canvas = room_piece(self._rooms, rng) if rng.random() < 0.6 else surface(rng)
        laid: list[Laid] = []
        for _ in range(int(rng.integers(1, 4))):
            label, art = (
                ("badge", badge(self._portrait(rng), rng))
                if rng.random() < 0.65
                else ("document", paper(rng))
            )
            size = SIDE_PX * rng.uniform(0.12, 0.5) / max(art.shape[:2])
            place = (rng.uniform(0.1, 0.9) * SIDE_PX, rng.uniform(0.1, 0.9) * SIDE_PX)
            piece = tinted(turned(art, rng.uniform(-60, 60), size, rng.uniform(0.7, 1.1)), rng)
            laid.append(Laid(label, _lay_at(canvas, piece, place, rng)))
        boxes = tuple(LabelledBox(label, box) for label, box in visible_boxes(laid))
        return finished(canvas, rng), boxes

    def _view(self, rng: Generator) -> tuple[Canvas, tuple[LabelledBox, ...]]:
        """A square look at a host: from head and chest to the whole picture, with its people."""
        picture, host = self._hosts[int(rng.integers(len(self._hosts)))]
        pixels = concealed(read_picture(picture.path), picture.concealed)
        height, width = pixels.shape[:2]
        body = _body(host.box, width, height)
        side = int(min(max(body.shoulders * rng.uniform(1.6, 5.0), 120), height, width))
        left = int(np.clip(body.middle - side * rng.uniform(0.3, 0.7), 0, width - side))
        top = int(np.clip(body.top - side * rng.uniform(0.0, 0.15), 0, height - side))
        window = BoundingBox(left / width, top / height, (left + side) / width, (top + side) / height)
        piece = cv2.resize(pixels[top : top + side, left : left + side], (SIDE_PX, SIDE_PX))
        return piece.astype(np.float32), _seen_through(window, picture.boxes)

    def _portrait(self, rng: Generator) -> Pixels:
        """Somebody's head and shoulders, for the photo on a badge."""
        picture, host = self._hosts[int(rng.integers(len(self._hosts)))]
        pixels = read_picture(picture.path)
        body = _body(host.box, pixels.shape[1], pixels.shape[0])
        half = 0.38 * body.shoulders
        left, top = max(0, int(body.middle - half)), max(0, int(body.top))
        return pixels[top : top + max(4, int(2.5 * half)), left : left + max(4, int(2 * half))]


def _worth_hosting(picture: LabelledPicture, person: LabelledBox) -> bool:
    if person.label != "person":
        return False
    height, width = read_picture(picture.path).shape[:2]
    return _body(person.box, width, height).shoulders >= _LEAST_BODY_PX and person.box.height > 0.25


def _body(box: BoundingBox, width: int = SIDE_PX, height: int = SIDE_PX) -> _Body:
    """Shoulders are as wide as the box, but no wider than 0.4 of its height: arms spread wider."""
    shoulders = min(box.width * width, 0.4 * box.height * height)
    return _Body(box.centre[0] * width, box.y_min * height, box.y_max * height, shoulders)


def _on_chest(body: _Body, rng: Generator) -> tuple[float, float]:
    low = min(body.bottom - 0.2 * body.shoulders, body.top + 1.4 * body.shoulders)
    return (
        body.middle + float(rng.uniform(-0.25, 0.25)) * body.shoulders,
        float(rng.uniform(min(low, body.top + 0.75 * body.shoulders), low)),
    )


def _sized(art: Layer, share: float, body: _Body, rng: Generator) -> Layer:
    """Art turned a little and lit, its longer side about `share` of the shoulders."""
    size = share * rng.uniform(0.65, 1.4) * body.shoulders / max(art.shape[:2])
    return tinted(turned(art, rng.normal(0, 9), size, rng.uniform(0.65, 1.05)), rng)


def _lay_at(
    canvas: Canvas, piece: Layer, place: tuple[float, float], rng: Generator
) -> "np.typing.NDArray[np.bool_]":
    left, top = int(place[0] - piece.shape[1] / 2), int(place[1] - piece.shape[0] / 2)
    return lay(canvas, piece, left, top, shadow=float(rng.uniform(0.05, 0.4)))


def _draw_strap(canvas: Canvas, body: _Body, end: tuple[float, float], rng: Generator) -> None:
    """A lanyard: two bands from the neck that meet at the card's top."""
    colour = rng.uniform(0, 240, 3).tolist()
    thickness = max(1, int(body.shoulders * rng.uniform(0.015, 0.05)))
    for side in (-1, 1):
        neck = (
            int(body.middle + side * rng.uniform(0.12, 0.25) * body.shoulders),
            int(body.top + 0.6 * body.shoulders),
        )
        cv2.line(canvas, neck, (int(end[0]), int(end[1])), colour, thickness, cv2.LINE_AA)


def _draw_clip(canvas: Canvas, card: Layer, place: tuple[float, float], rng: Generator) -> None:
    half = max(1, int(card.shape[1] * rng.uniform(0.06, 0.15)))
    top = int(place[1] - card.shape[0] / 2)
    corner = (int(place[0]) - half, top - 2 * half)
    shade = float(rng.uniform(20, 220))
    cv2.rectangle(canvas, corner, (int(place[0]) + half, top + half), (shade, shade, shade), -1)


def _seen_through(window: BoundingBox, boxes: Sequence[LabelledBox]) -> tuple[LabelledBox, ...]:
    """The boxes of which enough lies in the window, in fractions of the window."""
    return tuple(
        LabelledBox(item.label, _within(window, item.box))
        for item in boxes
        if item.box.share_inside(window) >= _KEPT_SHARE
    )


def _within(window: BoundingBox, box: BoundingBox) -> BoundingBox:
    return BoundingBox.clipped(
        (box.x_min - window.x_min) / window.width,
        (box.y_min - window.y_min) / window.height,
        (box.x_max - window.x_min) / window.width,
        (box.y_max - window.y_min) / window.height,
    )
