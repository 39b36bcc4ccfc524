"""`doctor`: the findings as a table, one line each."""

import typer
from rich.table import Table

from flows.cli.friendly import err, out
from flows.doctor import State, examine
from flows.settings import Settings

_LOOKS = {
    State.OK: "[green]ok[/]",
    State.MISSING: "[bold red]missing[/]",
    State.OPTIONAL: "[yellow]optional[/]",
}


def run_doctor(settings: Settings) -> None:
    """Print what was looked at. Exits with 1 where something is missing that a night needs."""
    table = Table("", "what", "found", "how to get it", box=None, pad_edge=False)
    with err.status("looking around"):
        findings = list(examine(settings))
    for finding in findings:
        table.add_row(_LOOKS[finding.state], finding.name, finding.detail, finding.remedy)
    out.print(table)
    if any(finding.state is State.MISSING for finding in findings):
        raise typer.Exit(1)
