"""`video.unbroken`: a video's burned-in clock runs with its frames."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks import video_words, words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import (
    confirm,
    could_not_open,
    failed,
    not_applicable,
    passed,
    unreadable,
)
from pipeline.checks.presence import nearness
from pipeline.evidence import VideoClock
from pipeline.results import CheckResult, EvidenceRef, Leaning, Measurement
from pipeline.rules import BilingualText
from pipeline.video_clock import Break, ClockFit, Still, fit_clock, longest_still

_REMEDY = BilingualText("请上传一段未剪接、未变速的视频", "Upload a video in one piece, at its own speed")
_CLEAR = BilingualText(
    "请拍摄一段时间水印清晰、显示到秒的视频",
    "Take a video whose burned-in clock is legible and shows seconds",
)


@dataclass(frozen=True, slots=True)
class _Followed:
    """A video with its clock and what the readings prove."""

    media: MediaView
    clock: VideoClock
    fit: ClockFit

    def ref(self, sample: int) -> EvidenceRef:
        at_s = self.clock.samples[sample].presentation_s
        return ref_to(self.media.key, "time_watermark", (self.clock.box,), at_s)

    def refs(self, found: Break | Still) -> list[EvidenceRef]:
        """The frames before and after."""
        return [self.ref(found.before), self.ref(found.after)]


def unbroken(context: CheckContext) -> CheckResult:
    """`video.unbroken`: one offset between clock and frames explains every reading of every video.

    Gravest first: clock and frames part; the picture stands while the clock runs, which a person must look
    at; a clock that is not legible, or not finely enough to tell.
    """
    videos = [view for view in context.candidates if view.is_video]
    if not videos:
        return not_applicable(context, BilingualText("本次没有施工视频", "There is no video of this stage"))
    opened = [view for view in videos if view.evidence is not None]
    if not opened:
        return could_not_open(context, videos, context.rule.stages)
    followed = [found for view in opened if (found := _followed(view)) is not None]
    for verdict in (_broken(context, followed), _still(context, followed)):
        if verdict is not None:
            return verdict
    return (
        _not_followed(context, opened, followed)
        or _contradicts(context, followed)
        or _cannot_tell(context, followed)
        or _runs(context, followed)
    )


def _followed(view: MediaView) -> _Followed | None:
    clock = view.evidence.video_clock if view.evidence is not None else None
    fit = fit_clock(clock.samples) if clock is not None else None
    return _Followed(view, clock, fit) if clock is not None and fit is not None else None


def _broken(context: CheckContext, followed: Sequence[_Followed]) -> CheckResult | None:
    limit = context.param("tolerance_s")
    worst = max(followed, key=lambda video: video.fit.deviation_s, default=None)
    if worst is None or worst.fit.deviation_s <= limit or not worst.fit.breaks:
        return None
    first = worst.fit.breaks[0]
    samples = worst.clock.samples
    shown = samples[first.before].shown, samples[first.after].shown
    reason = video_words.broken(worst.media.name, worst.fit.breaks, shown)
    refs = [ref for found in worst.fit.breaks[:2] for ref in worst.refs(found)]
    return failed(context, reason, _REMEDY, refs, _measured(worst.fit.deviation_s, limit), doubt=True)


def _still(context: CheckContext, followed: Sequence[_Followed]) -> CheckResult | None:
    limit = context.param("max_still_s")
    for video in followed:
        still = longest_still(video.clock.samples)
        if still is not None and still.length_s > limit:
            measurement = Measurement(
                f"{still.length_s:.1f} s", f"≤ {limit:.1f} s", nearness(still.length_s, limit)
            )
            reason = video_words.stands_still(video.media.name, still)
            refs = video.refs(still)
            return confirm(context, Leaning.AGAINST, reason, _REMEDY, refs, measurement, doubt=True)
    return None


def _not_followed(
    context: CheckContext, opened: Sequence[MediaView], followed: Sequence[_Followed]
) -> CheckResult | None:
    """A video without two readings, or with a long stretch in which none counted."""
    limit = context.param("max_unread_s")
    legible = {video.media.key for video in followed if video.fit.unread_s <= limit + video.fit.spacing_s}
    lacking = [view for view in opened if view.key not in legible]
    if not lacking:
        return None
    longest = max((v.fit.unread_s for v in followed if v.media.key not in legible), default=None)
    names = words.files([view.name for view in lacking])
    refs = [ref_to(view.key, "time_watermark") for view in lacking]
    stages = context.rule.stages
    if longest is None:
        reason = BilingualText(
            f"{names.zh}中读出的时间不足两处，无法核对",
            f"Fewer than two times could be read in {names.en}, so they can't be compared",
        )
        return unreadable(context, reason, _CLEAR, stages, refs, Measurement("< 2 处读数 readings", "≥ 2"))
    reason = BilingualText(
        f"{names.zh}中有{longest:.0f}秒读不出时间水印，其间是否连续无法判断",
        f"In {names.en} the clock is not legible for {longest:.0f} s: what happened there can't be told",
    )
    measurement = Measurement(f"{longest:.1f} s", f"≤ {limit:.1f} s")
    return unreadable(context, reason, _CLEAR, stages, refs, measurement)


def _contradicts(context: CheckContext, followed: Sequence[_Followed]) -> CheckResult | None:
    """Readings that part, and no cut, standing clock or other speed explains how: misread, or never seen."""
    limit = context.param("tolerance_s")
    parted = [video for video in followed if video.fit.deviation_s > limit]
    if not parted:
        return None
    deviation_s = max(video.fit.deviation_s for video in parted)
    names = words.files([video.media.name for video in parted])
    reason = BilingualText(
        f"{names.zh}的时间水印读数自相矛盾，且不符合任何一种剪接或变速，可能是误读",
        f"The clock readings of {names.en} contradict each other in a way that no cut and no speed explains: "
        "they may be misread",
    )
    return _not_legible_enough(context, parted, reason, _measured(deviation_s, limit))


def _cannot_tell(context: CheckContext, followed: Sequence[_Followed]) -> CheckResult | None:
    """A clock to the minute can't show a cut of seconds: that is said, and not passed over."""
    limit = context.param("max_blind_s")
    coarse = [video for video in followed if video.fit.blind_s > limit]
    if not coarse:
        return None
    blind_s = max(video.fit.blind_s for video in coarse)
    names = words.files([video.media.name for video in coarse])
    reason = BilingualText(
        f"{names.zh}的时钟与画面没有矛盾，但读数不够精细：{blind_s:.0f}秒以内的剪接无法看出",
        f"Nothing speaks against {names.en}, but its clock is too coarse: a cut of up to {blind_s:.0f} s "
        "would not show",
    )
    measurement = Measurement(f"{blind_s:.1f} s 不可见 unseen", f"≤ {limit:.1f} s")
    return _not_legible_enough(context, coarse, reason, measurement)


def _not_legible_enough(
    context: CheckContext, videos: Sequence[_Followed], reason: BilingualText, measurement: Measurement
) -> CheckResult:
    refs = [video.ref(0) for video in videos]
    return unreadable(context, reason, _CLEAR, context.rule.stages, refs, measurement)


def _runs(context: CheckContext, followed: Sequence[_Followed]) -> CheckResult:
    worst = max(followed, key=lambda video: video.fit.deviation_s)
    blind_s = max(video.fit.blind_s for video in followed)
    readings = sum(video.fit.used for video in followed)
    reason = BilingualText(
        f"{len(followed)}段视频的水印时钟与画面同步（{readings}处读数；{blind_s:.1f}秒以内的跳变无法看出）",
        f"The burned-in clock runs with the frames (videos: {len(followed)}, readings: {readings}; a jump of "
        f"up to {blind_s:.1f} s would not show)",
    )
    refs = [video.ref(number) for video in followed for number in (0, len(video.clock.samples) - 1)]
    return passed(context, reason, refs, _measured(worst.fit.deviation_s, context.param("tolerance_s")))


def _measured(deviation_s: float, limit: float) -> Measurement:
    return Measurement(f"{deviation_s:.1f} s", f"≤ {limit:.1f} s", nearness(deviation_s, limit))
