"""One video put to the trial: observed as the observer does, judged by the shipped rule set."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from models.limits import Limits
from models.opening import InProcessOpener
from models.text_reader import RapidTextReader
from models.video_clock import VideoClockReader
from models.videos import VideoSample, sample_video
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.checks.judging import judge
from pipeline.evidence import FrameEvidence, MediaEvidence, Metadata, VideoClock
from pipeline.report import view_media
from pipeline.results import CheckResult
from pipeline.rules import RuleSet
from pipeline.video_clock import fit_clock
from pipeline.visit import (
    AppointmentWindow,
    MediaItem,
    MediaKind,
    ServiceType,
    Stage,
    Technician,
    Visit,
    WorkOrder,
)
from storage.rule_files import load_rule_sets

ITEM = "video.unbroken"
_FIRST_FRAMES = 3
Row = dict[str, Any]


def judged(path: Path) -> Row:
    """What is seen in one video, what it costs, and what the rule set says of it."""
    started = time.process_time()
    sample = sample_video(path, Limits())
    evidence = _observed(path, sample)
    found = time.process_time()
    clock = _followed(path, sample, evidence)
    followed = time.process_time()
    result = _result(_with_clock(evidence, clock))
    fit = fit_clock(clock.samples) if clock else None
    return {
        "outcome": result.outcome.value,
        "doubt": result.doubt,
        "said": result.reason.en,
        "seconds_shown": [ref.presentation_s for ref in result.evidence],
        "kinds": [one.kind.value for one in fit.breaks] if fit else [],
        "at_s": [round(one.at_s, 2) for one in fit.breaks] if fit else [],
        "deviation_s": round(fit.deviation_s, 2) if fit else None,
        "length_s": sample.duration_s,
        "looks": len(clock.samples) if clock else 0,
        "unread": sum(one.shown is None for one in clock.samples) if clock else 0,
        "frames_decoded": clock.frames_decoded if clock else 0,
        "find_cpu_s": round(found - started, 3),
        "follow_cpu_s": round(followed - found, 3),
    }


@cache
def _readers() -> tuple[WatermarkReader, VideoClockReader]:
    lines = RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX)
    return WatermarkReader(lines), VideoClockReader(lines)


@cache
def _rules() -> RuleSet:
    """The shipped rules, but for the item's being unproven: whether it is, is what these figures say."""
    rules = load_rule_sets()[ServiceType.REPAIR]
    items = (replace(rule, unproven=False) if rule.item_id == ITEM else rule for rule in rules.items)
    return replace(rules, items=tuple(items))


def _observed(path: Path, sample: VideoSample) -> MediaEvidence:
    """The watermark of the first sampled frames, until one is read."""
    frames: list[FrameEvidence] = []
    for frame in sample.frames[:_FIRST_FRAMES]:
        reading = _readers()[0].read(frame.pixels)
        frames.append(FrameEvidence(frame.presentation_s, (), reading))
        if reading.taken_at is not None:
            break
    return MediaEvidence(
        path.name,
        MediaKind.VIDEO,
        sample.width_px,
        sample.height_px,
        tuple(frames),
        Metadata(),
        "0" * 16,
        "eval",
        sample.duration_s,
    )


def _followed(path: Path, sample: VideoSample, evidence: MediaEvidence) -> VideoClock | None:
    reader = _readers()[1]
    for frame, seen in zip(sample.frames, evidence.frames, strict=False):
        strip = reader.find(frame.pixels, seen.watermark, frame.presentation_s) if seen.watermark else None
        if strip is not None:
            look = partial(InProcessOpener(Limits()).look, path)
            return reader.follow(strip, look, sample.frames[-1].presentation_s)
    return None


def _with_clock(evidence: MediaEvidence, clock: VideoClock | None) -> MediaEvidence:
    fields = {name: getattr(evidence, name) for name in MediaEvidence.__dataclass_fields__}
    return MediaEvidence(**{**fields, "video_clock": clock})


def _result(evidence: MediaEvidence) -> CheckResult:
    """`video.unbroken` of a visit with this one video."""
    item = MediaItem("visits/eval/clip.mp4", MediaKind.VIDEO, Stage.DURING)
    start = datetime(2026, 5, 12, 9, tzinfo=UTC)
    order = WorkOrder(
        "EVAL", ServiceType.REPAIR, AppointmentWindow(start, start + timedelta(hours=2), "Asia/Shanghai")
    )
    visit = Visit(
        "EVAL", date(2026, 5, 12), "visits/eval/visit.json", order, Technician("eval", "0"), (item,)
    )
    views = view_media(visit, [(item, evidence)], _rules())
    return next(one for one in judge(visit, views, _rules(), {}) if one.item_id == ITEM)
