"""Real servers for the tests of storage, and a wire between that can be cut."""

from dataclasses import replace
from itertools import count

import pytest

from storage.objects import MinioObjectStore
from storage.settings import StoreSettings

_numbers = count()


@pytest.fixture
def store_settings(embedded_store: StoreSettings) -> StoreSettings:
    """The real S3 server with a fresh bucket, and waits between attempts that a test can stand."""
    return replace(
        embedded_store, bucket=f"test-{next(_numbers):04d}", first_wait_s=0.01, longest_wait_s=0.05
    )


@pytest.fixture
def object_store(store_settings: StoreSettings) -> MinioObjectStore:
    # Patient: on a busy machine a server that makes room for a fiftieth bucket says "try again" at first.
    store = MinioObjectStore(replace(store_settings, attempts=10, longest_wait_s=0.5))
    store.ensure_bucket()
    return store
