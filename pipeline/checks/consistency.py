"""Do the clocks of each file agree? Every disagreement is named with both values."""

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.outcomes import confirm, could_not_open, failed, missing, passed
from pipeline.checks.presence import nearness
from pipeline.checks.softening import Softening, softening
from pipeline.checks.timing import clock_ref
from pipeline.results import CheckResult, Leaning, Measurement
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockDisagreement, ClockReading, ClockSource

_Disagreement = tuple[MediaView, ClockDisagreement]

_SOURCES = {
    ClockSource.WATERMARK: BilingualText("时间水印", "watermark"),
    ClockSource.EXIF: BilingualText("拍摄时间(EXIF)", "EXIF"),
    ClockSource.CONTAINER: BilingualText("视频容器时间", "container"),
    ClockSource.GPS: BilingualText("GPS时间", "GPS"),
    ClockSource.EXIF_DIGITIZED: BilingualText("数字化时间(EXIF)", "EXIF time of digitizing"),
    ClockSource.EXIF_MODIFIED: BilingualText("修改时间(EXIF/XMP)", "time of the last change"),
    ClockSource.UPLOAD: BilingualText("上传时间", "upload"),
}


def consistent(context: CheckContext) -> CheckResult:
    """`time.consistent`: an unexplained disagreement fails; what an explained one leads to, the rules say."""
    compared = [view for view in context.candidates if len(view.times.clocks) > 1]
    if not compared:
        return _nothing_compared(context)
    found = [(view, disagreement) for view in compared for disagreement in view.times.disagreements]
    least = min((softening(context.rule, one) for _, one in found), default=Softening.ACCEPTED)
    if least is Softening.NONE:
        accused = [pair for pair in found if softening(context.rule, pair[1]) is Softening.NONE]
        return _disagree(context, accused, found)
    if least is not Softening.ACCEPTED:
        leaning = Leaning.FOR if least is Softening.ASK_FOR else Leaning.AGAINST
        return _explained(context, found, leaning)
    limit = words.duration(context.param("tolerance_s"))
    measurement = _largest(context, found) if found else Measurement("0 s", f"≤ {limit.zh} {limit.en}")
    reason = words.sentences([_agree(compared), *(_in_words(view, one) for view, one in found)])
    return passed(context, reason, [clock_ref(view) for view in compared], measurement)


def _agree(compared: list[MediaView]) -> BilingualText:
    """Says which files had only their upload to be held against: that is a bound and no second reading."""
    compared = [view for view in compared if not view.times.disagreements]
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
    return [clock for clock in view.times.clocks if clock.source.is_of_taking]


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


def _explained(context: CheckContext, found: list[_Disagreement], leaning: Leaning) -> CheckResult:
    return confirm(
        context,
        leaning,
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
    this, that = words.clock(first), words.clock(second)
    return BilingualText(
        f"{view.name}：{one.zh} {this.zh}与{other.zh} {that.zh}相差{gap.zh}"
        + (f"（{why.words.zh}）" if why else ""),
        f"{view.name}: {one.en} {this.en} and {other.en} {that.en} are {gap.en} apart"
        + (f" ({why.words.en})" if why else ""),
    )
