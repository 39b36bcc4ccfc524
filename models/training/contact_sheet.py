"""Contact sheets of a built set: a glance at what every source gives, with its boxes drawn."""

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from models.tiles import sheet, tile
from models.training.dataset import read_provenance
from models.training.labelled import LABELS, read_yolo
from models.training.pictures import read_picture, write_picture
from pipeline.ports import Pixels

TILE_PX = 240
COLUMNS = 8
ROWS = 4


def write_sheets(built: Path, out: Path) -> tuple[Path, ...]:
    """One sheet per side and source under `out`, with pictures evenly drawn from the source."""
    by_source = defaultdict(list)
    for row in read_provenance(built):
        by_source[f"{row['split']}-{row['source']}"].append(built / row["file"])
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, paths in sorted(by_source.items()):
        step = max(1, len(paths) // (COLUMNS * ROWS))
        tiled = sheet([_tile(path) for path in paths[::step][: COLUMNS * ROWS]], COLUMNS)
        written.append(out / f"{name}.jpg")
        write_picture(written[-1], tiled, max(tiled.shape[:2]))
    return tuple(written)


def _tile(path: Path) -> Pixels:
    labels = Path(str(path).replace("/images/", "/labels/", 1)).with_suffix(".txt")
    boxes = [(box, _colour(class_id)) for class_id, box, _ in read_yolo(labels)]
    return tile(read_picture(path), TILE_PX, boxes)


def _colour(class_id: int) -> tuple[int, int, int]:
    hue = np.array([[[180 * class_id // len(LABELS), 255, 255]]], dtype=np.uint8)
    red, green, blue = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].tolist()
    return int(red), int(green), int(blue)
