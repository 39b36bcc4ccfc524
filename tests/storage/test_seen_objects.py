"""Objects that were looked at before are known by key, ETag and observer."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.evidence import FailureReason, MediaFailure
from storage.database import Database
from storage.seen_objects import KnownObject, SeenObjects

KEY = "visits/2026-05-12/V-1/a.jpg"
FAILURE = MediaFailure(KEY, FailureReason.TRUNCATED, "ends too early; upload it again")


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[SeenObjects]:
    with closing(Database(f"sqlite:///{tmp_path}/results.db")) as database:
        yield SeenObjects(database)


@pytest.mark.parametrize("known", ["ab" * 32, FAILURE])
def test_what_was_put_is_found_again(seen: SeenObjects, known: KnownObject) -> None:
    seen.put(KEY, "etag-1", "observer-1", known)
    assert seen.get(KEY, "etag-1", "observer-1") == known


@pytest.mark.parametrize(
    ("key", "etag", "observer"),
    [("other", "etag-1", "observer-1"), (KEY, "etag-2", "observer-1"), (KEY, "etag-1", "observer-2")],
)
def test_another_object_or_observer_is_not_known(
    seen: SeenObjects, key: str, etag: str, observer: str
) -> None:
    seen.put(KEY, "etag-1", "observer-1", "ab" * 32)
    assert seen.get(key, etag, observer) is None


def test_an_object_that_was_replaced_is_known_by_its_new_etag_only(seen: SeenObjects) -> None:
    seen.put(KEY, "etag-1", "observer-1", FAILURE)
    seen.put(KEY, "etag-2", "observer-1", "cd" * 32)
    assert seen.get(KEY, "etag-1", "observer-1") is None
    assert seen.get(KEY, "etag-2", "observer-1") == "cd" * 32
