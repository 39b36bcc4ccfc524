"""`nightly` and `demo`: Prefect flows over many visits, with a table at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from flows.assembly import Services, open_services
from flows.cli.friendly import err, out
from flows.cli.tables import print_night
from flows.night import NightProgress
from flows.night_summary import NightSummary
from flows.pages import write_pages
from flows.prefect_setup import prepare_prefect
from flows.settings import Settings
from storage.upload import upload_visit


def run_nightly(settings: Settings, date: str | None, prefix: str | None, html: Path | None) -> None:
    """Run the nightly flow here and print its table."""
    with open_services(settings) as services:
        summary = _run_flow(services, date, prefix)
        index = write_pages(services, summary, html) if html is not None else None
    print_night(summary)
    if index is not None:
        _say_where(index)


def run_tune(settings: Settings, folders: Sequence[Path]) -> None:
    """Run the flow `tune` here and say how it ended."""
    prepare_prefect(settings.data_folder)
    with err.status("starting Prefect"):
        from flows.tune import open_tuning, tune_flow
    state = tune_flow(lambda: open_tuning(settings))([str(folder) for folder in folders], return_state=True)
    if state.is_completed():
        out.print(state.message, markup=False, highlight=False, soft_wrap=True)
        return
    err.print(f"{state.name}: {state.message}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def run_demo(settings: Settings, seed: int) -> None:
    """Everything once over sample visits, in a folder of their own below the data folder.

    Neither a configured store nor a configured database is touched.
    """
    own = settings.model_copy(
        update={
            "data_folder": settings.data_folder / "demo",
            "store_endpoint": None,
            "database_url": None,
        }
    )
    with open_services(own) as services:
        day = _upload_samples(services, own.data_folder / "visits", seed)
        summary = _run_flow(services, day, None)
        with err.status("writing the report pages"):
            index = write_pages(services, summary, own.data_folder / "reports")
    print_night(summary)
    _say_where(index)


def _upload_samples(services: Services, folder: Path, seed: int) -> str:
    """Make the sample visits and put them into the store; the day on which they took place."""
    from models.samples.build import DEFAULT_DAY, build_sample_visits

    with err.status("making the sample visits"):
        samples = build_sample_visits(folder, seed, day=DEFAULT_DAY)
    with err.status("putting them into the store"):
        for sample in samples:
            upload_visit(services.store, sample.folder)
    return DEFAULT_DAY.isoformat()


def _run_flow(services: Services, date: str | None, prefix: str | None) -> NightSummary:
    prepare_prefect(services.settings.data_folder)
    with err.status("starting Prefect"):
        from flows.nightly import nightly_flow
    with _progress() as progress:
        return nightly_flow(lambda: nullcontext(services), progress)(date, prefix)


@contextmanager
def _progress() -> Iterator[NightProgress]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("visits")
    with Progress(*columns, console=err, transient=True) as bars:
        tasks = {phase: bars.add_task(phase, total=None) for phase in ("observe", "judge")}

        def advance(phase: str, done: int, total: int) -> None:
            bars.update(tasks[phase], completed=done, total=total)

        yield advance


def _say_where(index: Path) -> None:
    out.print(f"reports: {index.resolve()}", markup=False, highlight=False, soft_wrap=True)
