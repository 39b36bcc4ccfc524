"""Labels that a confident model disagrees with: candidates for a label mistake, for a person to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.rules import BilingualText
from pipeline.tuning.labelled_sets import RawBox, SeenPicture
from pipeline.tuning.matching import clipped
from pipeline.tuning.set_findings import FindingCode, SetFinding

SURE = 0.8
"""From this confidence on the model's word is worth a look."""
SAME = 0.5
"""Overlap (IoU) of two boxes of one thing."""
TOUCHING = 0.1


class DoubtKind(StrEnum):
    """not_labelled: the model is sure of something that nobody labelled. other_class: labelled as something
    else. loose_box: labelled there, but drawn otherwise."""

    NOT_LABELLED = "not_labelled"
    OTHER_CLASS = "other_class"
    LOOSE_BOX = "loose_box"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A detection that its picture's labels don't agree with; `labelled` is the box in question."""

    kind: DoubtKind
    media_key: str
    detection: Detection
    labelled: BoundingBox | None
    labelled_as: str

    @property
    def finding(self) -> SetFinding:
        return SetFinding(
            FindingCode.DISAGREES_WITH_MODEL, self.media_key, _words(self), box=self.detection.box
        )


def doubts(seen: Sequence[SeenPicture], sure: float = SURE) -> tuple[Doubt, ...]:
    """Surest first; only of classes that the picture was labelled for."""
    found = [
        doubt
        for one in seen
        for detection in one.detections
        if detection.confidence >= sure and detection.label in one.picture.vouched
        if (doubt := _doubt(one, detection)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (-each.detection.confidence, each.media_key)))


def _doubt(seen: SeenPicture, detection: Detection) -> Doubt | None:
    key, boxes = seen.picture.media_key, seen.picture.boxes
    if any(box.ignore and detection.box.share_inside(clipped(box)) >= SAME for box in boxes):
        return None
    same = [box for box in boxes if box.label == detection.label and not box.ignore]
    others = [box for box in boxes if box.label != detection.label and not box.ignore]
    overlap, near = _nearest(detection, same)
    if overlap >= SAME:
        return None
    other_overlap, other = _nearest(detection, others)
    if other is not None and other_overlap >= SAME:
        return Doubt(DoubtKind.OTHER_CLASS, key, detection, clipped(other), other.label)
    if near is not None and (overlap >= TOUCHING or detection.box.share_inside(clipped(near)) >= SAME):
        return Doubt(DoubtKind.LOOSE_BOX, key, detection, clipped(near), near.label)
    return Doubt(DoubtKind.NOT_LABELLED, key, detection, None, "")


def _nearest(detection: Detection, boxes: Sequence[RawBox]) -> tuple[float, RawBox | None]:
    return max(
        ((detection.box.iou(clipped(box)), box) for box in boxes),
        key=lambda each: each[0],
        default=(0.0, None),
    )


def _words(doubt: Doubt) -> BilingualText:
    label, sure = doubt.detection.label, f"{doubt.detection.confidence:.2f}"
    match doubt.kind:
        case DoubtKind.NOT_LABELLED:
            return BilingualText(
                f"模型确信有 {label}（{sure}），此处未标注：看图，补标或忽略",
                f"the model is sure of a {label} ({sure}) that is not labelled: look, and label it",
            )
        case DoubtKind.OTHER_CLASS:
            return BilingualText(
                f"标为 {doubt.labelled_as}，模型确信是 {label}（{sure}）：看图，改类别或忽略",
                f"labelled {doubt.labelled_as}, the model is sure of a {label} ({sure}): look, and correct "
                "the class if it is wrong",
            )
        case DoubtKind.LOOSE_BOX:
            return BilingualText(
                f"{label} 的框与模型确信的位置（{sure}）相差较大：看图，重画或忽略",
                f"the box of this {label} differs from where the model is sure of one ({sure}): look, and "
                "draw it again if it is loose",
            )
