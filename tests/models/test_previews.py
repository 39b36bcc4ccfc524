"""Previews: reduced, never enlarged, and JPEG."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models.previews import jpeg_preview, smaller_jpeg


@pytest.mark.parametrize(
    ("height", "width", "wanted"),
    [(3000, 4000, (900, 675)), (4000, 3000, (675, 900)), (40, 60, (60, 40)), (1, 2000, (900, 1))],
)
def test_a_preview_fits_its_longer_side(height: int, width: int, wanted: tuple[int, int]) -> None:
    with Image.open(BytesIO(jpeg_preview(np.zeros((height, width, 3), np.uint8), 900))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", wanted)


def test_a_preview_keeps_its_colours() -> None:
    red = np.zeros((100, 100, 3), np.uint8)
    red[:, :, 0] = 200
    with Image.open(BytesIO(jpeg_preview(red, 900))) as image:
        assert np.abs(np.asarray(image, dtype=int) - red).max() <= 3


def test_a_smaller_one_is_made_from_a_larger() -> None:
    large = jpeg_preview(np.full((300, 400, 3), 90, np.uint8), 400)
    with Image.open(BytesIO(smaller_jpeg(large, 100))) as image:
        assert image.size == (100, 75)
        assert np.abs(np.asarray(image, dtype=int) - 90).max() <= 2
