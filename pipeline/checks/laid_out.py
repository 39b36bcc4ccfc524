"""Pictures whose cloth and tools were looked at, judged by the rule set, and what that says of an item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.checks.context import CheckContext, Picture, ref_to
from pipeline.checks.layouts import AssessedLayout, assessed
from pipeline.checks.outcomes import failed, passed, unreadable
from pipeline.geometry import BoundingBox
from pipeline.layout import words as layout_words
from pipeline.layout.assessment import Assessment
from pipeline.layout.judgement import JudgedLayout
from pipeline.punctuality import Truth
from pipeline.results import CheckResult, EvidenceRef, Measurement
from pipeline.rules import BilingualText


@dataclass(frozen=True, slots=True)
class Laid:
    """A picture with its layout, judged."""

    picture: Picture
    layout: AssessedLayout

    @property
    def judged(self) -> JudgedLayout:
        return self.layout.judged

    def of(self, item_id: str) -> Assessment | None:
        return next((one for one in self.layout.assessments if one.item_id == item_id), None)

    def tools(self, indexes: Sequence[int] | None = None) -> EvidenceRef:
        """Where these tools are; all that are judged where there are none."""
        shown = indexes or self.judged.judged
        boxes = tuple(self.judged.layout.tools[index].box for index in shown)
        return self._ref("tool", boxes or self.judged.beyond)

    def cloth(self) -> list[EvidenceRef]:
        seen = self.layout.seen
        if seen.cloth is None:
            return []
        return [self._ref("work_cloth", (seen.cloth.box(seen.width_px, seen.height_px),))]

    def _ref(self, what: str, boxes: tuple[BoundingBox, ...]) -> EvidenceRef:
        return ref_to(self.picture.media.key, what, boxes, self.picture.frame.presentation_s)


def look(context: CheckContext, picture: Picture) -> Laid | None:
    """None where nobody looked for outlines, or the rule set names no cloth to measure by."""
    layout = assessed(picture.frame, context.rules)
    return Laid(picture, layout) if layout is not None else None


def laid_out(context: CheckContext) -> list[Laid]:
    """The pictures at the item's stages that were looked at."""
    return [laid for picture in context.pictures() if (laid := look(context, picture)) is not None]


def as_result(context: CheckContext, found: Assessment, evidence: Sequence[EvidenceRef]) -> CheckResult:
    """What can't be told is unreadable: a person looks, or the picture is taken again."""
    measurement = Measurement(found.measured, found.threshold, found.nearness)
    if found.truth is Truth.HOLDS:
        return passed(context, found.words, evidence, measurement)
    if found.truth is Truth.BREAKS:
        return failed(context, found.words, found.remedy, evidence, measurement)
    return unreadable(context, found.words, found.remedy, context.rule.stages, evidence, measurement)


def by_boxes(laid: Laid | None) -> BilingualText:
    """Said of what was estimated from boxes, and why it was not measured."""
    failure = laid.judged.layout.failure if laid is not None else None
    why = layout_words.not_measured(failure) if failure is not None else None
    return BilingualText(
        f"（按检测框估计，未校正透视{'；' if why else ''}{why.zh if why else ''}）".replace("；", "，"),
        f" (estimated from boxes, not rectified{', ' + why.en[0].lower() + why.en[1:] if why else ''})",
    )


def with_note(result: CheckResult, note: BilingualText) -> CheckResult:
    """The same finding with something said behind its reason."""
    reason = result.reason
    return replace(result, reason=BilingualText(reason.zh + note.zh, reason.en + note.en))
