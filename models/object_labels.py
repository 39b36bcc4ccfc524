"""Object labels as files, YOLO's and COCO's, read and written by supervision (its home is this module).

A line that can't be understood is named and left out; the others stay. Boxes come as they stand in the file,
also those that lie outside their picture: `pipeline.tuning.set_findings` names these.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from supervision import Detections
from supervision.dataset.formats.coco import (
    classes_to_coco_categories,
    coco_annotations_to_detections,
    detections_to_coco_annotations,
    group_coco_annotations_by_image_id,
)
from supervision.dataset.formats.yolo import detections_to_yolo_annotations, yolo_annotations_to_detections

from pipeline.errors import DatasetError
from pipeline.tuning.labelled_sets import RawBox

PICTURES, LABELS, COCO_FILE = "images", "labels", "annotations.json"
_DIGITS = 6
"""supervision keeps 32 bits: what lies beyond is noise."""


@dataclass(frozen=True, slots=True)
class LabelFault:
    """A line or an annotation that can't be understood; subject: its file."""

    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class ObjectLabels:
    """Boxes by the path of their picture within the set; labels of pictures that may not be there."""

    boxes: Mapping[str, tuple[RawBox, ...]]
    faults: tuple[LabelFault, ...]


def read_yolo(folder: Path, classes: Sequence[str]) -> ObjectLabels:
    """labels/**/*.txt under a set's folder; each stands for the picture of the same name under images/.

    The keys are without the picture's suffix, which a label file doesn't tell. Boxes and outlines are read,
    an outline as its upright box.
    """
    boxes: dict[str, tuple[RawBox, ...]] = {}
    faults: list[LabelFault] = []
    for path in sorted((folder / LABELS).rglob("*.txt")):
        inner = path.relative_to(folder / LABELS).with_suffix("")
        found, wrong = _yolo_file(path, path.relative_to(folder).as_posix(), classes)
        boxes[f"{PICTURES}/{inner.as_posix()}"] = found
        faults += wrong
    return ObjectLabels(boxes, tuple(faults))


def _yolo_file(path: Path, name: str, classes: Sequence[str]) -> tuple[tuple[RawBox, ...], list[LabelFault]]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        return (), [LabelFault(name, f"can't be read: {error}")]
    found: list[RawBox] = []
    faults = []
    for number, line in enumerate(lines, start=1):
        try:
            one = yolo_annotations_to_detections([line], (1, 1), with_masks=False)
        except ValueError as error:
            faults.append(LabelFault(name, f"line {number}: {error}"))
        else:
            found += _raw(one, classes)
    return tuple(found), faults


class _CocoPart(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class _CocoCategory(_CocoPart):
    id: int
    name: str


class _CocoImage(_CocoPart):
    id: int
    file_name: str
    width: int
    height: int


class _CocoFile(_CocoPart):
    images: tuple[_CocoImage, ...]
    categories: tuple[_CocoCategory, ...]
    annotations: tuple[dict[str, Any], ...]


def read_coco(folder: Path, classes: Sequence[str]) -> ObjectLabels:
    """annotations.json of a set's folder; `file_name` is below images/, categories go by their names.

    Raises DatasetError where the file is missing or no COCO file.
    """
    path = folder / COCO_FILE
    try:
        parsed = _CocoFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DatasetError(
            f"{path}: {error.strerror}; a set of format coco keeps its labels there"
        ) from error
    except ValidationError as error:
        raise DatasetError(f"{path}: no COCO file: {error.errors(include_url=False)[0]}") from error
    ids = {one.id: classes.index(one.name) if one.name in classes else -1 for one in parsed.categories}
    grouped = group_coco_annotations_by_image_id(list(parsed.annotations))
    boxes: dict[str, tuple[RawBox, ...]] = {}
    faults: list[LabelFault] = []
    for image in parsed.images:
        key = f"{PICTURES}/{PurePosixPath(image.file_name).as_posix()}"
        found, wrong = _coco_image(image, grouped.get(image.id, []), ids, classes)
        boxes[key] = found
        faults += wrong
    known = {image.id for image in parsed.images}
    faults += [
        LabelFault(COCO_FILE, f"annotation {one.get('id')}: no image {one.get('image_id')}")
        for one in parsed.annotations
        if one.get("image_id") not in known
    ]
    return ObjectLabels(boxes, tuple(faults))


def _coco_image(
    image: _CocoImage, annotations: Sequence[dict[str, Any]], ids: Mapping[int, int], classes: Sequence[str]
) -> tuple[tuple[RawBox, ...], list[LabelFault]]:
    found: list[RawBox] = []
    faults = []
    for one in annotations:
        try:
            read = coco_annotations_to_detections([one], (image.width, image.height), with_masks=False)
            read.xyxy = read.xyxy / np.array([image.width, image.height] * 2, dtype=np.float32)
            read.class_id = np.array([ids.get(int(one["category_id"]), -1)])
            found += _raw(read, classes)
        except (ValueError, KeyError, IndexError, TypeError, ZeroDivisionError) as error:
            faults.append(
                LabelFault(COCO_FILE, f"annotation {one.get('id')} of {image.file_name}: {error!r}")
            )
    return tuple(found), faults


def _raw(read: Detections, classes: Sequence[str]) -> list[RawBox]:
    """What supervision read, with corners as fractions of the picture."""
    crowd = read.data.get("iscrowd", np.zeros(len(read)))
    class_ids = read.class_id if read.class_id is not None else np.full(len(read), -1)
    return [
        _raw_box(int(class_id), corners, bool(ignored), classes)
        for corners, class_id, ignored in zip(read.xyxy, class_ids, crowd, strict=True)
    ]


def _raw_box(
    class_id: int, corners: NDArray[np.floating[Any]], ignored: bool, classes: Sequence[str]
) -> RawBox:
    label = classes[class_id] if 0 <= class_id < len(classes) else ""
    x_min, y_min, x_max, y_max = (round(float(value), _DIGITS) for value in corners)
    return RawBox(label, class_id, x_min, y_min, x_max, y_max, ignored)


def write_yolo(folder: Path, boxes: Mapping[str, Sequence[RawBox]]) -> int:
    """A text file under labels/ for each picture, also an empty one; returns how many files.

    Raises DatasetError for regions to be ignored, which the format can't hold.
    """
    for key, found in boxes.items():
        if any(box.ignore for box in found):
            raise DatasetError(
                f"{key} has a region to be ignored, which YOLO's format can't hold: keep COCO's"
            )
    for key, found in boxes.items():
        path = folder / LABELS / PurePosixPath(key).relative_to(PICTURES).with_suffix(".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = detections_to_yolo_annotations(_detections(found, (1, 1)), (1, 1))
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(boxes)


def write_coco(
    folder: Path,
    boxes: Mapping[str, Sequence[RawBox]],
    sizes_px: Mapping[str, tuple[int, int]],
    classes: Sequence[str],
) -> int:
    """annotations.json with all pictures and boxes; returns how many boxes. sizes_px: (width, height)."""
    images, annotations, next_id = [], [], 1
    for number, (key, found) in enumerate(sorted(boxes.items()), start=1):
        width, height = sizes_px[key]
        name = PurePosixPath(key).relative_to(PICTURES).as_posix()
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        written, next_id = detections_to_coco_annotations(
            _detections(found, (width, height)), number, next_id
        )
        annotations += written
    document = {
        "images": images,
        "annotations": annotations,
        "categories": classes_to_coco_categories(list(classes)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COCO_FILE).write_text(json.dumps(document, ensure_ascii=False, default=float), encoding="utf-8")
    return next_id - 1


def _detections(boxes: Sequence[RawBox], size_px: tuple[int, int]) -> Detections:
    if not boxes:
        return Detections.empty()
    corners = np.array([[box.x_min, box.y_min, box.x_max, box.y_max] for box in boxes])
    return Detections(
        xyxy=(corners * np.array([*size_px, *size_px])).astype(np.float32),
        class_id=np.array([box.class_id for box in boxes]),
        data={"iscrowd": np.array([int(box.ignore) for box in boxes])},
    )
