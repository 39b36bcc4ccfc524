"""Reading and writing training pictures, RGB."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

JPEG_QUALITY = 88


@lru_cache(maxsize=512)
def read_picture(path: Path) -> Pixels:
    """A picture as RGB, read-only because it is shared. Raises FileNotFoundError if it can't be read."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise FileNotFoundError(f"{path} can't be read as a picture")
    rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    rgb.setflags(write=False)
    return rgb


def write_picture(path: Path, picture: Pixels, longest_px: int) -> None:
    """Write as JPEG, made smaller if its longer side exceeds `longest_px`."""
    scale = longest_px / max(picture.shape[:2])
    if scale < 1:
        picture = np.asarray(
            cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])


def concealed(picture: Pixels, places: tuple[BoundingBox, ...]) -> Pixels:
    """The picture with these places blurred beyond recognition."""
    result = picture.copy()
    height, width = picture.shape[:2]
    for place in places:
        rows = slice(int(place.y_min * height), int(np.ceil(place.y_max * height)))
        columns = slice(int(place.x_min * width), int(np.ceil(place.x_max * width)))
        patch = result[rows, columns]
        if patch.size:
            result[rows, columns] = cv2.blur(
                patch, (max(3, patch.shape[1] // 2), max(3, patch.shape[0] // 2))
            )
    return result
