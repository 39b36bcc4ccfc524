"""Stored visits under other rules, out of the results database: no store, no model, no picture."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flows.settings import Settings
from pipeline.errors import RulesError
from pipeline.labels import Label
from pipeline.tuning.replay import Replay
from pipeline.tuning.replaying import RuleSets, replay, with_words
from storage.results import ResultStore
from storage.rule_files import load_changed

_VISITS_AT_ONCE = 1000


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the cycle collector: evidence is millions of small values without a cycle, and looking through
    them again and again takes as long as reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def changed_rules(settings: Settings, change: Path, is_released: bool) -> RuleSets:
    """The rules with a change: another folder, or one file over the rules folder.

    is_released: the rules in force come from a release, over which one file can't be laid. Raises RulesError.
    """
    if is_released and change.is_file():
        raise RulesError(
            f"{change}: the rules in force were released, and one file is laid over the rules folder only: "
            "name a whole folder"
        )
    return load_changed(settings.rules_folder, change)


def replay_stored(
    results: ResultStore, old: RuleSets, new: RuleSets, since: date | None, until: date | None
) -> Replay:
    """The visits of some days, both included, under both rule sets, and how auditors had decided what flips.

    Raises StorageError.
    """
    with collector_paused():
        found = replay(results.inputs.cases(since, until, old), old, new)
    return with_words(found, labels_on(results, sorted({flip.visit_id for flip in found.flips})))


def labels_on(results: ResultStore, visit_ids: Sequence[str]) -> Iterator[Label]:
    """What auditors said of these visits. Raises StorageError."""
    for start in range(0, len(visit_ids), _VISITS_AT_ONCE):
        yield from results.labels.of_visits(visit_ids[start : start + _VISITS_AT_ONCE])
