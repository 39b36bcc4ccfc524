"""`labels export`: what auditors decided, as a labelled set."""

from datetime import date
from pathlib import Path

import typer

from flows.assembly import open_results
from flows.cli.friendly import out
from flows.labels import LABELS_NAME, export_labels
from flows.settings import Settings


def run_export(settings: Settings, since: str | None, until: str | None, folder: Path) -> None:
    """Days are those of the zone that nights go by."""
    first, last = _day(since, "--since"), _day(until, "--until")
    with open_results(settings) as results:
        counts = export_labels(results, folder, first, last, settings.nightly_time_zone)
    out.print(
        f"{counts.labels} labels of {len(counts.visits)} visits, {counts.overturned} overturned, "
        f"{counts.disputed} disputed: {folder / LABELS_NAME}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: wanted 2026-11-20", param_hint=option) from error
