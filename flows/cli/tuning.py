"""The commands `visitproof tune ...`, each from a module with its options; what it does is imported when it
runs."""

import typer

from flows.cli.tune_compare import compare
from flows.cli.tune_detector import detector
from flows.cli.tune_nightly import nightly
from flows.cli.tune_page import page
from flows.cli.tune_replay import replay
from flows.cli.tune_rule import rule

tune = typer.Typer(
    name="tune",
    help="What other thresholds and rules would change, measured on stored evidence (调参).",
    no_args_is_help=True,
    add_completion=False,
)


@tune.callback()
def _tune() -> None:
    """What other thresholds and rules would change, measured on stored evidence (调参)."""


tune.command("detector")(detector)
tune.command("page")(page)
tune.command("replay")(replay)
tune.command("rule")(rule)
tune.command("compare")(compare)
tune.command("nightly")(nightly)
