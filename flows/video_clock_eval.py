"""How many tampered videos `video.unbroken` finds, how many honest ones it accuses: `make eval-video-clock`.

Videos are generated from a seed (`models.tampered_videos`), observed as the observer does, and judged by the
shipped rule set. One JSON line a video goes to `--out`; a run that was killed goes on where it stopped.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from flows.video_clock_figures import TAMPERINGS, table
from flows.video_clock_trial import Row, judged
from models.tampered_videos import (
    STYLES_TO_THE_MINUTE,
    STYLES_TO_THE_SECOND,
    Tampering,
    VideoPlan,
    breaks_at_s,
    plan_video,
    write_video,
)

_ONE_DIGIT_S = (10.0, 60.0, 600.0, 3600.0)
"""Cuts that look just like one misread digit."""
SCENES = Path(__file__).resolve().parents[1] / "datasets" / "samples" / "scenes"


@dataclass(frozen=True, slots=True)
class Task:
    """One video to make, to observe and to judge; `group` says what it counts for."""

    number: int
    group: str
    plan: VideoPlan

    @property
    def key(self) -> str:
        return f"{self.group} {self.number}"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many videos of each group to make."""

    untouched: int
    tampered: int
    to_the_minute: int
    one_digit: int


def tasks(seed: int, counts: Counts) -> Iterator[Task]:
    """The groups by turns, the kinds of tampering balanced: a part of a run says what the whole will."""
    for number in range(max(counts.untouched, counts.tampered, counts.to_the_minute, counts.one_digit)):
        own_seed = seed * 100_000 + number
        if number < counts.untouched:
            yield Task(number, "untouched", plan_video(own_seed, Tampering.NONE, STYLES_TO_THE_SECOND))
        if number < counts.tampered:
            kind = TAMPERINGS[number % len(TAMPERINGS)]
            yield Task(number, "tampered", plan_video(own_seed, kind, STYLES_TO_THE_SECOND))
        if number < counts.to_the_minute:
            yield Task(number, "to the minute", plan_video(own_seed, Tampering.NONE, STYLES_TO_THE_MINUTE))
        if number < counts.one_digit:
            cut = plan_video(own_seed, Tampering.CUT, STYLES_TO_THE_SECOND)
            yield Task(number, "one digit", replace(cut, shift_s=_ONE_DIGIT_S[number % len(_ONE_DIGIT_S)]))


def measured(task: Task, videos: Path | None = None) -> Row:
    """Make the video, observe it, judge it; seconds are of processor time. videos: where it is kept."""
    with TemporaryDirectory(prefix="video-clock-") as folder:
        path = _made(task, videos or Path(folder))
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


def _made(task: Task, folder: Path) -> Path:
    """The task's video in a folder, written unless it is there; whole or not at all."""
    path = folder / f"{task.key.replace(' ', '-')}.mp4"
    if not path.is_file():
        unfinished = path.with_suffix(".part.mp4")
        write_video(unfinished, task.plan, _scene(task.plan.seed))
        unfinished.rename(path)
    return path


@cache
def _scenes() -> tuple[Path, ...]:
    return tuple(sorted(SCENES.glob("*.jpg")))


def _scene(seed: int) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    with Image.open(_scenes()[seed % len(_scenes())]) as image:
        return np.asarray(image.convert("RGB"))


def _rows(path: Path) -> dict[str, Row]:
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


def run(todo: Sequence[Task], path: Path, processes: int, videos: Path | None = None) -> None:
    """Measure what the file lacks, and append a line for each as soon as it is known."""
    lacking = [task for task in todo if task.key not in _rows(path)]
    for folder in (path.parent, videos):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file, ProcessPoolExecutor(processes) as pool:
        for number, row in enumerate(pool.map(partial(measured, videos=videos), lacking), start=1):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            if number % 20 == 0:
                print(f"{number}/{len(lacking)}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eval-video-clock", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--untouched", type=int, default=200)
    parser.add_argument("--tampered", type=int, default=208)
    parser.add_argument("--to-the-minute", type=int, default=24)
    parser.add_argument("--one-digit", type=int, default=24, help="cuts that look like a misread digit")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--videos", type=Path, help="keep the videos of the seed here, for further runs")
    parser.add_argument("--out", type=Path, default=Path(".visitproof/eval-video-clock"))
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not yet measured, then print the figures and each wrong verdict."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    path = asked.out / f"seed-{asked.seed}.jsonl"
    counts = Counts(asked.untouched, asked.tampered, asked.to_the_minute, asked.one_digit)
    todo = list(tasks(asked.seed, counts))
    run(todo, path, asked.processes, asked.videos)
    known = _rows(path)
    rows = [known[task.key] for task in todo]
    for row in rows:
        if row["doubt"] != (row["tampering"] != Tampering.NONE.value):
            print(f"wrong: {json.dumps(row, ensure_ascii=False)}")
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
