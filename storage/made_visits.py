"""Made visits as stored evidence, to measure replays on: no picture was ever drawn for them.

    fill("sqlite:////tmp/visits.db", visits=10_000)

Each visit has what a real one keeps: nine files or ten, each with a dozen detections down to the detector's
floor, a read watermark with its fields, and the tags of a phone's camera; now and then a badge is hardly
seen, a clock is off, or a stage is missing.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from pipeline.evidence import (
    ClockSample,
    Detection,
    FieldKind,
    FrameEvidence,
    MediaEvidence,
    Metadata,
    RegionText,
    TextLine,
    VideoClock,
    WatermarkField,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.judging_inputs import VisitInputs
from pipeline.report import input_digest
from pipeline.rules import RuleSet
from pipeline.times import WallTime
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
from storage.codec import evidence_to_json, visit_digest
from storage.database import Database
from storage.results import ResultStore
from storage.tables import EvidenceRow

OBSERVER = "made-1"
_ZONE = ZoneInfo("Asia/Shanghai")
_FIRST_DAY = date(2026, 3, 2)
_VISITS_A_DAY = 400
_TEAMS = 40
_SERVICES = (ServiceType.REPAIR, ServiceType.METER_REPLACEMENT, ServiceType.CLEANING)
_STAGES = (
    (Stage.ARRIVAL, 45, ("person", "badge")),
    (Stage.ENTRY, 60, ("person", "badge", "shoe_cover", "shoe_cover", "tool_bag")),
    (Stage.BEFORE, 65, ("badge", "work_cloth", "tool", "tool", "tool", "gas_meter")),
    (Stage.DURING, 90, ("badge", "shoe_cover", "shoe_cover", "tool", "gas_meter")),
    (Stage.DURING, 95, ("person", "badge", "tool")),
    (Stage.AFTER, 120, ("badge", "gas_meter")),
    (Stage.CLEANUP, 130, ()),
    (Stage.ACCEPTANCE, 140, ("document",)),
)
"""Stage, minutes after eight, and what stands in the picture."""
_STAMP = BoundingBox(0.02, 0.82, 0.45, 0.97)
_TAGS = tuple((f"EXIF Tag{number:02d}", f"value {number * 37 % 1000} / 1000") for number in range(40))


def fill(url: str, visits: int, rules: Mapping[ServiceType, RuleSet], seed: int = 7) -> Iterator[int]:
    """Keep made visits with their reports in a database, and tell after each how many there are.

    Raises SettingsError for the URL, StorageError.
    """
    database, results = Database(url), ResultStore(url)
    try:
        for number in range(visits):
            inputs = made_visit(number, seed)
            _keep_evidence(database, inputs)
            rule_set = rules[inputs.visit.work_order.service_type]
            judged_at = datetime.combine(inputs.visit.day, datetime.min.time(), _ZONE) + timedelta(days=1)
            results.save_report(inputs.report(rule_set), _digest(inputs, rule_set), judged_at, inputs)
            yield number + 1
    finally:
        results.close()
        database.close()


def made_visit(number: int, seed: int) -> VisitInputs:
    """The visit of a number: the same for the same seed, whatever else is made."""
    dice = random.Random(f"{seed} {number}")
    day, visit_id = _FIRST_DAY + timedelta(days=number // _VISITS_A_DAY), f"MADE-{number:06d}"
    morning = datetime.combine(day, datetime.min.time(), _ZONE) + timedelta(hours=8)
    seen = dict(_files(visit_id, day, morning, dice))
    technician = number % (_TEAMS * 25)
    visit = Visit(
        visit_id,
        day,
        f"visits/{day}/{visit_id}/visit.json",
        WorkOrder(
            f"WO-{number}",
            _SERVICES[number % len(_SERVICES)],
            AppointmentWindow(morning + timedelta(hours=1), morning + timedelta(hours=2), _ZONE.key),
        ),
        Technician(f"技师{technician}", f"T{technician:04d}", f"第{technician % _TEAMS}班"),
        tuple(seen),
    )
    return VisitInputs(visit, {item.key: found for item, found in seen.items()}, {}, {}, seed, OBSERVER)


def _files(
    visit_id: str, day: date, morning: datetime, dice: random.Random
) -> Iterator[tuple[MediaItem, MediaEvidence]]:
    late = timedelta(minutes=dice.choice((0, 0, 0, 5, 20, 45)))
    for number, (stage, minutes, things) in enumerate(_STAGES):
        if dice.random() < 0.03:
            continue
        taken = morning + timedelta(minutes=minutes) + late
        key = f"visits/{day}/{visit_id}/{number}.jpg"
        item = MediaItem(
            key, MediaKind.PHOTO, stage, uploaded_at=taken + timedelta(minutes=dice.randrange(1, 90))
        )
        yield item, _photo(key, taken, things, dice)
    if dice.random() < 0.5:
        taken = morning + timedelta(minutes=92) + late
        key = f"visits/{day}/{visit_id}/video.mp4"
        item = MediaItem(key, MediaKind.VIDEO, Stage.DURING, uploaded_at=taken + timedelta(minutes=30))
        yield item, _video(key, taken, dice)


def _photo(key: str, taken: datetime, things: tuple[str, ...], dice: random.Random) -> MediaEvidence:
    detections = tuple(_detections(things, dice))
    badge = next((found.box for found in detections if found.label == "badge"), None)
    line = TextLine("工号 T0001", 0.9, _STAMP)
    texts = (RegionText("badge", badge, (line,)),) if badge is not None else ()
    off = timedelta(minutes=dice.choice((0,) * 30 + (10, 480)))
    return MediaEvidence(
        sha256=sha256(key.encode()).hexdigest(),
        kind=MediaKind.PHOTO,
        width_px=3000,
        height_px=4000,
        frames=(FrameEvidence(None, detections, _stamp(taken), texts),),
        metadata=Metadata(
            raw=_TAGS, exif_taken_at=_wall(taken + off), exif_utc_offset_minutes=480, make="Made"
        ),
        perceptual_hash=sha256(f"hash {key}".encode()).hexdigest()[:16],
        observer_digest=OBSERVER,
    )


def _video(key: str, taken: datetime, dice: random.Random) -> MediaEvidence:
    photo = _photo(key, taken, ("badge",), dice)
    samples = tuple(
        ClockSample(second + 0.1, _wall(taken + timedelta(seconds=second)), 0.95, 8.0) for second in range(20)
    )
    frames = tuple(replace(photo.frames[0], presentation_s=at_s) for at_s in (0.0, 10.0))
    clock = VideoClock(_STAMP, samples)
    return replace(photo, kind=MediaKind.VIDEO, frames=frames, duration_s=20.0, video_clock=clock)


def _detections(things: tuple[str, ...], dice: random.Random) -> Iterator[Detection]:
    """What is there, mostly seen surely, and as many again hardly."""
    for place, label in enumerate(things):
        left, sure = 0.05 + 0.13 * place, dice.betavariate(8, 2)
        yield Detection(label, round(sure, 4), BoundingBox(left, 0.4, left + 0.1, 0.7))
    for _ in range(6):
        left, top = dice.random() * 0.8, dice.random() * 0.8
        label = dice.choice(("badge", "tool", "shoe", "person", "document", "tool_bag"))
        yield Detection(
            label, round(dice.uniform(0.05, 0.35), 4), BoundingBox(left, top, left + 0.1, top + 0.1)
        )


def _stamp(taken: datetime) -> WatermarkReading:
    fields = (
        WatermarkField(FieldKind.PLACE, "地点: 上海市静安区", _STAMP, 0.9, label="地点"),
        WatermarkField(FieldKind.WEATHER, "天气: 晴", _STAMP, 0.9, label="天气"),
    )
    text = taken.strftime("%Y-%m-%d %H:%M:%S")
    return WatermarkReading(
        WatermarkStatus.READ, _wall(taken), raw_text=text, confidence=0.97, box=_STAMP, fields=fields
    )


def _wall(moment: datetime) -> WallTime:
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)


def _keep_evidence(database: Database, inputs: VisitInputs) -> None:
    rows = [
        {"sha256": found.sha256, "observer_digest": OBSERVER, "body": evidence_to_json(found)}
        for found in inputs.observations.values()
        if isinstance(found, MediaEvidence)
    ]
    with database.writing() as connection:
        connection.execute(insert(EvidenceRow), rows)


def _digest(inputs: VisitInputs, rules: RuleSet) -> str:
    return input_digest(
        visit_digest(inputs.visit), inputs.observed(), rules, {}, OBSERVER, inputs.spot_check_seed
    )
