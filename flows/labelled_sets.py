"""A labelled set of objects put together: pictures, their labels, sources and splits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from models.object_labels import LabelFault, ObjectLabels, read_coco, read_yolo
from pipeline.errors import DatasetError
from pipeline.labels import Split
from pipeline.rules import BilingualText
from pipeline.tuning.labelled_sets import LabelFormat, LabelledPicture, SetKind
from pipeline.tuning.set_findings import FindingCode, SetFinding
from storage.labelled_sets import SetModel, pictures_of, placed, read_set


@dataclass(frozen=True, slots=True)
class ObjectSet:
    """findings: what was wrong while reading. Pictures that nobody labelled are no part of `pictures`."""

    folder: Path
    head: SetModel
    pictures: tuple[LabelledPicture, ...]
    findings: tuple[SetFinding, ...]

    def path(self, picture: LabelledPicture) -> Path:
        return self.folder / picture.media_key

    def of(self, split: Split | None) -> tuple[LabelledPicture, ...]:
        """The pictures of a split, or all, with the classes named as the detector names them."""
        return tuple(
            self._as_detector_says(one) for one in self.pictures if split is None or one.split is split
        )

    def _as_detector_says(self, picture: LabelledPicture) -> LabelledPicture:
        names = self.head.detector_labels
        boxes = tuple(replace(box, label=names.get(box.label, box.label)) for box in picture.boxes)
        return replace(picture, boxes=boxes)


def read_object_set(folder: Path) -> ObjectSet:
    """Raises DatasetError where the folder is no labelled set of objects."""
    head = read_set(folder)
    if head.kind is not SetKind.OBJECTS:
        raise DatasetError(
            f"{folder} is of kind {head.kind.value}; wanted one of kind {SetKind.OBJECTS.value}"
        )
    keys = pictures_of(folder)
    read = read_coco if head.labels is LabelFormat.COCO else read_yolo
    labels = _by_key(read(folder, head.classes), keys)
    places = placed(folder, keys)
    pictures = tuple(
        LabelledPicture(key, places[key].source, places[key].split, labels.boxes[key], head.vouched_labels)
        for key in keys
        if key in labels.boxes
    )
    return ObjectSet(folder, head, pictures, tuple(_findings(labels, keys)))


def _by_key(labels: ObjectLabels, keys: tuple[str, ...]) -> ObjectLabels:
    """YOLO's files don't tell their picture's suffix: the picture of that name gives it."""
    by_stem: Mapping[str, str] = {PurePosixPath(key).with_suffix("").as_posix(): key for key in keys}
    return replace(labels, boxes={by_stem.get(name, name): boxes for name, boxes in labels.boxes.items()})


def _findings(labels: ObjectLabels, keys: tuple[str, ...]) -> list[SetFinding]:
    there = set(keys)
    return [
        *(_bad_line(fault) for fault in labels.faults),
        *(_no_picture(name) for name in labels.boxes if name not in there),
        *(_no_label(key) for key in keys if key not in labels.boxes),
    ]


def _bad_line(fault: LabelFault) -> SetFinding:
    text = BilingualText(
        f"无法理解：{fault.detail}；改正或删去这一行",
        f"can't be understood: {fault.detail}; correct the line or delete it",
    )
    return SetFinding(FindingCode.BAD_LABEL_LINE, fault.subject, text)


def _no_picture(name: str) -> SetFinding:
    text = BilingualText(
        "有标注而没有图片：放回图片，或删去标注",
        "labels without a picture: put the picture back, or delete the labels",
    )
    return SetFinding(FindingCode.LABEL_WITHOUT_PICTURE, name, text)


def _no_label(key: str) -> SetFinding:
    text = BilingualText(
        "有图片而没有标注：补标；确实什么都没有时，放一个空的标注文件",
        "a picture without labels: label it, or, where there is nothing in it, add an empty label file",
    )
    return SetFinding(FindingCode.PICTURE_WITHOUT_LABEL, key, text)
