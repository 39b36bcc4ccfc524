"""Times against the appointment: shared by the checks that hold a picture's time against the visit.

A time is an interval as wide as its precision; `pipeline.punctuality` says what that allows to tell.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import confirm, could_not_open, missing, unreadable
from pipeline.checks.softening import Softening, softening
from pipeline.clock_readings import is_day_wide
from pipeline.clocks import local_text
from pipeline.evidence import MediaEvidence, WatermarkStatus
from pipeline.punctuality import Truth, inside
from pipeline.results import CheckResult, EvidenceRef, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockReading, ClockSource
from pipeline.times import TimeInterval
from pipeline.visit import Stage, Visit

Timed = tuple[MediaView, ClockReading]
"""A file with its best time."""


class WindowSide(Enum):
    """Where a time lies, seen from the time that a visit may take."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


def best_time(view: MediaView) -> ClockReading | None:
    return view.times.best


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
    return inside(clock.interval, days) is not Truth.BREAKS


def window_side(context: CheckContext, clock: ClockReading) -> WindowSide:
    """On which side of the allowed window a time lies for certain; what may be inside is."""
    allowed = allowed_window(context)
    if allowed is None or inside(clock.interval, allowed) is not Truth.BREAKS:
        return WindowSide.INSIDE
    return WindowSide.BEFORE if clock.interval.start < allowed.start else WindowSide.AFTER


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


def at_stage_with_time(context: CheckContext, stage: Stage) -> list[Timed]:
    """Files at a stage that have a time, earliest first."""
    timed = [(view, clock) for view in context.at_stage(stage) if (clock := best_time(view)) is not None]
    return sorted(timed, key=lambda pair: (pair[1].interval.start, pair[1].interval.end, pair[0].key))


def not_fine_enough(
    context: CheckContext,
    reason: BilingualText,
    remedy: BilingualText,
    timed: Sequence[Timed],
    measurement: Measurement | None = None,
) -> CheckResult:
    """The rule may be kept or broken within the precision of these times: no breach, and a person looks.

    Where nothing but a date is legible, that is no question of seconds any more: the time is unreadable.
    """
    evidence = [clock_ref(view) for view, _ in timed]
    precision = BilingualText("时间不够精细，无法确定", "the times are not fine enough to be sure")
    told = words.sentences((reason, precision))
    if any(is_day_wide(clock) for _, clock in timed):
        return unreadable(context, told, remedy, (), evidence, measurement)
    return confirm(context, Leaning.FOR, told, remedy, evidence, measurement)


def softened(context: CheckContext, result: CheckResult, views: Sequence[MediaView]) -> CheckResult:
    """A breach by a clock whose error may be innocent becomes a question to a person, if the rules say so.

    Which explanations count as innocent is said under `time.consistent`.
    """
    rule = context.rules.item("time.consistent")
    if result.outcome is not Outcome.FAIL or rule is None or not context.param("soften_explained"):
        return result
    excuses = [
        (view, found.explanation.words)
        for view in views
        for found in view.times.disagreements
        if view.times.best in (found.first, found.second)
        and found.explanation is not None
        and softening(rule, found) >= Softening.ASK_FOR
    ]
    if not excuses:
        return result
    told = words.sentences(BilingualText(f"{v.name}：{w.zh}", f"{v.name}: {w.en}") for v, w in excuses)
    but = BilingualText(f"但时钟可能有误（{told.zh}）", f"but the clock may be wrong ({told.en})")
    reason = words.sentences((result.reason, but))
    return replace(result, outcome=Outcome.CONFIRM, leaning=Leaning.AGAINST, reason=reason, doubt=False)
