"""Was everything done when it should have been: window, order of the stages, notice?"""

from datetime import timedelta
from itertools import combinations

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import confirm, failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.timing import (
    WindowSide,
    allowed_window,
    best_time,
    clock_ref,
    no_usable_time,
    span_text,
    window_side,
)
from pipeline.clock_readings import visit_day
from pipeline.results import CheckResult, ClockReading, ClockSource, Leaning, Measurement
from pipeline.rules import BilingualText
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
    outside = [pair for pair in timed if window_side(context, pair[1]) is not WindowSide.INSIDE]
    if not outside:
        reason = BilingualText(
            f"{len(timed)}个影像均拍摄于服务时段内",
            f"All {len(timed)} files with a time were taken within the visit",
        )
        return passed(
            context, reason, [clock_ref(view) for view, _ in timed], _nearest_edge(context, timed, span)
        )
    return _outside_window(context, timed, outside, span)


def _outside_window(
    context: CheckContext,
    timed: list[tuple[MediaView, ClockReading]],
    outside: list[tuple[MediaView, ClockReading]],
    span: str,
) -> CheckResult:
    """Fails, unless a few stamps stand alone against their own files' other clocks: these may be misread."""
    reason = words.sentences(_outside_words(context, view, clock) for view, clock in outside)
    remedy = BilingualText(f"在{span}之间拍摄的影像可通过", f"Pictures taken within {span} would have passed")
    evidence = [clock_ref(view) for view, _ in outside]
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
    others = (c for c in view.times.clocks if c.source is not ClockSource.UPLOAD and c is not view.times.best)
    return any(window_side(context, clock) is WindowSide.INSIDE for clock in others)


def _outside_words(context: CheckContext, view: MediaView, clock: ClockReading) -> BilingualText:
    early = window_side(context, clock) is WindowSide.BEFORE
    return BilingualText(
        f"{view.name}拍摄于{clock.shown}，{'早' if early else '晚'}于服务时段",
        f"{view.name} was taken at {clock.shown}, {'before' if early else 'after'} the visit",
    )


def _nearest_edge(
    context: CheckContext, timed: list[tuple[MediaView, ClockReading]], span: str
) -> Measurement:
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


def order(context: CheckContext) -> CheckResult:
    """`time.order`: no file of a later stage was taken before one of an earlier stage.

    Stages that were inferred from the time say nothing about the order, and are left out.
    """
    timed = [
        (view, view.stage, clock)
        for view in context.candidates
        if view.stage is not None and not view.stage_inferred and (clock := best_time(view)) is not None
    ]
    if len({stage for _, stage, _ in timed}) < 2:
        return _no_two_stages(context)
    reversed_pairs = [
        (later[2].interval.gap_to(earlier[2].interval), earlier, later)
        for first, second in combinations(timed, 2)
        for earlier, later in [(first, second) if first[1].rank < second[1].rank else (second, first)]
        if first[1] is not second[1] and later[2].interval.end <= earlier[2].interval.start
    ]
    tolerance = context.param("tolerance_min") * _MINUTE
    worst = max(reversed_pairs, key=lambda pair: pair[0], default=None)
    if worst is None or worst[0] <= tolerance:
        stages = sorted({stage for _, stage, _ in timed}, key=lambda stage: stage.rank)
        seen = words.stages(stages)
        reason = BilingualText(f"步骤依次进行：{seen.zh}", f"The stages follow each other: {seen.en}")
        return passed(context, reason, [clock_ref(view) for view, _, _ in timed])
    gap, earlier, later = worst
    return _reversed(context, earlier, later, gap)


def _no_two_stages(context: CheckContext) -> CheckResult:
    timeless = [view for view in context.candidates if view.stage is not None and best_time(view) is None]
    if timeless:
        return no_usable_time(context, timeless)
    return missing(
        context,
        BilingualText("影像不足两个步骤，看不出先后", "Pictures of fewer than two stages show no order"),
        BilingualText("请在每个步骤拍摄影像", "Take pictures at each stage"),
    )


def _reversed(
    context: CheckContext,
    earlier: tuple[MediaView, Stage, ClockReading],
    later: tuple[MediaView, Stage, ClockReading],
    gap: timedelta,
) -> CheckResult:
    first, second = words.STAGES[earlier[1]], words.STAGES[later[1]]
    limit = context.param("tolerance_min")
    return failed(
        context,
        BilingualText(
            f"“{second.zh}”的{later[0].name}（{later[2].shown}）早于“{first.zh}”的{earlier[0].name}（{earlier[2].shown}）",
            f"{later[0].name} ({second.en}, {later[2].shown}) was taken before {earlier[0].name} "
            f"({first.en}, {earlier[2].shown})",
        ),
        BilingualText(
            f"“{first.zh}”的影像应先于“{second.zh}”拍摄",
            f"Pictures of “{first.en}” come before those of “{second.en}”",
        ),
        [clock_ref(earlier[0]), clock_ref(later[0])],
        Measurement(
            words.minutes(gap / _MINUTE), f"≤ {words.minutes(limit)}", nearness(gap / _MINUTE, limit)
        ),
    )


# ---- time.notice -----------------------------------------------------------------------------


def notice(context: CheckContext) -> CheckResult:
    """`time.notice`: the notice's picture is at least three calendar days older than the visit."""
    timed = [
        (view, clock) for view in context.at_stage(Stage.NOTICE) if (clock := best_time(view)) is not None
    ]
    if not timed:
        return no_usable_time(context, context.at_stage(Stage.NOTICE))
    view, clock = min(timed, key=lambda pair: (pair[1].interval.start, pair[0].key))
    posted = clock.interval.start.astimezone(context.visit.zone).date()
    days, limit = (visit_day(context.visit) - posted).days, context.param("min_days")
    measurement = Measurement(f"{days} 天 d", f"≥ {limit:.0f} 天 d", None)
    if days >= limit:
        reason = BilingualText(f"提前{days}天张贴通知", f"The notice was posted {days} days ahead")
        return passed(context, reason, [clock_ref(view)], measurement)
    return failed(
        context,
        BilingualText(
            f"通知照片拍摄于{clock.shown}，只提前{days}天",
            f"The notice was photographed at {clock.shown}, only {days} days ahead",
        ),
        BilingualText(
            f"请至少提前{limit:.0f}天张贴通知并拍照",
            f"Post the notice at least {limit:.0f} days ahead and photograph it",
        ),
        [clock_ref(view)],
        measurement,
    )
