"""Labels for the people whom a source shows but doesn't label, from the COCO model that training starts from.

Only confident finds become labels. They train and are never evaluated: the sources don't vouch for `person`.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.training.labelled import LabelledBox, LabelledPicture
from models.ultralytics_detector import import_yolo
from pipeline.geometry import BoundingBox

SOURCES_WITH_UNLABELLED_PEOPLE = frozenset({"tools", "badges"})
_CONFIDENCE = 0.4
_COCO_PERSON = 0
_INPUT_PX = 640
_BATCH = 16


def label_persons(
    pictures: Sequence[LabelledPicture], start: Path, cache: Path
) -> tuple[LabelledPicture, ...]:
    """The pictures, with `person` boxes added where the source leaves people out. `cache` is a JSON file."""
    found = _load(cache)
    missing = [
        picture.path
        for picture in pictures
        if picture.source in SOURCES_WITH_UNLABELLED_PEOPLE and str(picture.path) not in found
    ]
    found |= _find(missing, start)
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text(json.dumps(found, indent=0), encoding="utf-8")
    return tuple(picture.with_boxes(_boxes(found.get(str(picture.path), []))) for picture in pictures)


def _load(cache: Path) -> dict[str, list[list[float]]]:
    if not cache.is_file():
        return {}
    loaded: dict[str, list[list[float]]] = json.loads(cache.read_text(encoding="utf-8"))
    return loaded


def _find(paths: Sequence[Path], start: Path) -> dict[str, list[list[float]]]:
    if not paths:
        return {}
    model = import_yolo()(str(start))
    found: dict[str, list[list[float]]] = {}
    for first in range(0, len(paths), _BATCH):
        batch = paths[first : first + _BATCH]
        results = model.predict(
            [str(path) for path in batch],
            classes=[_COCO_PERSON],
            conf=_CONFIDENCE,
            imgsz=_INPUT_PX,
            device="cpu",
            verbose=False,
        )
        for path, result in zip(batch, results, strict=True):
            found[str(path)] = [[round(v, 5) for v in corners] for corners in result.boxes.xyxyn.tolist()]
    return found


def _boxes(corners: Iterable[Sequence[float]]) -> list[LabelledBox]:
    return [LabelledBox("person", BoundingBox.clipped(*four)) for four in corners]
