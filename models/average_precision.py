"""COCO's average precision: the area under precision over recall, at 101 points (Lin et al., ECCV 2014)."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox

COCO_IOUS = tuple(0.5 + 0.05 * step for step in range(10))
"""AP50-95 is the mean over these."""

_SIDE = 1000
"""COCO's boxes are in pixels; relative ones are put on a square of this side, which leaves overlaps as they
are."""


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """One class in one picture: labelled boxes, regions in which nothing counts, and what was detected."""

    truths: tuple[BoundingBox, ...]
    found: tuple[Detection, ...]
    ignored: tuple[BoundingBox, ...] = ()


def average_precisions(pictures: Sequence[ScoredPicture], ious: Sequence[float]) -> tuple[float, ...] | None:
    """AP of one class at each overlap, in the order given; None where no box is labelled."""
    if not any(one.truths for one in pictures):
        return None
    found = _found(pictures)
    if not found:
        return (0.0,) * len(ious)
    from faster_coco_eval import COCO, COCOeval_faster

    # Both print their progress to standard output, which belongs to the caller.
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(_labelled(pictures))
        evaluation = COCOeval_faster(truth, truth.loadRes(found), iouType="bbox")
        evaluation.params.iouThrs = np.asarray(ious, dtype=float)
        evaluation.evaluate()
        evaluation.accumulate()
    # overlaps x recalls x classes x areas x most detections: all areas stand first, the most detections last.
    precision = np.asarray(evaluation.eval["precision"])[:, :, 0, 0, -1]
    return tuple(float(value) for value in precision.mean(axis=1))


def _labelled(pictures: Sequence[ScoredPicture]) -> dict[str, Any]:
    boxes = [
        (index, box, crowd)
        for index, one in enumerate(pictures)
        for crowd, group in enumerate((one.truths, one.ignored))
        for box in group
    ]
    return {
        "info": {},
        "images": [{"id": index, "width": _SIDE, "height": _SIDE} for index in range(len(pictures))],
        "categories": [{"id": 1, "name": "it"}],
        "annotations": [
            {
                "id": number,
                "image_id": index,
                "category_id": 1,
                "bbox": _pixels(box),
                "area": _SIDE**2 * box.area,
                "iscrowd": crowd,
            }
            for number, (index, box, crowd) in enumerate(boxes, start=1)
        ],
    }


def _found(pictures: Sequence[ScoredPicture]) -> list[dict[str, Any]]:
    return [
        {"image_id": index, "category_id": 1, "bbox": _pixels(found.box), "score": found.confidence}
        for index, one in enumerate(pictures)
        for found in one.found
    ]


def _pixels(box: BoundingBox) -> list[float]:
    """COCO's order: left, top, width, height."""
    return [_SIDE * value for value in (box.x_min, box.y_min, box.width, box.height)]
