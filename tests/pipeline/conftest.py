"""Builders of visits and of what was seen: each test says only what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from pipeline.checks.judging import judge
from pipeline.evidence import (
    ClockSample,
    Detection,
    FailureReason,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Metadata,
    Observation,
    RegionText,
    TextLine,
    VideoClock,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.fingerprint import MediaUse
from pipeline.geometry import BoundingBox
from pipeline.report import build_report, view_media
from pipeline.results import CheckResult, VisitReport
from pipeline.rules import RuleSet
from pipeline.stamp_codes import CodeUse
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
from storage.rule_files import load_rule_sets

ZONE = ZoneInfo("Asia/Shanghai")
DAY = "2026-05-12"
STAMP_BOX = BoundingBox(0.02, 0.9, 0.4, 0.97)
Seen = tuple[MediaItem, Observation]


def local(clock: str) -> datetime:
    """`08:50` on the day of the visit, or a whole `2026-05-11T08:50`, where the visit takes place."""
    return datetime.fromisoformat(clock if "T" in clock else f"{DAY}T{clock}").replace(tzinfo=ZONE)


def box(label: str, confidence: float, *corners: float) -> Detection:
    return Detection(label, confidence, BoundingBox(*(corners or (0.4, 0.4, 0.6, 0.6))))


def stamp(clock: str | None) -> WatermarkReading:
    """`08:50:10` a read stamp; None no stamp; `?` one that is not legible; `a|b` an ambiguous one."""
    if clock is None:
        return WatermarkReading(WatermarkStatus.ABSENT)
    if clock == "?":
        return WatermarkReading(WatermarkStatus.UNREADABLE, box=STAMP_BOX)
    walls = tuple(WallTime.from_iso(c if "-" in c else f"{DAY}T{c}") for c in clock.split("|"))
    if len(walls) > 1:
        return WatermarkReading(WatermarkStatus.AMBIGUOUS, alternatives=walls, confidence=0.99, box=STAMP_BOX)
    return WatermarkReading(WatermarkStatus.READ, walls[0], confidence=0.99, box=STAMP_BOX)


def _hash_of(name: str) -> str:
    """Unlike those of other names: the perceptual hash of a picture of its own."""
    return sha256(name.encode()).hexdigest()[:16]


def photo(
    name: str,
    stage: str | None,
    clock: str | None = None,
    *boxes: Detection,
    badge_text: Sequence[tuple[str, float]] | None = None,
    uploaded: str | None = "20:00",
    **evidence: object,
) -> Seen:
    """A photo at a stage with a stamp (see `stamp`) and detections."""
    badges = [d.box for d in boxes if d.label == "badge"]
    where = badges[0] if badges else BoundingBox(0.4, 0.4, 0.5, 0.5)
    lines = tuple(TextLine(text, sure, BoundingBox(0, 0, 1, 1)) for text, sure in badge_text or ())
    texts = () if badge_text is None else (RegionText("badge", where, lines),)
    frame = FrameEvidence(None, tuple(boxes), stamp(clock), texts)
    return _item(name, MediaKind.PHOTO, stage, uploaded), _evidence(name, MediaKind.PHOTO, (frame,), evidence)


def video(
    name: str, stage: str | None, readings: Sequence[tuple[float, str | None]], **evidence: object
) -> Seen:
    """A video with a stamp at each of these seconds, and its clock followed through them."""
    frames = tuple(FrameEvidence(at_s, (), stamp(clock)) for at_s, clock in readings)
    samples = tuple(
        ClockSample(frame.presentation_s, frame.watermark.taken_at, frame.watermark.confidence)
        for frame in sorted(frames, key=lambda frame: frame.presentation_s)
    )
    plain = {
        "duration_s": max((at_s for at_s, _ in readings), default=1.0),
        "video_clock": VideoClock(STAMP_BOX, samples) if samples else None,
    }
    evidence = {**plain, **evidence}
    return _item(name, MediaKind.VIDEO, stage, "20:00"), _evidence(name, MediaKind.VIDEO, frames, evidence)


def damaged(name: str, stage: str | None, kind: MediaKind = MediaKind.PHOTO) -> Seen:
    item = _item(name, kind, stage, "20:00")
    return item, MediaFailure(item.key, FailureReason.TRUNCATED, "the file ends too early: upload it again")


def _item(name: str, kind: MediaKind, stage: str | None, uploaded: str | None) -> MediaItem:
    key = f"visits/{DAY}/V-1/{name}"
    at = local(uploaded) if uploaded else None
    return MediaItem(key, kind, Stage(stage) if stage else None, uploaded_at=at)


def _evidence(
    name: str, kind: MediaKind, frames: tuple[FrameEvidence, ...], changes: Mapping[str, object]
) -> MediaEvidence:
    plain = MediaEvidence(
        sha256=sha256(name.encode()).hexdigest(),
        kind=kind,
        width_px=1600,
        height_px=1200,
        frames=frames,
        metadata=Metadata(),
        perceptual_hash=_hash_of(name),
        observer_digest="observer-1",
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Bench:
    """Judges observations by the shipped rule sets."""

    rule_sets: Mapping[ServiceType, RuleSet]

    def rules(self, service: str, proven: Sequence[str] = (), **params: float) -> RuleSet:
        """A shipped rule set; `proven` items lose their `unproven`, and `params` go into these items."""
        shipped = self.rule_sets[ServiceType(service)]
        items = tuple(
            replace(item, unproven=False, params={**item.params, **params})
            if item.item_id in proven
            else item
            for item in shipped.items
        )
        return replace(shipped, items=items)

    def visit(self, service: str, seen: Sequence[Seen], **changes: object) -> Visit:
        window = AppointmentWindow(local("09:00"), local("11:00"), "Asia/Shanghai")
        order_changes = {key: changes.pop(key) for key in ("delay_announced_at",) if key in changes}
        order = WorkOrder("WO-1", ServiceType(service), changes.pop("window", window), **order_changes)
        media = tuple(item for item, _ in seen)
        plain = Visit(
            "V-1",
            date.fromisoformat(DAY),
            f"visits/{DAY}/V-1/visit.json",
            order,
            Technician("王小明", "A10234"),
            media,
        )
        return replace(plain, **changes)

    def check(
        self,
        item_id: str,
        *seen: Seen,
        service: str = "meter_replacement",
        proven: bool = True,
        params: Mapping[str, float] | None = None,
        uses: Mapping[str, tuple[MediaUse, ...]] | None = None,
        codes: Mapping[str, tuple[CodeUse, ...]] | None = None,
        rules: RuleSet | None = None,
        **changes: object,
    ) -> CheckResult:
        """The result of one item, by default as if its detector were proven."""
        rules = rules or self.rules(service, [item_id] if proven else [], **(params or {}))
        visit = self.visit(service, seen, **changes)
        results = judge(visit, view_media(visit, seen, rules), rules, uses or {}, codes)
        return next(result for result in results if result.item_id == item_id)

    def report(
        self,
        *seen: Seen,
        service: str = "meter_replacement",
        rules: RuleSet | None = None,
        seed: int = 7,
        **changes: object,
    ) -> VisitReport:
        rules = rules or self.rules(service)
        return build_report(self.visit(service, seen, **changes), seen, rules, {}, seed, "observer-1")


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench(load_rule_sets())


def use(visit_id: str, name: str, sha: str, hash_hex: str, days_ago: int = 30) -> MediaUse:
    """An earlier use of a picture in another visit."""
    return MediaUse(
        visit_id, f"visits/x/{visit_id}/{name}", sha, hash_hex, local("09:00") - timedelta(days=days_ago)
    )


@pytest.fixture(scope="session")
def build() -> "type[Build]":
    return Build


class Build:
    """The builders under short names, for tests to ask for as the fixture `build`."""

    local = staticmethod(local)
    box = staticmethod(box)
    stamp = staticmethod(stamp)
    photo = staticmethod(photo)
    video = staticmethod(video)
    damaged = staticmethod(damaged)
    use = staticmethod(use)
