"""`labels export`: what auditors decided, as a labelled set."""

from pathlib import Path

from flows.assembly import open_results
from flows.cli.days import day_of
from flows.cli.friendly import out
from flows.labels import LABELS_NAME, export_labels
from flows.settings import Settings


def run_export(settings: Settings, since: str | None, until: str | None, folder: Path) -> None:
    """Days are those of the zone that nights go by."""
    first, last = day_of(since, "--since"), day_of(until, "--until")
    with open_results(settings) as results:
        counts = export_labels(results, folder, first, last, settings.nightly_time_zone)
    out.print(
        f"{counts.labels} labels of {len(counts.visits)} visits, {counts.overturned} overturned, "
        f"{counts.disputed} disputed: {folder / LABELS_NAME}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
