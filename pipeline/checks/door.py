"""At the door: in time, and long enough where nobody opens."""

from datetime import datetime, timedelta

from pipeline.checks import words
from pipeline.checks.context import CheckContext
from pipeline.checks.outcomes import failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.timing import (
    Timed,
    at_stage_with_time,
    clock_ref,
    is_on_visit_day,
    no_usable_time,
    not_fine_enough,
    softened,
)
from pipeline.clocks import local_text
from pipeline.punctuality import Truth, any_of, by_deadline, waited, waiting_time
from pipeline.results import CheckResult, Measurement
from pipeline.rules import BilingualText
from pipeline.visit import Stage

_MINUTE = timedelta(minutes=1)


def punctual(context: CheckContext) -> CheckResult:
    """`time.punctual`: at the door ten minutes before the agreed time ends, or a short, announced delay.

    One picture that shows an arrival in time is enough.
    """
    arrivals = _on_the_day(context)
    if not arrivals:
        return _nobody_at_the_door(context)
    deadline, tolerance = _deadline(context), timedelta(seconds=context.param("tolerance_s"))
    truths = [by_deadline(clock.interval, deadline, tolerance) for _, clock in arrivals]
    truth, first = any_of(truths), arrivals[:1]
    reason, measurement = _arrived(context, first[0])
    if truth is Truth.HOLDS:
        return passed(context, reason, [clock_ref(view) for view, _ in first], measurement)
    if truth is Truth.UNKNOWN:
        unsure = [pair for found, pair in zip(truths, arrivals, strict=True) if found is Truth.UNKNOWN]
        return not_fine_enough(context, reason, _be_early(context), unsure, measurement)
    result = failed(context, reason, _be_early(context), [clock_ref(view) for view, _ in first], measurement)
    return softened(context, result, [view for view, _ in arrivals])


def _is_announced(context: CheckContext) -> bool:
    announced = context.visit.work_order.delay_announced_at
    return announced is not None and announced <= context.visit.work_order.window.end


def _deadline(context: CheckContext) -> datetime:
    """Some minutes before the agreed time ends; after it, where a delay was announced by then."""
    end = context.visit.work_order.window.end
    if _is_announced(context):
        return end + context.param("max_delay_min") * _MINUTE
    return end - context.param("early_min") * _MINUTE


def _arrived(context: CheckContext, arrival: Timed) -> tuple[BilingualText, Measurement]:
    """When somebody was at the door, and the distance to the end of the agreed time against its limit."""
    _, clock = arrival
    before_end_min = (context.visit.work_order.window.end - clock.interval.start) / _MINUTE
    said = BilingualText(f"于{clock.shown}到达", f"At the door at {clock.shown}")
    early, limit = context.param("early_min"), context.param("max_delay_min")
    if before_end_min >= early or (before_end_min >= 0 and not _is_announced(context)):
        least = f"≥ {words.minutes(early)}"
        measurement = Measurement(words.minutes(before_end_min), least, nearness(before_end_min, early))
        return (said if before_end_min >= early else _barely(said, early)), measurement
    delay = max(0.0, -before_end_min)
    measurement = Measurement(words.minutes(delay), f"≤ {words.minutes(limit)}", nearness(delay, limit))
    return _delayed(context, said, delay), measurement


def _barely(said: BilingualText, early: float) -> BilingualText:
    return BilingualText(
        f"{said.zh}，在约定时间内，但未提前{early:.0f}分钟",
        f"{said.en}: within the agreed time, but not {early:.0f} minutes early",
    )


def _delayed(context: CheckContext, said: BilingualText, delay_min: float) -> BilingualText:
    late = BilingualText(f"{said.zh}，延误{delay_min:.0f}分钟", f"{said.en}, {delay_min:.0f} minutes late")
    if not _is_announced(context):
        return BilingualText(f"{late.zh}，未事先告知", f"{late.en}; the delay was not announced beforehand")
    limit = context.param("max_delay_min")
    if delay_min <= limit:
        return BilingualText(f"{late.zh}，已事先告知", f"{late.en}; the delay was announced")
    return BilingualText(
        f"{late.zh}，已告知，但超过{limit:.0f}分钟",
        f"{late.en}: announced, but more than {limit:.0f} minutes",
    )


def _on_the_day(context: CheckContext) -> list[Timed]:
    """Pictures at the door whose time may lie on the day of the visit, earliest first.

    One of another day shows neither an arrival nor a wait; `time.window` is where that is found.
    """
    timed = at_stage_with_time(context, Stage.ARRIVAL)
    return [(view, clock) for view, clock in timed if is_on_visit_day(context.visit, clock)]


def _nobody_at_the_door(context: CheckContext) -> CheckResult:
    timed = at_stage_with_time(context, Stage.ARRIVAL)
    if not timed:
        return no_usable_time(context, context.at_stage(Stage.ARRIVAL))
    times = words.files([f"{view.name} ({clock.shown})" for view, clock in timed])
    reason = BilingualText(
        f"门口的照片不是上门当天拍摄的：{times.zh}",
        f"The pictures at the door were not taken on the day of the visit: {times.en}",
    )
    remedy = BilingualText(
        "上门当天在门口拍照，并核对手机时间",
        "Take a picture at the door on the day of the visit, and check the phone's clock",
    )
    return missing(context, reason, remedy, (), [clock_ref(view) for view, _ in timed])


def _be_early(context: CheckContext) -> BilingualText:
    early, delay = context.param("early_min"), context.param("max_delay_min")
    until = local_text(context.visit.work_order.window.end - early * _MINUTE, context.visit.zone)
    return BilingualText(
        f"请在{until}前到达；如有延误，事先告知且不超过{delay:.0f}分钟",
        f"Be at the door by {until}; announce a delay beforehand, and keep it within {delay:.0f} minutes",
    )


def wait_kept(context: CheckContext) -> CheckResult:
    """`wait.kept`: from the first picture at the door to the last, as far as their precision tells."""
    timed = _on_the_day(context)
    if not timed:
        return _nobody_at_the_door(context)
    limit = context.param("min_wait_min")
    remedy = BilingualText(
        f"请在门口等候满{limit:.0f}分钟，到达和离开时各拍一张",
        f"Wait at the door for {limit:.0f} minutes; take one picture on arriving and one on leaving",
    )
    if len(timed) == 1:
        reason = BilingualText(
            "门口只有一张带时间的照片，看不出等了多久",
            "Only one picture at the door has a time, which shows no wait",
        )
        return missing(context, reason, remedy, (), [clock_ref(timed[0][0])])
    ends = [timed[0], max(timed, key=lambda pair: (pair[1].interval.end, pair[0].key))]
    intervals = [clock.interval for _, clock in timed]
    reason, measurement = _waited(waiting_time(intervals), limit)
    truth = waited(intervals, limit * _MINUTE, timedelta(seconds=context.param("tolerance_s")))
    evidence = [clock_ref(view) for view, _ in ends]
    if truth is Truth.HOLDS:
        return passed(context, reason, evidence, measurement)
    if truth is Truth.UNKNOWN:
        return not_fine_enough(context, reason, remedy, timed, measurement)
    result = failed(context, reason, remedy, evidence, measurement)
    return softened(context, result, [view for view, _ in ends])


def _waited(lengths: tuple[timedelta, timedelta], limit: float) -> tuple[BilingualText, Measurement]:
    """The wait in words, as the range that the precision leaves."""
    least, most = (length / _MINUTE for length in lengths)
    span = f"{least:.0f}–{most:.0f}" if round(least) != round(most) else f"{most:.0f}"
    reason = BilingualText(f"在门口等候{span}分钟", f"Waited at the door for {span} minutes")
    return reason, Measurement(f"{span} 分钟 min", f"≥ {words.minutes(limit)}", nearness(most, limit))
