"""Two detectors over the same labelled pictures: who finds more, who errs more.

Which labelled boxes are found, and which pictures get a false alarm, is held pairwise by McNemar's exact
test: only where the two differ says anything. Boxes of one source are alike, which that test doesn't know;
so the size of a difference has an interval by sources drawn anew, the same ones for both (`resampling`).
Better or worse is said only where both speak, and where it holds among the tests of all labels together:
"not shown to be better" is an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.tuning.comparison import Difference, Finding, LabelComparison, Paired
from pipeline.tuning.labelled_sets import SeenPicture
from pipeline.tuning.matching import ClassMatches, match_class
from pipeline.tuning.paired_tests import holm
from pipeline.tuning.resampling import LEAST_SOURCES, Counts, divided, resampled

RESAMPLES = 1000
_RECALLS = np.linspace(0, 1, 101)
"""COCO's levels of recall (Lin et al., ECCV 2014)."""


@dataclass(frozen=True, slots=True)
class Contender:
    """What a detector found of one label, and the threshold that it would serve with."""

    matches: ClassMatches
    threshold: float

    def found(self) -> list[bool]:
        """Of each labelled box, whether it is found."""
        at = [truth.found_at for truth in self.matches.truths]
        return [one is not None and one >= self.threshold for one in at]

    def alarms(self) -> dict[str, int]:
        """Picture -> false alarms."""
        counts = dict.fromkeys((key for key, _ in self.matches.pictures), 0)
        for one in self.matches.detections:
            counts[one.media_key] += not one.right and one.detection.confidence >= self.threshold
        return counts


def compare_label(
    champion: Contender, challenger: Contender, seed: int, resamples: int = RESAMPLES
) -> LabelComparison:
    """One label, without a finding yet: `with_findings` takes all labels together.

    Raises ValueError where the two did not look at the same pictures with the same labelled boxes.
    """
    _check_same(champion.matches, challenger.matches)
    ours, sources = champion.matches, champion.matches.sources
    place = {source: number for number, source in enumerate(sources)}
    enough = len(sources) >= LEAST_SOURCES
    draws = resampled(np.eye(len(sources)), seed, resamples) if enough else np.zeros((0, len(sources)))
    of_truth = [place[truth.source] for truth in ours.truths]
    of_picture = [place[source] for _, source in ours.pictures]
    found = champion.found(), challenger.found()
    alarms = [list(one.alarms().values()) for one in (champion, challenger)]
    return LabelComparison(
        label=ours.label,
        iou=ours.iou,
        pictures=len(ours.pictures),
        sources=len(sources),
        truths=len(ours.truths),
        champion_threshold=champion.threshold,
        challenger_threshold=challenger.threshold,
        hits=_paired(*found),
        false_alarms=_paired(*([count > 0 for count in counts] for counts in alarms)),
        recall=_difference(*(_per_source(one, of_truth, draws) for one in found)),
        average_precision=_precision_difference(champion.matches, challenger.matches, place, draws),
        alarms_per_picture=_difference(*(_per_source(one, of_picture, draws) for one in alarms)),
    )


def compare(
    champion: Sequence[SeenPicture],
    challenger: Sequence[SeenPicture],
    thresholds: Mapping[str, tuple[float, float]],
    iou: float,
    seed: int,
) -> tuple[LabelComparison, ...]:
    """What two detectors saw in the same pictures, label by label.

    thresholds: label -> that of the champion, that of the challenger. Labels that no picture was labelled
    for are left out. Raises ValueError for an IoU that is none, and for other pictures.
    """
    compared = []
    for label, (ours, theirs) in sorted(thresholds.items()):
        matches = match_class(champion, label, iou)
        if matches.pictures:
            rival = Contender(match_class(challenger, label, iou), theirs)
            compared.append(compare_label(Contender(matches, ours), rival, seed))
    return with_findings(compared)


def with_findings(labels: Sequence[LabelComparison]) -> tuple[LabelComparison, ...]:
    """The same, each with what is shown once all tests are taken together."""
    fallen = holm([p for one in labels for p in (one.hits.p_value, one.false_alarms.p_value)])
    pairs = zip(fallen[::2], fallen[1::2], strict=True)
    return tuple(replace(one, finding=_finding(one, *pair)) for one, pair in zip(labels, pairs, strict=True))


def _finding(one: LabelComparison, hits_differ: bool, alarms_differ: bool) -> Finding:
    signs = {
        one.recall.sign if hits_differ else 0,
        -one.alarms_per_picture.sign if alarms_differ else 0,
    }
    if {1, -1} <= signs:
        return Finding.MIXED
    return Finding.BETTER if 1 in signs else Finding.WORSE if -1 in signs else Finding.NOT_SHOWN


def _check_same(champion: ClassMatches, challenger: ClassMatches) -> None:
    boxes = [[(truth.media_key, truth.box) for truth in one.truths] for one in (champion, challenger)]
    if champion.pictures != challenger.pictures or boxes[0] != boxes[1] or champion.iou != challenger.iou:
        raise ValueError(f"{champion.label}: the detectors were not held against the same labels")


def _paired(champion: Sequence[bool], challenger: Sequence[bool]) -> Paired:
    pairs = list(zip(champion, challenger, strict=True))
    return Paired(
        both=pairs.count((True, True)),
        champion_only=pairs.count((True, False)),
        challenger_only=pairs.count((False, True)),
        neither=pairs.count((False, False)),
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure as measured, and over the sources drawn anew; NaN where there is nothing to count."""

    value: float
    drawn: NDArray[np.float64]


def _per_source(counted: Sequence[float], sources: Sequence[int], draws: Counts) -> _Figure:
    """The mean of what was counted of each thing; `sources` says whose each is."""
    sums = np.bincount(sources, np.asarray(counted, dtype=float), minlength=draws.shape[1])
    totals = np.bincount(sources, minlength=draws.shape[1])
    value = float(np.mean(counted)) if counted else np.nan
    return _Figure(value, divided(draws @ sums, draws @ totals))


def _precision_difference(
    champion: ClassMatches, challenger: ClassMatches, place: dict[str, int], draws: Counts
) -> Difference:
    truths = np.bincount([place[truth.source] for truth in champion.truths], minlength=len(place))
    return _difference(*(_precision(one, place, truths, draws) for one in (champion, challenger)))


def _precision(
    matches: ClassMatches, place: dict[str, int], truths: NDArray[np.int64], draws: Counts
) -> _Figure:
    surest = sorted(matches.detections, key=lambda one: -one.detection.confidence)
    right = np.array([one.right for one in surest], dtype=float)
    of = np.array([place[one.source] for one in surest], dtype=int)
    value = average_precision(right, np.ones(len(right)), float(truths.sum()))
    drawn = [average_precision(right, draw[of], float(draw @ truths)) for draw in draws]
    return _Figure(value, np.array(drawn))


def average_precision(right: NDArray[np.float64], weights: NDArray[np.float64], truths: float) -> float:
    """COCO's average precision (101 points) of detections, the surest first, each counted `weights` times;
    NaN without labelled boxes."""
    if not truths:
        return float("nan")
    hits, all_ = np.cumsum(right * weights), np.cumsum(weights)
    precision = np.maximum.accumulate(divided(hits, all_)[::-1])[::-1]
    at = np.searchsorted(hits / truths, _RECALLS, side="left")
    reached = at < len(precision)
    return float(np.nan_to_num(precision[at[reached]]).sum() / len(_RECALLS))


def _difference(champion: _Figure, challenger: _Figure) -> Difference:
    gaps = challenger.drawn - champion.drawn
    known = gaps[~np.isnan(gaps)]
    low, high = map(float, np.percentile(known, (2.5, 97.5))) if len(known) else (None, None)
    return Difference(_or_none(champion.value), _or_none(challenger.value), low, high)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
