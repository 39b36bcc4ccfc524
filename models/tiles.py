"""Small pictures side by side, for a person to glance over."""

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

Colour = tuple[int, int, int]


def sheet(tiles: Sequence[Pixels], columns: int) -> Pixels:
    """Square tiles of one size in rows; what is left of the last row is black."""
    tiles = [*tiles, *[np.zeros_like(tiles[0])] * (-len(tiles) % columns)]
    rows = [np.hstack(tiles[first : first + columns]) for first in range(0, len(tiles), columns)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def tile(picture: Pixels, side_px: int, boxes: Sequence[tuple[BoundingBox, Colour]] = ()) -> Pixels:
    """The picture in a black square, with boxes drawn one pixel wide."""
    height, width = picture.shape[:2]
    scale = side_px / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:side_px, :side_px]
    square = np.zeros((side_px, side_px, 3), dtype=np.uint8)
    square[: small.shape[0], : small.shape[1]] = small
    for box, colour in boxes:
        first = (int(box.x_min * small.shape[1]), int(box.y_min * small.shape[0]))
        last = (int(box.x_max * small.shape[1]), int(box.y_max * small.shape[0]))
        cv2.rectangle(square, first, last, colour, 1)
    return square
