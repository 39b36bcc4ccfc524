"""Stored visits under other rules, out of the results database: no store, no model, no picture."""

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.labels import Label
from pipeline.tuning.replay import Replay
from pipeline.tuning.replaying import RuleSets, replay, with_words
from storage.results import ResultStore

_VISITS_AT_ONCE = 1000


def replay_stored(
    results: ResultStore, old: RuleSets, new: RuleSets, since: date | None, until: date | None
) -> Replay:
    """The visits of some days, both included, under both rule sets, and how auditors had decided what flips.

    Raises StorageError.
    """
    found = replay(results.inputs.cases(since, until, old), old, new)
    return with_words(found, labels_on(results, sorted({flip.visit_id for flip in found.flips})))


def labels_on(results: ResultStore, visit_ids: Sequence[str]) -> Iterator[Label]:
    """What auditors said of these visits. Raises StorageError."""
    for start in range(0, len(visit_ids), _VISITS_AT_ONCE):
        yield from results.labels.of_visits(visit_ids[start : start + _VISITS_AT_ONCE])
