"""At the door: in time, and long enough where nobody opens."""

from datetime import UTC, timedelta

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.timing import (
    at_stage_with_time,
    clock_ref,
    is_on_visit_day,
    no_usable_time,
)
from pipeline.clocks import local_text
from pipeline.results import CheckResult, ClockReading, Measurement
from pipeline.rules import BilingualText
from pipeline.visit import Stage

_MINUTE = timedelta(minutes=1)


def punctual(context: CheckContext) -> CheckResult:
    """`time.punctual`: at the door ten minutes before the agreed time ends, or a short, announced delay."""
    arrivals = _on_the_day(context)
    if not arrivals:
        return _nobody_at_the_door(context)
    view, clock = arrivals[0]
    end, early = context.visit.work_order.window.end, context.param("early_min")
    before_end_min = (end - clock.interval.start) / _MINUTE
    measurement = Measurement(
        words.minutes(before_end_min), f"≥ {words.minutes(early)}", nearness(before_end_min, early)
    )
    if before_end_min >= early:
        reason = BilingualText(f"于{clock.shown}到达", f"At the door at {clock.shown}")
        return passed(context, reason, [clock_ref(view)], measurement)
    if before_end_min >= 0:
        reason = BilingualText(
            f"于{clock.shown}到达，在约定时间内，但未提前{early:.0f}分钟",
            f"At the door at {clock.shown}: within the agreed time, but not {early:.0f} minutes early",
        )
        return failed(context, reason, _be_early(context), [clock_ref(view)], measurement)
    return _delayed(context, view, clock, -before_end_min)


def _on_the_day(context: CheckContext) -> list[tuple[MediaView, ClockReading]]:
    """Pictures at the door whose time lies on the day of the visit, earliest first.

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


def _delayed(context: CheckContext, view: MediaView, clock: ClockReading, delay_min: float) -> CheckResult:
    limit = context.param("max_delay_min")
    announced = context.visit.work_order.delay_announced_at
    in_time = announced is not None and announced <= context.visit.work_order.window.end
    measurement = Measurement(
        words.minutes(delay_min), f"≤ {words.minutes(limit)}", nearness(delay_min, limit)
    )
    evidence = [clock_ref(view)]
    said = BilingualText(
        f"于{clock.shown}到达，延误{delay_min:.0f}分钟",
        f"At the door at {clock.shown}, {delay_min:.0f} minutes late",
    )
    if not in_time:
        reason = BilingualText(f"{said.zh}，未事先告知", f"{said.en}; the delay was not announced beforehand")
        return failed(context, reason, _be_early(context), evidence, measurement)
    if delay_min > limit:
        reason = BilingualText(
            f"{said.zh}，已告知，但超过{limit:.0f}分钟",
            f"{said.en}: announced, but more than {limit:.0f} minutes",
        )
        return failed(context, reason, _be_early(context), evidence, measurement)
    return passed(
        context,
        BilingualText(f"{said.zh}，已事先告知", f"{said.en}; the delay was announced"),
        evidence,
        measurement,
    )


def _be_early(context: CheckContext) -> BilingualText:
    early, delay = context.param("early_min"), context.param("max_delay_min")
    until = local_text(context.visit.work_order.window.end - early * _MINUTE, context.visit.zone)
    return BilingualText(
        f"请在{until}前到达；如有延误，事先告知且不超过{delay:.0f}分钟",
        f"Be at the door by {until}; announce a delay beforehand, and keep it within {delay:.0f} minutes",
    )


def wait_kept(context: CheckContext) -> CheckResult:
    """`wait.kept`: from the first picture at the door to the last, as long as the precision allows."""
    timed = _on_the_day(context)
    if not timed:
        return _nobody_at_the_door(context)
    first, last = timed[0], max(timed, key=lambda pair: (pair[1].interval.end, pair[0].key))
    limit = context.param("min_wait_min")
    remedy = BilingualText(
        f"请在门口等候满{limit:.0f}分钟，到达和离开时各拍一张",
        f"Wait at the door for {limit:.0f} minutes; take one picture on arriving and one on leaving",
    )
    if first[0].key == last[0].key:
        reason = BilingualText(
            "门口只有一张带时间的照片，看不出等了多久",
            "Only one picture at the door has a time, which shows no wait",
        )
        return missing(context, reason, remedy, (), [clock_ref(first[0])])
    waited = _longest_possible(first[1], last[1]) / _MINUTE
    evidence = [clock_ref(first[0]), clock_ref(last[0])]
    measurement = Measurement(words.minutes(waited), f"≥ {words.minutes(limit)}", nearness(waited, limit))
    reason = BilingualText(f"在门口等候{waited:.0f}分钟", f"Waited at the door for {waited:.0f} minutes")
    if waited >= limit:
        return passed(context, reason, evidence, measurement)
    return failed(context, reason, remedy, evidence, measurement)


def _longest_possible(first: ClockReading, last: ClockReading) -> timedelta:
    """A minute-wide stamp may stand for any of its seconds."""
    return last.interval.end.astimezone(UTC) - first.interval.start.astimezone(UTC)
