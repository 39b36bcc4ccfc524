"""Contact sheets of doubtful labels: the model's box in red, the labelled one in question in yellow, the
picture's other labels in green; numbered as the findings are."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.tiles import Colour, sheet, tile
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.tuning.doubts import Doubt

TILE_PX = 320
CAPTION_PX = 36
COLUMNS = 5
MOST_TILES = 60

_MODEL: Colour = (255, 40, 40)
_QUESTIONED: Colour = (255, 220, 0)
_OTHERS: Colour = (0, 200, 60)
_INK: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class DoubtTile:
    """One doubt with its picture and all the boxes labelled in it."""

    number: int
    doubt: Doubt
    labelled: tuple[BoundingBox, ...]
    pixels: Pixels


def doubt_tile(shown: DoubtTile) -> Pixels:
    """A tile with its caption: number, what the model sees and how sure it is, and what is labelled."""
    boxes = [(box, _OTHERS) for box in shown.labelled]
    if shown.doubt.labelled is not None:
        boxes.append((shown.doubt.labelled, _QUESTIONED))
    boxes.append((shown.doubt.detection.box, _MODEL))
    picture = tile(shown.pixels, TILE_PX, boxes)
    return np.asarray(np.vstack([_caption(shown), picture]), dtype=np.uint8)


def _caption(shown: DoubtTile) -> Pixels:
    strip = np.zeros((CAPTION_PX, TILE_PX, 3), dtype=np.uint8)
    seen = shown.doubt.detection
    first = f"#{shown.number} {seen.label} {seen.confidence:.2f} {shown.doubt.kind.value}"
    for line, text in enumerate((first, shown.doubt.media_key[-50:])):
        # OpenCV's fonts have no Chinese: what it can't draw becomes a question mark.
        cv2.putText(
            strip,
            text.encode("ascii", "replace").decode(),
            (3, 13 + 16 * line),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.4,
            _INK,
            1,
            cv2.LINE_AA,
        )
    return strip


def png_sheet(tiles: Sequence[Pixels]) -> bytes:
    """The tiles as one PNG file. Raises ValueError without any."""
    if not tiles:
        raise ValueError("no tiles to put on a sheet")
    done, data = cv2.imencode(".png", cv2.cvtColor(sheet(tiles, COLUMNS), cv2.COLOR_RGB2BGR))
    if not done:
        raise ValueError("the sheet can't be written as PNG")
    return data.tobytes()
