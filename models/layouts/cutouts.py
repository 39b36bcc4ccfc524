"""Tools cut out of photos by their polygons: a `Toolbox` of material outside the project, to evaluate on."""

from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from models.layouts.silhouettes import PX_PER_CM, Silhouette, measured
from models.training.labelled import LabelledBox
from models.training.pictures import read_picture
from models.training.sources import read_tools
from pipeline.ports import Pixels

_SHORTEST_PX = 240
_WIDEST_SHARE = 0.45


class CutOutTools:
    """Real tools of ../shared/data/tools, those that lie whole in their picture and are long and slim."""

    def __init__(self, folder: Path) -> None:
        pictures = read_tools(folder)
        self._cuts = [(picture, box) for picture in pictures for box in picture.boxes if _usable(box)]

    def tool(self, length_cm: float, rng: Generator) -> Silhouette:
        """A tool of about that length; its true length is measured on the cut-out as laid."""
        while True:
            picture, box = self._cuts[int(rng.integers(len(self._cuts)))]
            rgba = _upright(read_picture(picture.path), box, length_cm)
            if rgba is not None:
                return measured("cut-out", rgba, float(rng.uniform(0.5, 2.5)))


def _usable(box: LabelledBox) -> bool:
    inside = min(box.box.x_min, box.box.y_min) > 0.01 and max(box.box.x_max, box.box.y_max) < 0.99
    return bool(inside and box.polygon)


def _upright(picture: Pixels, box: LabelledBox, length_cm: float) -> Pixels | None:
    """The cut-out turned so that it lies along y; None where it is too small or too round."""
    points = (np.array(box.polygon) * (picture.shape[1], picture.shape[0])).astype(np.float32)
    middle, sides, angle = cv2.minAreaRect(points)
    if max(sides) < _SHORTEST_PX or min(sides) > _WIDEST_SHARE * max(sides):
        return None
    turn = angle if sides[1] >= sides[0] else angle + 90
    scale = length_cm * PX_PER_CM / max(sides)
    size = int(min(sides) * scale) + 12, int(max(sides) * scale) + 12
    matrix = cv2.getRotationMatrix2D(middle, turn, scale)
    matrix[:, 2] += np.array(size) / 2 - np.array(middle)
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, [points.round().astype(np.int32)], 255)
    shrunk = cv2.erode(mask, np.ones((3, 3), dtype=np.uint8))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.dstack(
        [cv2.warpAffine(picture, matrix, size, flags=flags), cv2.warpAffine(shrunk, matrix, size)]
    )
