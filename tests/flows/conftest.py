"""Services over a real S3 server and a real database, with an observer that a test can see through."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from flows.assembly import Services
from flows.settings import Settings
from storage.objects import MinioObjectStore
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.settings import StoreSettings
from tests.flows.fakes import FakeObserver

_numbers = count()


@pytest.fixture
def observer(tmp_path: Path) -> FakeObserver:
    return FakeObserver(tmp_path / "diary.txt")


@pytest.fixture
def store(embedded_store: StoreSettings) -> MinioObjectStore:
    """A bucket of its own on the real server, with waits between attempts that a test can stand."""
    settings = replace(
        embedded_store, bucket=f"flows-{next(_numbers):04d}", first_wait_s=0.01, longest_wait_s=0.05
    )
    store = MinioObjectStore(settings)
    store.ensure_bucket()
    return store


@pytest.fixture
def services(tmp_path: Path, store: MinioObjectStore, observer: FakeObserver) -> Iterator[Services]:
    settings = Settings(data_folder=tmp_path / "data", chunk_size=4, chunk_retry_delay_s=0.01)
    with closing(ResultStore(settings.results_url)) as results:
        yield Services(settings, store, results, load_rule_sets(), lambda: observer)
