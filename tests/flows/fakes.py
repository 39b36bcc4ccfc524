"""An observer that sees what the test wants, and small visits for it: bytes stand for pictures."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evidence import (
    FailureReason,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Metadata,
    Observation,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.ports import ObjectStore
from pipeline.visit import MediaItem
from storage.upload import upload_visit

DAY = "2026-05-12"


@dataclass
class FakeObserver:
    """Fits `pipeline.ports.MediaObserver`: sees a plain picture in any bytes but those that say BROKEN.

    diary: a line per observed file, written through at once, so that it outlives a kill.
    before_each: called with each file's key before it is looked at.
    """

    diary: Path
    digest: str = "fake-1"
    before_each: Callable[[str], None] = lambda _: None

    def observe(self, items: Sequence[tuple[MediaItem, Path]]) -> list[Observation]:
        return [self._observe_one(item, path) for item, path in items]

    def _observe_one(self, item: MediaItem, path: Path) -> Observation:
        self.before_each(item.key)
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        with self.diary.open("a") as diary:
            diary.write(f"{sha256} {item.key}\n")
            diary.flush()
            os.fsync(diary.fileno())
        if b"BROKEN" in data:
            return MediaFailure(item.key, FailureReason.TRUNCATED, "ends too early; upload it again")
        watermark = WatermarkReading(WatermarkStatus.ABSENT)
        return MediaEvidence(
            sha256=sha256,
            kind=item.kind,
            width_px=640,
            height_px=480,
            frames=(FrameEvidence(None, (), watermark),),
            metadata=Metadata(),
            perceptual_hash=sha256[:16],
            observer_digest=self.digest,
        )

    def observed(self) -> list[str]:
        """The sha256 of each file that was looked at, in order."""
        if not self.diary.is_file():
            return []
        return [line.split()[0] for line in self.diary.read_text().splitlines()]


def manifest(visit_id: str, names: Iterable[str], day: str = DAY, **changes: Any) -> dict[str, Any]:
    """visit.json of a cleaning visit in the morning of `day`."""
    window = {"start": f"{day}T09:00:00", "end": f"{day}T10:00:00", "zone": "Asia/Shanghai"}
    return {
        "schema_version": 1,
        "visit_id": visit_id,
        "work_order": {"number": f"WO-{visit_id}", "service_type": "cleaning", "window": window},
        "technician": {"name": "王小明", "number": "A1027"},
        "media": [
            {"key": name, "kind": "video" if name.endswith((".mp4", ".mov")) else "photo", "stage": "arrival"}
            for name in names
        ],
        **changes,
    }


def write_visit(root: Path, visit_id: str, files: Mapping[str, bytes], **changes: Any) -> Path:
    """A visit's folder below `root`, with visit.json and its media."""
    folder = root / visit_id
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "visit.json").write_text(json.dumps(manifest(visit_id, files, **changes)))
    return folder


def upload_small_visits(store: ObjectStore, root: Path, count: int, photos: int = 2) -> list[str]:
    """Visits V-00, V-01, … with photos of their own; their ids."""
    ids = [f"V-{number:02d}" for number in range(count)]
    for visit_id in ids:
        files = {f"{index}.jpg": f"{visit_id} {index}".encode() for index in range(photos)}
        upload_visit(store, write_visit(root, visit_id, files))
    return ids
