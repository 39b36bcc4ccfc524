"""All items of a rule set, judged: the one place where outcomes are capped and exempted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import not_checked
from pipeline.checks.registry import CHECKS, SUMMING_ITEMS
from pipeline.clocks import local_text
from pipeline.fingerprint import MediaUse
from pipeline.results import CheckResult, Leaning, Outcome
from pipeline.rules import BilingualText, ItemRule, RuleSet
from pipeline.stamp_codes import CodeUse
from pipeline.visit import Exemption, ExemptionKind, Visit

_SEEN_BY_MACHINE = {Outcome.PASS: Leaning.FOR, Outcome.FAIL: Leaning.AGAINST}
_PLEASE_CONFIRM = BilingualText("请人工确认", "Please look and confirm")


def judge(
    visit: Visit,
    media: Sequence[MediaView],
    rules: RuleSet,
    earlier_uses: Mapping[str, tuple[MediaUse, ...]],
    earlier_codes: Mapping[str, tuple[CodeUse, ...]] | None = None,
    known: Mapping[str, CheckResult] | None = None,
) -> tuple[CheckResult, ...]:
    """One result per item of the rule set, in its order. `known` are results that are not found again."""
    views = tuple(sorted(media, key=lambda view: view.key))
    results: dict[str, CheckResult] = dict(known or {})
    wanted = [rule for rule in rules.items if rule.item_id not in results]
    for rule in sorted(wanted, key=lambda rule: rule.item_id in SUMMING_ITEMS):
        context = CheckContext(visit, rules, rule, views, earlier_uses, results, earlier_codes or {})
        results[rule.item_id] = _judge_item(context)
    return tuple(results[rule.item_id] for rule in rules.items)


def _judge_item(context: CheckContext) -> CheckResult:
    check = CHECKS.get(context.rule.item_id)
    if check is None:
        reason = BilingualText("此条目还没有对应的检查", "There is no check for this item yet")
        return not_checked(context, reason)
    found = check.decide(context)
    return exempted(capped(found, context.rule), context.rule, context.visit)


def capped(result: CheckResult, rule: ItemRule) -> CheckResult:
    """What an unproven observation says is at most a question to a person."""
    leaning = _SEEN_BY_MACHINE.get(result.outcome)
    if not rule.unproven or leaning is None:
        return result
    return replace(result, outcome=Outcome.CONFIRM, leaning=leaning, remedy=result.remedy or _PLEASE_CONFIRM)


def exempted(result: CheckResult, rule: ItemRule, visit: Visit) -> CheckResult:
    """A recorded refusal excuses what could not be shown; what was seen all the same stays as it was seen."""
    refusal = recorded_refusal(visit)
    excused = rule.params.get("exempt_when_filming_refused", 0)
    if refusal is None or not excused or result.outcome is not Outcome.MISSING:
        return result
    at = local_text(refusal.recorded_at, visit.zone) if refusal.recorded_at else ""
    return CheckResult(
        result.item_id,
        Outcome.EXEMPT,
        BilingualText(
            f"客户拒绝拍摄（记录人{refusal.recorded_by}，{at}），此项豁免",
            f"Exempt: the customer refused to be filmed (recorded by {refusal.recorded_by}, {at})",
        ),
    )


def recorded_refusal(visit: Visit) -> Exemption | None:
    """The refusal to be filmed, if who and when stand in the manifest."""
    refusals = (e for e in visit.exemptions if e.kind is ExemptionKind.REFUSED_FILMING and e.is_recorded)
    return next(refusals, None)
