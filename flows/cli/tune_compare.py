"""`tune compare`: champion and challenger over the same labelled pictures."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.tune_replay import AsJson, Keep, Out


def compare(
    ctx: typer.Context,
    dataset: Annotated[
        Path,
        typer.Argument(metavar="DATASET", help="A labelled set; see docs/datasets.md.", show_default=False),
    ],
    challenger: Annotated[
        str,
        typer.Option(metavar="NAME", help="The registered detector that may take over.", show_default=False),
    ],
    champion: Annotated[
        str | None, typer.Option(metavar="NAME", help="The other one.  [default: the one that serves]")
    ] = None,
    split: Annotated[str, typer.Option(help="test, tune, train, or all.")] = "test",
    iou: Annotated[
        float, typer.Option(help="From this overlap on a found box matches a labelled one.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(help="Of the sources drawn anew.")] = 1,
    as_json: AsJson = False,
    out: Out = None,
    keep: Keep = False,
) -> None:
    """Hold two detectors against the same labels, pair by pair (新旧模型对比): is the challenger better?

    Each at its threshold: the champion at the confidence of the rules in force, the challenger at the one
    that is registered with it.
    """
    from flows.cli import comparing

    wanted = comparing.Wanted(dataset, champion, challenger, split, iou, seed, as_json, out, keep)
    comparing.run(ctx.obj.settings(), wanted)
