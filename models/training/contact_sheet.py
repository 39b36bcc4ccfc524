"""Contact sheets of a built set: a glance at what every source gives, with its boxes drawn."""

from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

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
        sheet = _sheet([_tile(path) for path in paths[::step][: COLUMNS * ROWS]])
        written.append(out / f"{name}.jpg")
        write_picture(written[-1], sheet, max(sheet.shape[:2]))
    return tuple(written)


def _sheet(tiles: list[Pixels]) -> Pixels:
    blank = np.zeros((TILE_PX, TILE_PX, 3), dtype=np.uint8)
    tiles = tiles + [blank] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[first : first + COLUMNS]) for first in range(0, len(tiles), COLUMNS)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def _tile(path: Path) -> Pixels:
    picture = read_picture(path)
    height, width = picture.shape[:2]
    scale = TILE_PX / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile = np.zeros((TILE_PX, TILE_PX, 3), dtype=np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    labels = Path(str(path).replace("/images/", "/labels/", 1)).with_suffix(".txt")
    for class_id, box, _ in read_yolo(labels):
        first = (int(box.x_min * small.shape[1]), int(box.y_min * small.shape[0]))
        last = (int(box.x_max * small.shape[1]), int(box.y_max * small.shape[0]))
        cv2.rectangle(tile, first, last, _colour(class_id), 1)
    return tile


def _colour(class_id: int) -> tuple[int, int, int]:
    hue = np.array([[[180 * class_id // len(LABELS), 255, 255]]], dtype=np.uint8)
    red, green, blue = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].tolist()
    return int(red), int(green), int(blue)
