"""Visits in a real store: found by folders, joined with what lies there; uploaded, and uploaded again."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ManifestError
from pipeline.ports import ObjectStore
from pipeline.visit import ManifestFindingCode
from storage.objects import MinioObjectStore
from storage.upload import UploadSummary, content_type, upload_visit
from storage.visits import VisitRef, list_visits, load_visit

DAY = date(2026, 11, 20)


def manifest(visit_id: str, *media: dict[str, Any], **more: object) -> bytes:
    window = {"start": "2026-11-20T00:30:00", "end": "2026-11-20T01:30:00", "zone": "Asia/Shanghai"}
    return json.dumps(
        {
            "visit_id": visit_id,
            "work_order": {"number": "1", "service_type": "cleaning", "window": window},
            "technician": {"name": "王", "number": "7"},
            "media": media,
            **more,
        }
    ).encode()


def photo(key: str, **more: object) -> dict[str, Any]:
    return {"key": key, "kind": "photo", **more}


def put_visit(store: ObjectStore, visit_id: str, day: str = "2026-11-20", *media: dict[str, Any]) -> str:
    folder = f"visits/{day}/{visit_id}/"
    for item in media:
        store.put(folder + item["key"], item["key"].encode(), "image/jpeg")
    store.put(folder + "visit.json", manifest(visit_id, *media), "application/json")
    return folder + "visit.json"


def codes(store: ObjectStore, key: str, *twins: str) -> list[tuple[ManifestFindingCode, str]]:
    return [(finding.code, finding.subject) for finding in load_visit(store, key, twins).findings]


def test_visits_are_found_by_day_by_prefix_and_all(object_store: MinioObjectStore) -> None:
    for visit_id, day in (
        ("V2", "2026-11-20"),
        ("V1", "2026-11-20"),
        ("V10", "2026-11-21"),
        ("V3", "2026-12-01"),
    ):
        put_visit(object_store, visit_id, day, photo("deep/er/1.jpg"))

    def ids(prefix: str) -> list[str]:
        return [ref.visit_id for ref in list_visits(object_store, prefix)]

    assert ids("2026-11-20") == ["V1", "V2"]
    assert ids("visits/2026-11-") == ["V1", "V2", "V10"]
    assert ids("2026-1") == ["V1", "V2", "V10", "V3"]
    assert ids("visits/") == ["V1", "V2", "V10", "V3"]
    assert ids("visits/2026-11-20/V1") == ["V1"]
    assert ids("visits/2026-11-20/V1/") == ["V1"]
    assert ids("visits/2026-11-20/V1/visit.json") == ["V1"]
    assert ids("2031-01-01") == []
    assert list_visits(object_store, "2026-11-21") == [
        VisitRef("V10", date(2026, 11, 21), "visits/2026-11-21/V10/visit.json")
    ]


def test_folders_that_are_no_day_are_left_out(object_store: MinioObjectStore) -> None:
    put_visit(object_store, "V1", "someday")
    put_visit(object_store, "V2", "2026-13-45")
    assert list_visits(object_store) == []


def test_two_visits_with_one_id_know_each_other(object_store: MinioObjectStore) -> None:
    first = put_visit(object_store, "V1", "2026-11-20")
    second = put_visit(object_store, "V1", "2026-11-21")
    put_visit(object_store, "V2", "2026-11-21")
    twins = {ref.manifest_key: ref.twins for ref in list_visits(object_store) if ref.twins}
    assert twins == {first: (second,), second: (first,)}
    for key, others in twins.items():
        assert codes(object_store, key, *others) == [(ManifestFindingCode.DUPLICATE_VISIT_ID, "V1")]
    object_store.remove(first)
    assert codes(object_store, second, first) == []


def test_a_visit_is_joined_with_what_lies_there(object_store: MinioObjectStore) -> None:
    key = put_visit(
        object_store,
        "V1",
        "2026-11-20",
        photo("1.jpg"),
        photo("2.jpg", uploaded_at="2026-11-20T09:00:00"),
    )
    visit = load_visit(object_store, key)
    assert (visit.visit_id, visit.day, visit.key, visit.findings) == ("V1", DAY, key, ())
    first, second = visit.media
    stored = object_store.stat(first.key)
    assert (first.size_bytes, first.uploaded_at, first.uploaded_at_from_store) == (
        5,
        stored.modified_at,
        True,
    )
    assert second.uploaded_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert not second.uploaded_at_from_store


def test_what_manifest_and_store_disagree_about(object_store: MinioObjectStore) -> None:
    key = put_visit(object_store, "V1", "2026-11-20", photo("1.jpg"), photo("gone.jpg"), photo("1.jpg"))
    object_store.remove("visits/2026-11-20/V1/gone.jpg")
    object_store.put("visits/2026-11-20/V1/sub/extra.jpg", b"x", "image/jpeg")
    assert codes(object_store, key) == [
        (ManifestFindingCode.MEDIA_LISTED_TWICE, "1.jpg"),
        (ManifestFindingCode.MEDIA_MISSING, "gone.jpg"),
        (ManifestFindingCode.MEDIA_NOT_LISTED, "sub/extra.jpg"),
    ]
    assert [item.name for item in load_visit(object_store, key).media] == ["1.jpg", "gone.jpg"]


@pytest.mark.parametrize(
    ("key", "data", "words"),
    [
        ("visits/2026-11-20/V9/visit.json", None, "the upload was not finished"),
        ("visits/2026-11-20/V1/visit.json", manifest("V2"), "its folder is 'V1'"),
        ("visits/2026-11-20/V1/visit.json", b"{", "no JSON"),
        ("visits/2026-11-20/V1/visit.json", b" " * 5_000_000, "a manifest is a small file"),
        ("visits/tuesday/V1/visit.json", manifest("V1"), "<YYYY-MM-DD>"),
        ("visits/2026-11-20/visit.json", manifest("V1"), "<YYYY-MM-DD>"),
    ],
)
def test_a_visit_that_can_not_be_read_is_named(
    object_store: MinioObjectStore, key: str, data: bytes | None, words: str
) -> None:
    if data is not None:
        object_store.put(key, data, "application/json")
    with pytest.raises(ManifestError) as caught:
        load_visit(object_store, key)
    assert key in str(caught.value)
    assert words in str(caught.value)


@pytest.fixture
def local_visit(tmp_path: Path) -> Path:
    folder = tmp_path / "anything"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "1.jpg").write_bytes(b"one")
    (folder / "2.MOV").write_bytes(b"two")
    data = manifest("V1", photo("photos/1.jpg"), {"key": "2.MOV", "kind": "video"})
    (folder / "visit.json").write_bytes(data)
    return folder


class Stopped(Exception):
    """Raised by a progress callback: the upload breaks off there."""


def test_upload_goes_on_where_it_broke_off_and_the_manifest_is_last(
    object_store: MinioObjectStore, local_visit: Path
) -> None:
    def stop(name: str, size_bytes: int, skipped: bool, index: int, total: int) -> None:
        raise Stopped(name)

    with pytest.raises(Stopped, match=r"photos/1\.jpg"):
        upload_visit(object_store, local_visit, stop)
    (ref,) = list_visits(object_store)
    with pytest.raises(ManifestError, match="not finished"):
        load_visit(object_store, ref.manifest_key)

    told: list[tuple[str, int, bool, int, int]] = []
    summary = upload_visit(object_store, local_visit, lambda *args: told.append(args))
    assert told == [
        ("photos/1.jpg", 3, True, 1, 3),
        ("2.MOV", 3, False, 2, 3),
        ("visit.json", (local_visit / "visit.json").stat().st_size, False, 3, 3),
    ]
    assert summary == UploadSummary(
        "V1",
        "visits/2026-11-20/V1/visit.json",
        ("2.MOV", "visit.json"),
        ("photos/1.jpg",),
        3 + told[2][1],
        (),
    )
    assert load_visit(object_store, summary.manifest_key).findings == ()
    assert upload_visit(object_store, local_visit).sent == ()


def test_a_file_that_changed_is_sent_again(object_store: MinioObjectStore, local_visit: Path) -> None:
    upload_visit(object_store, local_visit)
    (local_visit / "photos" / "1.jpg").write_bytes(b"eno")
    assert upload_visit(object_store, local_visit).sent == ("photos/1.jpg",)
    assert object_store.fetch("visits/2026-11-20/V1/photos/1.jpg", 10) == b"eno"


def test_what_is_not_listed_stays_and_what_is_not_there_is_said(
    object_store: MinioObjectStore, local_visit: Path
) -> None:
    (local_visit / "notes.txt").write_text("private")
    (local_visit / "2.MOV").unlink()
    summary = upload_visit(object_store, local_visit)
    assert [(finding.code, finding.subject) for finding in summary.findings] == [
        (ManifestFindingCode.MEDIA_MISSING, "2.MOV"),
        (ManifestFindingCode.MEDIA_NOT_LISTED, "notes.txt"),
    ]
    assert len(list(object_store.list_objects("visits/"))) == 2


def test_nothing_is_sent_of_a_visit_that_is_wrong(object_store: MinioObjectStore, local_visit: Path) -> None:
    outside = local_visit.parent / "secret.jpg"
    outside.write_bytes(b"secret")
    (local_visit / "link.jpg").symlink_to(outside)
    for data, words in ((b"{", "no JSON"), (manifest("V1", photo("link.jpg")), "leads out of the folder")):
        (local_visit / "visit.json").write_bytes(data)
        with pytest.raises(ManifestError, match=words):
            upload_visit(object_store, local_visit)
    (local_visit / "visit.json").unlink()
    with pytest.raises(ManifestError, match=r"visit\.json is not there"):
        upload_visit(object_store, local_visit)
    assert list(object_store.list_objects("")) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.heic", "image/heic"),
        ("a.mov", "video/quicktime"),
        ("a.mp4", "video/mp4"),
        ("visit.json", "application/json"),
        ("a", "application/octet-stream"),
    ],
)
def test_content_types(name: str, expected: str) -> None:
    assert content_type(name) == expected
