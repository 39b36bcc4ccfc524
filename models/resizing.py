"""Making pictures smaller or larger, and taking parts of them."""

import math

import cv2

from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels


def shrunk(pixels: Pixels, longer_side_px: int) -> Pixels:
    """The mean of whole blocks of pixels, so that neither side is longer than `longer_side_px`.

    Whole blocks are four times as fast as a factor between; up to a block's width is cut off at the right and
    at the bottom. Small pictures are returned as they are.
    """
    height, width = pixels.shape[:2]
    block = math.ceil(max(height, width) / longer_side_px)
    if block == 1:
        return pixels
    rows, columns = max(1, height // block), max(1, width // block)
    whole = pixels[: rows * block, : columns * block]
    return cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def enlarged(pixels: Pixels, shorter_side_px: int, most: float) -> Pixels:
    """Enlarged to `shorter_side_px`, at most `most` times; large pictures are returned as they are."""
    height, width = pixels.shape[:2]
    scale = min(most, shorter_side_px / min(height, width))
    if scale <= 1:
        return pixels
    size = round(width * scale), round(height * scale)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]


def part_of(pixels: Pixels, box: BoundingBox) -> Pixels:
    """The pixels of a box, at least one; a view of the picture."""
    height, width = pixels.shape[:2]
    left, top = min(width - 1, int(box.x_min * width)), min(height - 1, int(box.y_min * height))
    right, bottom = max(left + 1, round(box.x_max * width)), max(top + 1, round(box.y_max * height))
    return pixels[top:bottom, left:right]
