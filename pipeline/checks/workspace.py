"""The place of work: cloth, tools, the thing worked on, and how the place is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks import words
from pipeline.checks.context import CheckContext, Picture
from pipeline.checks.outcomes import failed, missing, not_checked, nothing_to_show, passed
from pipeline.checks.presence import confidence_measurement, decide_presence, nearness
from pipeline.evidence import Detection
from pipeline.results import CheckResult, Measurement
from pipeline.rules import BilingualText

_MOST_SHOWN = 4
_LEFT_BEHIND = ("tool", "tool_bag", "work_cloth")


def cloth_laid(context: CheckContext) -> CheckResult:
    """`cloth.laid`: a cloth is seen; its shape is not measured from an upright box."""
    return decide_presence(context, ["work_cloth"], words.label("work_cloth"))


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
class _ToolsAndCloth:
    """Tools of one picture that are judged against its cloth, with each one's share inside it."""

    picture: Picture
    cloths: tuple[Detection, ...]
    shares: tuple[tuple[Detection, float], ...]

    @property
    def least_share(self) -> float:
        return min(share for _, share in self.shares)


def tools_on_cloth(context: CheckContext) -> CheckResult:
    """`tools.on_cloth`: every tool in view lies on the cloth; one in a hand is in use and doesn't count."""
    judged = [found for picture in context.pictures() if (found := _on_cloth(context, picture)) is not None]
    if not judged:
        return _no_tools_with_cloth(context)
    least = context.param("min_inside_share")
    worst = min(judged, key=lambda found: found.least_share)
    measurement = Measurement(
        f"{worst.least_share:.0%} 在垫布内 on the cloth", f"≥ {least:.0%}", nearness(worst.least_share, least)
    )
    off = [tool for tool, share in worst.shares if share < least]
    evidence = [worst.picture.ref("tool", off or [t for t, _ in worst.shares])]
    evidence.append(worst.picture.ref("work_cloth", worst.cloths))
    if not off:
        count = len(worst.shares)
        reason = BilingualText(f"看到的{count}件工具都在垫布上", f"Tools in view: {count}, all on the cloth")
        return passed(context, reason, evidence, measurement)
    return failed(
        context,
        BilingualText(
            f"{worst.picture.media.name}中有{len(off)}件工具不在垫布上",
            f"Off the cloth in {worst.picture.media.name}: {len(off)}",
        ),
        BilingualText("请把所有工具放在垫布上再拍", "Lay every tool on the cloth before taking the picture"),
        evidence,
        measurement,
    )


def _on_cloth(context: CheckContext, picture: Picture) -> _ToolsAndCloth | None:
    """None where the picture has no cloth, or no tool that could lie on it."""
    cloths = context.seen(picture, "work_cloth")
    people = context.seen(picture, "person")
    shares = tuple(
        (tool, share)
        for tool in context.seen(picture, "tool")
        if (share := _share_on(tool, cloths)) >= context.param("min_inside_share")
        or _share_on(tool, people) < context.param("in_hand_share")
    )
    return _ToolsAndCloth(picture, cloths, shares) if cloths and shares else None


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
