"""Services over a real S3 server and a real database, with an observer that a test can see through."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.assembly import Services
from flows.settings import Settings
from storage.objects import MinioObjectStore
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.settings import StoreSettings
from tests.buckets import fresh_bucket
from tests.flows.fakes import FakeObserver


@pytest.fixture
def observer(tmp_path: Path) -> FakeObserver:
    return FakeObserver(tmp_path / "diary.txt")


@pytest.fixture
def store(embedded_store: StoreSettings) -> Iterator[MinioObjectStore]:
    """A bucket of its own on the real server."""
    with fresh_bucket(embedded_store) as settings:
        store = MinioObjectStore(settings)
        store.ensure_bucket()
        yield store


@pytest.fixture
def services(tmp_path: Path, store: MinioObjectStore, observer: FakeObserver) -> Iterator[Services]:
    settings = Settings(data_folder=tmp_path / "data", chunk_size=4, chunk_retry_delay_s=0.01)
    with closing(ResultStore(settings.results_url)) as results:
        yield Services(settings, store, results, load_rule_sets(), lambda: observer)
