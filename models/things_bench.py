"""Counts what the watermark reader reads off things that bear dates and are no watermark.

    python -m models.things_bench [--rooms FOLDER] [--count 120] [--seed 1] [--first 0] [--save FOLDER]

Receipts, labels, screens, clocks, tickets, calendars, plates, meters and notices, drawn into rooms and sent
through a messenger (`models.stamps.things`). Whatever is read is false. Prints it, then a row for each kind
and the total with Wilson's 95 % interval; `unreadable` sends to a person, and is counted apart.
"""

import argparse
import random
from collections import Counter
from pathlib import Path

from PIL import Image

from models.stamps.generator import ground_of, pictures_below
from models.stamps.messenger import as_sent
from models.stamps.things import THINGS, drawn, seen_in
from models.text_reader import RapidTextReader
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.evidence import WatermarkStatus
from pipeline.ports import Pixels
from pipeline.shares import wilson

_LONG_SIDE_PX = (1440, 3000)
_FALSE = (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS)


def negative(rooms: list[Path], seed: int, number: int) -> tuple[str, Pixels]:
    """The kind of thing and the picture with this number of the set with this seed."""
    rng = random.Random(f"{seed}/{number}")
    kind = list(THINGS)[number % len(THINGS)]
    ground = ground_of(rooms, rng, rng.randint(*_LONG_SIDE_PX))
    return kind, as_sent(seen_in(ground, drawn(rng, kind), rng), rng)


def share(found: int, of: int) -> str:
    low, high = wilson(found / of if of else None, of)
    return f"{found} of {of} ({low:.3f}-{high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Counts false readings on drawn things with dates.")
    parser.add_argument("--rooms", type=Path, help="folder with JPEGs to draw on; made grounds without one")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first picture of the set")
    parser.add_argument("--save", type=Path, help="folder for the pictures that were read")
    arguments = parser.parse_args()
    reader = WatermarkReader(RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX))
    rooms = pictures_below(arguments.rooms)
    counts: Counter[tuple[str, WatermarkStatus]] = Counter()
    for number in range(arguments.first, arguments.first + arguments.count):
        kind, pixels = negative(rooms, arguments.seed, number)
        reading = reader.read(pixels)
        counts[kind, reading.status] += 1
        if reading.status in _FALSE:
            print(
                f"{number} {kind} {reading.status.value} {reading.confidence:.3f}: {reading.raw_text}",
                flush=True,
            )
            if arguments.save:
                Image.fromarray(pixels).save(arguments.save / f"{number}_{kind}.png")
    _print(counts)


def _print(counts: Counter[tuple[str, WatermarkStatus]]) -> None:
    for name in (*THINGS, "all"):
        rows = [(status, n) for (kind, status), n in counts.items() if name in (kind, "all")]
        false, total = sum(n for status, n in rows if status in _FALSE), sum(n for _, n in rows)
        doubt = sum(n for status, n in rows if status is WatermarkStatus.UNREADABLE)
        print(f"{name:9} false {share(false, total)}  unreadable {share(doubt, total)}")


if __name__ == "__main__":
    main()
