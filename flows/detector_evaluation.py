"""One detector over one labelled set: looked at once, then any overlap, threshold and wish in seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.labelled_sets import ObjectSet
from flows.looks import Look, looks
from models.average_precision import ScoredPicture, average_precisions
from models.limits import Limits
from models.registry import WeightsEntry
from pipeline.errors import DatasetError
from pipeline.evidence import MediaFailure
from pipeline.labels import Split
from pipeline.ports import Detector
from pipeline.tuning.curves import ClassChoice, ClassCurve, DetectorEvaluation, Mistake
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.labelled_sets import LabelledPicture, SeenPicture
from pipeline.tuning.matching import clipped, match_class
from pipeline.tuning.measuring import class_curve, operating_point, worst_mistakes
from pipeline.tuning.wishes import Wish
from storage.codec import digest_of
from storage.evaluations import NewEvaluation
from storage.tuning_codec import detector_to_json

MOST_MISTAKES = 24
"""Of each kind and class."""
USUAL_THRESHOLD = 0.5
"""For mistakes of a class for which neither a wish nor the registry names a threshold."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the detector. labels: only these classes; all that both know where empty."""

    split: Split | None
    iou: float
    beta: float
    wish: Wish | None
    seed: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """The detector with its weights, where looks are kept, and who hears how far it is (done, all)."""

    entry: WeightsEntry
    detector: Detector
    folder: Path
    limits: Limits
    progress: Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a detector saw in the pictures of a set, and those that nobody could look at. digest: of the set's
    pictures with their labels."""

    pictures: tuple[SeenPicture, ...]
    unreadable: tuple[str, ...]
    digest: str


def evaluate(labelled: ObjectSet, question: Question, means: Means) -> DetectorEvaluation:
    """Raises DatasetError where the set has nothing that could be measured, ValueError for an odd IoU."""
    labels = _labels(labelled, question, means.detector)
    pictures = labelled.of(question.split)
    if not pictures:
        where = question.split.value if question.split else "any split"
        raise DatasetError(f"{labelled.folder}: no picture in {where}: name another by --split, or `all`")
    seen = look(labelled, pictures, means)
    measured = [_measure(seen.pictures, label, question, means.entry) for label in labels]
    return DetectorEvaluation(
        set_name=labelled.head.name,
        set_version=labelled.head.version,
        set_digest=seen.digest,
        split=question.split.value if question.split else "",
        model_name=means.entry.name,
        model_version=means.entry.version,
        model_sha256=means.entry.sha256,
        iou=question.iou,
        pictures=len(seen.pictures),
        visits=len({one.picture.source for one in seen.pictures}),
        classes=tuple(one.curve for one in measured),
        mistakes=tuple(mistake for one in measured for mistake in one.mistakes),
        unreadable=seen.unreadable,
        choices=tuple(one.choice for one in measured if one.choice is not None),
    )


def to_keep(found: DetectorEvaluation) -> NewEvaluation:
    """An evaluation as it is kept."""
    return NewEvaluation(
        EvaluationKind.DETECTOR,
        f"{found.model_name} on {found.set_name}",
        detector_to_json(found),
        set_name=found.set_name,
        set_digest=found.set_digest,
        model_digest=found.model_sha256,
    )


def known_labels(labelled: ObjectSet, detector: Detector) -> tuple[str, ...]:
    """The classes of a set that a detector knows. Raises DatasetError where there are none."""
    known = tuple(label for label in detector.labels if label in labelled.head.vouched_labels)
    if not known:
        raise DatasetError(
            f"{labelled.folder}: the detector knows none of the set's classes (it knows "
            f"{', '.join(detector.labels)}): say in dataset.yaml's `detector_labels` what it calls them"
        )
    return known


def _labels(labelled: ObjectSet, question: Question, detector: Detector) -> tuple[str, ...]:
    known = known_labels(labelled, detector)
    for label in question.labels:
        if label not in known:
            raise DatasetError(
                f"{labelled.folder}: no class {label!r} to measure; there are {', '.join(known)}"
            )
    return question.labels or known


def look(labelled: ObjectSet, pictures: tuple[LabelledPicture, ...], means: Means) -> Seen:
    """Look at pictures of a set; what was looked at before is known."""
    by_path = {labelled.path(one): one for one in pictures}
    seen, unreadable = [], []
    named: list[tuple[LabelledPicture, Look]] = []
    for path, look in looks(by_path, means.detector, means.folder, means.limits, means.progress):
        if isinstance(look, MediaFailure):
            unreadable.append(by_path[path].media_key)
        else:
            seen.append(SeenPicture(by_path[path], look.detections))
            named.append((by_path[path], look))
    return Seen(tuple(seen), tuple(unreadable), _digest(named))


def _digest(named: list[tuple[LabelledPicture, Look]]) -> str:
    """sha256 over every picture's bytes, source, split and labels."""
    return digest_of(
        [
            {
                "key": picture.media_key,
                "sha256": look.sha256,
                "source": picture.source,
                "split": picture.split.value,
                "vouched": sorted(picture.vouched),
                "boxes": [
                    [box.label, box.x_min, box.y_min, box.x_max, box.y_max, box.ignore]
                    for box in picture.boxes
                ],
            }
            for picture, look in sorted(named, key=lambda one: one[0].media_key)
        ]
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    curve: ClassCurve
    choice: ClassChoice | None
    mistakes: tuple[Mistake, ...]


def _measure(seen: tuple[SeenPicture, ...], label: str, question: Question, entry: WeightsEntry) -> _Measured:
    matches = match_class(seen, label, question.iou)
    precisions = average_precisions(_scored(seen, label), (question.iou,))
    curve = class_curve(matches, precisions[0] if precisions else None, question.seed, question.beta)
    chosen = operating_point(matches, curve, question.wish, question.seed) if question.wish else None
    threshold = entry.suggested_confidence.get(label, USUAL_THRESHOLD)
    if chosen is not None and chosen.accepted and chosen.threshold is not None:
        threshold = chosen.threshold
    choice = ClassChoice(label, chosen) if chosen else None
    return _Measured(curve, choice, worst_mistakes(matches, threshold, MOST_MISTAKES))


def _scored(seen: tuple[SeenPicture, ...], label: str) -> list[ScoredPicture]:
    return [
        ScoredPicture(
            tuple(clipped(box) for box in one.picture.boxes if box.label == label and not box.ignore),
            tuple(found for found in one.detections if found.label == label),
            tuple(clipped(box) for box in one.picture.boxes if box.label == label and box.ignore),
        )
        for one in seen
        if label in one.picture.vouched
    ]
