"""The measured layouts that a report shows: of the pictures that its items on cloth and tools point at."""

from collections.abc import Iterator, Sequence

from pipeline.checks.context import MediaView
from pipeline.evidence import FrameEvidence
from pipeline.layout.assessment import assess
from pipeline.layout.demands import LayoutDemands, demands_of
from pipeline.layout.judgement import judge_layout
from pipeline.results import CheckResult, PictureLayout
from pipeline.rules import RuleSet

LAYOUT_ITEMS = ("cloth.laid", "tools.on_cloth", "tools.order", "tools.neat")


def layouts_of(
    media: Sequence[MediaView], results: Sequence[CheckResult], rules: RuleSet
) -> tuple[PictureLayout, ...]:
    """In the order of the media; none where the rule set asks for no cloth."""
    demands = demands_of(rules)
    pointed_at = {
        (ref.media_key, ref.presentation_s)
        for result in results
        if result.item_id in LAYOUT_ITEMS
        for ref in result.evidence
    }
    if demands is None:
        return ()
    return tuple(
        layout
        for view, frame in _frames(media)
        if (view.key, frame.presentation_s) in pointed_at
        and (layout := layout_of(view.key, frame, rules, demands)) is not None
    )


def layout_of(
    media_key: str, frame: FrameEvidence, rules: RuleSet, demands: LayoutDemands
) -> PictureLayout | None:
    """None where the picture's cloth could not be measured."""
    seen = frame.layout
    if seen is None:
        return None
    people = tuple(
        found.box
        for found in frame.detections
        if found.label == "person" and found.confidence >= rules.confidence.get("person", 1.0)
    )
    judged = judge_layout(seen, people, demands)
    if judged.layout.cloth is None:
        return None
    return PictureLayout(
        media_key, frame.presentation_s, seen.width_px, seen.height_px, judged, assess(judged, demands)
    )


def _frames(media: Sequence[MediaView]) -> Iterator[tuple[MediaView, FrameEvidence]]:
    for view in media:
        for frame in view.evidence.frames if view.evidence else ():
            yield view, frame
