"""Building results: one function per outcome, so that no check can forget a remedy or a leaning."""

from collections.abc import Iterable, Sequence

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.results import CheckResult, EvidenceRef, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText
from pipeline.visit import Stage


def passed(
    context: CheckContext,
    reason: BilingualText,
    evidence: Sequence[EvidenceRef] = (),
    measurement: Measurement | None = None,
) -> CheckResult:
    return CheckResult(
        context.rule.item_id, Outcome.PASS, reason, evidence=tuple(evidence), measurement=measurement
    )


def failed(
    context: CheckContext,
    reason: BilingualText,
    remedy: BilingualText,
    evidence: Sequence[EvidenceRef] = (),
    measurement: Measurement | None = None,
    doubt: bool = False,
) -> CheckResult:
    """Contrary evidence was seen."""
    return CheckResult(
        context.rule.item_id,
        Outcome.FAIL,
        reason,
        remedy,
        evidence=tuple(evidence),
        measurement=measurement,
        doubt=doubt,
    )


def missing(
    context: CheckContext,
    reason: BilingualText,
    remedy: BilingualText,
    retake: Iterable[Stage] = (),
    evidence: Sequence[EvidenceRef] = (),
    measurement: Measurement | None = None,
) -> CheckResult:
    """Nothing could show it."""
    return CheckResult(
        context.rule.item_id,
        Outcome.MISSING,
        reason,
        remedy,
        evidence=tuple(evidence),
        measurement=measurement,
        retake=tuple(retake),
    )


def unreadable(
    context: CheckContext,
    reason: BilingualText,
    remedy: BilingualText,
    retake: Iterable[Stage] = (),
    evidence: Sequence[EvidenceRef] = (),
    measurement: Measurement | None = None,
) -> CheckResult:
    """It is there, or may be, but can't be made out."""
    return CheckResult(
        context.rule.item_id,
        Outcome.UNREADABLE,
        reason,
        remedy,
        evidence=tuple(evidence),
        measurement=measurement,
        retake=tuple(retake),
    )


def confirm(
    context: CheckContext,
    leaning: Leaning,
    reason: BilingualText,
    remedy: BilingualText,
    evidence: Sequence[EvidenceRef] = (),
    measurement: Measurement | None = None,
    doubt: bool = False,
) -> CheckResult:
    """A person has to look; `leaning` says what the machine saw."""
    return CheckResult(
        context.rule.item_id,
        Outcome.CONFIRM,
        reason,
        remedy,
        evidence=tuple(evidence),
        measurement=measurement,
        leaning=leaning,
        doubt=doubt,
    )


def not_applicable(context: CheckContext, reason: BilingualText) -> CheckResult:
    return CheckResult(context.rule.item_id, Outcome.NOT_APPLICABLE, reason)


def not_checked(
    context: CheckContext, reason: BilingualText, evidence: Sequence[EvidenceRef] = ()
) -> CheckResult:
    """This version can't observe it yet."""
    return CheckResult(context.rule.item_id, Outcome.NOT_CHECKED, reason, evidence=tuple(evidence))


def could_not_open(context: CheckContext, views: Sequence[MediaView], retake: Iterable[Stage]) -> CheckResult:
    """The files that might have shown it can't be opened: not the same as showing nothing."""
    names = words.files([view.name for view in views])
    return unreadable(
        context,
        BilingualText(
            f"{names.zh}无法打开，因此无法判断", f"{names.en} can't be opened, so this can't be judged"
        ),
        BilingualText("请重新上传原文件或补拍", "Upload the original file again, or take the picture anew"),
        retake,
        [ref_to(view.key, "not_opened") for view in views],
    )


def nothing_to_show(
    context: CheckContext, retake: Iterable[Stage] = (), also: BilingualText | None = None
) -> CheckResult:
    """There is no file at the item's stages; if some can't be opened, that is the finding instead."""
    stages = words.stages(context.rule.stages)
    if context.failed:
        return could_not_open(context, context.failed, retake)
    return missing(
        context,
        BilingualText(f"没有“{stages.zh}”的影像", f"There is no picture of: {stages.en}"),
        also or BilingualText(f"请补充“{stages.zh}”的影像", f"Add a picture of: {stages.en}"),
        retake,
    )
