"""`tune nightly`: the flow that a deployment runs each night, run here and now."""

from pathlib import Path
from typing import Annotated

import typer


def nightly(
    ctx: typer.Context,
    datasets: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DATASET]...", help="Labelled sets.  [default: tune_sets of the settings]"),
    ] = None,
) -> None:
    """Measure labelled sets, keep the figures, and hold them against their bounds.yaml (夜间评估).

    Exit code 1 where a figure is below its bound or a set could not be measured.
    """
    from flows.cli import nights

    nights.run_tune(ctx.obj.settings(), datasets or [])
