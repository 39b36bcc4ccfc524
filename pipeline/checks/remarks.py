"""Items that this version can't observe yet, each with what is missing; and the sum of the five (五个一)."""

from collections.abc import Callable

from pipeline.checks import words
from pipeline.checks.context import CheckContext
from pipeline.checks.outcomes import confirm, failed, missing, not_checked, passed, unreadable
from pipeline.results import CheckResult, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText

FIVE = ("badge.visible", "leaflet.given", "shoe_cover.worn", "protection.laid", "rag.brought")


def not_yet(zh: str, en: str) -> Callable[[CheckContext], CheckResult]:
    """A check that says what it would take to check this."""

    def check(context: CheckContext) -> CheckResult:
        return not_checked(context, BilingualText(f"尚不能自动检查：{zh}", f"Can't be checked yet: {en}"))

    return check


uniform_worn = not_yet("检测器尚未学习工装", "the detector has not learned workwear")
protection_laid = not_yet("检测器尚未学习成品保护材料", "the detector has not learned protective covers")
parts_shown = not_yet("检测器尚不能识别新旧配件", "the detector can't tell parts, new or old")
bag_marked = not_yet("尚未读取工具包上的文字和标识", "marks on the tool bag are not read")
shoes_dark_flat = not_yet("尚不能判断鞋的颜色和鞋底", "colour and sole of shoes are not measured")
rag_brought = not_yet("检测器尚未学习抹布", "the detector has not learned rags")
window_opened = not_yet("尚不能判断窗户是否打开", "an open window is not told from a closed one")
booth_set = not_yet("检测器尚未学习帐篷和展台", "the detector has not learned tents and stands")
conduct_clean = not_yet(
    "检测器尚未学习吸烟和饮食", "the detector has not learned smoking, eating or drinking"
)


def kit_five(context: CheckContext) -> CheckResult:
    """`kit.five`: the worst of its parts; parts that can't be checked keep it from passing."""
    parts = [context.results[item_id] for item_id in FIVE if item_id in context.results]
    shown = sum(part.outcome is Outcome.PASS or part.leaning is Leaning.FOR for part in parts)
    measurement = Measurement(f"{shown}/{len(parts)} 项 items", f"{len(parts)}/{len(parts)}")
    reason = words.sentences(_part(context, part) for part in parts)
    remedy = BilingualText("请携带并展示五个一", "Bring and show all five")
    evidence = [ref for part in parts for ref in part.evidence]
    outcomes = {part.outcome for part in parts}
    if Outcome.FAIL in outcomes:
        return failed(context, reason, remedy, evidence, measurement)
    if any(part.leaning is Leaning.AGAINST for part in parts):
        return confirm(context, Leaning.AGAINST, reason, remedy, evidence, measurement)
    if Outcome.MISSING in outcomes:
        return missing(context, reason, remedy, (), evidence, measurement)
    if Outcome.UNREADABLE in outcomes:
        return unreadable(context, reason, remedy, (), evidence, measurement)
    if not parts or outcomes & {Outcome.NOT_CHECKED, Outcome.EXEMPT}:
        return not_checked(context, reason, evidence)
    if Outcome.CONFIRM in outcomes:
        return confirm(context, Leaning.FOR, reason, remedy, evidence, measurement)
    return passed(context, reason, evidence, measurement)


_OUTCOMES = {
    Outcome.PASS: BilingualText("通过", "pass"),
    Outcome.FAIL: BilingualText("不通过", "fail"),
    Outcome.MISSING: BilingualText("缺少证据", "missing"),
    Outcome.UNREADABLE: BilingualText("无法辨认", "unreadable"),
    Outcome.CONFIRM: BilingualText("待确认", "to confirm"),
    Outcome.EXEMPT: BilingualText("豁免", "exempt"),
    Outcome.NOT_APPLICABLE: BilingualText("不适用", "not applicable"),
    Outcome.NOT_CHECKED: BilingualText("未检查", "not checked"),
}


def _part(context: CheckContext, part: CheckResult) -> BilingualText:
    rule = context.rules.item(part.item_id)
    title = rule.title if rule else BilingualText(part.item_id, part.item_id)
    outcome = _OUTCOMES[part.outcome]
    return BilingualText(f"{title.zh}：{outcome.zh}", f"{title.en}: {outcome.en}")
