"""A class's curve from its matches: precision, recall, F-beta at each threshold, with intervals by source."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.tuning.choices import CountsBySource, with_interval
from pipeline.tuning.curves import ClassCurve, CurvePoint, Mistake, MistakeKind
from pipeline.tuning.matching import ClassMatches
from pipeline.tuning.operating_points import OperatingPoint, choose
from pipeline.tuning.resampling import (
    Counts,
    ShareIntervals,
    divided,
    percentiles,
    resampled,
    share_intervals,
)
from pipeline.tuning.wishes import Wish

THRESHOLDS = tuple(round(step / 100, 2) for step in range(5, 100))
"""0.05 to 0.99 in steps of 0.01: a rule set's confidence has two digits."""


def class_curve(
    matches: ClassMatches,
    average_precision: float | None,
    seed: int,
    beta: float = 1.0,
    thresholds: Sequence[float] = THRESHOLDS,
) -> ClassCurve:
    """The curve of one class. Equal matches and seeds give equal figures.

    beta: how many times as much recall weighs as precision (van Rijsbergen, Information Retrieval, 1979).
    """
    right, wrong, truths = _counts(matches, thresholds)
    precision = share_intervals(right, right + wrong, seed)
    recall = share_intervals(right, truths, seed)
    scores = _f_beta(right, wrong, truths, beta, seed)
    sums = (right.sum(axis=0), wrong.sum(axis=0), (truths - right).sum(axis=0))
    return ClassCurve(
        label=matches.label,
        truths=len(matches.truths),
        pictures=len(matches.pictures),
        visits=len(matches.sources),
        ignored=matches.ignored,
        iou=matches.iou,
        beta=beta,
        points=tuple(
            _point(threshold, place, sums, precision, recall, scores)
            for place, threshold in enumerate(thresholds)
        ),
        average_precision=average_precision,
    )


def operating_point(matches: ClassMatches, curve: ClassCurve, wish: Wish, seed: int) -> OperatingPoint:
    """The threshold that a wish leads to, and where it falls when sources are drawn anew."""
    chosen = choose([point.counted for point in curve.points], wish)
    thresholds = [point.threshold for point in curve.points]
    counts = CountsBySource(*_counts(matches, thresholds))
    return with_interval(chosen, thresholds, counts, wish, seed)


def worst_mistakes(matches: ClassMatches, threshold: float, most: int) -> tuple[Mistake, ...]:
    """The surest false alarms, then the misses at `threshold`, those seen with least confidence first."""
    alarms = [
        Mistake(
            MistakeKind.FALSE_ALARM,
            matches.label,
            one.media_key,
            one.source,
            one.detection.box,
            one.detection.confidence,
        )
        for one in matches.detections
        if not one.right and one.detection.confidence >= threshold
    ]
    misses = [
        Mistake(MistakeKind.MISS, matches.label, one.media_key, one.source, one.box, one.found_at or 0.0)
        for one in matches.truths
        if one.found_at is None or one.found_at < threshold
    ]
    alarms.sort(key=lambda one: (-one.confidence, one.media_key))
    # Of those not seen at all the largest are the strangest.
    misses.sort(key=lambda one: (one.confidence, -one.box.area, one.media_key))
    return (*alarms[:most], *misses[:most])


def _counts(matches: ClassMatches, thresholds: Sequence[float]) -> tuple[Counts, Counts, Counts]:
    """Right and wrong detections from each threshold up, and labelled boxes: sources x thresholds each."""
    place = {source: number for number, source in enumerate(matches.sources)}
    shape = (max(1, len(place)), len(thresholds))
    right, wrong, truths = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    levels = np.asarray(thresholds)
    for one in matches.detections:
        (right if one.right else wrong)[place[one.source]] += levels <= one.detection.confidence
    for truth in matches.truths:
        truths[place[truth.source]] += 1
    return right, wrong, truths


def _f_beta(right: Counts, wrong: Counts, truths: Counts, beta: float, seed: int) -> ShareIntervals:
    """(1 + b²) hits over (1 + b²) hits + b² misses + false alarms; percentiles over sources drawn anew."""
    above = (1 + beta**2) * right
    below = right + wrong + beta**2 * truths
    low, high = percentiles(divided(resampled(above, seed), resampled(below, seed)))
    return ShareIntervals(divided(above.sum(axis=0), below.sum(axis=0)), low, high)


def _point(
    threshold: float,
    place: int,
    sums: tuple[NDArray[np.float64], ...],
    precision: ShareIntervals,
    recall: ShareIntervals,
    scores: ShareIntervals,
) -> CurvePoint:
    right, wrong, missed = (int(values[place]) for values in sums)
    return CurvePoint(
        threshold,
        right,
        wrong,
        missed,
        *precision.at(place),
        *recall.at(place),
        *scores.at(place),
    )
