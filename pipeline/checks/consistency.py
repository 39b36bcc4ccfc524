"""Do the clocks of each file agree? Every disagreement is named with both values."""

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import confirm, could_not_open, failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.timing import clock_ref
from pipeline.results import CheckResult, ClockDisagreement, ClockReading, ClockSource, Leaning, Measurement
from pipeline.rules import BilingualText

_Disagreement = tuple[MediaView, ClockDisagreement]

_SOURCES = {
    ClockSource.WATERMARK: BilingualText("时间水印", "watermark"),
    ClockSource.EXIF: BilingualText("拍摄时间(EXIF)", "EXIF"),
    ClockSource.CONTAINER: BilingualText("视频容器时间", "container"),
    ClockSource.GPS: BilingualText("GPS时间", "GPS"),
    ClockSource.UPLOAD: BilingualText("上传时间", "upload"),
}


def consistent(context: CheckContext) -> CheckResult:
    """`time.consistent`: an unexplained disagreement fails; an explained one is left to a person."""
    compared = [view for view in context.candidates if len(view.times.clocks) > 1]
    if not compared:
        return _nothing_compared(context)
    found = [(view, disagreement) for view in compared for disagreement in view.times.disagreements]
    unexplained = [pair for pair in found if pair[1].explanation is None]
    if unexplained:
        return _disagree(context, unexplained, found)
    if found:
        return _explained(context, found)
    limit = words.duration(context.param("tolerance_s"))
    measurement = Measurement("0 s", f"≤ {limit.zh} {limit.en}")
    return passed(context, _agree(compared), [clock_ref(view) for view in compared], measurement)


def _agree(compared: list[MediaView]) -> BilingualText:
    """Says which files had only their upload to be held against: that is a bound and no second reading."""
    bounded = sum(len(_own_clocks(view)) < 2 for view in compared)
    agreeing = len(compared) - bounded
    told = []
    if agreeing:
        files = words.counted(agreeing, "file")
        told.append(BilingualText(f"{agreeing}个影像的各时间相互一致", f"The clocks agree in {files}"))
    if bounded:
        files = words.counted(bounded, "file")
        told.append(
            BilingualText(
                f"{bounded}个影像只有一个时间，不晚于上传", f"{files} with one clock only, before the upload"
            )
        )
    return words.sentences(told)


def _own_clocks(view: MediaView) -> list[ClockReading]:
    return [clock for clock in view.times.clocks if clock.source is not ClockSource.UPLOAD]


def _nothing_compared(context: CheckContext) -> CheckResult:
    remedy = BilingualText(
        "请上传保留拍摄时间的原文件", "Upload original files, which keep their capture time"
    )
    if context.failed and not context.observed:
        return could_not_open(context, context.failed, ())
    reason = BilingualText("没有影像带有两个可比较的时间", "No file has two clocks that could be compared")
    return missing(context, reason, remedy)


def _disagree(
    context: CheckContext, unexplained: list[_Disagreement], every: list[_Disagreement]
) -> CheckResult:
    return failed(
        context,
        words.sentences(_in_words(view, disagreement) for view, disagreement in every),
        BilingualText(
            "各时间应一致：请校准手机时钟，直接上传原文件",
            "The clocks should agree: set the phone's clock right and upload the original file",
        ),
        [clock_ref(view) for view in _views(every)],
        _largest(context, unexplained),
        doubt=True,
    )


def _explained(context: CheckContext, found: list[_Disagreement]) -> CheckResult:
    return confirm(
        context,
        Leaning.FOR,
        words.sentences(_in_words(view, disagreement) for view, disagreement in found),
        BilingualText(
            "请确认此解释成立，并校准时钟或时区",
            "Please confirm the explanation, and set clock and time zone right",
        ),
        [clock_ref(view) for view in _views(found)],
        _largest(context, found),
    )


def _views(found: list[_Disagreement]) -> list[MediaView]:
    return list({view.key: view for view, _ in found}.values())


def _largest(context: CheckContext, found: list[_Disagreement]) -> Measurement:
    gap_s = max(disagreement.gap_s for _, disagreement in found)
    limit = context.param("tolerance_s")
    value, threshold = words.duration(gap_s), words.duration(limit)
    return Measurement(f"{value.zh} {value.en}", f"≤ {threshold.zh} {threshold.en}", nearness(gap_s, limit))


def _in_words(view: MediaView, disagreement: ClockDisagreement) -> BilingualText:
    first, second = disagreement.first, disagreement.second
    one, other = _SOURCES[first.source], _SOURCES[second.source]
    gap, why = words.duration(disagreement.gap_s), disagreement.explanation
    return BilingualText(
        f"{view.name}：{one.zh} {first.shown}与{other.zh} {second.shown}相差{gap.zh}"
        + (f"（{why.zh}）" if why else ""),
        f"{view.name}: {one.en} {first.shown} and {other.en} {second.shown} are {gap.en} apart"
        + (f" ({why.en})" if why else ""),
    )
