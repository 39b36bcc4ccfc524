"""The commands `visitproof tune ...`. Each is added from its own module; what it does is imported when it
runs."""

import typer

tune = typer.Typer(
    name="tune",
    help="What other thresholds and rules would change, measured on stored evidence (调参).",
    no_args_is_help=True,
    add_completion=False,
)


@tune.callback()
def _tune() -> None:
    """What other thresholds and rules would change, measured on stored evidence (调参)."""
