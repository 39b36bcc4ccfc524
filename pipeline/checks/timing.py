"""Times against the appointment: shared by the checks that hold a picture's time against the visit.

A time is an interval as wide as its precision, and breaks a rule only if all of it does: a stamp that is
legible to the minute can't be some seconds late.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import Enum

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import could_not_open, missing, unreadable
from pipeline.clock_explanations import is_day_wide
from pipeline.clocks import local_text
from pipeline.evidence import MediaEvidence, WatermarkStatus
from pipeline.results import CheckResult, ClockReading, ClockSource, EvidenceRef
from pipeline.rules import BilingualText
from pipeline.times import TimeInterval
from pipeline.visit import Stage, Visit


class WindowSide(Enum):
    """Where a time lies, seen from the time that a visit may take."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


def best_time(view: MediaView) -> ClockReading | None:
    return view.times.best


def exact_time(view: MediaView) -> ClockReading | None:
    """The best time if it is legible more finely than to the day."""
    best = view.times.best
    return None if best is None or is_day_wide(best) else best


def allowed_window(context: CheckContext) -> TimeInterval | None:
    """The appointment with its margins, on its own day or days; None where no rule asks for it."""
    rule = context.rules.item("time.window")
    if rule is None:
        return None
    window = context.visit.work_order.window
    earliest = window.start.astimezone(UTC) - timedelta(minutes=rule.param("before_window_min"))
    latest = window.end.astimezone(UTC) + timedelta(minutes=rule.param("after_window_min"))
    first_midnight = _midnight(context.visit, window.start)
    last_midnight = _midnight(context.visit, window.end + timedelta(days=1))
    return TimeInterval(max(earliest, first_midnight), min(latest, last_midnight))


def _midnight(visit: Visit, moment: datetime) -> datetime:
    """The midnight before a moment, where the visit takes place."""
    day = moment.astimezone(visit.zone).date()
    return datetime.combine(day, time(), tzinfo=visit.zone).astimezone(UTC)


def is_on_visit_day(visit: Visit, clock: ClockReading) -> bool:
    """Whether a time touches the appointment's own day or days, where the visit takes place."""
    window = visit.work_order.window
    days = TimeInterval(_midnight(visit, window.start), _midnight(visit, window.end + timedelta(days=1)))
    return _overlaps(clock.interval, days)


def window_side(context: CheckContext, clock: ClockReading) -> WindowSide:
    """On which side of the allowed window a time lies; touching it is inside."""
    allowed = allowed_window(context)
    if allowed is None or _overlaps(clock.interval, allowed):
        return WindowSide.INSIDE
    return WindowSide.BEFORE if clock.interval.start < allowed.start else WindowSide.AFTER


def _overlaps(first: TimeInterval, second: TimeInterval) -> bool:
    return first.start <= second.end and second.start < first.end


def span_text(interval: TimeInterval, visit: Visit) -> str:
    """An interval for people: 2026-05-12 08:00 – 2026-05-12 19:00, where the visit takes place."""
    return f"{local_text(interval.start, visit.zone)} – {local_text(interval.end, visit.zone)}"


def clock_ref(view: MediaView) -> EvidenceRef:
    """Where a file's best time stands: the stamp's box where it is burned in."""
    best = view.times.best
    if best is None or best.source is not ClockSource.WATERMARK or view.evidence is None:
        return ref_to(view.key, best.source.value if best else "no_time")
    return stamp_ref(view, view.evidence, (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS))


def stamp_ref(view: MediaView, evidence: MediaEvidence, statuses: Sequence[WatermarkStatus]) -> EvidenceRef:
    """The first stamp with one of these statuses."""
    for frame in evidence.frames:
        if frame.watermark is not None and frame.watermark.status in statuses:
            boxes = (frame.watermark.box,) if frame.watermark.box else ()
            return ref_to(view.key, "time_watermark", boxes, frame.presentation_s)
    return ref_to(view.key, "time_watermark")


def has_illegible_stamp(view: MediaView) -> bool:
    statuses = (WatermarkStatus.UNREADABLE, WatermarkStatus.AMBIGUOUS)
    return view.evidence is not None and any(
        frame.watermark is not None and frame.watermark.status in statuses for frame in view.evidence.frames
    )


def no_usable_time(context: CheckContext, views: Sequence[MediaView]) -> CheckResult:
    """None of these files has the time that is needed: not legible, not opened, or not there at all.

    No retake: a new picture can't show an old time.
    """
    illegible = [view for view in views if has_illegible_stamp(view) or best_time(view) is not None]
    failures = [view for view in views if view.failure is not None]
    remedy = BilingualText(
        "拍摄时请开启时间水印，并上传保留拍摄时间的原文件",
        "Take pictures with a burned-in time and upload the original files, which keep their capture time",
    )
    if illegible:
        names = words.files([view.name for view in illegible])
        reason = BilingualText(
            f"{names.zh}的时间不够清楚，无法判断", f"The time of {names.en} is not legible enough to judge"
        )
        return unreadable(context, reason, remedy, (), [clock_ref(view) for view in illegible])
    if failures:
        return could_not_open(context, failures, ())
    if not views:
        stages = words.stages(context.rule.stages)
        reason = BilingualText(f"没有“{stages.zh}”的影像", f"There is no picture of: {stages.en}")
        return missing(context, reason, remedy)
    names = words.files([view.name for view in views])
    reason = BilingualText(f"{names.zh}没有可用的时间", f"There is no usable time for {names.en}")
    return missing(context, reason, remedy, (), [ref_to(view.key, "no_time") for view in views])


def at_stage_with_time(context: CheckContext, stage: Stage) -> list[tuple[MediaView, ClockReading]]:
    """Files at a stage whose time is known more finely than to the day, earliest first."""
    timed = [(view, clock) for view in context.at_stage(stage) if (clock := exact_time(view)) is not None]
    return sorted(timed, key=lambda pair: (pair[1].interval.start, pair[0].key))
