"""Reads thousands of drawn watermarks after messenger compression: how many are right, is confidence true?

    python -m models.watermark_calibration --rooms FOLDER --work FOLDER [--count 3000] [--hard 600]

Two sets, both seeded: `sent` is what the figures are about; `hard` (shrunk and compressed once more) is there
so that there are mistakes to calibrate on. Even numbers fit the confidence, odd ones judge it; the two are
drawn on different rooms. Readings are kept a line each in the work folder, under the reader's version: a
stopped run goes on.
For tests and calibration: the layouts are our own, so these figures say nothing about real pictures.
"""

import argparse
import functools
import json
import multiprocessing
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from models.reliability import print_figures, save_diagram
from models.stamps import Language
from models.stamps.generator import CHINESE_STYLES, Plan, one, pictures_below
from models.stamps.messenger import compressed, scaled
from models.stamps_bench import outcome
from models.text_reader import RapidTextReader
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.ports import Pixels
from pipeline.watermark.agreement import CALIBRATION

_SEEDS = {"sent": 20261124, "hard": 20261125}
_HARD_SCALE, _HARD_QUALITY = (0.3, 0.75), (12, 35)
_CHUNK = 10
_PLAN = Plan(CHINESE_STYLES, (Language.ZH_HANS, Language.ZH_HANT))
_PLANS = {"sent": _PLAN, "hard": replace(_PLAN, long_side_px=(720, 1440))}


@dataclass(frozen=True, slots=True)
class Case:
    """One drawn watermark and what was read. `result` as `models.stamps_bench.outcome` names it."""

    name: str
    number: int
    style: str
    long_side_px: int
    truth: str
    said: str
    result: str
    support: float

    @property
    def fits(self) -> bool:
        """Whether it belongs to the half that the confidence is fitted on."""
        return self.number % 2 == 0


def run(rooms: Sequence[Path], name: str, numbers: Sequence[int]) -> list[Case]:
    """Draws and reads the pictures with these numbers; runs in a process of its own."""
    return [_case(_reader(), rooms, name, number) for number in numbers]


@functools.cache
def _reader() -> WatermarkReader:
    """A process's own: its engines take longer to start than a picture takes to read."""
    return WatermarkReader(RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX))


def _case(reader: WatermarkReader, rooms: Sequence[Path], name: str, number: int) -> Case:
    drawn = one(rooms[number % 2 :: 2], _PLANS[name], _SEEDS[name], number)
    pixels = _harder(drawn.pixels, number) if name == "hard" else drawn.pixels
    reading = reader.read(pixels)
    said = (reading.taken_at,) if reading.taken_at else reading.alternatives
    return Case(
        name,
        number,
        drawn.style,
        max(pixels.shape[:2]),
        drawn.time.isoformat(),
        " ".join(time.isoformat() for time in said),
        outcome(reading, drawn.time),
        CALIBRATION.support(reading.confidence),
    )


def _harder(picture: Pixels, number: int) -> Pixels:
    rng = random.Random(number)
    small = scaled(picture, round(max(picture.shape[:2]) * rng.uniform(*_HARD_SCALE)))
    return compressed(small, rng.randint(*_HARD_QUALITY), halved_colour=True)


def cases(rooms: Sequence[Path], work: Path, wanted: dict[str, int], workers: int) -> Iterator[Case]:
    """All wanted cases: first those that lie in the work folder, then the others as they are read."""
    log = work / f"{_version()}.jsonl"
    known = [Case(**json.loads(line)) for line in log.read_text().splitlines()] if log.is_file() else []
    known = [case for case in known if case.number < wanted[case.name]]
    yield from known
    done = {(case.name, case.number) for case in known}
    chunks = [
        (name, rest[start : start + _CHUNK])
        for name, count in wanted.items()
        for rest in [[number for number in range(count) if (name, number) not in done]]
        for start in range(0, len(rest), _CHUNK)
    ]
    chunks.sort(key=lambda chunk: chunk[1][0])  # by turns: a run that is stopped has read of both
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool, log.open("a") as file:
        waiting = [pool.submit(run, rooms, name, numbers) for name, numbers in chunks]
        for index, future in enumerate(as_completed(waiting), start=1):
            found = future.result()
            file.writelines(json.dumps(asdict(case)) + "\n" for case in found)
            file.flush()
            if index % _CHUNK == 0:
                print(f"{index * _CHUNK} of {len(chunks) * _CHUNK} read", flush=True)
            yield from found


def _version() -> str:
    return WatermarkReader().reading_digest.replace("/", "-").replace("+", "_")


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores and calibrates the watermark reader.")
    parser.add_argument("--rooms", type=Path, help="folder with JPEGs to draw on; made grounds without one")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for what was read; a run goes on there"
    )
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--hard", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--figure", type=Path, help="write the reliability diagram there, as PNG")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    wanted = {"sent": arguments.count, "hard": arguments.hard}
    found = list(cases(pictures_below(arguments.rooms), arguments.work, wanted, arguments.workers))
    print_figures(found)
    if arguments.figure:
        save_diagram(found, arguments.figure)


if __name__ == "__main__":
    main()
