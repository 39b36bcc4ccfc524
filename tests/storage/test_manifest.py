"""visit.json: what is read, what is a finding, what is an error; and nothing crashes."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestError
from pipeline.visit import ManifestFindingCode, MediaKind, ServiceType, Stage
from storage.manifest import ParsedManifest, parse_manifest

KEY = "visits/2026-11-20/V1/visit.json"
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN: dict[str, Any] = {
    "visit_id": "V1",
    "work_order": {
        "number": "WO-1",
        "service_type": "repair",
        "window": {"start": "2026-11-20T09:00:00", "end": "2026-11-20T10:00:00", "zone": "Asia/Shanghai"},
        "location": {"latitude": 31.23, "longitude": 121.47},
        "delay_announced_at": "2026-11-20T08:30:00",
    },
    "technician": {"name": "王小明", "number": "A1027"},
    "media": [
        {"key": "photos/1.jpg", "kind": "photo", "stage": "arrival", "sha256": "AB" * 32},
        {"key": "2.mp4", "kind": "video", "uploaded_at": "2026-11-20T03:00:00Z"},
    ],
    "exemptions": [
        {"kind": "refused_filming", "recorded_by": "李女士", "recorded_at": "2026-11-20T09:12:00"}
    ],
    "hazards": [{"description": "燃气软管老化"}],
}
MISSING = object()


def changed(path: tuple[str | int, ...], value: object) -> bytes:
    manifest = deepcopy(PLAIN)
    target: Any = manifest
    for part in path[:-1]:
        target = target[part]
    if value is MISSING:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return json.dumps(manifest).encode()


def parsed(path: tuple[str | int, ...], value: object) -> ParsedManifest:
    return parse_manifest(changed(path, value), KEY)


def test_everything_that_a_manifest_says() -> None:
    manifest = parse_manifest(json.dumps(PLAIN).encode(), KEY)
    assert (manifest.visit_id, manifest.day, manifest.findings) == ("V1", date(2026, 11, 20), ())
    order = manifest.work_order
    assert (order.number, order.service_type) == ("WO-1", ServiceType.REPAIR)
    assert order.window.start == datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    assert order.delay_announced_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert order.location is not None
    assert order.location.longitude_deg == 121.47
    assert (manifest.technician.name, manifest.technician.number) == ("王小明", "A1027")
    photo, video = manifest.media
    assert (photo.key, photo.kind, photo.stage) == (
        "visits/2026-11-20/V1/photos/1.jpg",
        MediaKind.PHOTO,
        Stage.ARRIVAL,
    )
    assert (photo.sha256, photo.uploaded_at) == ("ab" * 32, None)
    assert video.uploaded_at == datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert manifest.exemptions[0].is_recorded
    assert manifest.hazards[0].description == "燃气软管老化"


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse_manifest(b"\xef\xbb\xbf" + json.dumps(PLAIN).encode(), KEY).visit_id == "V1"


@pytest.mark.parametrize(
    ("start", "zone", "day"),
    [
        ("2026-11-20T00:10:00", "Asia/Shanghai", date(2026, 11, 20)),
        ("2026-11-19T23:30:00Z", "Asia/Shanghai", date(2026, 11, 20)),
        ("2026-11-20T03:00:00+00:00", "America/New_York", date(2026, 11, 19)),
    ],
)
def test_the_day_is_the_one_at_the_place_of_the_visit(start: str, zone: str, day: date) -> None:
    window = {"start": start, "end": "2026-11-20T12:00:00Z", "zone": zone}
    assert parsed(("work_order", "window"), window).day == day


@pytest.mark.parametrize(
    ("path", "value", "code", "subject", "words"),
    [
        (("hazrads",), [], ManifestFindingCode.UNKNOWN_KEY, "hazrads", "'hazards'"),
        (
            ("work_order", "window", "ende"),
            1,
            ManifestFindingCode.UNKNOWN_KEY,
            "work_order.window.ende",
            "'end'",
        ),
        (
            ("media", 1, "staeg"),
            "after",
            ManifestFindingCode.UNKNOWN_KEY,
            "media[1].staeg",
            "nearest valid: 'stage'",
        ),
        (
            ("media", 0, "stage"),
            "befor",
            ManifestFindingCode.UNKNOWN_STAGE,
            "photos/1.jpg",
            "nearest valid: 'before'",
        ),
        (
            ("media", 1, "key"),
            "photos/1.jpg",
            ManifestFindingCode.MEDIA_LISTED_TWICE,
            "photos/1.jpg",
            "first",
        ),
        (
            ("exemptions", 0, "recorded_by"),
            "",
            ManifestFindingCode.EXEMPTION_WITHOUT_RECORD,
            "exemptions[0]",
            "recorded_by",
        ),
        (
            ("exemptions", 0, "recorded_at"),
            MISSING,
            ManifestFindingCode.EXEMPTION_WITHOUT_RECORD,
            "exemptions[0]",
            "recorded_at",
        ),
    ],
)
def test_what_is_odd_is_one_finding(
    path: tuple[str | int, ...], value: object, code: ManifestFindingCode, subject: str, words: str
) -> None:
    (finding,) = parsed(path, value).findings
    assert (finding.code, finding.subject) == (code, subject)
    assert words in finding.detail


def test_an_unknown_stage_is_no_stage_and_an_unrecorded_exemption_exempts_nothing() -> None:
    assert parsed(("media", 0, "stage"), "befor").media[0].stage is None
    assert not parsed(("exemptions", 0, "recorded_by"), None).exemptions[0].is_recorded


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("visit_id",), MISSING, "visit_id is missing"),
        (("visit_id",), "../V1", "visit_id = '../V1': wanted one folder name"),
        (("visit_id",), "..", "visit_id = '..'"),
        (("media",), MISSING, "media is missing"),
        (("technician", "number"), 1027, "technician.number = 1027"),
        (("schema_version",), 2, "schema_version = 2"),
        (("work_order", "service_type"), "repiar", "'repair'"),
        (("work_order", "window", "zone"), "Asia/Shangai", "nearest valid: Asia/Shanghai"),
        (("work_order", "window", "zone"), "", "wanted an IANA name"),
        (("work_order", "window", "start"), "yesterday", "work_order.window.start = 'yesterday'"),
        (("work_order", "window", "start"), 1700000000, "work_order.window.start = 1700000000"),
        (("work_order", "window", "start"), "0001-01-01T00:00:00+14:00", "wanted a year"),
        (("work_order", "window", "end"), "2026-11-20T08:00:00", "wanted start <= end"),
        (("work_order", "location", "latitude"), 91, "work_order.location.latitude = 91"),
        (("media", 0, "kind"), "foto", "media[0].kind = 'foto': Input should be 'photo' or 'video'"),
        (("media", 0, "sha256"), "abc", "media[0].sha256 = 'abc'"),
        (("exemptions", 0, "kind"), "rain", "exemptions[0].kind = 'rain'"),
        *(
            (("media", 1, "key"), key, "media[1].key = ")
            for key in ("../x", "/x", "a//b", "a/../b", "./x", "x/", "a\\b", "a\nb", "", "visit.json", 5)
        ),
    ],
)
def test_what_is_wrong_is_named_by_path_value_and_remedy(
    path: tuple[str | int, ...], value: object, words: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        parsed(path, value)
    assert str(caught.value).startswith(KEY)
    assert words in str(caught.value)


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(ManifestError, match=r"visit_id is missing.*technician = 5"):
        parse_manifest(b'{"technician": 5}', KEY)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(data, KEY)


def test_deep_nesting_is_an_error() -> None:
    with pytest.raises(ManifestError):
        parse_manifest(b"[" * 100_000, KEY)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=5
)
places = st.sampled_from(
    [
        ("visit_id",),
        ("work_order",),
        ("work_order", "window", "start"),
        ("work_order", "window", "zone"),
        ("work_order", "location"),
        ("media",),
        ("media", 0),
        ("media", 0, "key"),
        ("media", 0, "stage"),
        ("media", 1, "uploaded_at"),
        ("exemptions", 0),
        ("hazards",),
        ("other",),
    ]
)


@given(places, values)
def test_any_value_in_any_place_is_read_or_refused(path: tuple[str | int, ...], value: object) -> None:
    try:
        manifest = parsed(path, value)
    except ManifestError:
        return
    for item in manifest.media:
        assert item.key.startswith("visits/2026-11-20/V1/")
        assert ".." not in item.key.split("/")


def test_the_example_in_the_documentation_is_valid() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "manifest.md").read_text(encoding="utf-8")
    example = text.partition("```json\n")[2].partition("```")[0]
    manifest = parse_manifest(example.encode(), KEY)
    assert manifest.findings == ()
    assert len(manifest.media) == 3
