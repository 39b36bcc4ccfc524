"""The lines of `read-time` and `detect`: a contract with programs outside."""

from pathlib import Path

import pytest

from flows.lines import detection_line, exif_json, kind_of_file, time_line, watermark_json
from pipeline.evidence import (
    Detection,
    FailureReason,
    FieldKind,
    MediaFailure,
    Metadata,
    WatermarkField,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.visit import MediaKind

FILE = Path("a.jpg")
BOX = BoundingBox(0.1, 0.2, 0.3, 0.4)


@pytest.mark.parametrize(
    ("iso", "precision"),
    [("2024-05-12", "date"), ("2024-05-12T14:35", "minute"), ("2024-05-12T14:35:07", "second")],
)
def test_a_read_time_is_as_long_as_its_precision(iso: str, precision: str) -> None:
    reading = WatermarkReading(WatermarkStatus.READ, WallTime.from_iso(iso), (), "raw", 0.98765, BOX)
    assert watermark_json(reading) == {
        "taken_at": iso,
        "precision": precision,
        "raw_text": "raw",
        "confidence": 0.9877,
        "box": [0.1, 0.2, 0.3, 0.4],
        "alternatives": [],
        "fields": [],
    }


def test_fields_of_the_block() -> None:
    fields = (
        WatermarkField(FieldKind.COORDINATES, "N23.5 E113.5", BOX, 0.98765, "23.500000,113.500000", "GPS"),
        WatermarkField(FieldKind.PLACE, "人民广场", BOX, 0.9),
    )
    reading = WatermarkReading(
        WatermarkStatus.READ, WallTime.from_iso("2024-05-12"), (), "raw", 0.9, BOX, fields=fields
    )
    said = watermark_json(reading)
    assert said is not None
    first, second = said["fields"]
    assert first == {
        "kind": "coordinates",
        "text": "N23.5 E113.5",
        "value": "23.500000,113.500000",
        "label": "GPS",
        "confidence": 0.9877,
        "box": [0.1, 0.2, 0.3, 0.4],
    }
    assert (second["kind"], second["value"], second["label"]) == ("place", None, None)


def test_an_ambiguous_time_is_no_time_but_keeps_its_candidates() -> None:
    candidates = (WallTime.from_iso("2024-05-12"), WallTime.from_iso("2024-12-05"))
    said = watermark_json(
        WatermarkReading(WatermarkStatus.AMBIGUOUS, None, candidates, "05/12/2024", 0.9, BOX)
    )
    assert said is not None
    assert (said["taken_at"], said["precision"]) == (None, "date")
    assert said["alternatives"] == ["2024-05-12", "2024-12-05"]


@pytest.mark.parametrize("status", [WatermarkStatus.ABSENT, WatermarkStatus.UNREADABLE])
def test_no_legible_time_is_null(status: WatermarkStatus) -> None:
    assert watermark_json(WatermarkReading(status, raw_text="20?4")) is None


def test_exif_without_a_time_of_taking_is_null() -> None:
    assert exif_json(Metadata(make="Acme")) is None


def test_exif_with_a_time() -> None:
    metadata = Metadata(exif_taken_at=WallTime.from_iso("2024-05-12T14:35:07"), exif_utc_offset_minutes=480)
    said = exif_json(metadata)
    assert said is not None
    assert (said["taken_at"], said["utc_offset_minutes"]) == ("2024-05-12T14:35:07", 480)


def test_a_file_that_could_not_be_looked_at_has_a_failure_and_nothing_else() -> None:
    failure = MediaFailure("a.jpg", FailureReason.TRUNCATED, "upload the original again")
    said = {"reason": "truncated", "detail": "upload the original again"}
    assert time_line(FILE, None, None, failure) == {
        "file": "a.jpg",
        "watermark": None,
        "exif": None,
        "failure": said,
    }
    assert detection_line(FILE, None, (), failure) == {
        "file": "a.jpg",
        "width": None,
        "height": None,
        "detections": [],
        "failure": said,
    }


def test_detections_have_relative_boxes() -> None:
    said = detection_line(FILE, (640, 480), (Detection("badge", 0.5, BOX),), None)
    assert (said["width"], said["height"], said["failure"]) == (640, 480, None)
    assert said["detections"] == [{"label": "badge", "confidence": 0.5, "box": [0.1, 0.2, 0.3, 0.4]}]


def test_the_content_says_what_a_file_is(tmp_path: Path) -> None:
    misnamed = tmp_path / "video.jpg"
    misnamed.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(40))
    assert kind_of_file(misnamed) is MediaKind.VIDEO


@pytest.mark.parametrize("name", ["nowhere.jpg", "."])
def test_what_is_no_file_is_a_failure_that_says_so(tmp_path: Path, name: str) -> None:
    said = kind_of_file(tmp_path / name)
    assert isinstance(said, MediaFailure)
    assert said.reason is FailureReason.NOT_FOUND
