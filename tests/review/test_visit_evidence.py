"""What was seen in a file, beside it on the visit's page: every kind of reading and of metadata at once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from pipeline.auditing import Role
from pipeline.evidence import (
    FieldKind,
    FrameEvidence,
    MediaEvidence,
    Metadata,
    WatermarkField,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.results import VisitReport
from pipeline.times import WallTime
from pipeline.visit import GeoPoint, MediaKind
from tests.review.serving import keep
from tests.review.site_parts import Town

BOX = BoundingBox(0.1, 0.7, 0.4, 0.8)
NINE = WallTime(2026, 3, 12, 9, 0)
TENTH = replace(NINE, month=12, day=3)
FIELDS = tuple(WatermarkField(kind, f"text of {kind.value}", BOX, 0.9) for kind in FieldKind)
READINGS = {
    "read": WatermarkReading(WatermarkStatus.READ, NINE, (), "2026-03-12 09:00", 0.97, BOX, fields=FIELDS),
    "ambiguous": WatermarkReading(WatermarkStatus.AMBIGUOUS, None, (NINE, TENTH), "12/3", 0.8, BOX),
    "unreadable": WatermarkReading(WatermarkStatus.UNREADABLE, raw_text="20?6", box=BOX, note="blurred"),
    "absent": WatermarkReading(WatermarkStatus.ABSENT),
}
MOMENT = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
METADATA = Metadata(
    raw=(("Image Make", "Kestrel <b>"), ("EXIF Long", "x" * 400)),
    exif_taken_at=NINE,
    exif_digitized_at=NINE,
    exif_modified_at=TENTH,
    gps_at=MOMENT,
    gps_point=GeoPoint(27.1043, 112.4021),
    container_created_at=MOMENT,
    make="Kestrel",
    model="K7",
    software="Editor 9",
    warnings=("a tag that is none",),
)


def observe(town: Town, report: VisitReport, reading: WatermarkReading) -> None:
    """Evidence with everything in it for each file of a report."""
    for number, entry in enumerate(report.timeline):
        sha256 = f"{number:064d}"
        video = entry.kind is MediaKind.VIDEO
        frame = FrameEvidence(1.0 if video else None, (), reading)
        digest = report.observer_digest
        seen = MediaEvidence(
            sha256, entry.kind, 1024, 768, (frame,), METADATA, "0" * 16, digest, 12.5 if video else None
        )
        town.site.results.evidence.put(seen)
        town.site.results.seen_objects.put(entry.media_key, "etag", digest, sha256)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", READINGS)
def test_readings_and_metadata_stand_beside_each_file(
    town: Town, report: VisitReport, name: str, language: str
) -> None:
    kept = keep(town, report, "V1", spot_check=False)
    observe(town, kept, READINGS[name])
    auditor: TestClient = town.browser_of(Role.AUDITOR)
    answer = auditor.get("/visits/V1", headers={"accept-language": language})
    assert answer.status_code == 200
    for shown in ("27.10430, 112.40210", "Kestrel K7", "Editor 9", "1024 × 768", "a tag that is none"):
        assert shown in answer.text
    assert "Kestrel <b>" not in answer.text
    assert READINGS[name].raw_text in answer.text
    assert all(field.text in answer.text for field in READINGS[name].fields)
