"""Fixtures that more than one package's tests need."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The read-only material beside the project's folder; skips where it is absent."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(f"no read-only material at {SHARED}")
    return SHARED
