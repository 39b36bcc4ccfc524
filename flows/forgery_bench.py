"""Measures fields and forgery remarks on drawn watermark blocks: drawn, sent on, read, judged.

    python -m flows.forgery_bench [--rooms FOLDER] [--count 120] [--forged 30] [--seed 1] [--json]

Prints, with Wilson 95 % intervals: per kind of field how many of those printed were read right (recall) and
how many of those read were right (precision); how many consistent pictures got a remark, and were flagged;
per kind of forgery how many were found, and flagged. For calibration only: these pictures are our own.
"""

import argparse
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from models.fingerprints import perceptual_hash
from models.stamps import Content, Language, Stamped, made_content, stamp
from models.stamps.content import made_code
from models.stamps.generator import CAMERA_STYLES, ground_of, pictures_below
from models.stamps.messenger import as_sent
from models.stamps.styles import STYLES
from models.watermark_reader import WatermarkReader
from pipeline.checks.judging import judge
from pipeline.datums import bd09_of, gcj02_of
from pipeline.evidence import FieldKind, FrameEvidence, MediaEvidence, Metadata, WatermarkReading
from pipeline.report import view_media
from pipeline.results import CheckResult
from pipeline.rules import RuleSet
from pipeline.shares import wilson
from pipeline.times import WallTime
from pipeline.visit import (
    AppointmentWindow,
    GeoPoint,
    MediaItem,
    MediaKind,
    ServiceType,
    Stage,
    Technician,
    Visit,
    WorkOrder,
)
from pipeline.watermark.coordinates import find_angles, position
from storage.rule_files import load_rule_sets

_TIME = WallTime(2026, 5, 12, 14, 35, 7)  # a Tuesday
_WINDOW = AppointmentWindow(
    datetime(2026, 5, 12, 6, tzinfo=UTC), datetime(2026, 5, 12, 8, tzinfo=UTC), "Asia/Shanghai"
)
_OTHER_NAMES = {Language.ZH_HANS: "孙悦然", Language.ZH_HANT: "孫悅然", Language.EN: "Peter Novak"}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What a visit's order says, and the pictures of it that were drawn."""

    site: GeoPoint
    technician: str
    pictures: tuple[Stamped, ...]


@dataclass(frozen=True, slots=True)
class Forgery:
    """How to forge: content that tells a lie, a weekday that is off, and how many pictures bear it."""

    kind: str
    needs: FieldKind
    change: Callable[[Content, random.Random, Language], Content] = lambda content, _rng, _language: content
    weekday_days_off: int = 0
    pictures: int = 1


def _elsewhere(content: Content, rng: random.Random, _language: Language) -> Content:
    """Some kilometres away, in a direction of its own."""
    point = content.point or GeoPoint(0, 0)
    north, east = (rng.choice((-1, 1)) * rng.uniform(0.02, 0.4) for _ in range(2))
    return replace(content, point=GeoPoint(point.latitude_deg + north, point.longitude_deg + east))


def _another_name(content: Content, _rng: random.Random, language: Language) -> Content:
    return replace(content, name=_OTHER_NAMES[language])


FORGERIES = (
    Forgery("stamp_weekday", FieldKind.WEEKDAY, weekday_days_off=3),
    Forgery("stamp_place", FieldKind.COORDINATES, _elsewhere),
    Forgery("stamp_name", FieldKind.NAME, _another_name),
    Forgery("code_reused", FieldKind.CODE, pictures=2),
)


def case(
    rooms: Sequence[Path], seed: int, number: int, forgery: Forgery | None = None, tries: int = 40
) -> Case:
    """One visit's pictures; a forged one prints the field that the forgery is about."""
    for attempt in range(tries):
        rng = random.Random(f"{seed}/{forgery.kind if forgery else ''}/{number}/{attempt}")
        made = _drawn(rooms, rng, number, forgery)
        printed = {field.kind for field in made.pictures[0].fields}
        if forgery is None or forgery.needs in printed:
            return made
    raise ValueError(f"no style printed {forgery.needs if forgery else ''} in {tries} tries")


def _drawn(rooms: Sequence[Path], rng: random.Random, number: int, forgery: Forgery | None) -> Case:
    style = rng.choice(CAMERA_STYLES) if forgery else CAMERA_STYLES[number % len(CAMERA_STYLES)]
    language = STYLES[style].languages[0]
    honest = made_content(rng, language, 1.0 if forgery else 0.75)
    site, name = honest.point or GeoPoint(31.2, 121.5), honest.name or "李四"
    printed = rng.choice((site, gcj02_of(site), bd09_of(gcj02_of(site))))
    content = replace(honest, point=printed if honest.point else None)
    pictures = []
    for _ in range(forgery.pictures if forgery else 1):
        told = forgery.change(content, rng, language) if forgery else replace(content, code=made_code(rng))
        ground, off = (
            ground_of(rooms, rng, rng.randint(1440, 3000)),
            forgery.weekday_days_off if forgery else 0,
        )
        marked = stamp(ground, style, _TIME, told, rng.randrange(1 << 30), language, weekday_days_off=off)
        pictures.append(replace(marked, pixels=as_sent(marked.pixels, rng)))
    return Case(site, name, tuple(pictures))


def judged(made: Case, readings: Sequence[WatermarkReading], rules: RuleSet) -> CheckResult:
    """`authentic.media` of a visit with these pictures."""
    seen = []
    for index, (picture, reading) in enumerate(zip(made.pictures, readings, strict=True)):
        frame = FrameEvidence(None, (), reading)
        item = MediaItem(f"{index}.jpg", MediaKind.PHOTO, Stage.BEFORE, uploaded_at=_WINDOW.end)
        height, width = picture.pixels.shape[:2]
        looks = perceptual_hash(picture.pixels)
        evidence = MediaEvidence(
            f"{index}" * 64, MediaKind.PHOTO, width, height, (frame,), Metadata(), looks, "bench"
        )
        seen.append((item, evidence))
    order = WorkOrder("1", ServiceType.REPAIR, _WINDOW, made.site)
    technician, media = Technician(made.technician, "1"), tuple(item for item, _ in seen)
    visit = Visit("V", date(2026, 5, 12), "V/visit.json", order, technician, media)
    results = judge(visit, view_media(visit, seen, rules), rules, {})
    return next(result for result in results if result.item_id == "authentic.media")


def field_counts(marked: Stamped, reading: WatermarkReading) -> Iterator[tuple[FieldKind, str]]:
    """(kind, "printed" | "read" | "right") for each field that was printed, read, and read right."""
    printed = {field.kind: field.text for field in marked.fields}
    read = {field.kind: field for field in reading.fields}
    yield from ((kind, "printed") for kind in printed)
    yield from ((kind, "read") for kind in read)
    for kind, field in read.items():
        if kind in printed and _same(kind, printed[kind], field.text):
            yield kind, "right"


def _same(kind: FieldKind, printed: str, read: str) -> bool:
    if kind is FieldKind.COORDINATES:
        return position(find_angles(printed)) == position(find_angles(read))
    return _plain(printed) == _plain(read)


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def share(found: int, of: int) -> str:
    """`12/30 = 0.40 [0.25, 0.58]`, a Wilson interval."""
    if not of:
        return "0/0"
    low, high = wilson(found / of, of)
    return f"{found}/{of} = {found / of:.3f} [{low:.3f}, {high:.3f}]"


def measure_consistent(
    rooms: Sequence[Path], seed: int, count: int, reader: WatermarkReader, rules: RuleSet
) -> dict[str, str]:
    counts: Counter[tuple[FieldKind, str]] = Counter()
    remarked: Counter[str] = Counter()
    flagged = 0
    for number in range(count):
        made = case(rooms, seed, number)
        reading = reader.read(made.pictures[0].pixels)
        counts.update(field_counts(made.pictures[0], reading))
        result = judged(made, [reading], rules)
        remarked.update({remark.kind for remark in result.remarks})
        flagged += result.doubt
    lines = _field_lines(counts)
    lines["consistent: flagged"] = share(flagged, count)
    return lines | {f"consistent: {kind}": share(found, count) for kind, found in remarked.items()}


def _field_lines(counts: Mapping[tuple[FieldKind, str], int]) -> dict[str, str]:
    lines = {}
    for kind in FieldKind:
        printed, read, right = (counts.get((kind, name), 0) for name in ("printed", "read", "right"))
        lines[f"field {kind.value}: recall"] = share(right, printed)
        lines[f"field {kind.value}: precision"] = share(right, read)
    return lines


def measure_forged(
    rooms: Sequence[Path], seed: int, count: int, reader: WatermarkReader, rules: RuleSet
) -> dict[str, str]:
    lines = {}
    for forgery in FORGERIES:
        found = flagged = 0
        for number in range(count):
            made = case(rooms, seed, number, forgery)
            result = judged(made, [reader.read(picture.pixels) for picture in made.pictures], rules)
            found += forgery.kind in {remark.kind for remark in result.remarks}
            flagged += result.doubt
        lines[f"forged {forgery.kind}: found"] = share(found, count)
        lines[f"forged {forgery.kind}: flagged"] = share(flagged, count)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores fields and forgery remarks on drawn watermarks.")
    parser.add_argument("--rooms", type=Path, help="folder with JPEGs to draw on; made grounds without one")
    parser.add_argument("--count", type=int, default=120, help="consistent pictures")
    parser.add_argument("--forged", type=int, default=30, help="visits of each forgery")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rooms, reader = pictures_below(arguments.rooms), WatermarkReader()
    rules = load_rule_sets()[ServiceType.REPAIR]
    for measure, count in ((measure_consistent, arguments.count), (measure_forged, arguments.forged)):
        lines = measure(rooms, arguments.seed, count, reader, rules)
        if arguments.json:
            print(json.dumps(lines), flush=True)
        else:
            print("\n".join(f"{name:32} {value}" for name, value in lines.items()), flush=True)


if __name__ == "__main__":
    main()
