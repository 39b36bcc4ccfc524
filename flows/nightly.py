"""The nightly flow: `flows.night` run by Prefect, a task per chunk of visits.

Whoever imports this module has called `flows.prefect_setup.prepare_prefect` before, or is a Prefect worker
with these settings in its environment.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date as calendar_date
from datetime import timedelta
from typing import Any

from prefect import Flow, Task, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from flows.assembly import Services, open_services, today
from flows.chunks import ChunkInterrupted, ChunkWork, Status
from flows.night import ChunkRunner, NightProgress, no_progress, run_night
from flows.night_summary import NightSummary, as_markdown
from flows.settings import Settings, load_settings
from pipeline.errors import SettingsError

SUMMARY_KEY = "nightly-summary"
NightFlow = Flow[[str | None, str | None], NightSummary]


def nightly_flow(
    services: Callable[[], AbstractContextManager[Services]], progress: NightProgress = no_progress
) -> NightFlow:
    """The flow `nightly` over services that are opened when a run begins and closed when it ends."""

    @flow(name="nightly", persist_result=False)
    def nightly(date: str | None = None, prefix: str | None = None) -> NightSummary:
        """Verify all visits of a date (2026-05-12) or under a prefix (visits/2026-05); default: yesterday."""
        with services() as opened:
            covered = scope(opened.settings, date, prefix)
            summary = run_night(opened, covered, in_tasks(opened.settings), progress)
        create_markdown_artifact(key=SUMMARY_KEY, markdown=as_markdown(summary), description=summary.prefix)
        return summary

    return nightly


nightly = nightly_flow(lambda: open_services(load_settings()))
"""What a deployment runs: everything from the environment's settings."""


def in_tasks(settings: Settings) -> ChunkRunner:
    """Each chunk as a task, tried again with growing delays where the store or the database failed."""

    def run_chunk(name: str, work: ChunkWork) -> Mapping[str, Status]:
        @task(
            name="chunk",
            task_run_name=name,
            retries=settings.chunk_retries,
            retry_delay_seconds=exponential_backoff(settings.chunk_retry_delay_s),
            retry_condition_fn=_is_interrupted,
            cache_policy=NO_CACHE,
            persist_result=False,
        )
        def chunk() -> Mapping[str, Status]:
            return work()

        return chunk()

    return run_chunk


def scope(settings: Settings, date: str | None, prefix: str | None) -> str:
    """What a run covers: a date, a prefix, or yesterday in the settings' zone. Raises SettingsError."""
    if date and prefix:
        raise SettingsError(f"date {date!r} and prefix {prefix!r} exclude each other: give one of them")
    if prefix:
        return prefix
    if not date:
        return str(today(settings) - timedelta(days=1))
    try:
        return calendar_date.fromisoformat(date).isoformat()
    except ValueError as error:
        raise SettingsError(f"date {date!r} is none: wanted YYYY-MM-DD") from error


def _is_interrupted(_: Task[..., Any], __: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), ChunkInterrupted)
