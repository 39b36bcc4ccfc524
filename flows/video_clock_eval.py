"""How many tampered videos `video.unbroken` finds, how many honest ones it accuses: `make eval-video-clock`.

Videos are generated from a seed (`models.tampered_videos`), observed as the observer does, and judged by the
shipped rule set. One JSON line a video goes to `--out`; a run that was killed goes on where it stopped.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from models.limits import Limits
from models.opening import InProcessOpener
from models.tampered_videos import (
    STYLES_TO_THE_MINUTE,
    STYLES_TO_THE_SECOND,
    Tampering,
    VideoPlan,
    breaks_at_s,
    plan_video,
    write_video,
)
from models.text_reader import RapidTextReader
from models.video_clock import VideoClockReader
from models.videos import VideoSample, sample_video
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.checks.judging import judge
from pipeline.evidence import FrameEvidence, MediaEvidence, Metadata, VideoClock
from pipeline.report import view_media
from pipeline.results import CheckResult, Outcome
from pipeline.rules import RuleSet
from pipeline.shares import Share
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

SCENES = Path(__file__).resolve().parents[1] / "datasets" / "samples" / "scenes"
ITEM = "video.unbroken"
_FIRST_FRAMES = 3
_TAMPERINGS = tuple(kind for kind in Tampering if kind is not Tampering.NONE)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One video to make, to observe and to judge; `group` says what it counts for."""

    number: int
    group: str
    plan: VideoPlan

    @property
    def key(self) -> str:
        return f"{self.group} {self.number}"


def tasks(seed: int, untouched: int, tampered: int, to_the_minute: int) -> Iterator[Task]:
    """Untouched and tampered videos by turns, the kinds of tampering balanced."""
    for number in range(max(untouched, tampered, to_the_minute)):
        own_seed = seed * 100_000 + number
        if number < untouched:
            yield Task(number, "untouched", plan_video(own_seed, Tampering.NONE, STYLES_TO_THE_SECOND))
        if number < tampered:
            kind = _TAMPERINGS[number % len(_TAMPERINGS)]
            yield Task(number, "tampered", plan_video(own_seed, kind, STYLES_TO_THE_SECOND))
        if number < to_the_minute:
            yield Task(number, "to the minute", plan_video(own_seed, Tampering.NONE, STYLES_TO_THE_MINUTE))


def measured(task: Task) -> Row:
    """Make the video, observe it, judge it; seconds are of processor time."""
    with TemporaryDirectory(prefix="video-clock-") as folder:
        path = Path(folder) / "clip.mp4"
        write_video(path, task.plan, _scene(task.plan.seed))
        return {
            "key": task.key,
            "group": task.group,
            "tampering": task.plan.tampering.value,
            "style": task.plan.style,
            "size": list(task.plan.size),
            "messenger": task.plan.messenger is not None,
            "shift_s": round(task.plan.shift_s, 2),
            "breaks_at_s": [round(at_s, 2) for at_s in breaks_at_s(task.plan)],
            **judged(path),
        }


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


@cache
def _scenes() -> tuple[Path, ...]:
    return tuple(sorted(SCENES.glob("*.jpg")))


def _scene(seed: int) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    with Image.open(_scenes()[seed % len(_scenes())]) as image:
        return np.asarray(image.convert("RGB"))


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


def _rows(path: Path) -> dict[str, Row]:
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


def run(todo: Sequence[Task], path: Path, processes: int) -> None:
    """Measure what the file lacks, and append a line for each as soon as it is known."""
    lacking = [task for task in todo if task.key not in _rows(path)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file, ProcessPoolExecutor(processes) as pool:
        for number, row in enumerate(pool.map(measured, lacking), start=1):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            if number % 20 == 0:
                print(f"{number}/{len(lacking)}", flush=True)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The figures, a line each."""
    untouched = [row for row in rows if row["tampering"] == Tampering.NONE.value]
    for group in ("untouched", "to the minute"):
        mine = [row for row in untouched if row["group"] == group]
        yield _line(f"{group}: accused", [row["doubt"] for row in mine])
        yield _line(f"{group}: unreadable", [row["outcome"] == Outcome.UNREADABLE.value for row in mine])
    tampered = [row for row in rows if row["group"] == "tampered"]
    yield _line("tampered: found", [row["doubt"] for row in tampered])
    yield _line("tampered: passed", [row["outcome"] == Outcome.PASS.value for row in tampered])
    for kind in _TAMPERINGS:
        mine = [row for row in tampered if row["tampering"] == kind.value]
        yield f"{_line(f'  {kind.value}: found', [row['doubt'] for row in mine])}; named {_names(mine)}"
    yield _placed(tampered)
    yield _cost([row for row in rows if row["looks"]])


def _line(name: str, hits: Sequence[bool]) -> str:
    share = Share(sum(hits), len(hits))
    low, high = share.interval
    return f"{name:32} {share.hits}/{share.total} (95 %: {low:.1%} to {high:.1%})"


def _names(rows: Sequence[Row]) -> Mapping[str, int]:
    first = [row["kinds"][0] if row["kinds"] and row["outcome"] == "fail" else row["outcome"] for row in rows]
    return {name: first.count(name) for name in sorted(set(first))}


def _placed(rows: Sequence[Row]) -> str:
    """How far the named second lies outside the tampering."""
    errors = []
    for row in rows:
        if row["outcome"] == "fail" and row["at_s"]:
            start, end = row["breaks_at_s"]
            errors.append(max(0.0, start - row["at_s"][0], row["at_s"][0] - end))
    if not errors:
        return "placed: none"
    quantiles = np.quantile(errors, [0.5, 0.9, 0.99])
    return f"named second outside the tampering by (median, 90 %, 99 %): {np.round(quantiles, 2).tolist()} s"


def _cost(rows: Sequence[Row]) -> str:
    minutes = sum(row["length_s"] for row in rows) / 60
    if not minutes:
        return "cost: nothing followed"
    each = {name: sum(row[name] for row in rows) for name in ("looks", "frames_decoded", "follow_cpu_s")}
    found = sum(row["find_cpu_s"] for row in rows) / len(rows)
    return (
        f"per minute of video: {each['looks'] / minutes:.0f} frames looked at, "
        f"{each['frames_decoded'] / minutes:.0f} decoded, {each['follow_cpu_s'] / minutes:.1f} CPU s; "
        f"finding the strip {found:.1f} CPU s a video"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eval-video-clock", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--untouched", type=int, default=200)
    parser.add_argument("--tampered", type=int, default=208)
    parser.add_argument("--to-the-minute", type=int, default=24)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(".visitproof/eval-video-clock"))
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not yet measured, then print the figures and each wrong verdict."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    path = asked.out / f"seed-{asked.seed}.jsonl"
    todo = list(tasks(asked.seed, asked.untouched, asked.tampered, asked.to_the_minute))
    run(todo, path, asked.processes)
    known = _rows(path)
    rows = [known[task.key] for task in todo]
    for row in rows:
        if row["doubt"] != (row["tampering"] != Tampering.NONE.value):
            print(f"wrong: {json.dumps(row, ensure_ascii=False)}")
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
