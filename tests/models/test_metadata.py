"""Metadata: parsed where it means something, None and a warning where it doesn't, and never a crash."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from models.metadata import read_metadata
from models.metadata_notes import Notes
from models.xmp_tags import read_xmp
from pipeline.evidence import Metadata
from pipeline.times import StatedTime, WallTime
from pipeline.visit import GeoPoint, MediaKind

VideoWriter = Callable[..., Path]
TAKEN = "2024:05:12 14:35:07"
LATITUDE, LONGITUDE = (31.0, 14.0, 24.5), (121.0, 28.0, 30.0)


def exif_of(
    main: dict[int, object] | None = None,
    details: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
) -> Image.Exif:
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(IFD.Exif).update(details or {})
    exif.get_ifd(IFD.GPSInfo).update(gps or {})
    return exif


def photo_with(path: Path, exif: Image.Exif, form: str = "JPEG") -> Metadata:
    Image.new("RGB", (32, 16), "grey").save(path, form, exif=exif)
    return read_metadata(path, MediaKind.PHOTO)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_times_place_and_camera(form: str, tmp_path: Path) -> None:
    exif = exif_of(
        {
            Base.Make: "Huawei ",
            Base.Model: "P60",
            Base.Software: "相机 1.2",
            Base.DateTime: "2024:05:13 01:02:03",
        },
        {Base.DateTimeOriginal: TAKEN, Base.SubsecTimeOriginal: "123", Base.OffsetTimeOriginal: "+08:00"},
        {
            GPS.GPSDateStamp: "2024:05:12",
            GPS.GPSTimeStamp: (6.0, 35.0, 7.9),
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: LATITUDE,
            GPS.GPSLongitudeRef: "W",
            GPS.GPSLongitude: LONGITUDE,
        },
    )

    metadata = photo_with(tmp_path / "photo", exif, form)

    assert metadata.exif_taken_at == WallTime(2024, 5, 12, 14, 35, 7)
    assert metadata.exif_modified_at == WallTime(2024, 5, 13, 1, 2, 3)
    assert metadata.exif_digitized_at is None
    assert metadata.exif_utc_offset_minutes == 480
    assert metadata.gps_at == datetime(2024, 5, 12, 6, 35, 7, tzinfo=UTC)
    assert metadata.gps_point == GeoPoint(31.240139, -121.475)
    assert (metadata.make, metadata.model) == ("Huawei", "P60")
    assert metadata.warnings == ()
    assert dict(metadata.raw)["EXIF SubSecTimeOriginal"] == "123"
    assert dict(metadata.raw)["EXIF DateTimeOriginal"] == TAKEN


def test_photo_without_exif_says_nothing_and_warns_of_nothing(tmp_path: Path) -> None:
    assert photo_with(tmp_path / "photo.jpg", Image.Exif()) == Metadata()


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (TAKEN, WallTime(2024, 5, 12, 14, 35, 7)),
        ("2024-05-12T14:35:07", WallTime(2024, 5, 12, 14, 35, 7)),
        ("2024/05/12 14:35", WallTime(2024, 5, 12, 14, 35)),
        ("2024:02:29 00:00:00", WallTime(2024, 2, 29, 0, 0, 0)),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2024:05:12 24:00:00", None),
        ("2024:05:12 14:35:60", None),
        ("2023:02:29 12:00:00", None),
        ("2024:13:01 12:00:00", None),
        ("yesterday", None),
        ("2024:05:12", None),
    ],
)
def test_exif_times(text: str, taken: WallTime | None, tmp_path: Path) -> None:
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(details={Base.DateTimeOriginal: text}))
    assert metadata.exif_taken_at == taken
    assert bool(metadata.warnings) == (taken is None)


@pytest.mark.parametrize("text", ["", "   ", "\0\0\0"])
def test_blank_time_is_no_time_and_no_warning(text: str, tmp_path: Path) -> None:
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(details={Base.DateTimeOriginal: text}))
    assert metadata.exif_taken_at is None
    assert metadata.warnings == ()


@pytest.mark.parametrize(
    ("tags", "minutes"),
    [
        ({Base.OffsetTimeOriginal: "+08:00"}, 480),
        ({Base.OffsetTimeOriginal: "-03:30"}, -210),
        ({Base.OffsetTimeOriginal: "Z"}, 0),
        ({Base.OffsetTimeDigitized: "+05:45"}, 345),
        ({Base.OffsetTimeOriginal: "+28:00"}, None),
        ({Base.OffsetTimeOriginal: "   :  "}, None),
        ({}, None),
    ],
)
def test_zone_is_measured_or_absent(tags: dict[int, object], minutes: int | None, tmp_path: Path) -> None:
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(details={Base.DateTimeOriginal: TAKEN, **tags}))
    assert metadata.exif_utc_offset_minutes == minutes
    assert bool(metadata.warnings) == (minutes is None and bool(tags))


@pytest.mark.parametrize(("modified", "minutes"), [(TAKEN, 480), ("2024:05:13 00:00:00", None)])
def test_zone_of_the_last_change_counts_where_nothing_changed(
    modified: str, minutes: int | None, tmp_path: Path
) -> None:
    exif = exif_of({Base.DateTime: modified}, {Base.DateTimeOriginal: TAKEN, Base.OffsetTime: "+08:00"})
    assert photo_with(tmp_path / "photo.jpg", exif).exif_utc_offset_minutes == minutes


@pytest.mark.parametrize(
    ("date", "clock"),
    [
        ("0000:00:00", (1.0, 2.0, 3.0)),
        ("2024:05:12", (24.0, 0.0, 0.0)),
        ("2024:05:12", (1.0, 2.0, 61.0)),
        ("2024:05:12", None),
        (None, (1.0, 2.0, 3.0)),
    ],
)
def test_gps_times_that_are_none(date: str | None, clock: tuple[float, ...] | None, tmp_path: Path) -> None:
    stamps = {GPS.GPSDateStamp: date, GPS.GPSTimeStamp: clock}
    gps = {tag: value for tag, value in stamps.items() if value is not None}
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(gps=gps))
    assert metadata.gps_at is None
    assert len(metadata.warnings) == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "side"),
    [
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), "N"),
        ((97.0, 0.0, 0.0), (10.0, 0.0, 0.0), "N"),
        ((31.0, 0.0, 0.0), (10.0, 0.0, 0.0), "?"),
    ],
)
def test_gps_places_that_are_none(
    latitude: tuple[float, ...], longitude: tuple[float, ...], side: str, tmp_path: Path
) -> None:
    gps = {
        GPS.GPSLatitudeRef: side,
        GPS.GPSLatitude: latitude,
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLongitude: longitude,
    }
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(gps=gps))
    assert metadata.gps_point is None
    assert len(metadata.warnings) == 1


def test_raw_values_are_bounded_and_leave_maker_notes_out(tmp_path: Path) -> None:
    exif = exif_of(
        {Base.ImageDescription: "x" * 5000, **dict.fromkeys(range(0xC700, 0xC900), "y")},
        {Base.MakerNote: b"\1" * 3000},
    )
    raw = photo_with(tmp_path / "photo.jpg", exif).raw
    assert len(raw) <= 150
    assert max(len(value) for _, value in raw) <= 200
    assert not any("MakerNote" in name for name, _ in raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]),
    seed=st.integers(0, 10**6),
    flips=st.integers(1, 60),
)
def test_damaged_metadata_never_crashes_or_logs(
    form: str, seed: int, flips: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exif = exif_of(
        {Base.Make: "Make", Base.DateTime: TAKEN, Base.XResolution: 72.0},
        {Base.DateTimeOriginal: TAKEN, Base.ExposureTime: 0.0333},
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: LATITUDE, GPS.GPSTimeStamp: (1.0, 2.0, 3.0)},
    )
    buffer = BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, form, exif=exif)
    data = bytearray(buffer.getvalue())
    random = np.random.default_rng(seed)
    start = max(0, data.find(b"Make") - 200)
    for position in random.integers(start, min(len(data), start + 500), flips):
        data[position] = random.integers(0, 256)
    path = tmp_path / "damaged"
    path.write_bytes(data)
    with caplog.at_level(logging.DEBUG):
        metadata = read_metadata(path, MediaKind.PHOTO)
    assert len(metadata.warnings) <= 20
    assert not [record for record in caplog.records if record.name == "exifread"]


PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmp:ModifyDate="2024-05-13T01:02:03-04:00" photoshop:DateCreated="2024-05-12">
<xmp:CreatorTool>美图 9.1</xmp:CreatorTool>
<exif:DateTimeOriginal>2024-05-12T14:35:07.25+08:00</exif:DateTimeOriginal>
<xmpMM:History><rdf:Seq>
<rdf:li stEvt:action="saved" stEvt:softwareAgent="Photopea"/></rdf:Seq></xmpMM:History>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_xmp_adds_what_exif_lacks_and_who_wrote_the_file_again(form: str, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    if form == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", PACKET)
        Image.new("RGB", (32, 16)).save(path, form, pnginfo=info)
    else:
        Image.new("RGB", (32, 16)).save(path, form, xmp=PACKET.encode())
    metadata = read_metadata(path, MediaKind.PHOTO)
    assert metadata.exif_taken_at == WallTime(2024, 5, 12, 14, 35, 7)
    assert metadata.exif_utc_offset_minutes == 480
    assert metadata.xmp_created_at == StatedTime(WallTime(2024, 5, 12))
    assert metadata.xmp_modified_at == StatedTime(WallTime(2024, 5, 13, 1, 2, 3), -240)
    assert metadata.xmp_creator_tool == "美图 9.1"
    assert metadata.xmp_history == ("Photopea",)
    assert dict(metadata.raw)["XMP stEvt:softwareAgent"] == "Photopea"
    assert metadata.warnings == ()


def test_exif_comes_before_xmp(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = exif_of(details={Base.DateTimeOriginal: "2024:05:12 09:00:00"})
    Image.new("RGB", (32, 16)).save(path, exif=exif, xmp=PACKET.encode())
    metadata = read_metadata(path, MediaKind.PHOTO)
    assert metadata.exif_taken_at == WallTime(2024, 5, 12, 9, 0, 0)
    assert metadata.exif_utc_offset_minutes is None


@pytest.mark.parametrize(
    ("packet", "warning"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (PACKET.encode("utf-16"), "UTF-8"),
        (b"<a>" * 9, "ParseError"),
        (b"x" * (1 << 20 | 1), "too large"),
        (PACKET.replace("2024-05-13T01:02:03-04:00", "yesterday").encode(), "no date"),
    ],
)
def test_xmp_that_can_not_be_read_is_a_warning(packet: bytes, warning: str) -> None:
    notes = Notes()
    assert read_xmp(packet, notes).modified_at is None
    assert warning in notes.lines[0]


@given(st.integers(0, len(PACKET.encode())), st.binary(max_size=40))
def test_damaged_xmp_never_crashes(at: int, junk: bytes) -> None:
    packet = PACKET.encode()
    read_xmp(packet[:at] + junk + packet[at + len(junk) :], Notes())


@pytest.mark.parametrize(
    ("tags", "subsec"),
    [
        ({Base.SubsecTimeOriginal: "25"}, "25"),
        ({Base.SubsecTimeOriginal: " "}, None),
        ({Base.SubsecTimeOriginal: "x5"}, None),
        ({Base.SubsecTime: "25"}, None),
    ],
)
def test_the_fraction_of_the_second_taken(
    tags: dict[int, object], subsec: str | None, tmp_path: Path
) -> None:
    metadata = photo_with(tmp_path / "photo.jpg", exif_of(details={Base.DateTimeOriginal: TAKEN, **tags}))
    assert metadata.exif_subsec == subsec


def test_an_offset_behind_the_time_and_that_of_the_last_change(tmp_path: Path) -> None:
    exif = exif_of(
        {Base.DateTime: "2024:05:13 00:00:00"},
        {Base.DateTimeOriginal: f"{TAKEN}+08:00", Base.OffsetTime: "-04:00"},
    )
    metadata = photo_with(tmp_path / "photo.jpg", exif)
    assert metadata.exif_utc_offset_minutes == 480
    assert metadata.exif_modified_utc_offset_minutes == -240


def test_container_times_and_place(write_video: VideoWriter) -> None:
    tags = {
        "creation_time": "2024-05-12T06:35:07.000000Z",
        "com.apple.quicktime.creationdate": "2024-05-12T14:35:07+0800",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.location.ISO6709": "+31.2401-121.4750+012.3/",
    }
    path = write_video("clip.mov", tags=tags, options={"movflags": "use_metadata_tags"})
    metadata = read_metadata(path, MediaKind.VIDEO)
    assert metadata.container_created_at == datetime(2024, 5, 12, 6, 35, 7, tzinfo=UTC)
    assert metadata.container_local_at == datetime(
        2024, 5, 12, 14, 35, 7, tzinfo=timezone(timedelta(hours=8))
    )
    assert metadata.gps_point == GeoPoint(31.2401, -121.475)
    assert metadata.make == "Apple"
    assert (metadata.software or "").startswith("Lavf")
    assert metadata.exif_taken_at is None


def test_apple_date_without_a_zone_is_not_given_one(write_video: VideoWriter) -> None:
    tags = {"com.apple.quicktime.creationdate": "2024-05-12T14:35:07"}
    path = write_video("clip.mov", tags=tags, options={"movflags": "use_metadata_tags"})
    metadata = read_metadata(path, MediaKind.VIDEO)
    assert metadata.container_local_at is None
    assert "no time with a zone" in metadata.warnings[0]


def test_container_clock_that_was_never_set(write_video: VideoWriter) -> None:
    path = write_video(tags={"creation_time": "1970-01-01T00:00:00Z"})
    metadata = read_metadata(path, MediaKind.VIDEO)
    assert metadata.container_created_at is None


def test_broken_container_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    assert "can't be read" in read_metadata(path, MediaKind.VIDEO).warnings[0]
