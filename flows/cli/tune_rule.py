"""`tune rule`: one number of the rules over many values."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.tune_replay import AsJson, Keep, Out, Since, Until
from pipeline.visit import ServiceType


def rule(
    ctx: typer.Context,
    path: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="confidence.badge, items.time.window.params.after_window_min, items.badge.visible.weight, "
            "cutoffs.good, near_threshold, …",
            show_default=False,
        ),
    ],
    truths: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|SET",
            help="What is right: a labels.jsonl, or a labelled set of visits.  [default: the decisions]",
        ),
    ] = None,
    grades: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Right grades, as a CSV with visit_id and grade: for weights and cut-offs."
        ),
    ] = None,
    low: Annotated[float | None, typer.Option("--from", help="Least value to try.")] = None,
    high: Annotated[float | None, typer.Option("--to", help="Greatest value to try.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=1000, help="Steps between them.")] = None,
    false_accusation_cost: Annotated[
        float | None,
        typer.Option(metavar="X", help="Least cost, where a wrong accusation costs X times a wrong pass."),
    ] = None,
    precision_at_least: Annotated[
        float | None,
        typer.Option(metavar="P", help="Accuse as much as can be, of which at least this share rightly."),
    ] = None,
    recall_at_least: Annotated[
        float | None,
        typer.Option(
            metavar="R", help="Accuse as rightly as can be, of what is lacking at least this share."
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="Which truths count: tune, test, train, or all.")] = "tune",
    service: Annotated[ServiceType | None, typer.Option(help="Visits of this service type alone.")] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM", help="Items whose truths count.  [default: all that the number moves]"),
    ] = None,
    since: Since = None,
    until: Until = None,
    seed: Annotated[int, typer.Option(help="Seed of the resampled visits.")] = 7,
    as_json: AsJson = False,
    out: Out = None,
    keep: Keep = False,
) -> None:
    """Try values of one number of the rules on stored visits: right, wrong, undecided, and what flips (调参).

    With a wish, the best value and where it lies for sure; refused where too few labels say so.
    """
    from flows.cli import sweeping
    from flows.cli.days import day_of
    from flows.cli.outputs import Output
    from flows.cli.splits import split_named
    from flows.sweeps import SweepWish

    wanted = SweepWish(
        path=path,
        low=low,
        high=high,
        steps=steps,
        truths=truths,
        grades=grades,
        split=split_named(split, "--split"),
        service_type=service,
        items=tuple(item or ()),
        since=day_of(since, "--since"),
        until=day_of(until, "--until"),
        wish=sweeping.wish_of(false_accusation_cost, precision_at_least, recall_at_least),
        seed=seed,
    )
    sweeping.run(ctx.obj.settings(), wanted, Output(as_json, out, keep))
