"""Builds the sample visits: one folder each, with visit.json and its photos and videos."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from models.samples.files import PhotoTags, moving, photo_bytes, write_video
from models.samples.plan import PLAN_FILE, SCENES_FOLDER, MediaPlan, ReusedPlan, VisitPlan, load_plan
from models.samples.scenes import Scenes
from models.stamps import draw, legible
from pipeline.ports import Pixels
from pipeline.results import Leaning, Outcome
from pipeline.rules import Grade
from pipeline.times import WallTime
from pipeline.visit import ExemptionKind, GeoPoint, MediaKind

DEFAULT_DAY = date(2026, 3, 12)
ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class SampleVisit:
    """A visit on disk, and the truth about it.

    folder: holds visit.json and its media.
    shows: what it is a sample of, in words.
    expected: item id -> the outcomes that tell the truth; items that are not named may be anything.
    leanings: item id -> the way in which it leans, should a person be asked to confirm it.
    grades: the grades that are right. flagged: None where either is.
    stamps: media key -> the time that its watermark shows, to the legible precision (at a video's start);
        files without a watermark are not named.
    """

    visit_id: str
    folder: Path
    shows: str
    expected: Mapping[str, frozenset[Outcome]]
    leanings: Mapping[str, Leaning]
    grades: frozenset[Grade]
    flagged: bool | None
    stamps: Mapping[str, WallTime]


def build_sample_visits(
    folder: Path,
    seed: int,
    *,
    day: date = DEFAULT_DAY,
    plan: Path = PLAN_FILE,
    scenes: Path = SCENES_FOLDER,
) -> tuple[SampleVisit, ...]:
    """Write the planned visits as `folder/<visit_id>/` and tell the truth about them.

    The same seed and day write the same bytes, whatever was there before. Raises SettingsError where plan
    or scenes are missing or contradict each other.
    """
    visits, pictures = load_plan(plan), Scenes(scenes)
    return tuple(_Builder(visit, day, seed, pictures, folder).build() for visit in visits)


@dataclass(frozen=True, slots=True)
class _Builder:
    visit: VisitPlan
    day: date
    seed: int
    scenes: Scenes
    root: Path

    def build(self) -> SampleVisit:
        folder = self.root / self.visit.visit_id
        for media in self.visit.media:
            path = folder / media.file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(media, path)
        text = json.dumps(self._manifest(), ensure_ascii=False, indent=2)
        (folder / "visit.json").write_text(text + "\n", encoding="utf-8")
        expected = self.visit.expected
        return SampleVisit(
            visit_id=self.visit.visit_id,
            folder=folder,
            shows=self.visit.shows,
            expected={item_id: frozenset(outcomes) for item_id, outcomes in expected.items.items()},
            leanings=dict(expected.leanings),
            grades=frozenset(expected.grades),
            flagged=expected.flagged,
            stamps=dict(self._stamps()),
        )

    def _write(self, media: MediaPlan | ReusedPlan, path: Path) -> None:
        if isinstance(media, ReusedPlan):
            path.write_bytes((self.root / media.reused_from / media.reused_file).read_bytes())
        elif media.kind is MediaKind.VIDEO:
            scenes = [self.scenes.pixels(name) for name in media.scenes]
            frames = (self._stamped(media, pixels, second) for second, pixels in moving(scenes))
            write_video(path, frames, self._taken_at(media))
        else:
            data = photo_bytes(self._stamped(media, self.scenes.pixels(media.scenes[0])), self._tags(media))
            path.write_bytes(data[: int(len(data) * media.cut_to_share)] if media.cut_to_share else data)

    def _stamped(self, media: MediaPlan, pixels: Pixels, second: float = 0.0) -> Pixels:
        """The picture with its watermark; a camera's layout stays, so the seed is the visit's."""
        if media.stamp is None:
            return pixels
        visit = self.visit
        fields = {"place": visit.place, "name": visit.technician}
        if media.stamp == "timestamp":
            fields["coordinates"] = f"{visit.latitude:.4f},{visit.longitude:.4f}"
        seed = crc32(f"{self.seed} {visit.visit_id}".encode())
        return draw(
            pixels, media.stamp, _wall(self._burned_in(media) + timedelta(seconds=second)), fields, seed
        )

    def _stamps(self) -> Iterator[tuple[str, WallTime]]:
        for media in self.visit.media:
            if isinstance(media, MediaPlan) and media.stamp is not None:
                yield media.file, legible(media.stamp, _wall(self._burned_in(media)))

    def _tags(self, media: MediaPlan) -> PhotoTags | None:
        if not media.exif:
            return None
        place = GeoPoint(self.visit.latitude, self.visit.longitude) if media.gps else None
        return PhotoTags(self.visit.camera.make, self.visit.camera.model, self._taken_at(media), place)

    def _burned_in(self, media: MediaPlan) -> datetime:
        return self._taken_at(media) + timedelta(days=media.stamp_days)

    def _taken_at(self, media: MediaPlan | ReusedPlan) -> datetime:
        days = media.day if isinstance(media, MediaPlan) else 0
        return self._moment(media.at) + timedelta(days=days)

    def _moment(self, clock: time) -> datetime:
        return datetime.combine(self.day, clock, ZoneInfo(ZONE))

    def _manifest(self) -> dict[str, Any]:
        visit = self.visit
        start, end = (self._moment(clock).isoformat() for clock in visit.window)
        manifest: dict[str, Any] = {
            "schema_version": 1,
            "visit_id": visit.visit_id,
            "work_order": {
                "number": visit.order,
                "service_type": visit.service_type.value,
                "window": {"start": start, "end": end, "zone": ZONE},
                "location": {"latitude": visit.latitude, "longitude": visit.longitude},
                "city": visit.city,
            },
            "technician": {"name": visit.technician, "number": visit.number, "team": visit.team},
            "media": [self._listed(media) for media in visit.media],
        }
        if visit.refusal is not None:
            manifest["exemptions"] = [
                {
                    "kind": ExemptionKind.REFUSED_FILMING.value,
                    "recorded_by": visit.refusal.recorded_by,
                    "recorded_at": self._moment(visit.refusal.at).isoformat(),
                }
            ]
        return manifest

    def _listed(self, media: MediaPlan | ReusedPlan) -> dict[str, Any]:
        uploaded_at = self._taken_at(media) + timedelta(minutes=media.uploaded_after_min)
        kind = MediaKind.PHOTO if isinstance(media, ReusedPlan) else media.kind
        entry: dict[str, Any] = {"key": media.file, "kind": kind.value}
        if media.stage is not None:
            entry["stage"] = media.stage.value
        return {**entry, "uploaded_at": uploaded_at.isoformat(timespec="seconds")}


def _wall(moment: datetime) -> WallTime:
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
