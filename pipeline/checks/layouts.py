"""A picture's layout by a rule set, and the layouts that a report shows: of pictures that items point at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.checks.context import MediaView
from pipeline.evidence import Detection, FrameEvidence
from pipeline.layout.assessment import Assessment, assess, of_all
from pipeline.layout.demands import demands_of
from pipeline.layout.judgement import JudgedLayout, judge_layout
from pipeline.layout.values import LayoutObservation
from pipeline.results import CheckResult, PictureLayout
from pipeline.rules import RuleSet

LAYOUT_ITEMS = ("cloth.laid", "tools.on_cloth", "tools.order", "tools.neat")


@dataclass(frozen=True, slots=True)
class AssessedLayout:
    """A picture's layout, judged."""

    seen: LayoutObservation
    judged: JudgedLayout
    assessments: tuple[Assessment, ...]

    def drawn(self, media_key: str, presentation_s: float | None) -> PictureLayout | None:
        """As a report keeps it; None where the cloth could not be measured."""
        if self.judged.layout.cloth is None:
            return None
        size = self.seen.width_px, self.seen.height_px
        return PictureLayout(media_key, presentation_s, *size, self.judged, self.assessments)


def assessed(frame: FrameEvidence, rules: RuleSet) -> AssessedLayout | None:
    """None where nobody looked for outlines, or the rule set names no cloth to measure by."""
    demands, seen = demands_of(rules), frame.layout
    if demands is None or seen is None:
        return None
    people = tuple(one.box for one in _counted(frame, "person", rules))
    judged = judge_layout(seen, people, demands)
    outlined = {tool.box for tool in seen.tools}
    missing = sum(one.box not in outlined for one in _counted(frame, "tool", rules))
    told = tuple(of_all(one, missing) for one in assess(judged, demands))
    return AssessedLayout(seen, judged, told)


def _counted(frame: FrameEvidence, label: str, rules: RuleSet) -> list[Detection]:
    least = rules.confidence.get(label, 1.0)
    return [one for one in frame.detections if one.label == label and one.confidence >= least]


def layouts_of(
    media: Sequence[MediaView], results: Sequence[CheckResult], rules: RuleSet
) -> tuple[PictureLayout, ...]:
    """In the order of the media; none where the rule set asks for no cloth."""
    pointed_at = {
        (ref.media_key, ref.presentation_s)
        for result in results
        if result.item_id in LAYOUT_ITEMS
        for ref in result.evidence
    }
    shown = (
        layout.drawn(view.key, frame.presentation_s)
        for view, frame in _frames(media)
        if (view.key, frame.presentation_s) in pointed_at and (layout := assessed(frame, rules)) is not None
    )
    return tuple(layout for layout in shown if layout is not None)


def _frames(media: Sequence[MediaView]) -> Iterator[tuple[MediaView, FrameEvidence]]:
    for view in media:
        for frame in view.evidence.frames if view.evidence else ():
            yield view, frame
