"""The stage of a file whose manifest gives none: by its time among the staged files, and by what it shows.

An inferred stage says so; where neither time nor content points to one stage, there is none.
"""

from collections.abc import Mapping, Sequence

from pipeline.clock_readings import is_day_wide
from pipeline.evidence import MediaEvidence, Observation
from pipeline.time_evidence import TimeEvidence
from pipeline.times import TimeInterval
from pipeline.visit import MediaItem, Stage

TELLING_LABELS: Mapping[str, Stage] = {"work_cloth": Stage.BEFORE, "document": Stage.ACCEPTANCE}
"""What is mostly seen at one stage only; it decides between the stages that the time leaves open."""


def infer_stages(
    observed: Sequence[tuple[MediaItem, Observation, TimeEvidence]], confidence: Mapping[str, float]
) -> dict[str, Stage]:
    """Inferred stages by media key, for the files without one; a file that can't be placed is left out."""
    staged = [
        (interval, item.stage)
        for item, _, times in observed
        if item.stage is not None and (interval := _interval(times)) is not None
    ]
    placed = (
        (item.key, _place(interval, observation, staged, confidence))
        for item, observation, times in observed
        if item.stage is None and (interval := _interval(times)) is not None
    )
    return {key: stage for key, stage in placed if stage is not None}


def _interval(times: TimeEvidence) -> TimeInterval | None:
    """When it was taken, if that is known more finely than to the day."""
    return None if times.best is None or is_day_wide(times.best) else times.best.interval


def _place(
    interval: TimeInterval,
    observation: Observation,
    staged: Sequence[tuple[TimeInterval, Stage]],
    confidence: Mapping[str, float],
) -> Stage | None:
    """The only stage between those certainly before and after it, or the one of these that the content tells.

    Files whose precision leaves open which was first stand on both sides.
    """
    before = [(time.end, stage.rank) for time, stage in staged if time.end <= interval.start]
    after = [(time.start, stage.rank) for time, stage in staged if time.start >= interval.end]
    same = [stage.rank for time, stage in staged if time.end > interval.start and time.start < interval.end]
    least, most = [max(before)[1]] if before else same, [min(after)[1]] if after else same
    if not least or not most:
        return None
    possible = [stage for stage in Stage if min(least) <= stage.rank <= max(most)]
    if len(possible) == 1:
        return possible[0]
    told = {stage for stage in _told_by_content(observation, confidence) if stage in possible}
    return told.pop() if len(told) == 1 else None


def _told_by_content(observation: Observation, confidence: Mapping[str, float]) -> set[Stage]:
    if not isinstance(observation, MediaEvidence):
        return set()
    return {
        TELLING_LABELS[detection.label]
        for frame in observation.frames
        for detection in frame.detections
        if detection.label in TELLING_LABELS and detection.confidence >= confidence.get(detection.label, 1.0)
    }
