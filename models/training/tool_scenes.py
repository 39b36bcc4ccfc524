"""Pictures of tools, composed: real cut-outs on real rooms, made surfaces and cloths, in rows or in disorder.

Decoys (pieces of other pictures in odd shapes, cut and laid in the same way, with the same shadow) carry no
label: without them a detector learns that a pasted edge is a tool.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from models.training.backgrounds import SIDE_PX, cloth, room_piece, seen_from_aside, surface
from models.training.labelled import LabelledBox, LabelledPicture
from models.training.layers import Canvas, Laid, Layer, finished, lay, layer, tinted, turned, visible_boxes
from models.training.pictures import read_picture
from pipeline.ports import Pixels

_LARGEST_SHARE = 0.75
_SMALLEST_CUT_PX = 60


class ToolScenes:
    """Composes pictures of tools from the pictures of one side of the split."""

    def __init__(self, tools: Sequence[LabelledPicture], rooms: Sequence[LabelledPicture]) -> None:
        self._outlines = [
            (picture, box)
            for picture in tools
            for box in picture.boxes
            if box.polygon and _worth_cutting(box)
        ]
        self._rooms = rooms

    def compose(self, rng: Generator) -> tuple[Pixels, tuple[LabelledBox, ...]]:
        """One picture, SIDE_PX square, with the boxes of its tools and of its cloth."""
        canvas = room_piece(self._rooms, rng) if rng.random() < 0.6 else surface(rng)
        laid: list[Laid] = []
        if rng.random() < 0.45:
            laid.append(_lay_cloth(canvas, rng))
        self._lay_decoys(canvas, laid, rng)
        self._lay_tools(canvas, laid, rng)
        boxes = _boxes_on_cloth(laid)
        return finished(canvas, rng), boxes

    def _lay_decoys(self, canvas: Canvas, laid: list[Laid], rng: Generator) -> None:
        for _ in range(int(rng.integers(0, 4))):
            shape = tinted(turned(self._decoy(rng), rng.uniform(0, 360), rng.uniform(0.3, 0.9)), rng)
            laid.append(Laid(None, _lay_somewhere(canvas, shape, rng)))

    def _lay_tools(self, canvas: Canvas, laid: list[Laid], rng: Generator) -> None:
        count = int(rng.choice([0, 1, 2, 3, 5, 8, 12], p=[0.08, 0.2, 0.17, 0.2, 0.17, 0.1, 0.08]))
        length = SIDE_PX * rng.uniform(0.12, 0.6) / max(1.0, count / 4)
        cuts = [self._tool(length * rng.uniform(0.7, 1.3), rng) for _ in range(count)]
        if count >= 3 and rng.random() < 0.45:
            laid.extend(_lay_row(canvas, cuts, rng))
            return
        for cut in cuts:
            free = turned(cut, rng.uniform(0, 360), 1.0, rng.uniform(0.8, 1.25))
            laid.append(Laid("tool", _lay_somewhere(canvas, free, rng)))

    def _tool(self, length_px: float, rng: Generator) -> Layer:
        """A cut-out, upright (its longer side down), `length_px` long, in another light."""
        picture, box = self._outlines[int(rng.integers(len(self._outlines)))]
        cut = _cut(read_picture(picture.path), box)
        upright = turned(cut, 0.0 if cut.shape[0] >= cut.shape[1] else 90.0, length_px / max(cut.shape[:2]))
        return tinted(upright[:, ::-1] if rng.random() < 0.5 else upright, rng)

    def _decoy(self, rng: Generator) -> Layer:
        """A long odd shape filled with a piece of a room."""
        piece = room_piece(self._rooms, rng)[:256, :256].astype(np.uint8)
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 10))))
        radii = rng.uniform(20, 125, len(angles))
        squeeze = rng.uniform(0.15, 1.0)
        points = np.stack([128 + radii * np.cos(angles), 128 + squeeze * radii * np.sin(angles)], axis=1)
        return layer(piece, _filled(points, 256, 256))


def _worth_cutting(box: LabelledBox) -> bool:
    inside = (
        box.box.x_min > 0.005 and box.box.y_min > 0.005 and box.box.x_max < 0.995 and box.box.y_max < 0.995
    )
    return inside and box.box.area > 0.004


def _cut(picture: Pixels, tool: LabelledBox) -> Layer:
    height, width = picture.shape[:2]
    points = np.array(tool.polygon) * (width, height)
    low, high = np.floor(points.min(axis=0)).astype(int), np.ceil(points.max(axis=0)).astype(int) + 1
    piece = picture[low[1] : high[1], low[0] : high[0]]
    return layer(piece, _filled(points - low, *piece.shape[:2]))


def _filled(points: np.typing.NDArray[np.float64], height: int, width: int) -> np.typing.NDArray[np.float32]:
    """Opacity of a polygon: one pixel shrunk, so that no rim of the old ground comes along, and softened."""
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.fillPoly(mask, [points.round().astype(np.int32)], 255)
    shrunk = cv2.erode(mask, np.ones((3, 3), dtype=np.uint8))
    return np.asarray(cv2.GaussianBlur(shrunk, (0, 0), 0.8) / 255.0, dtype=np.float32)


def _lay_cloth(canvas: Canvas, rng: Generator) -> Laid:
    return Laid("work_cloth", lay(canvas, seen_from_aside(cloth(rng), rng), 0, 0, shadow=0.25))


def _lay_somewhere(canvas: Canvas, source: Layer, rng: Generator) -> "np.typing.NDArray[np.bool_]":
    """Anywhere, up to a quarter of it outside the picture."""
    height, width = source.shape[:2]
    left = int(rng.uniform(-0.25 * width, canvas.shape[1] - 0.75 * width))
    top = int(rng.uniform(-0.25 * height, canvas.shape[0] - 0.75 * height))
    return lay(canvas, source, left, top, shadow=float(rng.uniform(0, 0.5)))


def _lay_row(canvas: Canvas, cuts: list[Layer], rng: Generator) -> list[Laid]:
    """Side by side with about equal gaps, by size or not, all a little turned."""
    ordered = sorted(cuts, key=lambda cut: -cut.shape[0]) if rng.random() < 0.6 else cuts
    lean, shadow = rng.uniform(-20, 20), float(rng.uniform(0.1, 0.5))
    gap = rng.uniform(2, 30)
    left, foot = rng.uniform(20, 120), rng.uniform(0.45, 0.9) * canvas.shape[0]
    laid = []
    for cut in ordered:
        piece = turned(cut, lean + rng.normal(0, 3), 1.0)
        laid.append(Laid("tool", lay(canvas, piece, int(left), int(foot - piece.shape[0]), shadow)))
        left += piece.shape[1] + gap
    return laid


def _boxes_on_cloth(laid: list[Laid]) -> tuple[LabelledBox, ...]:
    """Boxes of what is visible; the cloth keeps its whole box, however many tools lie on it."""
    cloths = [item for item in laid if item.label == "work_cloth"]
    others = [item for item in laid if item.label != "work_cloth"]
    found = visible_boxes(cloths, 0.0) + [
        (label, box) for label, box in visible_boxes(others) if box.width * box.height > 1e-4
    ]
    return tuple(LabelledBox(label, box) for label, box in found)
