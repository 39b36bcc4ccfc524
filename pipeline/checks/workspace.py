"""The place of work: cloth, tools, the thing worked on, and how the place is left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.checks import words
from pipeline.checks.context import CheckContext, Picture
from pipeline.checks.laid_out import Laid, as_result, by_boxes, laid_out, look, with_note
from pipeline.checks.outcomes import confirm, failed, missing, not_checked, nothing_to_show, passed
from pipeline.checks.presence import confidence_measurement, decide_presence, nearness
from pipeline.evidence import Detection
from pipeline.layout.assessment import Assessment
from pipeline.layout.words import ON_THE_CLOTH
from pipeline.punctuality import Truth
from pipeline.results import CheckResult, EvidenceRef, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText

_MOST_SHOWN = 4
_LEFT_BEHIND = ("tool", "tool_bag", "work_cloth")


def cloth_laid(context: CheckContext) -> CheckResult:
    """`cloth.laid`: a cloth is seen, and where it could be measured, of the demanded shape."""
    seen = decide_presence(context, ["work_cloth"], words.label("work_cloth"))
    if seen.outcome is not Outcome.PASS:
        return seen
    found = [
        (laid, said)
        for laid in laid_out(context)
        if context.seen(laid.picture, "work_cloth") and (said := laid.of("cloth.laid")) is not None
    ]
    if not found:
        return with_note(seen, BilingualText("；其形状未测量", "; its shape was not measured"))
    laid, said = min(found, key=lambda pair: _doubt(*pair))
    return _of_shape(context, seen, laid, said)


def _doubt(laid: Laid, said: Assessment) -> tuple[int, bool, float]:
    """The picture that shows most: the right shape before another, another before one that can't be told."""
    order = (Truth.HOLDS, Truth.BREAKS, Truth.UNKNOWN)
    cloth = laid.judged.layout.cloth
    width = cloth.aspect_interval[1] - cloth.aspect_interval[0] if cloth else 0.0
    return order.index(said.truth), cloth is None, width


def _of_shape(context: CheckContext, seen: CheckResult, laid: Laid, said: Assessment) -> CheckResult:
    """A cloth whose shape can't be told is seen all the same: a person confirms it."""
    told = words.sentences([seen.reason, said.words])
    evidence = laid.cloth() or seen.evidence
    measurement = Measurement(said.measured, said.threshold, said.nearness)
    if said.truth is Truth.UNKNOWN:
        return confirm(context, Leaning.FOR, told, said.remedy, evidence, measurement)
    return replace(as_result(context, said, evidence), reason=told)


def bag_placed(context: CheckContext) -> CheckResult:
    """`tools.bag_placed`: a tool bag is seen; where exactly it stands a person has to say."""
    return decide_presence(context, ["tool_bag"], words.label("tool_bag"))


def object_visible(context: CheckContext) -> CheckResult:
    """`object.visible`: one of the labels that the rule set names for the service type is seen."""
    if not context.rules.objects:
        return not_checked(context, NO_OBJECT)
    return decide_presence(context, context.rules.objects, words.labels(context.rules.objects))


NO_OBJECT = BilingualText(
    "规则集没有为此服务类型指定可识别的操作对象（objects为空）",
    "The rule set names no object for this service type that the detector knows (`objects` is empty)",
)


# ---- tools.on_cloth -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OnCloth:
    """One picture's finding: by how much the tool that is least on the cloth clears its threshold."""

    margin: float
    result: CheckResult


def tools_on_cloth(context: CheckContext) -> CheckResult:
    """`tools.on_cloth`: every tool in view lies on the cloth; one in a hand is in use and doesn't count.

    By outlines where the cloth was measured, else by boxes. The picture that shows the worst decides.
    """
    judged = [found for picture in context.pictures() if (found := _on_cloth(context, picture)) is not None]
    if not judged:
        return _no_tools_with_cloth(context)
    return min(judged, key=lambda found: found.margin).result


def _on_cloth(context: CheckContext, picture: Picture) -> _OnCloth | None:
    """None where the picture has no cloth, or no tool that could lie on it."""
    laid = look(context, picture)
    said = laid.of("tools.on_cloth") if laid is not None else None
    if laid is None or said is None:
        return _by_boxes(context, picture, laid)
    margin = laid.judged.least_on_cloth_share - context.param("min_outline_share")
    found = as_result(context, said, [laid.tools(said.tools), *laid.cloth()])
    return _OnCloth(
        margin, with_note(found, BilingualText(f"（{picture.media.name}）", f" ({picture.media.name})"))
    )


def _by_boxes(context: CheckContext, picture: Picture, laid: Laid | None) -> _OnCloth | None:
    cloths = context.seen(picture, "work_cloth")
    people = context.seen(picture, "person")
    least = context.param("min_inside_share")
    shares = tuple(
        (tool, share)
        for tool in context.seen(picture, "tool")
        if (share := _share_on(tool, cloths)) >= least
        or _share_on(tool, people) < context.param("in_hand_share")
    )
    if not (cloths and shares):
        return None
    worst = min(share for _, share in shares)
    off = [tool for tool, share in shares if share < least]
    evidence = [picture.ref("tool", off or [tool for tool, _ in shares]), picture.ref("work_cloth", cloths)]
    found = _boxes_told(context, picture, (len(off), len(shares)), worst, evidence)
    return _OnCloth(worst - least, with_note(found, by_boxes(laid)))


def _boxes_told(
    context: CheckContext,
    picture: Picture,
    counts: tuple[int, int],
    worst: float,
    evidence: list[EvidenceRef],
) -> CheckResult:
    """counts: tools off the cloth, and all."""
    least, (off, count) = context.param("min_inside_share"), counts
    measurement = Measurement(f"{worst:.0%} 在垫布内 on the cloth", f"≥ {least:.0%}", nearness(worst, least))
    if not off:
        reason = BilingualText(f"看到的{count}件工具都在垫布上", f"Tools in view: {count}, all on the cloth")
        return passed(context, reason, evidence, measurement)
    name = picture.media.name
    reason = BilingualText(f"{name}中有{off}件工具不在垫布上", f"Off the cloth in {name}: {off}")
    return failed(context, reason, ON_THE_CLOTH, evidence, measurement)


def _share_on(tool: Detection, others: Sequence[Detection]) -> float:
    return max((tool.box.share_inside(other.box) for other in others), default=0.0)


def _no_tools_with_cloth(context: CheckContext) -> CheckResult:
    if not context.observed or context.failed:
        return nothing_to_show(context, context.rule.stages)
    tools = [
        picture.ref("tool", found)
        for picture in context.pictures()
        if (found := context.seen(picture, "tool"))
    ]
    reason = (
        BilingualText(
            "看到工具，但同一画面中没有看到垫布", "Tools are seen, but no cloth in the same picture"
        )
        if tools
        else BilingualText("没有同时看到工具和垫布的画面", "No picture shows tools and cloth together")
    )
    remedy = BilingualText("请拍摄一张工具全部放在垫布上的照片", "Take a picture of all tools on the cloth")
    return missing(context, reason, remedy, context.rule.stages, tools[:1] or context.looked_at())


# ---- site.clean ---------------------------------------------------------------------------------------


def site_clean(context: CheckContext) -> CheckResult:
    """`site.clean`: no tool, bag or cloth is left. Packing and waste are not recognised yet."""
    pictures = tuple(context.pictures())
    if not pictures:
        return nothing_to_show(context, context.rule.stages)
    left = [(picture, found) for picture in pictures if (found := context.seen(picture, *_LEFT_BEHIND))]
    if left:
        return _left_behind(context, *max(left, key=lambda pair: pair[1][0].confidence))
    surest = max((s for p in pictures for s in _unsure(context, p)), default=None)
    return passed(
        context,
        BilingualText(
            f"清场的{len(pictures)}个画面中没有看到工具、工具包或垫布（包装和垃圾尚不能识别）",
            f"No tool, bag or cloth in {words.counted(len(pictures), 'clean-up picture')} "
            "(packing and waste are not recognised yet)",
        ),
        [picture.ref("nothing_left") for picture in pictures[:_MOST_SHOWN]],
        confidence_measurement(*surest[1:]) if surest else Measurement("0 件 things", "= 0"),
    )


def _unsure(context: CheckContext, picture: Picture) -> list[tuple[float, float, float]]:
    """(margin, confidence, threshold) of what might have been left, but is not sure enough to count."""
    best = ((picture.best(label), context.threshold(label)) for label in _LEFT_BEHIND)
    return [(d.confidence - limit, d.confidence, limit) for d, limit in best if d is not None]


def _left_behind(context: CheckContext, picture: Picture, found: tuple[Detection, ...]) -> CheckResult:
    things = words.labels(sorted({detection.label for detection in found}))
    return failed(
        context,
        BilingualText(
            f"清场后{picture.media.name}中仍看到：{things.zh}",
            f"Still there after clean-up in {picture.media.name}: {things.en}",
        ),
        BilingualText(
            "请收走工具、工具包和垫布后再拍清场照",
            "Take tools, bag and cloth away before the clean-up picture",
        ),
        [
            picture.ref(label, [d for d in found if d.label == label])
            for label in sorted({d.label for d in found})
        ],
        confidence_measurement(found[0].confidence, context.threshold(found[0].label)),
    )
