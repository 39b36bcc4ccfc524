"""Measures the watermark reader on drawn watermarks after messenger-like compression.

    python -m models.stamps_bench --rooms FOLDER [--count 240] [--seed 1] [--save FOLDER]

For tests and calibration: the layouts are our own, so these figures say nothing about real pictures. Prints
what was not read exactly, running totals, a row for each style and the totals as one JSON object.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from models.stamps import draw, legible
from models.watermark_reader import WatermarkReader
from pipeline.evidence import WatermarkReading
from pipeline.ports import Pixels
from pipeline.times import WallTime

CHINESE_STYLES = ("today", "mark", "engineering", "timestamp", "cctv", "plain")
_EPOCH = datetime(2015, 1, 1)  # noqa: DTZ001 - a wall clock without a zone is what is drawn
_REPORT_EVERY = 30
_SPAN_S = 20 * 365 * 86_400
_PLACES = ("白云区金沙洲环洲三路", "朝阳区国贸 CBD 2 号楼", "浦东新区张江路 88 弄", "天河区体育西路 103 号")
_NAMES = ("张伟", "王芳", "李娜", "刘洋")


@dataclass(frozen=True, slots=True)
class Case:
    """A picture with a drawn watermark, and what can be read off it."""

    number: int
    picture: Pixels
    style: str
    truth: WallTime


def cases(rooms: Sequence[Path], styles: Sequence[str], count: int, seed: int) -> Iterator[Case]:
    """`count` cases; the same seed gives the same ones."""
    rng = random.Random(seed)
    for number in range(count):
        style = styles[number % len(styles)]
        room = _scaled(_opened(rng.choice(rooms)), rng.randint(1080, 3000))
        moment = _EPOCH + timedelta(seconds=rng.randrange(_SPAN_S))
        time = WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        fields = {"place": rng.choice(_PLACES), "name": rng.choice(_NAMES)}
        marked = draw(room, style, time, fields, rng.randrange(1_000_000))
        yield Case(number, as_sent(marked, rng), style, legible(style, time))


def as_sent(picture: Pixels, rng: random.Random) -> Pixels:
    """As a messenger passes a picture on: shrunk to 1080-1920 pixels, softened, JPEG of quality 60-80."""
    small = _scaled(picture, min(max(picture.shape[:2]), rng.randint(1080, 1920)))
    if rng.random() < 0.3:
        small = np.asarray(cv2.GaussianBlur(small, (0, 0), rng.uniform(0.3, 0.8)), dtype=np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randint(60, 80)]
    _, data = cv2.imencode(".jpg", small[..., ::-1], quality)
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1])


def outcome(reading: WatermarkReading, truth: WallTime) -> str:
    """exact, coarser (right as far as it goes), ambiguous (truth among the alternatives), wrong or unread."""
    if reading.taken_at is None:
        return "ambiguous" if truth in reading.alternatives else "unread"
    if reading.taken_at == truth:
        return "exact"
    return "coarser" if truth.isoformat().startswith(reading.taken_at.isoformat()) else "wrong"


def _opened(path: Path) -> Pixels:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1]


def _scaled(picture: Pixels, long_side: int) -> Pixels:
    scale = long_side / max(picture.shape[:2])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), dtype=np.uint8)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Scores the watermark reader on drawn watermarks.")
    parser.add_argument("--rooms", type=Path, required=True, help="folder with JPEGs to draw on")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--styles", default=",".join(CHINESE_STYLES))
    parser.add_argument("--save", type=Path, help="folder for the pictures that were not read exactly")
    return parser.parse_args()


def main() -> None:
    arguments = _arguments()
    rooms = sorted(arguments.rooms.rglob("*.jpg"))
    reader = WatermarkReader()
    rows: dict[str, Counter[str]] = {}
    for case in cases(rooms, arguments.styles.split(","), arguments.count, arguments.seed):
        reading = reader.read(case.picture)
        result = outcome(reading, case.truth)
        rows.setdefault(case.style, Counter())[result] += 1
        if case.number % _REPORT_EVERY == _REPORT_EVERY - 1:
            print(json.dumps(dict(sum(rows.values(), Counter()))), flush=True)
        if result != "exact":
            said = reading.taken_at.isoformat() if reading.taken_at else reading.note
            print(f"{case.number} {case.style} {result}: {case.truth.isoformat()} read {said}", flush=True)
            if arguments.save:
                cv2.imwrite(str(arguments.save / f"{case.number}_{case.style}.png"), case.picture[..., ::-1])
    for style, counts in rows.items():
        print(f"{style:12}", dict(counts))
    print(json.dumps(dict(sum(rows.values(), Counter()))))


if __name__ == "__main__":
    main()
