"""faster-coco-eval's average precision against one written out plainly here, over our own matching."""

import numpy as np
import pytest

from models.average_precision import COCO_IOUS, ScoredPicture, average_precisions
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.labels import Split
from pipeline.tuning.labelled_sets import LabelledPicture, RawBox, SeenPicture
from pipeline.tuning.matching import match_class


def plain(pictures: list[ScoredPicture], iou: float) -> float:
    """At 101 recalls, the best precision at that recall or beyond it; the mean of these."""
    matches = match_class([_seen(number, one) for number, one in enumerate(pictures)], "it", iou)
    ordered = sorted(matches.detections, key=lambda one: one.detection.confidence, reverse=True)
    right = np.cumsum([one.right for one in ordered])
    recall, precision = right / len(matches.truths), right / np.arange(1, len(ordered) + 1)
    return float(np.mean([max(precision[recall >= least], default=0.0) for least in np.linspace(0, 1, 101)]))


def _seen(number: int, one: ScoredPicture) -> SeenPicture:
    boxes = [RawBox("it", 0, *box.as_tuple()) for box in one.truths]
    boxes += [RawBox("it", 0, *box.as_tuple(), ignore=True) for box in one.ignored]
    picture = LabelledPicture(str(number), str(number), Split.TUNE, tuple(boxes), frozenset({"it"}))
    return SeenPicture(picture, one.found)


def _pictures(seed: int, crowds: bool) -> list[ScoredPicture]:
    random = np.random.default_rng(seed)
    # No two equally sure: the order of such is anybody's.
    confidences = iter(random.permutation(10_000) / 10_000)

    def moved(box: BoundingBox, by: float) -> BoundingBox:
        return BoundingBox.clipped(*(value + random.normal(0, by) for value in box.as_tuple()))

    def anywhere() -> BoundingBox:
        x, y = random.uniform(0, 0.7, 2)
        return BoundingBox(x, y, x + random.uniform(0.05, 0.3), y + random.uniform(0.05, 0.3))

    pictures = []
    for _ in range(40):
        truths = tuple(anywhere() for _ in range(random.integers(0, 4)))
        hits = [moved(box, 0.01) for box in truths for _ in range(random.integers(0, 3))]
        regions = (BoundingBox(0.5, 0.0, 1.0, 0.5),) if crowds and random.random() < 0.5 else ()
        found = [*hits, *(anywhere() for _ in range(random.integers(0, 3)))]
        detections = tuple(Detection("it", float(next(confidences)), box) for box in found)
        pictures.append(ScoredPicture(truths, detections, regions))
    return pictures


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("crowds", [False, True])
def test_both_find_the_same(seed: int, crowds: bool) -> None:
    pictures = _pictures(seed, crowds)
    found = average_precisions(pictures, COCO_IOUS)
    assert found is not None
    assert found == pytest.approx([plain(pictures, iou) for iou in COCO_IOUS], abs=1e-9)
    assert found[-1] < found[0]
    assert 0.1 < found[0] < 0.9


@pytest.mark.parametrize("iou", [0.3, 0.62, 0.9])
def test_at_any_overlap(iou: float) -> None:
    pictures = _pictures(7, crowds=True)
    assert average_precisions(pictures, (iou,)) == pytest.approx([plain(pictures, iou)], abs=1e-9)


def test_without_labels_there_is_no_figure_and_without_detections_it_is_nought() -> None:
    box = BoundingBox(0.1, 0.1, 0.4, 0.4)
    assert average_precisions([ScoredPicture((), (Detection("it", 0.9, box),))], (0.5,)) is None
    assert average_precisions([ScoredPicture((box,), ())], (0.5, 0.75)) == (0.0, 0.0)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    average_precisions(_pictures(1, crowds=False), (0.5,))
    assert capsys.readouterr().out == ""
