"""The flow `tune`: labelled sets measured anew each night, kept, and held against their bounds.

Whoever imports this module has called `flows.prefect_setup.prepare_prefect` before, or is a Prefect worker
with these settings in its environment.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from prefect import Flow, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.alerts import alert
from flows.assembly import open_results
from flows.set_measuring import measure_set
from flows.settings import Settings, load_settings
from flows.tuning_night import SetMeasurer, SetOutcome, alarm_text, as_markdown, evaluate_set
from pipeline.errors import SettingsError
from storage.results import ResultStore

BELOW_BOUND = "BelowBound"
"""The name of the state in which a run ends that has something to tell; its type is FAILED."""
TuneFlow = Flow[[Sequence[str] | None], State[Any]]


@dataclass(frozen=True, slots=True)
class TuneServices:
    """What the nightly evaluation needs from outside."""

    settings: Settings
    results: ResultStore
    measure: SetMeasurer


def tune_flow(services: Callable[[], AbstractContextManager[TuneServices]]) -> TuneFlow:
    """The flow `tune` over services that are opened when a run begins and closed when it ends."""

    @flow(name="tune", persist_result=False)
    def tune(sets: Sequence[str] | None = None) -> State[Any]:
        """Evaluate the labelled sets in these folders; by default those of the settings.

        Each leaves an artifact. The run fails, as `BelowBound`, where a figure is below its bound or a set
        could not be evaluated: that is what notifications and automations of Prefect wait for.
        """
        with services() as opened:
            outcomes = [_in_task(opened, folder) for folder in _folders(opened.settings, sets)]
            return _ended(opened.settings, outcomes)

    return tune


@contextmanager
def open_tuning(settings: Settings) -> Iterator[TuneServices]:
    """Everything open while the block runs; models are loaded when the first set is measured."""
    with open_results(settings) as results:
        yield TuneServices(settings, results, partial(measure_set, settings, results))


tune = tune_flow(lambda: open_tuning(load_settings()))
"""What a deployment runs: everything from the environment's settings."""


def _folders(settings: Settings, sets: Sequence[str] | None) -> list[Path]:
    folders = [Path(one) for one in sets or settings.tune_sets]
    if not folders:
        raise SettingsError("no labelled set to evaluate: name its folder, or set tune_sets")
    return folders


def _in_task(services: TuneServices, folder: Path) -> SetOutcome:
    """One set as a task of its own, with its artifact."""

    @task(
        name="evaluate", task_run_name=f"evaluate {folder.name}", cache_policy=NO_CACHE, persist_result=False
    )
    def evaluate() -> SetOutcome:
        return evaluate_set(services.results, folder, services.measure)

    outcome = evaluate()
    create_markdown_artifact(
        key=artifact_key(folder.name), markdown=as_markdown(outcome), description=folder.name
    )
    return outcome


def artifact_key(set_name: str) -> str:
    """Prefect's keys hold lower-case letters, digits and dashes only; a name without any gets a digest."""
    plain = re.sub(r"[^a-z0-9]+", "-", set_name.lower()).strip("-")
    return "tune-" + (plain or hashlib.sha256(set_name.encode()).hexdigest()[:12])


def _ended(settings: Settings, outcomes: Sequence[SetOutcome]) -> State[Any]:
    text = alarm_text(outcomes)
    if not text:
        return Completed(message=f"{len(outcomes)} sets evaluated, every bound kept")
    alert(
        text,
        {"sets": {one.set_name: [told.zh for told in one.alarms] for one in outcomes if one.alarms}},
        settings.alert_webhook,
    )
    return Failed(name=BELOW_BOUND, message=text)
