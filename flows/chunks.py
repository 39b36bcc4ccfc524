"""A chunk of visits: worked one by one, none harming another, and tried again only where that may help."""

import logging
from collections.abc import Callable, Mapping
from enum import StrEnum

from pipeline.errors import (
    ObjectCorrupted,
    ObjectNotFound,
    RegistryError,
    SettingsError,
    StorageError,
    VisitProofError,
)
from storage.visits import VisitRef

_log = logging.getLogger(__name__)

Chunk = tuple[VisitRef, ...]


class Status(StrEnum):
    """What became of a visit; `unchanged` where equal inputs had been judged before."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ChunkInterrupted(StorageError):
    """The store or the database failed for some visits of a chunk; the others are done."""

    def __init__(self, errors: Mapping[str, StorageError]) -> None:
        super().__init__("; ".join(map(str, errors.values())))
        self.errors = errors


class ChunkWork:
    """The work on one chunk. Call it again after ChunkInterrupted: only what is left is worked.

    statuses: manifest key -> what became of the visit. failures: why, for those that failed for good.
    """

    def __init__(self, chunk: Chunk, work_visit: Callable[[VisitRef], Status]) -> None:
        self.chunk = chunk
        self.statuses: dict[str, Status] = {}
        self.failures: dict[str, Exception] = {}
        self._work_visit = work_visit

    def __call__(self) -> Mapping[str, Status]:
        """Raises ChunkInterrupted for what another try may help; SettingsError and RegistryError."""
        interrupted: dict[str, StorageError] = {}
        for ref in self.chunk:
            if ref.manifest_key not in self.statuses:
                self._work(ref, interrupted)
        if interrupted:
            raise ChunkInterrupted(interrupted)
        return self.statuses

    def _work(self, ref: VisitRef, interrupted: dict[str, StorageError]) -> None:
        """The boundary behind which no visit harms another: the one place that catches everything."""
        try:
            self.statuses[ref.manifest_key] = self._work_visit(ref)
        except (SettingsError, RegistryError):
            # Nothing is wrong with this visit: no other one could be worked either.
            raise
        except Exception as error:  # noqa: BLE001
            if isinstance(error, StorageError) and not isinstance(error, ObjectNotFound | ObjectCorrupted):
                interrupted[ref.manifest_key] = error
                return
            _log.warning("%s failed: %s", ref.manifest_key, error, exc_info=_is_a_bug(error))
            self.statuses[ref.manifest_key] = Status.FAILED
            self.failures[ref.manifest_key] = error


def _is_a_bug(error: Exception) -> bool:
    return not isinstance(error, VisitProofError)
