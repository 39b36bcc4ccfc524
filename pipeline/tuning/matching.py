"""Which detections are right: greedily by confidence, as COCO does it (Lin et al., ECCV 2014; cocoeval).

A labelled box counts once, for the surest detection that overlaps it enough. A detection in a region that is
marked to be ignored counts neither way; such a region takes any number, by the share of the detection in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.tuning.labelled_sets import RawBox, SeenPicture


@dataclass(frozen=True, slots=True)
class MatchedDetection:
    """A detection that counts, and whether a labelled box is there."""

    media_key: str
    source: str
    detection: Detection
    right: bool


@dataclass(frozen=True, slots=True)
class MatchedTruth:
    """A labelled box. found_at: the confidence of the detection that matches it, None where none does."""

    media_key: str
    source: str
    box: BoundingBox
    found_at: float | None


@dataclass(frozen=True, slots=True)
class ClassMatches:
    """One class over the pictures that were labelled for it. pictures: (media key, source) of each."""

    label: str
    iou: float
    pictures: tuple[tuple[str, str], ...]
    detections: tuple[MatchedDetection, ...]
    truths: tuple[MatchedTruth, ...]
    ignored: int

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({source for _, source in self.pictures}))


def match_class(seen: Sequence[SeenPicture], label: str, iou: float) -> ClassMatches:
    """Match one class over the pictures that vouch for it. Boxes are cut at the picture's edge.

    Raises ValueError unless 0 < iou <= 1.
    """
    if not 0.0 < iou <= 1.0:
        raise ValueError(f"an IoU must be above 0 and at most 1, not {iou:g}")
    vouched = [one for one in seen if label in one.picture.vouched]
    matched = [_match_picture(one, label, iou) for one in vouched]
    return ClassMatches(
        label=label,
        iou=iou,
        pictures=tuple((one.picture.media_key, one.picture.source) for one in vouched),
        detections=tuple(each for detections, _ in matched for each in detections),
        truths=tuple(each for _, truths in matched for each in truths),
        ignored=sum(box.ignore and box.label == label for one in vouched for box in one.picture.boxes),
    )


def clipped(box: RawBox) -> BoundingBox:
    """The part of a labelled box that lies in the picture."""
    return BoundingBox.clipped(box.x_min, box.y_min, box.x_max, box.y_max)


def _match_picture(
    seen: SeenPicture, label: str, iou: float
) -> tuple[list[MatchedDetection], list[MatchedTruth]]:
    key, source = seen.picture.media_key, seen.picture.source
    ours = [box for box in seen.picture.boxes if box.label == label]
    truths = [clipped(box) for box in ours if not box.ignore]
    regions = [clipped(box) for box in ours if box.ignore]
    found = sorted(
        (one for one in seen.detections if one.label == label), key=lambda one: one.confidence, reverse=True
    )
    found_at: dict[int, float] = {}
    counted = []
    for detection in found:
        best = _best_free(detection, truths, found_at, iou)
        if best is not None:
            found_at[best] = detection.confidence
        elif any(detection.box.share_inside(region) >= iou for region in regions):
            continue
        counted.append(MatchedDetection(key, source, detection, best is not None))
    matched = [MatchedTruth(key, source, box, found_at.get(number)) for number, box in enumerate(truths)]
    return counted, matched


def _best_free(
    detection: Detection, truths: Sequence[BoundingBox], taken: dict[int, float], iou: float
) -> int | None:
    """The labelled box that a detection overlaps most, at least by `iou`, among those not taken yet."""
    overlaps = [
        (detection.box.iou(truth), number) for number, truth in enumerate(truths) if number not in taken
    ]
    overlap, number = max(overlaps, default=(0.0, -1))
    return number if overlap >= iou else None
