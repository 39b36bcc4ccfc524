"""Figures of a detector from truth and detections: precision, recall, average precision, intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.average_precision import COCO_IOUS, ScoredPicture, average_precisions
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.shares import Share

MATCH_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-back picture with its truth, as (label, box), and what a detector said of it."""

    name: str
    source: str
    group: str
    made: bool
    vouched: frozenset[str]
    truth: tuple[tuple[str, BoundingBox], ...]
    detections: tuple[Detection, ...]

    def boxes_of(self, label: str) -> tuple[BoundingBox, ...]:
        return tuple(box for name, box in self.truth if name == label)

    def found(self, label: str, threshold: float = 0.0) -> tuple[Detection, ...]:
        """Detections of a label from `threshold` up, most confident first."""
        return tuple(d for d in self.detections if d.label == label and d.confidence >= threshold)


@dataclass(frozen=True, slots=True)
class Operating:
    """How a label does at one threshold."""

    threshold: float
    precision: Share
    recall: Share


def true_flags(found: Sequence[Detection], truth: Sequence[BoundingBox]) -> tuple[bool, ...]:
    """Which detections are true: a truth box counts once, for the most confident that overlaps it enough."""
    free = list(truth)
    flags = []
    for detection in found:
        best = max(free, key=detection.box.iou, default=None)
        hit = best is not None and detection.box.iou(best) >= MATCH_IOU
        flags.append(hit)
        if hit and best is not None:
            free.remove(best)
    return tuple(flags)


def operating(pictures: Iterable[Judged], label: str, threshold: float) -> Operating:
    """Precision and recall over the pictures that vouch for the label."""
    hits = found = truths = 0
    for picture in pictures:
        if label in picture.vouched:
            flags = true_flags(picture.found(label, threshold), picture.boxes_of(label))
            hits, found, truths = hits + sum(flags), found + len(flags), truths + len(picture.boxes_of(label))
    return Operating(threshold, Share(hits, found), Share(hits, truths))


THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(6, 20))
"""Candidates for an operating point: nothing below 0.30."""

LEAST_PRECISION = 0.85
MOST_FALSE_PER_HUNDRED = 1.0


def precise_threshold(pictures: Sequence[Judged], label: str) -> float | None:
    """The lowest threshold that finds something with LEAST_PRECISION, or None."""
    for threshold in THRESHOLDS:
        point = operating(pictures, label, threshold)
        if point.recall.hits and (point.precision.value or 0.0) >= LEAST_PRECISION:
            return threshold
    return None


def quiet_threshold(pictures: Sequence[Judged], label: str) -> float | None:
    """The lowest threshold with at most MOST_FALSE_PER_HUNDRED false boxes where the label isn't, or None."""
    for threshold in THRESHOLDS:
        boxes, _ = false_per_hundred(pictures, label, threshold)
        if boxes is not None and boxes <= MOST_FALSE_PER_HUNDRED:
            return threshold
    return None


def false_per_hundred(pictures: Iterable[Judged], label: str, threshold: float) -> tuple[float | None, int]:
    """Boxes of a label per hundred vouched pictures that hold none of it, and how many such pictures."""
    empty = [one for one in pictures if label in one.vouched and not one.boxes_of(label)]
    boxes = sum(len(one.found(label, threshold)) for one in empty)
    return (100 * boxes / len(empty) if empty else None), len(empty)


def average_precision(pictures: Sequence[Judged], label: str) -> tuple[float, float] | None:
    """AP at IoU 0.5, and the mean over 0.5 to 0.95, by COCO's protocol; None where no truth box exists."""
    vouched = [
        ScoredPicture(one.boxes_of(label), one.found(label)) for one in pictures if label in one.vouched
    ]
    found = average_precisions(vouched, COCO_IOUS)
    return (found[0], sum(found) / len(found)) if found else None
