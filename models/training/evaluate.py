"""What a detector does on held-back pictures: per label, real and made pictures apart.

Thresholds are chosen on one half of the held-back scenes and reported on the other; average precision, which
needs no threshold, is over all of them. A label counts only on pictures whose source vouches for it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from models.training.dataset import read_provenance
from models.training.figures import (
    Judged,
    Operating,
    average_precision,
    false_per_hundred,
    operating,
    precise_threshold,
    quiet_threshold,
)
from models.training.labelled import LABELS, read_yolo
from models.training.pictures import read_picture
from models.training.splits import Split
from pipeline.ports import Detector

DEFAULT_THRESHOLD = 0.5
"""Where no threshold is precise or quiet enough."""

ENOUGH_BOXES = 30
"""Below this many real boxes a precision says too little to choose a threshold by."""


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Figures of one label on one kind of pictures ("real", "made"), as they stand in the model card.

    Intervals are Wilson's at 95 %. `false_per_100` counts boxes on `empty_pictures` that hold none of it.
    """

    label: str
    kind: str
    pictures: int
    boxes: int
    ap50: float | None
    ap50_95: float | None
    threshold: float
    precision: float | None
    precision_interval: tuple[float, float]
    precision_n: int
    recall: float | None
    recall_interval: tuple[float, float]
    recall_n: int
    false_per_100: float | None
    empty_pictures: int


def judge(folder: Path, detector: Detector, progress: Callable[[], None]) -> tuple[Judged, ...]:
    """Run a detector over the held-back pictures of a built set."""
    judged = []
    for row in read_provenance(folder):
        if row["split"] == Split.VAL:
            judged.append(_judge_one(folder, row, detector))
            progress()
    return tuple(judged)


def _judge_one(folder: Path, row: dict[str, str], detector: Detector) -> Judged:
    path = folder / row["file"]
    labels = folder / row["file"].replace("images", "labels", 1).replace(".jpg", ".txt")
    (detections,) = detector.detect([read_picture(path)])
    truth = tuple((LABELS[class_id], box) for class_id, box, _ in read_yolo(labels))
    vouched = frozenset(row["vouched"].split())
    return Judged(path.stem, row["source"], row["group"], row["made"] == "1", vouched, truth, detections)


def figures(judged: Sequence[Judged]) -> tuple[LabelFigures, ...]:
    """Figures of every label, on real and on made pictures."""
    return tuple(
        _label_figures([one for one in judged if one.made == made], label, kind, threshold)
        for label, threshold in thresholds(judged).items()
        for kind, made in (("real", False), ("made", True))
    )


def thresholds(judged: Sequence[Judged]) -> dict[str, float]:
    """An operating point per label: by precision where real boxes are many, else by silence."""
    half = [one for one in judged if for_tuning(one)]
    return {label: _threshold(half, label) for label in LABELS}


def _threshold(half: Sequence[Judged], label: str) -> float:
    real = [one for one in half if not one.made]
    boxes = sum(len(one.boxes_of(label)) for one in real if label in one.vouched)
    choose = precise_threshold if boxes >= ENOUGH_BOXES else quiet_threshold
    return choose(real, label) or DEFAULT_THRESHOLD


def for_tuning(picture: Judged) -> bool:
    """Whether a picture's scene is in the half that thresholds are chosen on."""
    return hashlib.sha256((picture.group or picture.name).encode()).digest()[8] % 2 == 0


def _label_figures(judged: Sequence[Judged], label: str, kind: str, threshold: float) -> LabelFigures:
    vouched = [one for one in judged if label in one.vouched]
    point: Operating = operating([one for one in vouched if not for_tuning(one)], label, threshold)
    precisions = average_precision(vouched, label)
    false_boxes, empty = false_per_hundred([one for one in vouched if not for_tuning(one)], label, threshold)
    return LabelFigures(
        label=label,
        kind=kind,
        pictures=len(vouched),
        boxes=sum(len(one.boxes_of(label)) for one in vouched),
        ap50=precisions[0] if precisions else None,
        ap50_95=precisions[1] if precisions else None,
        threshold=threshold,
        precision=point.precision.value,
        precision_interval=point.precision.interval,
        precision_n=point.precision.total,
        recall=point.recall.value,
        recall_interval=point.recall.interval,
        recall_n=point.recall.total,
        false_per_100=false_boxes,
        empty_pictures=empty,
    )


def to_json(rows: Sequence[LabelFigures], detector_digest: str) -> str:
    return (
        json.dumps({"detector": detector_digest, "figures": [asdict(row) for row in rows]}, indent=1) + "\n"
    )


def from_json(text: str) -> tuple[LabelFigures, ...]:
    """What `to_json` wrote."""
    return TypeAdapter(tuple[LabelFigures, ...]).validate_python(json.loads(text)["figures"])


def to_markdown(rows: Sequence[LabelFigures]) -> str:
    """The figures as a table; a dash stands where there was nothing to measure."""
    header = (
        "| label | pictures | n | boxes | AP50 | AP50-95 | at | precision (95 %) | recall (95 %) "
        "| false boxes in 100 empty pictures |\n|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return header + "".join(_row(row) for row in rows if row.pictures)


def _row(row: LabelFigures) -> str:
    return (
        f"| {row.label} | {row.kind} | {row.pictures} | {row.boxes} "
        f"| {_number(row.ap50)} | {_number(row.ap50_95)} "
        f"| {row.threshold:.2f} | {_share(row.precision, row.precision_interval, row.precision_n)} "
        f"| {_share(row.recall, row.recall_interval, row.recall_n)} "
        f"| {'–' if row.false_per_100 is None else f'{row.false_per_100:.1f} (n={row.empty_pictures})'} |\n"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(value: float | None, interval: tuple[float, float], n: int) -> str:
    return "–" if value is None else f"{value:.2f} ({interval[0]:.2f}–{interval[1]:.2f}, n={n})"
