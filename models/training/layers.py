"""Putting cut-outs onto pictures: layers of colour and opacity, turned, sized, laid down with a shadow.

Layers are float32, height x width x 4, RGB 0..255 with opacity 0..1. The box of what was laid down is
measured on the opacity that really lies inside the picture, so labels stay true for partly hidden things.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

Layer = NDArray[np.float32]
Canvas = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SEEN = 0.5
"""Opacity from which a pixel counts as covered by a layer."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What was laid onto a canvas: its label (None for a decoy) and its covered pixels, canvas-sized."""

    label: str | None
    mask: Mask


def layer(picture: Pixels, opacity: NDArray[np.float32]) -> Layer:
    """A layer of a picture's colours under an opacity of the same height and width."""
    return np.dstack([picture.astype(np.float32), opacity.astype(np.float32)])


def turned(source: Layer, angle_deg: float, scale: float, stretch: float = 1.0) -> Layer:
    """The layer turned counter-clockwise, sized, and widened by `stretch`; nothing of it is cut off."""
    height, width = source.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, scale)
    matrix[0] *= stretch
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]) @ matrix.T
    low = corners.min(axis=0)
    size = np.maximum(np.ceil(corners.max(axis=0) - low), 2).astype(int)
    matrix[:, 2] -= low
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpAffine(source, matrix, (int(size[0]), int(size[1])), flags=flags), dtype=np.float32
    )


def tinted(source: Layer, rng: Generator) -> Layer:
    """Other light and colour: gain, gamma, and sometimes a strong tint, for sources that are mostly grey."""
    result = source.copy()
    colours = result[..., :3] / 255.0
    tint = rng.uniform(0.75, 1.15, 3) if rng.random() < 0.6 else rng.uniform(0.35, 1.25, 3)
    colours = np.clip(colours, 0, 1) ** rng.uniform(0.7, 1.5) * tint * rng.uniform(0.7, 1.15)
    result[..., :3] = np.clip(colours, 0, 1) * 255.0
    return result


def lay(canvas: Canvas, source: Layer, left: int, top: int, shadow: float = 0.0) -> Mask:
    """Blend `source` onto `canvas` in place with its top left corner there; gives the pixels it covers.

    `shadow` is how much the ground darkens under its soft shadow, 0..1.
    """
    if shadow > 0:
        _cast_shadow(canvas, source[..., 3], left, top, shadow)
    opacity = _placed(source[..., 3], canvas.shape[:2], left, top)
    colours = np.dstack([_placed(source[..., channel], canvas.shape[:2], left, top) for channel in range(3)])
    canvas *= 1 - opacity[..., None]
    canvas += colours * opacity[..., None]
    return np.asarray(opacity >= _SEEN)


def _cast_shadow(canvas: Canvas, opacity: NDArray[np.float32], left: int, top: int, depth: float) -> None:
    spread = max(3.0, 0.03 * max(opacity.shape))
    offset = int(spread)
    placed = _placed(opacity, canvas.shape[:2], left + offset, top + offset)
    canvas *= 1 - depth * cv2.GaussianBlur(placed, (0, 0), spread)[..., None]


def _placed(values: NDArray[np.float32], size: tuple[int, int], left: int, top: int) -> NDArray[np.float32]:
    """`values` on a zero field of `size`, cut at its borders."""
    field = np.zeros(size, dtype=np.float32)
    height, width = values.shape
    x0, y0, x1, y1 = max(0, left), max(0, top), min(size[1], left + width), min(size[0], top + height)
    if x1 > x0 and y1 > y0:
        field[y0:y1, x0:x1] = values[y0 - top : y1 - top, x0 - left : x1 - left]
    return field


def visible_boxes(laid: list[Laid], least_share: float = 0.35) -> list[tuple[str, BoundingBox]]:
    """Label and box of everything that the later layers leave visible to at least `least_share`."""
    boxes = []
    for index, item in enumerate(laid):
        if item.label is None or not item.mask.any():
            continue
        seen = item.mask.copy()
        for later in laid[index + 1 :]:
            seen &= ~later.mask
        if seen.sum() >= least_share * item.mask.sum():
            boxes.append((item.label, mask_box(seen)))
    return boxes


def mask_box(mask: Mask) -> BoundingBox:
    """The upright box around a mask that isn't empty."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return BoundingBox(
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )


def finished(canvas: Canvas, rng: Generator) -> Pixels:
    """The canvas as a camera would give it: one light, one blur and one grain over host and layers alike."""
    picture = canvas * rng.uniform(0.75, 1.15) * rng.uniform(0.92, 1.08, 3)
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1)), dtype=np.float64)
    picture = picture + rng.normal(0, rng.uniform(0, 6), (*canvas.shape[:2], 1))
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)
