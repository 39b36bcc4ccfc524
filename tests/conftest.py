"""Fixtures that more than one package's tests need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.embedded import serve
from storage.settings import StoreSettings
from tests.databases import database_url, postgres_url

__all__ = ("database_url", "postgres_url")

# How long an example takes depends on what else the machine does.
settings.register_profile("visitproof", deadline=None)
settings.load_profile("visitproof")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The read-only material beside the project's folder; skips where it is absent."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"no read-only material at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def embedded_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSettings]:
    """A real S3 server for the whole run; take a bucket of your own by `dataclasses.replace`."""
    with serve(tmp_path_factory.mktemp("store")) as settings:
        yield settings
