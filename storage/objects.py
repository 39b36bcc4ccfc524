"""The object store: a bucket of any S3 server, through the MinIO SDK.

Every call is tried again where that may help (`storage.store_errors`) and every error names its object.
The SDK's own retries are off, so that there is one place that decides about them.
"""

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import urllib3
from minio import Minio
from minio.datatypes import Object
from minio.error import S3Error
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from pipeline.errors import StorageError
from pipeline.ports import ObjectInfo
from storage.settings import StoreSettings
from storage.store_errors import RAW_ERRORS, explain, is_worth_retrying
from storage.transfer import PART_BYTES, pour, refuse_another, replacing, sha256_of_file

T = TypeVar("T")

_SHA256_METADATA = "sha256"


class MinioObjectStore:
    """One bucket of an S3 server; fits `pipeline.ports.ObjectStore`. May be shared between threads."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._bucket = settings.bucket
        self._client = Minio(
            settings.endpoint,
            access_key=settings.access_key,
            secret_key=settings.secret_key.get_secret_value(),
            region=settings.region,
            secure=settings.secure,
            http_client=_connections(settings),
        )

    @property
    def place(self) -> str:
        """Bucket and server, for messages."""
        return self._settings.place

    def ensure_bucket(self) -> None:
        """Create the bucket if it isn't there. Raises StorageError."""
        self._ask("", self._create_bucket)

    def list_objects(self, prefix: str) -> Iterator[ObjectInfo]:
        """Every object under a prefix, by key. Raises StorageError."""
        return (_info(found) for found in self._list(prefix, recursive=True) if not found.is_dir)

    def list_folders(self, prefix: str) -> Iterator[str]:
        """The common prefixes one level below `prefix`, each ending in a slash. Raises StorageError."""
        return (found.object_name or "" for found in self._list(prefix, recursive=False) if found.is_dir)

    def stat(self, key: str) -> ObjectInfo:
        """Raises ObjectNotFound, StorageError."""
        return _info(self._ask(key, lambda: self._client.stat_object(self._bucket, key)))

    def fetch(self, key: str, limit_bytes: int, sha256: str | None = None) -> bytes:
        """The whole object, checked against `sha256` if given, against what the store keeps otherwise.

        Raises ObjectNotFound, ObjectCorrupted, MediaError(TOO_MANY_BYTES), StorageError.
        """

        def attempt() -> bytes:
            received = BytesIO()
            self._receive(key, limit_bytes, sha256, received)
            return received.getvalue()

        return self._ask(key, attempt)

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int, sha256: str | None = None) -> None:
        """Like `fetch`, into a file that appears at `path` only when it is whole and checked."""

        def attempt() -> None:
            with replacing(path) as file:
                self._receive(key, limit_bytes, sha256, file)

        self._ask(key, attempt)

    def read_range(self, key: str, start: int, length: int, etag: str) -> bytes:
        """`length` bytes from byte `start` on, fewer at the object's end, none is kept anywhere else.

        Raises ObjectCorrupted where the object is no longer the one with this ETag, ObjectNotFound,
        StorageError, which also stands for a start behind the end.
        """

        def attempt() -> bytes:
            response = self._client.get_object(self._bucket, key, offset=start, length=length)
            try:
                refuse_another(response.headers, key, etag)
                return response.read()
            finally:
                response.close()
                response.release_conn()

        return self._ask(key, attempt)

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Store bytes. Raises StorageError."""
        return self._send(
            key, lambda: BytesIO(data), len(data), hashlib.sha256(data).hexdigest(), content_type
        )

    def put_file(self, key: str, path: Path, content_type: str) -> ObjectInfo:
        """Store a file, in parts where it is large. Raises StorageError, OSError if `path` can't be read."""
        return self._send(
            key, lambda: path.open("rb"), path.stat().st_size, sha256_of_file(path), content_type
        )

    def remove(self, key: str) -> None:
        """Remove an object; one that isn't there is no error. Raises StorageError."""
        self._ask(key, lambda: self._client.remove_object(self._bucket, key))

    def _list(self, prefix: str, *, recursive: bool) -> list[Object]:
        # Whole, not lazily: a page that fails in the middle is then tried again without doubles.
        def attempt() -> list[Object]:
            return list(self._client.list_objects(self._bucket, prefix=prefix, recursive=recursive))

        return self._ask(prefix, attempt)

    def _receive(self, key: str, limit_bytes: int, sha256: str | None, target: IO[bytes]) -> None:
        response = self._client.get_object(self._bucket, key)
        try:
            pour(response, key, limit_bytes, sha256, target)
        finally:
            # Closed before it is given back: an answer that was not read to its end must not be reused.
            response.close()
            response.release_conn()

    def _send(
        self, key: str, open_data: Callable[[], BinaryIO], size: int, sha256: str, content_type: str
    ) -> ObjectInfo:
        def attempt() -> None:
            with open_data() as data:
                self._client.put_object(
                    self._bucket,
                    key,
                    data,
                    size,
                    content_type=content_type,
                    metadata={_SHA256_METADATA: sha256},
                    part_size=PART_BYTES,
                    num_parallel_uploads=1,
                )

        self._ask(key, attempt)
        return self.stat(key)

    def _create_bucket(self) -> None:
        if self._client.bucket_exists(self._bucket):
            return
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            # Another worker was faster: the bucket is there all the same.
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _ask(self, key: str, call: Callable[[], T]) -> T:
        try:
            return self._retrying()(call)
        except RAW_ERRORS as error:
            raise explain(error, self._settings, key) from error
        except ValueError as error:
            raise StorageError(f"{key!r}: not a key that {self.place} can hold: {error}") from error

    def _retrying(self) -> Retrying:
        settings = self._settings
        return Retrying(
            retry=retry_if_exception(is_worth_retrying),
            stop=stop_after_attempt(settings.attempts),
            wait=wait_exponential_jitter(
                multiplier=settings.first_wait_s, max=settings.longest_wait_s, jitter=settings.first_wait_s
            ),
            reraise=True,
        )


def _connections(settings: StoreSettings) -> urllib3.PoolManager:
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=settings.connect_timeout_s, read=settings.read_timeout_s),
        retries=False,
        maxsize=10,
    )


def _info(found: Object) -> ObjectInfo:
    if found.object_name is None or found.last_modified is None:
        raise StorageError(f"{found.object_name!r}: the store names no key or no time for it")
    return ObjectInfo(found.object_name, found.size or 0, (found.etag or "").strip('"'), found.last_modified)
