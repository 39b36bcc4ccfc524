"""The commands `visitproof dataset ...`; what they do is imported when one runs."""

from pathlib import Path
from typing import Annotated

import typer

dataset = typer.Typer(
    name="dataset",
    help="Labelled sets: what is wrong with them, and their formats (标注集).",
    no_args_is_help=True,
    add_completion=False,
)

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A labelled set; see docs/datasets.md.", show_default=False)
]


@dataset.command()
def check(
    ctx: typer.Context,
    folder: Folder,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on standard output, and nothing else there.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the doubtful labels there, as a contact sheet."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The detector to ask.  [default: the one that serves]")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Don't ask a detector.")] = False,
    sure: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="From this confidence on the detector's word counts.  [default: 0.8]"
        ),
    ] = None,
) -> None:
    """Find what is wrong with a labelled set: each fault by name, with what to do.

    Exit code 1 where there is a fault.

    Labels that a confident detector disagrees with are for a person to look at, and no fault.
    """
    from flows.cli import dataset_checking

    dataset_checking.run(
        ctx.obj.settings(), dataset_checking.Wanted(folder, as_json, out, model, not no_model, sure)
    )


@dataset.command()
def convert(
    ctx: typer.Context,
    folder: Folder,
    to: Annotated[str, typer.Option(metavar="yolo|coco", help="The format to write.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the labels go.")],
) -> None:
    """Write a set's object labels in the other format; pictures stay where they are."""
    from flows.cli import dataset_checking

    dataset_checking.convert(ctx.obj.settings(), folder, to, out)
