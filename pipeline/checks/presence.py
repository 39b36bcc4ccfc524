"""Is a thing in the picture at the stages that ask for it? Shared by all items that a detection decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, Picture
from pipeline.checks.outcomes import could_not_open, missing, passed
from pipeline.evidence import Detection
from pipeline.results import CheckResult, EvidenceRef, Measurement
from pipeline.rules import BilingualText
from pipeline.visit import Stage


@dataclass(frozen=True, slots=True)
class Sighting:
    """A detection in a picture, with the confidence that it needs to count."""

    picture: Picture
    detection: Detection
    threshold: float

    @property
    def counts(self) -> bool:
        return self.detection.confidence >= self.threshold

    @property
    def margin(self) -> float:
        return self.detection.confidence - self.threshold

    @property
    def ref(self) -> EvidenceRef:
        return self.picture.ref(self.detection.label, [self.detection])

    @property
    def measurement(self) -> Measurement:
        return confidence_measurement(self.detection.confidence, self.threshold)


@dataclass(frozen=True, slots=True)
class _Place:
    """One stage, or several of which any will do, with the surest sighting there."""

    stages: tuple[Stage, ...]
    best: Sighting | None
    pictures: int
    failed: tuple[MediaView, ...]

    @property
    def is_shown(self) -> bool:
        return self.best is not None and self.best.counts


def confidence_measurement(confidence: float, threshold: float) -> Measurement:
    """A confidence held against its threshold."""
    return Measurement(
        f"{confidence:.2f} 置信度 confidence", f"≥ {threshold:.2f}", nearness(confidence, threshold)
    )


def nearness(value: float, threshold: float) -> float | None:
    """|value - threshold| as a share of the threshold; None where that has no meaning."""
    return abs(value - threshold) / abs(threshold) if threshold else None


def best_sighting(
    context: CheckContext, labels: Sequence[str], pictures: Sequence[Picture]
) -> Sighting | None:
    """The sighting that clears its threshold by most, or comes nearest to it."""
    sightings = (
        Sighting(picture, detection, context.threshold(label))
        for picture in pictures
        for label in labels
        if (detection := picture.best(label)) is not None
    )
    return max(sightings, key=lambda sighting: sighting.margin, default=None)


def decide_presence(
    context: CheckContext, labels: Sequence[str], thing: BilingualText, wanted: BilingualText | None = None
) -> CheckResult:
    """Pass if one of `labels` is seen at each of the item's stages (or at any one, as the rule says).

    thing: what is detected. wanted: what the item asks for, where that is more than can be told.
    """
    places = [_look(context, labels, stages) for stages in context.stage_groups]
    lacking = [place for place in places if not place.is_shown]
    if not lacking:
        return _shown(context, [place.best for place in places if place.best is not None], thing)
    retake = tuple(stage for place in lacking for stage in place.stages)
    if all(place.failed for place in lacking):
        return could_not_open(context, [view for place in lacking for view in place.failed], retake)
    least = min(context.threshold(label) for label in labels)
    return _not_shown(context, lacking, least, thing, wanted or thing)


def _look(context: CheckContext, labels: Sequence[str], stages: tuple[Stage, ...]) -> _Place:
    pictures = tuple(context.pictures(stages))
    failed = tuple(view for view in context.failed if view.stage in stages)
    return _Place(stages, best_sighting(context, labels, pictures), len(pictures), failed)


def _shown(context: CheckContext, sightings: Sequence[Sighting], thing: BilingualText) -> CheckResult:
    weakest = min(sightings, key=lambda sighting: sighting.margin)
    seen_at = words.stages([s.picture.media.stage for s in sightings if s.picture.media.stage is not None])
    return passed(
        context,
        BilingualText(f"在“{seen_at.zh}”的影像中看到{thing.zh}", f"Seen: {thing.en} ({seen_at.en})"),
        [sighting.ref for sighting in sightings],
        weakest.measurement,
    )


def _not_shown(
    context: CheckContext,
    lacking: Sequence[_Place],
    threshold: float,
    thing: BilingualText,
    wanted: BilingualText,
) -> CheckResult:
    nearest = max((place.best for place in lacking if place.best), key=lambda best: best.margin, default=None)
    retake = tuple(stage for place in lacking for stage in place.stages)
    stages = words.stages(retake)
    return missing(
        context,
        _how_lacking(lacking, thing),
        BilingualText(
            f"请在“{stages.zh}”的影像中拍清楚{wanted.zh}", f"Show clearly: {wanted.en} (stage: {stages.en})"
        ),
        retake,
        [ref for place in lacking for ref in _where(context, place)],
        nearest.measurement if nearest else Measurement("–", f"≥ {threshold:.2f} 置信度 confidence"),
    )


def _where(context: CheckContext, place: _Place) -> list[EvidenceRef]:
    """The unsure sighting, or else some of the pictures that were looked at."""
    return [place.best.ref] if place.best is not None else context.looked_at(place.stages)


def _how_lacking(lacking: Sequence[_Place], thing: BilingualText) -> BilingualText:
    """Stages without a picture together, then each stage at which it could not be seen."""
    empty = [stage for place in lacking if not place.pictures and not place.failed for stage in place.stages]
    told = [_not_seen_at(place, thing) for place in lacking if place.pictures or place.failed]
    if empty:
        stages = words.stages(empty)
        told.insert(0, BilingualText(f"{stages.zh}：没有影像", f"{stages.en}: no picture"))
    return words.sentences(told)


def _not_seen_at(place: _Place, thing: BilingualText) -> BilingualText:
    stages = words.stages(place.stages)
    if place.failed:
        names = words.files([view.name for view in place.failed])
        return BilingualText(f"{stages.zh}：{names.zh}无法打开", f"{stages.en}: {names.en} can't be opened")
    pictures = words.counted(place.pictures, "picture")
    return BilingualText(
        f"{stages.zh}：{place.pictures}个画面中未看到{thing.zh}", f"{stages.en}: no {thing.en} in {pictures}"
    )
