"""`video.unbroken`: a video's burned-in clock runs with its frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import combinations

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import could_not_open, failed, not_applicable, passed, unreadable
from pipeline.checks.presence import nearness
from pipeline.evidence import MediaEvidence, WatermarkReading
from pipeline.results import CheckResult, EvidenceRef, Measurement
from pipeline.rules import BilingualText
from pipeline.times import Precision, TimeInterval


@dataclass(frozen=True, slots=True)
class _Tick:
    """What the burned-in clock showed at a presentation time."""

    at_s: float
    interval: TimeInterval
    shown: str
    reading: WatermarkReading


@dataclass(frozen=True, slots=True)
class _Jump:
    """By how many seconds clock and frames differ between two readings; 0 where the precision explains it."""

    media: MediaView
    first: _Tick
    second: _Tick
    gap_s: float


def unbroken(context: CheckContext) -> CheckResult:
    """`video.unbroken`: any two readings differ by what lies between their frames, within the tolerance.

    All pairs are compared, not only neighbours: a slow speed-up adds up.
    """
    videos = [view for view in context.candidates if view.is_video]
    if not videos:
        return not_applicable(context, BilingualText("本次没有施工视频", "There is no video of this stage"))
    worst = [_worst(view, ticks) for view in videos if len(ticks := _ticks(view.evidence)) >= 2]
    if not worst:
        return _too_few_readings(context, videos)
    jump = max(worst, key=lambda found: found.gap_s)
    limit = context.param("tolerance_s")
    measurement = Measurement(f"{jump.gap_s:.1f} s", f"≤ {limit:.1f} s", nearness(jump.gap_s, limit))
    if jump.gap_s <= limit:
        reason = BilingualText(
            f"{len(worst)}段视频的水印时钟与画面同步",
            f"The burned-in clock runs with the frames (videos: {len(worst)})",
        )
        return passed(context, reason, [ref for found in worst for ref in _refs(found)], measurement)
    return failed(
        context,
        BilingualText(
            f"{jump.media.name}：画面{jump.first.at_s:.1f}秒显示{jump.first.shown}，{jump.second.at_s:.1f}秒显示{jump.second.shown}，与画面时间相差{jump.gap_s:.0f}秒",
            f"{jump.media.name}: the clock shows {jump.first.shown} at {jump.first.at_s:.1f} s and "
            f"{jump.second.shown} at {jump.second.at_s:.1f} s, {jump.gap_s:.0f} s off the frames' own time",
        ),
        BilingualText("请上传一段未剪接、未变速的视频", "Upload a video in one piece, at its own speed"),
        _refs(jump),
        measurement,
        doubt=True,
    )


def _ticks(evidence: MediaEvidence | None) -> list[_Tick]:
    """The legible readings in the order of the frames; a date alone says nothing of seconds."""
    frames = evidence.frames if evidence is not None else ()
    ticks = [
        _Tick(frame.presentation_s, wall.at_zone(UTC), wall.isoformat().replace("T", " "), frame.watermark)
        for frame in frames
        if frame.presentation_s is not None and frame.watermark is not None
        if (wall := frame.watermark.taken_at) is not None and wall.precision is not Precision.DATE
    ]
    return sorted(ticks, key=lambda tick: tick.at_s)


def _worst(view: MediaView, ticks: Sequence[_Tick]) -> _Jump:
    jumps = (_Jump(view, first, second, _gap_s(first, second)) for first, second in combinations(ticks, 2))
    return max(jumps, key=lambda jump: jump.gap_s)


def _gap_s(first: _Tick, second: _Tick) -> float:
    """How far the frames' distance lies outside what the two intervals allow."""
    frames_s = second.at_s - first.at_s
    least_s = (second.interval.start - first.interval.end).total_seconds()
    most_s = (second.interval.end - first.interval.start).total_seconds()
    return max(0.0, least_s - frames_s, frames_s - most_s)


def _refs(jump: _Jump) -> list[EvidenceRef]:
    return [
        ref_to(jump.media.key, "time_watermark", (box,) if (box := tick.reading.box) else (), tick.at_s)
        for tick in (jump.first, jump.second)
    ]


def _too_few_readings(context: CheckContext, videos: list[MediaView]) -> CheckResult:
    failures = [view for view in videos if view.failure is not None]
    stages = context.rule.stages
    if len(failures) == len(videos):
        return could_not_open(context, failures, stages)
    names = words.files([view.name for view in videos if view.failure is None])
    return unreadable(
        context,
        BilingualText(
            f"{names.zh}中读出的时间不足两处，无法核对",
            f"Fewer than two times could be read in {names.en}, so they can't be compared",
        ),
        BilingualText("请拍摄一段时间水印清晰的视频", "Take a video with a legible burned-in clock"),
        stages,
        [ref_to(view.key, "time_watermark") for view in videos],
        Measurement("< 2 处读数 readings", "≥ 2"),
    )
