"""Previews: reduced, never enlarged, and JPEG."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from models.previews import jpeg_preview


@pytest.mark.parametrize(
    ("height", "width", "wanted"),
    [(3000, 4000, (900, 675)), (4000, 3000, (675, 900)), (40, 60, (60, 40)), (1, 2000, (900, 1))],
)
def test_a_preview_fits_its_longer_side(height: int, width: int, wanted: tuple[int, int]) -> None:
    with Image.open(BytesIO(jpeg_preview(np.zeros((height, width, 3), np.uint8)))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", wanted)


def test_a_preview_keeps_its_colours() -> None:
    red = np.zeros((100, 100, 3), np.uint8)
    red[:, :, 0] = 200
    with Image.open(BytesIO(jpeg_preview(red))) as image:
        assert np.abs(np.asarray(image, dtype=int) - red).max() <= 3
