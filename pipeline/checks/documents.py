"""Papers: signed form, visit card, hazard notice, tool check record, leaflet.

The detector knows a document, not which one it is, nor whether it is signed. So these items say "a document
was seen" and leave the rest to a person.
"""

from dataclasses import replace

from pipeline.checks.context import CheckContext
from pipeline.checks.outcomes import failed, not_applicable, nothing_to_show, unreadable
from pipeline.checks.presence import decide_presence
from pipeline.checks.timing import WindowSide, best_time, window_side
from pipeline.results import CheckResult, Leaning, Outcome
from pipeline.rules import BilingualText

_DOCUMENT = BilingualText("单据", "document")
_WHICH = BilingualText(
    "单据种类尚不能自动识别，请确认", "which document it is can't be told yet: please confirm"
)


def document_signed(context: CheckContext) -> CheckResult:
    """`document.signed`: a document is seen; the signature is not measured, so a person confirms it."""
    return _to_confirm(
        _document(context, "签字的工单或验收单", "the signed work order or acceptance form"),
        BilingualText(
            "签字尚不能自动识别，请确认是已签字的工单或验收单",
            "signatures are not recognised yet: please confirm that it is the form, and signed",
        ),
    )


def departure_checked(context: CheckContext) -> CheckResult:
    """`departure.checked`: a document is seen before leaving."""
    return _to_confirm(_document(context, "工具检查记录表", "the tool check record"), _WHICH)


def leaflet_given(context: CheckContext) -> CheckResult:
    """`leaflet.given`: a document is seen at the end; it may be the form as well as the leaflet."""
    return _to_confirm(_document(context, "宣传单", "the leaflet"), _WHICH)


def hazard_reported(context: CheckContext) -> CheckResult:
    """`hazard.reported`: a declared hazard has pictures of the work and a notice; a person confirms both."""
    if not context.visit.hazards:
        return not_applicable(context, BilingualText("没有申报隐患", "No hazard was declared"))
    if not context.observed:
        return nothing_to_show(context, context.rule.stages)
    declared = "；".join(hazard.description for hazard in context.visit.hazards)
    return _to_confirm(
        _document(context, "隐患告知单", "the hazard notice"),
        BilingualText(
            f"请确认影像与所报隐患相符：{declared}",
            f"please confirm that the pictures show the declared hazard: {declared}",
        ),
    )


def notice_left(context: CheckContext) -> CheckResult:
    """`notice.left`: a card is seen at the door, in a picture taken within the visit."""
    found = _document(context, "到访不遇卡", "the visit card")
    if found.outcome is not Outcome.PASS:
        return found
    view = next(view for view in context.media if view.key == found.evidence[0].media_key)
    time = best_time(view)
    remedy = BilingualText("请补拍带时间水印的到访不遇卡", "Take the visit card again with a burned-in time")
    if time is None:
        reason = BilingualText(
            "看到到访不遇卡，但照片没有可用的时间", "A visit card is seen, but the picture has no usable time"
        )
        return unreadable(context, reason, remedy, context.rule.stages, found.evidence)
    if window_side(context, time) is not WindowSide.INSIDE:
        reason = BilingualText(
            "到访不遇卡的照片不是在本次上门时段拍的",
            "The picture of the visit card was not taken within this visit",
        )
        return failed(context, reason, remedy, found.evidence)
    return _to_confirm(
        found,
        BilingualText(
            "请确认是到访不遇卡，且写明了时间",
            "please confirm that it is the visit card, with the time on it",
        ),
    )


def _document(context: CheckContext, zh: str, en: str) -> CheckResult:
    return decide_presence(context, ["document"], _DOCUMENT, BilingualText(zh, en))


def _to_confirm(found: CheckResult, question: BilingualText) -> CheckResult:
    """A sighting becomes a question; anything else stays what it was."""
    if found.outcome is not Outcome.PASS:
        return found
    reason = BilingualText(f"{found.reason.zh}；{question.zh}", f"{found.reason.en}; {question.en}")
    return replace(found, outcome=Outcome.CONFIRM, leaning=Leaning.FOR, reason=reason, remedy=None)
