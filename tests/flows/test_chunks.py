"""A chunk of visits: who fails for good, who is tried again, and what stops everything."""

from collections.abc import Callable
from datetime import date

import pytest

from flows.chunks import ChunkInterrupted, ChunkWork, Status
from pipeline.errors import (
    ManifestError,
    ObjectCorrupted,
    ObjectNotFound,
    RegistryError,
    RulesError,
    SettingsError,
    StorageError,
)
from storage.visits import VisitRef

CHUNK = tuple(
    VisitRef(name, date(2026, 5, 12), f"visits/2026-05-12/{name}/visit.json") for name in ("a", "b", "c")
)
A, B, C = (ref.manifest_key for ref in CHUNK)


def failing_at(
    visit_id: str, error: Exception, times: int = 1000
) -> tuple[list[str], Callable[[VisitRef], Status]]:
    """Work that raises at one visit so many times; and the visits that were worked, in order."""
    worked: list[str] = []

    def work(ref: VisitRef) -> Status:
        worked.append(ref.visit_id)
        if ref.visit_id == visit_id and worked.count(visit_id) <= times:
            raise error
        return Status.DONE

    return worked, work


@pytest.mark.parametrize(
    "error",
    [
        ManifestError("no JSON"),
        RulesError("no rule set"),
        ObjectNotFound("gone"),
        ObjectCorrupted("other bytes"),
        ZeroDivisionError("a bug"),
    ],
)
def test_what_no_second_try_helps_fails_one_visit(error: Exception) -> None:
    _, work = failing_at("b", error)
    chunk = ChunkWork(CHUNK, work)
    assert chunk() == {A: Status.DONE, B: Status.FAILED, C: Status.DONE}
    assert chunk.failures == {B: error}


def test_a_lost_connection_interrupts_after_the_others_were_worked() -> None:
    lost = StorageError("lost the connection")
    worked, work = failing_at("b", lost, times=1)
    chunk = ChunkWork(CHUNK, work)
    with pytest.raises(ChunkInterrupted, match="lost the connection") as interrupted:
        chunk()
    assert (worked, interrupted.value.errors) == (["a", "b", "c"], {B: lost})
    assert chunk() == dict.fromkeys((A, B, C), Status.DONE)
    assert worked == ["a", "b", "c", "b"], "only what was left is worked again"


@pytest.mark.parametrize("error", [SettingsError("no Tesseract"), RegistryError("no weights")])
def test_what_no_visit_can_help_stops_everything(error: Exception) -> None:
    worked, work = failing_at("a", error)
    with pytest.raises(type(error)):
        ChunkWork(CHUNK, work)()
    assert worked == ["a"]
