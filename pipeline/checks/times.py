"""Was everything done when it should have been: window, order of the stages, notice?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import confirm, failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.timing import (
    Timed,
    WindowSide,
    allowed_window,
    at_stage_with_time,
    best_time,
    clock_ref,
    no_usable_time,
    not_fine_enough,
    softened,
    span_text,
    window_side,
)
from pipeline.clock_readings import is_day_wide, visit_day
from pipeline.punctuality import Truth, days_ahead, in_order, inside
from pipeline.results import CheckResult, Leaning, Measurement
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockReading
from pipeline.visit import Stage

_MINUTE = timedelta(minutes=1)


# ---- time.window --------------------------------------------------------------------------------------


def window(context: CheckContext) -> CheckResult:
    """`time.window`: every file, staged or not, was taken within the appointment and its margins."""
    views = [*context.candidates, *(view for view in context.media if view.stage is None)]
    timed = [(view, clock) for view in views if (clock := best_time(view)) is not None]
    allowed = allowed_window(context)
    if not timed or allowed is None:
        return no_usable_time(context, views)
    span = span_text(allowed, context.visit)
    truths = [(inside(clock.interval, allowed), view, clock) for view, clock in timed]
    outside = [(view, clock) for truth, view, clock in truths if truth is Truth.BREAKS]
    if outside:
        return softened(
            context, _outside_window(context, timed, outside, span), [view for view, _ in outside]
        )
    unsure = [(view, clock) for truth, view, clock in truths if truth is Truth.UNKNOWN]
    measurement = _nearest_edge(context, timed, span)
    if unsure:
        return _may_be_outside(context, unsure, span, measurement)
    reason = BilingualText(
        f"{len(timed)}个影像均拍摄于服务时段内",
        f"All {len(timed)} files with a time were taken within the visit",
    )
    return passed(context, reason, [clock_ref(view) for view, _ in timed], measurement)


def _may_be_outside(
    context: CheckContext, unsure: list[Timed], span: str, measurement: Measurement
) -> CheckResult:
    """On the edge within their precision, or a date of the right day: a person confirms."""
    names = words.files([f"{view.name} ({clock.shown})" for view, clock in unsure])
    reason = BilingualText(
        f"{names.zh}可能在服务时段内，时间不够精细，无法确定",
        f"{names.en} may lie within the visit; the time is not fine enough to be sure",
    )
    evidence = [clock_ref(view) for view, _ in unsure]
    return confirm(context, Leaning.FOR, reason, _be_within(span), evidence, measurement)


def _be_within(span: str) -> BilingualText:
    return BilingualText(f"在{span}之间拍摄的影像可通过", f"Pictures taken within {span} would have passed")


def _outside_window(
    context: CheckContext, timed: list[Timed], outside: list[Timed], span: str
) -> CheckResult:
    """Fails, unless a few stamps stand alone against their own files' other clocks: these may be misread."""
    reason = words.sentences(_outside_words(context, view, clock) for view, clock in outside)
    remedy, evidence = _be_within(span), [clock_ref(view) for view, _ in outside]
    measurement = _nearest_edge(context, outside, span)
    if len(outside) < len(timed) and all(_is_contested(context, view) for view, _ in outside):
        doubtful = BilingualText(
            "但同一文件的其他时间在服务时段内，水印可能读错",
            "but another clock of the same file lies within the visit: the stamp may be misread",
        )
        both = words.sentences((reason, doubtful))
        return confirm(context, Leaning.AGAINST, both, remedy, evidence, measurement)
    return failed(context, reason, remedy, evidence, measurement)


def _is_contested(context: CheckContext, view: MediaView) -> bool:
    """Whether another of the file's own clocks lies within the visit."""
    others = (c for c in view.times.clocks if c.source.is_of_taking and c is not view.times.best)
    return any(window_side(context, clock) is WindowSide.INSIDE for clock in others)


def _outside_words(context: CheckContext, view: MediaView, clock: ClockReading) -> BilingualText:
    early = window_side(context, clock) is WindowSide.BEFORE
    return BilingualText(
        f"{view.name}拍摄于{clock.shown}，{'早' if early else '晚'}于服务时段",
        f"{view.name} was taken at {clock.shown}, {'before' if early else 'after'} the visit",
    )


def _nearest_edge(context: CheckContext, timed: list[Timed], span: str) -> Measurement:
    """The time nearest to an edge of the window, measured from the appointment as a share of the margin."""
    allowed = allowed_window(context)
    appointment = context.visit.work_order.window
    edges = []
    for view, clock in timed:
        if allowed is None:
            continue
        start, end = clock.interval.start, clock.interval.end
        late = (start - appointment.end, allowed.end - appointment.end)
        early = (appointment.start - end, appointment.start - allowed.start)
        for distance, margin in (late, early):
            if distance > timedelta(0) and margin > timedelta(0):
                edges.append((abs(distance - margin) / margin, view.key, clock.shown))
    if not edges:
        return Measurement(timed[0][1].shown, span)
    share, _, shown = min(edges)
    return Measurement(shown, span, share)


# ---- time.order ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A file with its given stage and its time."""

    view: MediaView
    stage: Stage
    clock: ClockReading


def order(context: CheckContext) -> CheckResult:
    """`time.order`: no file of a later stage was taken before one of an earlier stage.

    Stages that were inferred from the time say nothing about the order, and are left out. A date alone can
    show that the order was broken, never that it was kept.
    """
    steps = [
        _Step(view, view.stage, clock)
        for view in context.candidates
        if view.stage is not None and not view.stage_inferred and (clock := best_time(view)) is not None
    ]
    told: dict[Truth, list[list[_Step]]] = {truth: [] for truth in Truth}
    for found, *pair in _compared(context, steps):
        told[found].append(pair)
    if told[Truth.BREAKS]:
        earlier, later = max(told[Truth.BREAKS], key=_reversal)
        result = _reversed(context, earlier, later)
        return softened(context, result, [earlier.view, later.view])
    fine = [step for step in steps if not is_day_wide(step.clock)]
    if len({step.stage for step in fine}) < 2:
        return _no_two_stages(context, steps)
    unsure = [pair for pair in told[Truth.UNKNOWN] if not any(is_day_wide(step.clock) for step in pair)]
    return _close_together(context, *unsure[0]) if unsure else _in_order(context, fine)


def _compared(context: CheckContext, steps: list[_Step]) -> Iterator[tuple[Truth, _Step, _Step]]:
    """Every two files of two stages, the earlier stage first."""
    tolerance = context.param("tolerance_min") * _MINUTE
    for first, second in combinations(steps, 2):
        if first.stage is not second.stage:
            earlier, later = (first, second) if first.stage.rank < second.stage.rank else (second, first)
            yield in_order(earlier.clock.interval, later.clock.interval, tolerance), earlier, later


def _reversal(pair: list[_Step]) -> tuple[timedelta, str, str]:
    earlier, later = pair
    return later.clock.interval.gap_to(earlier.clock.interval), earlier.view.key, later.view.key


def _in_order(context: CheckContext, steps: list[_Step]) -> CheckResult:
    seen = words.stages(sorted({step.stage for step in steps}, key=lambda stage: stage.rank))
    reason = BilingualText(f"步骤依次进行：{seen.zh}", f"The stages follow each other: {seen.en}")
    return passed(context, reason, [clock_ref(step.view) for step in steps])


def _no_two_stages(context: CheckContext, steps: list[_Step]) -> CheckResult:
    fine = {step.view.key for step in steps if not is_day_wide(step.clock)}
    coarse = [view for view in context.candidates if view.stage is not None and view.key not in fine]
    if coarse:
        return no_usable_time(context, coarse)
    return missing(
        context,
        BilingualText("影像不足两个步骤，看不出先后", "Pictures of fewer than two stages show no order"),
        BilingualText("请在每个步骤拍摄影像", "Take pictures at each stage"),
    )


def _close_together(context: CheckContext, earlier: _Step, later: _Step) -> CheckResult:
    said = words.listed(
        BilingualText(
            f"“{words.STAGES[step.stage].zh}”的{step.view.name}（{step.clock.shown}）",
            f"{step.view.name} ({words.STAGES[step.stage].en}, {step.clock.shown})",
        )
        for step in (earlier, later)
    )
    reason = BilingualText(f"{said.zh}先后难分", f"{said.en}: which came first can't be told")
    timed = [(step.view, step.clock) for step in (earlier, later)]
    return not_fine_enough(context, reason, _keep_order(earlier, later), timed)


def _keep_order(earlier: _Step, later: _Step) -> BilingualText:
    first, second = words.STAGES[earlier.stage], words.STAGES[later.stage]
    return BilingualText(
        f"“{first.zh}”的影像应先于“{second.zh}”拍摄",
        f"Pictures of “{first.en}” come before those of “{second.en}”",
    )


def _reversed(context: CheckContext, earlier: _Step, later: _Step) -> CheckResult:
    first, second = words.STAGES[earlier.stage], words.STAGES[later.stage]
    limit, gap = context.param("tolerance_min"), _reversal([earlier, later])[0] / _MINUTE
    return failed(
        context,
        BilingualText(
            f"“{second.zh}”的{later.view.name}（{later.clock.shown}）"
            f"早于“{first.zh}”的{earlier.view.name}（{earlier.clock.shown}）",
            f"{later.view.name} ({second.en}, {later.clock.shown}) was taken before {earlier.view.name} "
            f"({first.en}, {earlier.clock.shown})",
        ),
        _keep_order(earlier, later),
        [clock_ref(earlier.view), clock_ref(later.view)],
        Measurement(words.minutes(gap), f"≤ {words.minutes(limit)}", nearness(gap, limit)),
    )


# ---- time.notice --------------------------------------------------------------------------------------


def notice(context: CheckContext) -> CheckResult:
    """`time.notice`: the notice's picture is at least three calendar days older than the visit."""
    timed = at_stage_with_time(context, Stage.NOTICE)
    if not timed:
        return no_usable_time(context, context.at_stage(Stage.NOTICE))
    view, clock = timed[0]
    limit = context.param("min_days")
    ahead = [days_ahead(one.interval, visit_day(context.visit), context.visit.zone) for _, one in timed]
    least, most = max(least for least, _ in ahead), max(most for _, most in ahead)
    days = f"{least}" if least == most else f"{least}–{most}"
    measurement = Measurement(f"{days} 天 d", f"≥ {limit:.0f} 天 d", None)
    posted = BilingualText(f"通知照片拍摄于{clock.shown}", f"The notice was photographed at {clock.shown}")
    if least >= limit:
        reason = BilingualText(f"提前{days}天张贴通知", f"The notice was posted {days} days ahead")
        return passed(context, reason, [clock_ref(view)], measurement)
    remedy = BilingualText(
        f"请至少提前{limit:.0f}天张贴通知并拍照",
        f"Post the notice at least {limit:.0f} days ahead and photograph it",
    )
    if most >= limit:
        return not_fine_enough(context, posted, remedy, timed[:1], measurement)
    reason = BilingualText(f"{posted.zh}，只提前{days}天", f"{posted.en}, only {days} days ahead")
    result = failed(context, reason, remedy, [clock_ref(view)], measurement)
    return softened(context, result, [view for view, _ in timed])
