"""What happens to a picture on its way: shrunk, softened, compressed once or twice, as messengers do."""

import random
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from pipeline.ports import Pixels

_QUALITY = (60, 88)
_LONG_SIDE_PX = (1080, 3000)
_COLOUR_HALVED = 2  # Pillow's name for 4:2:0
_COLOUR_WHOLE = 0


def as_sent(picture: Pixels, rng: random.Random) -> Pixels:
    """Shrunk to a long side of 1080-3000 pixels (never enlarged), in some softened, then JPEG of quality
    60-88, mostly 4:2:0; every third was a JPEG of the camera's before."""
    if rng.random() < 0.35:
        picture = compressed(picture, rng.randint(85, 95), rng.random() < 0.7)
    small = scaled(picture, min(max(picture.shape[:2]), rng.randint(*_LONG_SIDE_PX)))
    if rng.random() < 0.3:
        small = np.asarray(cv2.GaussianBlur(small, (0, 0), rng.uniform(0.3, 0.8)), dtype=np.uint8)
    return compressed(small, rng.randint(*_QUALITY), rng.random() < 0.85)


def compressed(picture: Pixels, quality: int, halved_colour: bool) -> Pixels:
    """The picture after a JPEG of this quality (1-95), with 4:2:0 or with whole colour."""
    file = BytesIO()
    subsampling = _COLOUR_HALVED if halved_colour else _COLOUR_WHOLE
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(Image.open(file).convert("RGB"), dtype=np.uint8)


def scaled(picture: Pixels, long_side: int) -> Pixels:
    scale = long_side / max(picture.shape[:2])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), dtype=np.uint8)
