"""Two registered detectors over one split of one labelled set; pictures are looked at once by each."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.detector_evaluation import Means, Seen, known_labels, look
from flows.labelled_sets import ObjectSet
from models.registry import WeightsEntry
from pipeline.errors import DatasetError
from pipeline.labels import Split
from pipeline.tuning.comparing import RESAMPLES, compare
from pipeline.tuning.comparison import Comparison, DetectorName
from pipeline.tuning.labelled_sets import SeenPicture


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """What is compared. in_force: label -> the threshold that the champion serves with; the challenger takes
    its own `suggested_confidence`, and where that names none the same."""

    split: Split | None
    iou: float
    seed: int
    in_force: Mapping[str, float]


def compare_detectors(
    labelled: ObjectSet, question: PairQuestion, champion: Means, challenger: Means
) -> Comparison:
    """Raises DatasetError where no class of the set is known to both, or no picture is in the split."""
    pictures = labelled.of(question.split)
    if not pictures:
        raise DatasetError(f"{labelled.folder}: no picture in that split: name another by --split, or `all`")
    ours, theirs = (known_labels(labelled, means.detector) for means in (champion, challenger))
    thresholds = _thresholds(question, challenger.entry, [label for label in ours if label in theirs])
    if not thresholds:
        raise DatasetError(
            f"{labelled.folder}: no class that both detectors know and that the rules have a threshold for"
        )
    first, second = (look(labelled, pictures, means) for means in (champion, challenger))
    return Comparison(
        set_name=labelled.head.name,
        set_version=labelled.head.version,
        set_digest=first.digest,
        split=question.split.value if question.split else "",
        champion=_name(champion.entry),
        challenger=_name(challenger.entry),
        resamples=RESAMPLES,
        seed=question.seed,
        labels=compare(*_seen_by_both(first, second), thresholds, question.iou, question.seed),
    )


def _thresholds(
    question: PairQuestion, challenger: WeightsEntry, labels: list[str]
) -> dict[str, tuple[float, float]]:
    in_force = question.in_force
    return {
        label: (in_force[label], challenger.suggested_confidence.get(label, in_force[label]))
        for label in labels
        if label in in_force
    }


def _seen_by_both(first: Seen, second: Seen) -> tuple[tuple[SeenPicture, ...], tuple[SeenPicture, ...]]:
    keys = [{one.picture.media_key for one in seen.pictures} for seen in (first, second)]
    both = keys[0] & keys[1]
    return _of(first, both), _of(second, both)


def _of(seen: Seen, keys: set[str]) -> tuple[SeenPicture, ...]:
    return tuple(one for one in seen.pictures if one.picture.media_key in keys)


def _name(entry: WeightsEntry) -> DetectorName:
    return DetectorName(entry.name, entry.version, entry.sha256)
