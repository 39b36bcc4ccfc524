"""The made visits as folders: visit.json, and a picture each of entering and of the signed paper."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np

from models.fingerprints import sha256_of
from models.planted.truth import PlantedVisit
from models.samples.files import PhotoTags, photo_bytes
from models.samples.plan import SCENES_FOLDER
from models.samples.scenes import SCENES_FILE, Scenes
from models.stamps import draw
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.times import WallTime
from pipeline.visit import ServiceType, Stage

ZONE = "Asia/Shanghai"
_ENTRIES = ("v1_entry.jpg", "v3_entry.jpg", "v4_entry.jpg", "v8_entry.jpg")
_PAPERS = ("v1_acceptance.jpg", "v2_acceptance.jpg", "v4_acceptance.jpg")
_SIZE_PX = (640, 480)
_OPENS, _CLOSES = time(9), time(10)
_TAKEN = {Stage.ENTRY: time(9, 5), Stage.ACCEPTANCE: time(9, 50)}
_INPAINT_RADIUS_PX = 5


@dataclass(frozen=True, slots=True)
class PlantedPicture:
    """What a file shows: its visit, its stage, when it was taken, and where things are by their label."""

    visit: PlantedVisit
    stage: Stage
    taken_at: datetime
    boxes: Mapping[str, tuple[BoundingBox, ...]]


def write_visit(visit: PlantedVisit, root: Path) -> dict[str, PlantedPicture]:
    """Write the visit's folder below `root`; what each file shows, by the sha256 of its bytes."""
    folder = root / visit.visit_id
    folder.mkdir(parents=True, exist_ok=True)
    shown = {}
    for stage in _TAKEN:
        picture, data = _picture(visit, stage)
        path = folder / _name(stage)
        path.write_bytes(data)
        shown[sha256_of(path)] = picture
    text = json.dumps(_manifest(visit), ensure_ascii=False, indent=2)
    (folder / "visit.json").write_text(text + "\n", encoding="utf-8")
    return shown


def _picture(visit: PlantedVisit, stage: Stage) -> tuple[PlantedPicture, bytes]:
    names = _ENTRIES if stage is Stage.ENTRY else _PAPERS
    scene = _scene(names[visit.number % len(names)])
    pixels = scene.pixels
    if stage is Stage.ENTRY and not visit.badge_worn:
        pixels = _painted_out(pixels, scene.boxes["badge"])
    taken_at = _moment(visit, _TAKEN[stage])
    wall = WallTime(taken_at.year, taken_at.month, taken_at.day, taken_at.hour, taken_at.minute, 0)
    stamped = draw(pixels, "today", wall, {"place": "示例市", "name": _name_of(visit)}, visit.number)
    tags = PhotoTags("Kestrel", f"K{visit.technician}", taken_at, None)
    return PlantedPicture(visit, stage, taken_at, scene.boxes), photo_bytes(stamped, tags)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    pixels: Pixels
    boxes: Mapping[str, tuple[BoundingBox, ...]]


@cache
def _scene(name: str) -> _Scene:
    listed = json.loads((SCENES_FOLDER / SCENES_FILE).read_text(encoding="utf-8"))["pictures"]
    labels = next(entry["labels"] for entry in listed if entry["file"] == name)
    boxes: dict[str, tuple[BoundingBox, ...]] = {}
    for label in labels:
        boxes[label["label"]] = (*boxes.get(label["label"], ()), BoundingBox(*label["box"]))
    small = cv2.resize(Scenes(SCENES_FOLDER).pixels(name), _SIZE_PX, interpolation=cv2.INTER_AREA)
    return _Scene(np.asarray(small, dtype=np.uint8), boxes)


def _painted_out(pixels: Pixels, boxes: tuple[BoundingBox, ...]) -> Pixels:
    """The picture as if the things in the boxes had never been there."""
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), dtype=np.uint8)
    for box in boxes:
        left, top, right, bottom = (
            round(value * side)
            for value, side in zip(box.as_tuple(), (width, height, width, height), strict=True)
        )
        mask[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = 255
    return np.asarray(cv2.inpaint(pixels, mask, _INPAINT_RADIUS_PX, cv2.INPAINT_TELEA), dtype=np.uint8)


def _manifest(visit: PlantedVisit) -> dict[str, object]:
    window = {
        "start": _moment(visit, _OPENS).isoformat(),
        "end": _moment(visit, _CLOSES).isoformat(),
        "zone": ZONE,
    }
    return {
        "schema_version": 1,
        "visit_id": visit.visit_id,
        "work_order": {
            "number": f"WO-{visit.number:04d}",
            "service_type": ServiceType.CLEANING.value,
            "window": window,
            "city": "示例市",
        },
        "technician": {
            "name": _name_of(visit),
            "number": f"T{visit.technician:03d}",
            "team": visit.team,
        },
        "media": [_listed(visit, stage) for stage in _TAKEN],
    }


def _listed(visit: PlantedVisit, stage: Stage) -> dict[str, str]:
    uploaded_at = _moment(visit, _TAKEN[stage]) + timedelta(minutes=2)
    return {
        "key": _name(stage),
        "kind": "photo",
        "stage": stage.value,
        "uploaded_at": uploaded_at.isoformat(),
    }


def _name(stage: Stage) -> str:
    return f"{stage.value}.jpg"


def _name_of(visit: PlantedVisit) -> str:
    return f"技师{visit.technician:02d}"


def _moment(visit: PlantedVisit, clock: time) -> datetime:
    return datetime.combine(visit.day, clock, ZoneInfo(ZONE))
