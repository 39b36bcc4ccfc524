"""Rendered things on real grounds: what was rendered on a cloth or on feet, cut out and laid into real rooms.

A render knows the outline of each of its objects (an index mask beside it). Shoes and shoe covers are also
laid over the feet of real standing people: those carry no label and are hidden for training anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.training.backgrounds import SIDE_PX, room_piece
from models.training.labelled import LabelledBox, LabelledPicture
from models.training.layers import Laid, Layer, finished, lay, layer, mask_box, tinted, visible_boxes
from models.training.pictures import concealed, read_picture
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

_FEET = frozenset({"shoe", "shoe_cover"})
_LEFT_WHERE_THEY_ARE = frozenset({"person"})
"""A rendered person on a real ground teaches what a doll is; real people are there in plenty."""

_SAME_IOU = 0.6
_FAINTEST_FEET_PX = 40


@dataclass(frozen=True, slots=True)
class _Cut:
    """The objects of one render, cut out together: colours and opacity, and a mask per labelled object."""

    colours: Layer
    masks: tuple[tuple[str, NDArray[np.bool_]], ...]


class RenderScenes:
    """Composes rendered things and real grounds of one side of the split."""

    def __init__(
        self,
        renders: Sequence[LabelledPicture],
        people: Sequence[LabelledPicture],
        rooms: Sequence[LabelledPicture],
    ) -> None:
        usable = [one for one in renders if _may_be_cut(one)]
        self._renders = usable
        self._feet = [one for one in usable if all(box.label in _FEET for box in one.boxes)]
        self._standing = [one for one in people if any(_wide_enough(one, place) for place in one.concealed)]
        self._rooms = rooms

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to compose."""
        return bool(self._renders and self._feet and self._standing and self._rooms)

    def compose(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        """One picture with the boxes of what was laid into it."""
        return self._on_people(rng) if rng.random() < 0.4 else self._in_room(rng)

    def _in_room(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        canvas = room_piece(self._rooms, rng)
        laid: list[Laid] = []
        for _ in range(int(rng.integers(1, 3))):
            cut = _cut(self._renders[int(rng.integers(len(self._renders)))])
            scale = SIDE_PX * rng.uniform(0.25, 0.8) / max(cut.colours.shape[:2])
            left = rng.uniform(-0.1, 0.8) * SIDE_PX
            top = rng.uniform(0.2, 0.85) * SIDE_PX
            laid += _lay_cut(canvas, cut, (left, top), scale, rng)
        return finished(canvas, rng), _boxes(laid)

    def _on_people(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        """Everybody who stands in the picture gets feet of one kind: all covered or all bare."""
        picture = self._standing[int(rng.integers(len(self._standing)))]
        canvas = concealed(read_picture(picture.path), picture.concealed).astype(np.float32)
        height, width = canvas.shape[:2]
        laid: list[Laid] = []
        for place in picture.concealed:
            if _wide_enough(picture, place):
                cut = _cut(self._feet[int(rng.integers(len(self._feet)))])
                scale = place.width * width * rng.uniform(0.6, 1.0) / cut.colours.shape[1]
                middle, foot = place.centre[0] * width, place.y_max * height
                corner = (middle - scale * cut.colours.shape[1] / 2, foot - scale * cut.colours.shape[0])
                laid += _lay_cut(canvas, cut, corner, scale, rng)
        return finished(canvas, rng), (*picture.boxes, *_boxes(laid))


def _may_be_cut(render: LabelledPicture) -> bool:
    labels = {box.label for box in render.boxes}
    return bool(labels) and not labels & _LEFT_WHERE_THEY_ARE and _mask_path(render).is_file()


def _mask_path(render: LabelledPicture) -> Path:
    return render.path.parent.parent / "masks" / f"{render.path.stem}.png"


def _wide_enough(picture: LabelledPicture, place: BoundingBox) -> bool:
    width: int = read_picture(picture.path).shape[1]
    return place.width * width >= _FAINTEST_FEET_PX


def _cut(render: LabelledPicture) -> _Cut:
    """The render's labelled objects, cropped to what they cover."""
    index = np.asarray(cv2.imread(str(_mask_path(render)), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    masks = _labelled_masks(index, render.boxes)
    covered = np.any([mask for _, mask in masks], axis=0) if masks else index > 0
    box = mask_box(covered)
    rows = slice(int(box.y_min * index.shape[0]), int(box.y_max * index.shape[0]))
    columns = slice(int(box.x_min * index.shape[1]), int(box.x_max * index.shape[1]))
    opacity = cv2.GaussianBlur(covered.astype(np.float32), (0, 0), 0.7)
    whole = layer(read_picture(render.path), np.asarray(opacity, dtype=np.float32))
    return _Cut(whole[rows, columns], tuple((label, mask[rows, columns]) for label, mask in masks))


def _labelled_masks(
    index: NDArray[np.uint8], boxes: Sequence[LabelledBox]
) -> list[tuple[str, NDArray[np.bool_]]]:
    """The mask of each label's box: the object whose own box agrees with it."""
    objects = [index == value for value in np.unique(index) if value]
    found = []
    for box in boxes:
        best = max(objects, key=lambda mask: mask_box(mask).iou(box.box), default=None)
        if best is not None and mask_box(best).iou(box.box) >= _SAME_IOU:
            found.append((box.label, best))
    return found


def _lay_cut(
    canvas: NDArray[np.float32], cut: _Cut, corner: tuple[float, float], scale: float, rng: Generator
) -> list[Laid]:
    """Lay all objects of a cut-out, sized and perhaps mirrored; one entry per labelled object."""
    mirrored = slice(None, None, -1) if rng.random() < 0.5 else slice(None)
    size = (max(2, round(cut.colours.shape[1] * scale)), max(2, round(cut.colours.shape[0] * scale)))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    colours = np.asarray(cv2.resize(cut.colours[:, mirrored], size, interpolation=flags), dtype=np.float32)
    left, top = int(corner[0]), int(corner[1])
    lay(canvas, tinted(colours, rng), left, top, shadow=float(rng.uniform(0.1, 0.5)))
    blank = np.zeros_like(canvas)
    return [
        Laid(label, lay(blank, _as_layer(mask[:, mirrored], size), left, top)) for label, mask in cut.masks
    ]


def _as_layer(mask: NDArray[np.bool_], size: tuple[int, int]) -> Layer:
    opacity = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return layer(np.zeros((size[1], size[0], 3), dtype=np.uint8), np.asarray(opacity, dtype=np.float32))


def _boxes(laid: list[Laid]) -> tuple[LabelledBox, ...]:
    """What stays visible; a cloth keeps the box it has, tools lying on it or not."""
    return tuple(
        LabelledBox(label, box)
        for label, box in visible_boxes(laid, least_share=0.3)
        if box.width * box.height > 1e-4
    )
