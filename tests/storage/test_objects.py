"""The object store against a real S3 server, over a wire that is cut where a test says so."""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from minio import Minio
from pydantic import SecretStr

from pipeline.errors import MediaError, ObjectCorrupted, ObjectNotFound, SettingsError, StorageError
from pipeline.evidence import FailureReason
from storage.embedded import serve
from storage.objects import MinioObjectStore
from storage.settings import StoreSettings
from storage.transfer import PART_BYTES, etag_of_file

KEY = "visits/2026-11-20/V 1/照片/01 é.jpg"
DATA = bytes(range(256)) * 20
MD5_OF_DATA = "cdf42aa40dd5d52b504e8a068136b905"
LIMIT = 1_000_000
REFUSALS = {
    "busy": (503, "application/xml", b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"),
    "garbled": (502, "text/html", b"<h1>Bad gateway \xff\xfe</h1>"),
}


class Wire(ThreadingHTTPServer):
    """A proxy before the S3 server. Each fetch of an object takes the next fault off `faults`, if any."""

    daemon_threads = True

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(("127.0.0.1", 0), WireHandler)
        self.upstream = settings.endpoint
        self.faults: deque[str] = deque()
        self.fetches = 0
        self.settings = replace(settings, endpoint=f"127.0.0.1:{self.server_address[1]}")


class WireHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Wire

    def do_GET(self) -> None:
        fault = ""
        if "?" not in self.path:
            self.server.fetches += 1
            fault = self.server.faults.popleft() if self.server.faults else ""
        if fault == "drop":
            self.close_connection = True
            return
        self.relay(fault)

    def do_HEAD(self) -> None:
        self.relay("")

    def do_PUT(self) -> None:
        self.relay("")

    def relay(self, fault: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        upstream = HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, body, dict(self.headers.items()))
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        if fault in REFUSALS:
            self.refuse(*REFUSALS[fault])
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("date", "server", "connection"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.damaged(data, fault))

    def refuse(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def damaged(self, data: bytes, fault: str) -> bytes:
        if fault == "cut":
            self.close_connection = True
            return data[: len(data) // 2]
        return bytes([data[0] ^ 1]) + data[1:] if fault == "flip" else data

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def wire(store_settings: StoreSettings, object_store: MinioObjectStore) -> Iterator[Wire]:
    with Wire(store_settings) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()


def test_what_is_put_is_fetched(object_store: MinioObjectStore, tmp_path: Path) -> None:
    put = object_store.put(KEY, DATA, "image/jpeg")
    assert (put.key, put.size_bytes, put.etag) == (
        KEY,
        len(DATA),
        hashlib.md5(DATA, usedforsecurity=False).hexdigest(),
    )
    assert put.modified_at.tzinfo is not None
    assert object_store.fetch(KEY, LIMIT) == DATA
    object_store.fetch_to_file(KEY, tmp_path / "photo", LIMIT)
    assert (tmp_path / "photo").read_bytes() == DATA


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 5])
def test_a_file_has_the_etag_that_we_foretell(
    object_store: MinioObjectStore, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes((b"0123456789abcdef" * (size // 16 + 1))[:size])
    assert object_store.put_file(KEY, path, "video/mp4").etag == etag_of_file(path)
    object_store.fetch_to_file(KEY, tmp_path / "again", size)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_folders_and_objects_are_listed(object_store: MinioObjectStore) -> None:
    for key in ("visits/a/1.jpg", "visits/a/b/2.jpg", "visits/c/3.jpg", "other/4.jpg"):
        object_store.put(key, b"x", "image/jpeg")
    assert list(object_store.list_folders("visits/")) == ["visits/a/", "visits/c/"]
    listed = list(object_store.list_objects("visits/a/"))
    assert [(found.key, found.size_bytes) for found in listed] == [
        ("visits/a/1.jpg", 1),
        ("visits/a/b/2.jpg", 1),
    ]


@pytest.mark.slow
def test_more_than_one_page_is_listed(object_store: MinioObjectStore) -> None:
    keys = [f"many/{number:04d}" for number in range(1005)]
    for key in keys:
        object_store._client.put_object(object_store._bucket, key, BytesIO(b""), 0)
    assert [found.key for found in object_store.list_objects("many/")] == keys


def test_over_the_limit_is_refused_before_it_is_fetched(
    object_store: MinioObjectStore, tmp_path: Path
) -> None:
    object_store.put(KEY, DATA, "image/jpeg")
    with pytest.raises(MediaError, match=KEY) as caught:
        object_store.fetch(KEY, len(DATA) - 1)
    assert caught.value.reason is FailureReason.TOO_MANY_BYTES
    with pytest.raises(MediaError):
        object_store.fetch_to_file(KEY, tmp_path / "photo", len(DATA) - 1)
    assert list(tmp_path.iterdir()) == []
    assert object_store.fetch(KEY, len(DATA)) == DATA


@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (0, len(DATA)), (100, 300), (len(DATA) - 5, 5), (len(DATA) - 5, 500)]
)
def test_a_range_is_read(object_store: MinioObjectStore, start: int, length: int) -> None:
    etag = object_store.put(KEY, DATA, "video/mp4").etag
    assert object_store.read_range(KEY, start, length, etag) == DATA[start : start + length]


def test_a_range_of_what_is_not_there_or_was_replaced(object_store: MinioObjectStore) -> None:
    first = object_store.put(KEY, DATA, "video/mp4").etag
    object_store.put(KEY, DATA[::-1], "video/mp4")
    with pytest.raises(ObjectCorrupted, match="replaced meanwhile"):
        object_store.read_range(KEY, 0, 10, first)
    with pytest.raises(StorageError, match="InvalidRange"):
        object_store.read_range(KEY, len(DATA), 10, first)
    with pytest.raises(ObjectNotFound, match="gone"):
        object_store.read_range("gone", 0, 10, first)


@pytest.mark.parametrize("fault", ["drop", "busy", "garbled", "cut"])
def test_a_range_survives_a_passing_fault(wire: Wire, fault: str) -> None:
    store = MinioObjectStore(wire.settings)
    etag = store.put(KEY, DATA, "video/mp4").etag
    wire.faults.append(fault)
    assert store.read_range(KEY, 1000, 2000, etag) == DATA[1000:3000]
    assert wire.fetches == 2


def test_a_missing_object_is_named_and_asked_for_once(wire: Wire) -> None:
    store = MinioObjectStore(wire.settings)
    with pytest.raises(ObjectNotFound, match=KEY):
        store.fetch(KEY, LIMIT)
    assert wire.fetches == 1
    with pytest.raises(ObjectNotFound, match=KEY):
        store.stat(KEY)


@pytest.mark.parametrize("fault", ["cut", "flip", "busy", "garbled", "drop"])
def test_a_passing_fault_is_overcome(
    wire: Wire,
    object_store: MinioObjectStore,
    fault: str,
) -> None:
    object_store.put(KEY, DATA, "image/jpeg")
    wire.faults.extend([fault, fault])
    assert MinioObjectStore(wire.settings).fetch(KEY, LIMIT) == DATA
    assert wire.fetches == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("cut", StorageError),
        ("flip", ObjectCorrupted),
        ("busy", StorageError),
        ("garbled", StorageError),
        ("drop", StorageError),
    ],
)
def test_a_lasting_fault_names_the_object_and_leaves_nothing(
    wire: Wire,
    object_store: MinioObjectStore,
    tmp_path: Path,
    fault: str,
    error: type[StorageError],
) -> None:
    object_store.put(KEY, DATA, "image/jpeg")
    (tmp_path / "photo").write_bytes(b"as it was")
    wire.faults.extend([fault] * 9)
    with pytest.raises(error, match=KEY):
        MinioObjectStore(wire.settings).fetch_to_file(KEY, tmp_path / "photo", LIMIT)
    assert wire.fetches == wire.settings.attempts
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"as it was"]


def test_a_wrong_promise_is_corrupted_and_asked_for_once(
    wire: Wire,
    object_store: MinioObjectStore,
) -> None:
    object_store.put(KEY, DATA, "image/jpeg")
    store = MinioObjectStore(wire.settings)
    assert store.fetch(KEY, LIMIT, sha256=hashlib.sha256(DATA).hexdigest().upper()) == DATA
    with pytest.raises(ObjectCorrupted, match=KEY):
        store.fetch(KEY, LIMIT, sha256="0" * 64)
    assert wire.fetches == 2


def test_an_object_whose_kept_sha256_is_wrong_is_corrupted(
    object_store: MinioObjectStore, store_settings: StoreSettings
) -> None:
    raw = Minio(
        store_settings.endpoint,
        access_key=store_settings.access_key,
        secret_key=store_settings.secret_key.get_secret_value(),
        secure=False,
    )
    raw.put_object(store_settings.bucket, KEY, BytesIO(DATA), len(DATA), metadata={"sha256": "0" * 64})
    with pytest.raises(ObjectCorrupted, match="sha256"):
        object_store.fetch(KEY, LIMIT)


def test_a_server_that_stops_is_an_error_that_names_the_object(tmp_path: Path) -> None:
    with serve(tmp_path / "store") as settings:
        store = MinioObjectStore(replace(settings, first_wait_s=0.01, longest_wait_s=0.02))
        store.put(KEY, DATA, "image/jpeg")
    with pytest.raises(StorageError, match=f"{KEY}.*lost the connection") as caught:
        store.fetch(KEY, LIMIT)
    assert not isinstance(caught.value, ObjectNotFound)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"secret_key": SecretStr("wrong-secret")}, "refused access"),
        ({"access_key": "nobody"}, "refused access"),
        ({"bucket": "no-such-bucket"}, "no bucket 'no-such-bucket'"),
        ({"secure": True, "attempts": 1}, "TLS"),
        ({"endpoint": "127.0.0.1:9", "attempts": 1}, "lost the connection"),
        ({"endpoint": "no-such-host.invalid", "attempts": 1}, "lost the connection"),
    ],
)
def test_what_a_person_must_mend_is_said(
    object_store: MinioObjectStore, store_settings: StoreSettings, change: dict[str, object], words: str
) -> None:
    store = MinioObjectStore(replace(store_settings, **change))  # type: ignore[arg-type]
    with pytest.raises(StorageError, match=words) as caught:
        store.put(KEY, DATA, "image/jpeg")
    assert KEY in str(caught.value)
    assert "wrong-secret" not in str(caught.value)


def test_a_key_that_no_store_holds(object_store: MinioObjectStore) -> None:
    with pytest.raises(StorageError):
        object_store.fetch("", LIMIT)


def test_settings_that_can_not_work_are_refused(store_settings: StoreSettings) -> None:
    for change in ({"endpoint": "http://host"}, {"access_key": ""}, {"attempts": 0}):
        with pytest.raises(SettingsError):
            replace(store_settings, **change)  # type: ignore[arg-type]
    assert store_settings.secret_key.get_secret_value() not in repr(store_settings)


def test_making_the_bucket_twice_is_fine(object_store: MinioObjectStore) -> None:
    object_store.ensure_bucket()
