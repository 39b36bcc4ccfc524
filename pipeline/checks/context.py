"""What a check is given: the visit, the rule, and each file with its stage, its times and what was seen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.checks import words
from pipeline.errors import RulesError
from pipeline.evidence import (
    Detection,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Observation,
    WatermarkField,
)
from pipeline.fingerprint import MediaUse
from pipeline.geometry import BoundingBox
from pipeline.results import CheckResult, EvidenceRef
from pipeline.rules import ItemRule, RuleSet
from pipeline.stamp_codes import CodeUse
from pipeline.time_evidence import TimeEvidence
from pipeline.visit import MediaItem, MediaKind, Stage, Visit

_MOST_LOOKED_AT = 2


def ref_to(
    media_key: str,
    what: str,
    boxes: tuple[BoundingBox, ...] = (),
    presentation_s: float | None = None,
) -> EvidenceRef:
    """Where to look, with a caption for people; `what` is one of the names that `words.caption` knows."""
    return EvidenceRef(media_key, words.caption(what), boxes, presentation_s)


@dataclass(frozen=True, slots=True)
class MediaView:
    """One file of the visit with all that the checks may know of it."""

    item: MediaItem
    observation: Observation
    times: TimeEvidence
    stage: Stage | None
    stage_inferred: bool = False

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def evidence(self) -> MediaEvidence | None:
        """None where nobody could look."""
        return self.observation if isinstance(self.observation, MediaEvidence) else None

    @property
    def failure(self) -> MediaFailure | None:
        return self.observation if isinstance(self.observation, MediaFailure) else None

    @property
    def stamp_fields(self) -> tuple[WatermarkField, ...]:
        """The named fields of the first picture whose watermark has any."""
        frames = self.evidence.frames if self.evidence else ()
        stamps = (frame.watermark for frame in frames if frame.watermark is not None)
        return next((stamp.fields for stamp in stamps if stamp.fields), ())

    @property
    def is_video(self) -> bool:
        return self.item.kind is MediaKind.VIDEO


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo, or one frame of a video, with the file that it belongs to."""

    media: MediaView
    frame: FrameEvidence
    width_px: int
    height_px: int

    def ref(self, label: str, detections: Iterable[Detection] = ()) -> EvidenceRef:
        boxes = tuple(detection.box for detection in detections)
        return ref_to(self.media.key, label, boxes, self.frame.presentation_s)

    def best(self, label: str) -> Detection | None:
        """The most confident detection of a label, however unsure."""
        found = (detection for detection in self.frame.detections if detection.label == label)
        return max(found, key=lambda detection: detection.confidence, default=None)


@dataclass(frozen=True, slots=True)
class CheckContext:
    """Everything that a check may look at. `results` holds the outcomes that were found before this one."""

    visit: Visit
    rules: RuleSet
    rule: ItemRule
    media: tuple[MediaView, ...]
    earlier_uses: Mapping[str, tuple[MediaUse, ...]]
    results: Mapping[str, CheckResult]
    earlier_codes: Mapping[str, tuple[CodeUse, ...]] = field(default_factory=dict)

    def param(self, name: str) -> float:
        return self.rule.param(name)

    def at_stage(self, stage: Stage) -> tuple[MediaView, ...]:
        return tuple(view for view in self.media if view.stage is stage)

    @property
    def stage_groups(self) -> tuple[tuple[Stage, ...], ...]:
        """Where the thing must be seen: at each stage by itself, or at any one of them, as the rule says."""
        stages = self.rule.stages or tuple(Stage)
        return tuple((stage,) for stage in stages) if self.param("every_stage") else (stages,)

    @property
    def candidates(self) -> tuple[MediaView, ...]:
        """The files at the item's stages, all files where it names none."""
        stages = self.rule.stages
        return tuple(view for view in self.media if not stages or view.stage in stages)

    @property
    def observed(self) -> tuple[tuple[MediaView, MediaEvidence], ...]:
        """The candidates that could be looked at."""
        return tuple((view, view.evidence) for view in self.candidates if view.evidence is not None)

    @property
    def failed(self) -> tuple[MediaView, ...]:
        """The candidates that nobody could look at."""
        return tuple(view for view in self.candidates if view.failure is not None)

    def pictures(self, stages: Iterable[Stage] | None = None) -> Iterator[Picture]:
        """Photos and sampled frames at these stages; without an argument, at the item's own."""
        views = self.candidates if stages is None else [v for v in self.media if v.stage in tuple(stages)]
        for view in views:
            if view.evidence is not None:
                size = view.evidence.width_px, view.evidence.height_px
                yield from (Picture(view, frame, *size) for frame in view.evidence.frames)

    def looked_at(self, stages: Iterable[Stage] | None = None) -> list[EvidenceRef]:
        """A few of the pictures in which it was not seen, so that a person can look for it."""
        first = {picture.media.key: picture for picture in reversed(tuple(self.pictures(stages)))}
        return [first[key].ref("not_seen") for key in sorted(first)[:_MOST_LOOKED_AT]]

    def threshold(self, label: str) -> float:
        """The least confidence that counts as seen. Raises RulesError where the rule set names none."""
        try:
            return self.rules.confidence[label]
        except KeyError as error:
            raise RulesError(
                f"rule set {self.rules.name!r} gives no confidence for the label {label!r}: "
                "add it under `confidence`"
            ) from error

    def seen(self, picture: Picture, *labels: str) -> tuple[Detection, ...]:
        """The detections of these labels that count, most confident first."""
        return tuple(
            sorted(
                (
                    d
                    for d in picture.frame.detections
                    if d.label in labels and d.confidence >= self.threshold(d.label)
                ),
                key=lambda detection: (-detection.confidence, detection.box.as_tuple()),
            )
        )
