"""`time.watermark`: is the time burned in, and can it be read?"""

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import missing, nothing_to_show, passed, unreadable
from pipeline.checks.timing import (
    stamp_ref,
)
from pipeline.evidence import MediaEvidence, WatermarkStatus
from pipeline.results import CheckResult, Measurement
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockSource, StampChoice
from pipeline.visit import Stage


def watermark(context: CheckContext) -> CheckResult:
    """`time.watermark`: a legible stamp on every file; no stamp and an illegible one are two findings."""
    if not context.observed:
        return nothing_to_show(
            context, [stage for stage in Stage if context.at_stage(stage)] or list(Stage)[2:3]
        )
    status = {view.key: _stamp_status(view, evidence) for view, evidence in context.observed}
    count = sum(found is WatermarkStatus.READ for found in status.values())
    measurement = Measurement(f"{count}/{len(status)} 个影像 files", f"{len(status)}/{len(status)}")
    for wanted in (WatermarkStatus.ABSENT, WatermarkStatus.UNREADABLE):
        lacking = [(v, e) for v, e in context.observed if status[v.key] is wanted]
        if lacking:
            return _stamp_lacking(context, wanted, lacking, measurement)
    return _all_stamped(context, measurement)


def _stamp_status(view: MediaView, evidence: MediaEvidence) -> WatermarkStatus:
    """Of the whole file: read (or settled by another clock), there but not legible, or absent."""
    if any(clock.source is ClockSource.WATERMARK for clock in view.times.clocks):
        return WatermarkStatus.READ
    statuses = {frame.watermark.status for frame in evidence.frames if frame.watermark is not None}
    return WatermarkStatus.ABSENT if statuses == {WatermarkStatus.ABSENT} else WatermarkStatus.UNREADABLE


def _stamp_lacking(
    context: CheckContext,
    status: WatermarkStatus,
    lacking: list[tuple[MediaView, MediaEvidence]],
    measurement: Measurement,
) -> CheckResult:
    names = words.files([view.name for view, _ in lacking])
    stages = [stage for stage in Stage if any(view.stage is stage for view, _ in lacking)]
    remedy = BilingualText("请用带时间水印的相机重拍", "Take the picture again with a watermark camera")
    if status is WatermarkStatus.ABSENT:
        reason = BilingualText(f"{names.zh}上没有找到时间水印", f"No burned-in time was found on {names.en}")
        refs = [ref_to(view.key, "no_watermark") for view, _ in lacking]
        return missing(context, reason, remedy, stages, refs, measurement)
    reason = BilingualText(
        f"{names.zh}上有时间水印，但无法辨认", f"The burned-in time on {names.en} is not legible"
    )
    illegible = (WatermarkStatus.UNREADABLE, WatermarkStatus.AMBIGUOUS)
    refs = [stamp_ref(view, evidence, illegible) for view, evidence in lacking]
    return unreadable(context, reason, remedy, stages, refs, measurement)


def _all_stamped(context: CheckContext, measurement: Measurement) -> CheckResult:
    settled = [(view, choice) for view, _ in context.observed if (choice := _choice(view)) is not None]
    reasons = [BilingualText("每个影像都有清晰的时间水印", "Every file bears a legible burned-in time")]
    for view, choice in settled:
        readings, by = " / ".join(choice.alternatives), words.decided_by(choice)
        reasons.append(
            BilingualText(
                f"{view.name}的日期有多种读法（{readings}），{by.zh}",
                f"{view.name}: its date can be read in several ways ({readings}), {by.en}",
            )
        )
    if context.failed:
        names = words.files([view.name for view in context.failed])
        reasons.append(
            BilingualText(f"未计无法打开的{names.zh}", f"not counting {names.en}, which can't be opened")
        )
    refs = [stamp_ref(v, e, (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS)) for v, e in context.observed]
    return passed(context, words.sentences(reasons), refs, measurement)


def _choice(view: MediaView) -> StampChoice | None:
    """What decided the file's stamp, if that was needed."""
    return next((clock.choice for clock in view.times.clocks if clock.choice is not None), None)
