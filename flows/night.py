"""A night's work without its engine: what is to be done, in chunks, and what came of it.

First every visit's files are observed, then every visit is judged, so that a verdict on a re-used picture
does not depend on which visit was worked first. Whoever runs the chunks is an argument: Prefect
(`flows.nightly`), or a plain call.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from flows.assembly import Services
from flows.chunks import Chunk, ChunkInterrupted, ChunkWork, Status
from flows.judging import gather_inputs, judge
from flows.night_summary import NightSummary, summarise
from flows.observing import observe_visit, record_seen
from storage.result_values import RunCounts, VisitFailure
from storage.visits import VisitRef, list_visits, load_visit

ChunkRunner = Callable[[str, ChunkWork], Mapping[str, Status]]
"""Runs a chunk under a name, and again where it raises ChunkInterrupted, as often as it thinks fit."""


class NightProgress(Protocol):
    """Told of each phase how many of its visits are done."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


def no_progress(phase: str, done: int, total: int) -> None:
    """Tells nobody."""


def run_directly(_: str, chunk: ChunkWork) -> Mapping[str, Status]:
    """A ChunkRunner without an engine and without a second try."""
    return chunk()


def run_night(
    services: Services, prefix: str, run_chunk: ChunkRunner, progress: NightProgress = no_progress
) -> NightSummary:
    """Observe and judge every visit of a date (2026-05-12) or under a prefix, and sum up.

    Visits that fail are kept by name in the results and the night goes on. What is done is kept at once, so a
    night that was killed goes on where it stopped. Raises StorageError if not even a listing can be had,
    SettingsError and RegistryError if nothing can be observed at all.
    """
    services.observer()
    started_at = datetime.now(UTC)
    run_id = services.results.start_run(prefix, started_at)
    visits = services.results.record_visits(list_visits(services.store, prefix), started_at)
    observed = _run_phase(services, "observe", _observe, visits, run_chunk, progress)
    observable = [ref for ref in visits if observed[ref.manifest_key] is not Status.FAILED]
    judged = _run_phase(services, "judge", _judge_if_changed, observable, run_chunk, progress)
    counts = _counts({**observed, **judged}.values())
    services.results.finish_run(run_id, datetime.now(UTC), counts)
    return summarise(services.results, prefix, visits, counts)


def _observe(services: Services, ref: VisitRef) -> Status:
    """Look at a visit's files and record its pictures and codes. Raises ManifestError, StorageError."""
    visit = load_visit(services.store, ref.manifest_key, ref.twins)
    record_seen(services, visit, observe_visit(services, visit))
    return Status.DONE


def _judge_if_changed(services: Services, ref: VisitRef) -> Status:
    """Judge a visit unless equal inputs were judged before. Raises ManifestError, RulesError,
    StorageError."""
    visit = load_visit(services.store, ref.manifest_key, ref.twins)
    inputs = gather_inputs(services, visit, observe_visit(services, visit))
    results, digest = services.results, inputs.digest
    # A report of before its inputs were kept is judged once more, which keeps them.
    is_known = results.judged_digest(visit.visit_id) == digest and results.inputs.are_kept(
        visit.visit_id, digest
    )
    if is_known and not _has_failed(services, ref):
        return Status.UNCHANGED
    return Status.DONE if judge(services, inputs).is_new else Status.UNCHANGED


def _has_failed(services: Services, ref: VisitRef) -> bool:
    """Whether a failure is kept that a new verdict would clear."""
    failures = services.results.visit_failures(ref.day.isoformat())
    return any(failure.manifest_key == ref.manifest_key for failure in failures)


def _run_phase(
    services: Services,
    phase: str,
    work: Callable[[Services, VisitRef], Status],
    visits: Sequence[VisitRef],
    run_chunk: ChunkRunner,
    progress: NightProgress,
) -> dict[str, Status]:
    statuses: dict[str, Status] = {}
    progress(phase, 0, len(visits))
    for chunk in _chunks(visits, services.settings.chunk_size):
        chunk_work = ChunkWork(chunk, lambda ref: work(services, ref))
        statuses |= _statuses(services, f"{phase} {chunk[0].visit_id}", chunk_work, run_chunk)
        progress(phase, len(statuses), len(visits))
    return statuses


def _chunks(visits: Sequence[VisitRef], size: int) -> Iterator[Chunk]:
    return (tuple(visits[start : start + size]) for start in range(0, len(visits), size))


def _statuses(services: Services, name: str, work: ChunkWork, run_chunk: ChunkRunner) -> Mapping[str, Status]:
    try:
        statuses = run_chunk(name, work)
    except ChunkInterrupted as interrupted:
        # Tried often enough: these visits wait for the next run, other chunks may do better.
        statuses = {**work.statuses, **dict.fromkeys(interrupted.errors, Status.FAILED)}
        work.failures.update(interrupted.errors)
    for ref in work.chunk:
        if ref.manifest_key in work.failures:
            services.results.record_visit_failure(visit_failure(ref, work.failures[ref.manifest_key]))
    return statuses


def visit_failure(ref: VisitRef, error: Exception) -> VisitFailure:
    """What an auditor is told of a visit that could not be judged."""
    return VisitFailure(
        visit_id=ref.visit_id,
        day=ref.day.isoformat(),
        manifest_key=ref.manifest_key,
        reason=type(error).__name__,
        detail=str(error),
        failed_at=datetime.now(UTC),
    )


def _counts(statuses: Iterable[Status]) -> RunCounts:
    count = Counter(statuses)
    return RunCounts(judged=count[Status.DONE], skipped=count[Status.UNCHANGED], failed=count[Status.FAILED])
