"""How a detector does on a labelled set at any confidence: the values that `measuring` finds."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.geometry import BoundingBox
from pipeline.tuning.operating_points import OperatingPoint
from pipeline.tuning.wishes import CountedPoint


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One class at one confidence threshold: what is at least that sure counts as found.

    true_positives and false_positives: found boxes that match a labelled one, or none. false_negatives:
    labelled boxes without a match. precision and recall are None where there is nothing to divide by. `low`
    and `high` are 95 % intervals by sources drawn anew (see `pipeline.tuning.resampling`), (0, 1) where
    nothing was counted. f_beta is of the curve's `beta`.
    """

    threshold: float
    true_positives: int
    false_positives: int
    false_negatives: int
    precision: float | None
    precision_low: float
    precision_high: float
    recall: float | None
    recall_low: float
    recall_high: float
    f_beta: float | None
    f_beta_low: float
    f_beta_high: float

    @property
    def found(self) -> int:
        return self.true_positives + self.false_positives

    @property
    def counted(self) -> CountedPoint:
        """What a wish is asked of."""
        return CountedPoint(
            self.threshold,
            self.true_positives,
            self.false_positives,
            self.false_negatives,
            self.precision_low,
            self.recall_low,
        )


@dataclass(frozen=True, slots=True)
class ClassCurve:
    """One class over ascending thresholds.

    truths: labelled boxes. pictures: those that were labelled for this class. visits: what the pictures come
    from, counted once each: visits, technicians or other sources, whatever the set splits by. ignored: boxes
    of regions that count neither way. iou: overlap from which a found box matches. average_precision: COCO's,
    101 points, at this IoU; None without truths.
    """

    label: str
    truths: int
    pictures: int
    visits: int
    ignored: int
    iou: float
    beta: float
    points: tuple[CurvePoint, ...]
    average_precision: float | None

    def at(self, threshold: float) -> CurvePoint:
        """The point of the lowest threshold that is at least `threshold`; the last one beyond the end."""
        return next((point for point in self.points if point.threshold >= threshold), self.points[-1])


class MistakeKind(StrEnum):
    """False alarm: found where nothing is labelled. Miss: labelled and not found, or hardly."""

    FALSE_ALARM = "false_alarm"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of the worst: the surest false alarms, and the misses that were seen with least confidence.

    confidence: of the false alarm; of a miss, that of the box that matches it below the class's threshold, 0
    where there is none. media_key: the picture's path within the set.
    """

    kind: MistakeKind
    label: str
    media_key: str
    source: str
    box: BoundingBox
    confidence: float


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """The operating point that was wished for one class."""

    label: str
    point: OperatingPoint


@dataclass(frozen=True, slots=True)
class DetectorEvaluation:
    """One detector over one split of one labelled set.

    set_digest: sha256 over the set's labels and pictures. split: empty where all splits were taken.
    model_sha256: of the weights. unreadable: pictures that could not be looked at, by media key.
    """

    set_name: str
    set_version: str
    set_digest: str
    split: str
    model_name: str
    model_version: str
    model_sha256: str
    iou: float
    pictures: int
    visits: int
    classes: tuple[ClassCurve, ...]
    mistakes: tuple[Mistake, ...]
    unreadable: tuple[str, ...] = ()
    choices: tuple[ClassChoice, ...] = ()

    def curve(self, label: str) -> ClassCurve:
        """Raises KeyError for a class that was not measured."""
        found = next((one for one in self.classes if one.label == label), None)
        if found is None:
            raise KeyError(label)
        return found
