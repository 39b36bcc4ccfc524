"""Buckets of the tests' S3 server, each for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

from minio import Minio
from minio.deleteobjects import DeleteObject

from storage.settings import StoreSettings

_numbers = count()


@contextmanager
def fresh_bucket(server: StoreSettings) -> Iterator[StoreSettings]:
    """Settings with a bucket that nobody used, not made yet, and waits that a test can stand.

    Afterwards the bucket goes: the server sets disk aside for each, and fifty are more than a small disk has.
    """
    name = f"test-{next(_numbers):04d}"
    yield replace(server, bucket=name, first_wait_s=0.01, longest_wait_s=0.05)
    _remove(server, name)


def _remove(server: StoreSettings, bucket: str) -> None:
    client = Minio(
        server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key.get_secret_value(),
        region=server.region,
        secure=server.secure,
    )
    if not client.bucket_exists(bucket):
        return
    keys = (DeleteObject(str(found.object_name)) for found in client.list_objects(bucket, recursive=True))
    errors = list(client.remove_objects(bucket, keys))
    assert not errors, errors
    client.remove_bucket(bucket)
