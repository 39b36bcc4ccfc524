"""Measures the watermark reader on drawn watermarks after messenger-like compression.

    python -m models.stamps_bench --rooms FOLDER [--count 240] [--seed 1] [--turns 0] [--save FOLDER]

Styles are Chinese unless `--styles` names others (all of them: `--styles all`).

For tests and calibration: the layouts are our own, so these figures say nothing about real pictures. Prints
what was not read exactly, running totals, a row for each style and the totals as one JSON object.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from models.stamps import STYLES, Language
from models.stamps.generator import CHINESE_STYLES, Plan, generated, pictures_below
from models.watermark_reader import WatermarkReader
from pipeline.evidence import WatermarkReading
from pipeline.times import WallTime

_REPORT_EVERY = 30
_CHINESE = (Language.ZH_HANS, Language.ZH_HANT)


def outcome(reading: WatermarkReading, truth: WallTime) -> str:
    """exact, coarser (right as far as it goes), ambiguous (truth among the alternatives), wrong or unread."""
    if reading.taken_at is None:
        return "ambiguous" if truth in reading.alternatives else "unread"
    if reading.taken_at == truth:
        return "exact"
    return "coarser" if truth.isoformat().startswith(reading.taken_at.isoformat()) else "wrong"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Scores the watermark reader on drawn watermarks.")
    parser.add_argument("--rooms", type=Path, help="folder with JPEGs to draw on; made grounds without one")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first picture of the set")
    parser.add_argument("--turns", type=int, default=0, help="quarter turns to the left before reading")
    parser.add_argument("--styles", help="comma-separated, or all; the Chinese ones in Chinese unless given")
    parser.add_argument("--save", type=Path, help="folder for the pictures that were not read exactly")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    plan = _plan(arguments.styles)
    reader = WatermarkReader()
    rows: dict[str, Counter[str]] = {}
    rooms = pictures_below(arguments.rooms)
    numbers = range(arguments.first, arguments.first + arguments.count)
    for number, case in generated(rooms, plan, arguments.seed, numbers):
        pixels = np.ascontiguousarray(np.rot90(case.pixels, arguments.turns))
        reading = reader.read(pixels)
        result = outcome(reading, case.time)
        rows.setdefault(case.style, Counter())[result] += 1
        if number % _REPORT_EVERY == _REPORT_EVERY - 1:
            print(json.dumps(dict(sum(rows.values(), Counter()))), flush=True)
        if result != "exact":
            said = reading.taken_at.isoformat() if reading.taken_at else f"{reading.note} {reading.raw_text}"
            print(f"{number} {case.style} {result}: {case.time.isoformat()} read {said}", flush=True)
            if arguments.save:
                Image.fromarray(pixels).save(arguments.save / f"{number}_{case.style}.png")
    for style, counts in rows.items():
        print(f"{style:12}", dict(counts))
    print(json.dumps(dict(sum(rows.values(), Counter()))))


def _plan(styles: str | None) -> Plan:
    if styles is None:
        return Plan(CHINESE_STYLES, _CHINESE)
    return Plan(tuple(STYLES) if styles == "all" else tuple(styles.split(",")))


if __name__ == "__main__":
    main()
