"""`tune detector`: precision and recall of a detector over confidence, and thresholds by wish."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.tune_replay import AsJson, Keep, Out


def detector(
    ctx: typer.Context,
    dataset: Annotated[
        Path,
        typer.Argument(metavar="DATASET", help="A labelled set; see docs/datasets.md.", show_default=False),
    ],
    split: Annotated[str, typer.Option(help="tune, test, train, or all.")] = "tune",
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A registered detector.  [default: the one that serves]"),
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(metavar="CLASS", help="Only this class; may be repeated.")
    ] = None,
    iou: Annotated[
        float, typer.Option(help="From this overlap on a found box matches a labelled one.")
    ] = 0.5,
    beta: Annotated[
        float, typer.Option(min=0.01, help="F-beta: how many times recall weighs as precision.")
    ] = 1.0,
    precision_at_least: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Wish: recall as high as can be with this precision."),
    ] = None,
    recall_at_least: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Wish: precision as high as can be with this recall."),
    ] = None,
    false_alarm_cost: Annotated[
        float | None,
        typer.Option(metavar="TIMES", help="Wish: least cost, a false alarm costing so many misses."),
    ] = None,
    miss_cost: Annotated[
        float | None,
        typer.Option(metavar="TIMES", help="Wish: least cost, a miss costing so many false alarms."),
    ] = None,
    confirm_on: Annotated[
        str | None,
        typer.Option(metavar="SPLIT", help="Measure the chosen threshold on this split as well."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the sources drawn anew.")] = 1,
    as_json: AsJson = False,
    out: Out = None,
    keep: Keep = False,
) -> None:
    """Measure a detector on a labelled set at every threshold (查准率、查全率), and choose one by wish.

    For what a standard demands to be there, such as the badge, a miss accuses wrongly and a false alarm lets
    pass: there a false accusation's cost is --miss-cost.
    """
    from flows.cli import detector_tuning

    wish = detector_tuning.wish_of(precision_at_least, recall_at_least, false_alarm_cost, miss_cost)
    detector_tuning.run(
        ctx.obj.settings(),
        detector_tuning.Wanted(
            folder=dataset,
            split=split,
            model=model,
            labels=tuple(label or ()),
            iou=iou,
            beta=beta,
            wish=wish,
            confirm_on=confirm_on,
            seed=seed,
            as_json=as_json,
            out=out,
            keep=keep,
        ),
    )
