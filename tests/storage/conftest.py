"""Real servers for the tests of storage, and a wire between that can be cut."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storage.objects import MinioObjectStore
from storage.settings import StoreSettings
from tests.buckets import fresh_bucket


@pytest.fixture
def store_settings(embedded_store: StoreSettings) -> Iterator[StoreSettings]:
    """The real S3 server with a fresh bucket, and waits between attempts that a test can stand."""
    with fresh_bucket(embedded_store) as settings:
        yield settings


@pytest.fixture
def object_store(store_settings: StoreSettings) -> MinioObjectStore:
    # Patient: on a busy machine a server that makes room for another bucket says "try again" at first.
    store = MinioObjectStore(replace(store_settings, attempts=10, longest_wait_s=0.5))
    store.ensure_bucket()
    return store
