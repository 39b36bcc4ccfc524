"""`tune page`: an evaluation as one HTML file that needs nothing beside it."""

from pathlib import Path
from typing import Annotated

import typer


def page(
    ctx: typer.Context,
    evaluation: Annotated[
        str,
        typer.Option(
            metavar="ID|FILE.json",
            help="The number of a kept evaluation, or a file that another `tune` command wrote.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="Where the page goes.", show_default=False)],
    pictures: Annotated[
        bool,
        typer.Option(
            "--pictures", help="With small pictures of visits and mistakes; without it none leaves the store."
        ),
    ] = False,
    labelled_set: Annotated[
        Path | None,
        typer.Option(
            "--set",
            metavar="FOLDER",
            help="With --pictures: the labelled set of a detector's evaluation.  [default: in sets_folder]",
        ),
    ] = None,
) -> None:
    """Write an evaluation as one self-contained page: curves with a handle, flips, mistakes (评估页面)."""
    from flows import tuning_pages
    from flows.cli.friendly import err

    tuning_pages.write(ctx.obj.settings(), tuning_pages.Wanted(evaluation, out, pictures, labelled_set))
    err.print(f"page: {out}", markup=False, highlight=False, soft_wrap=True)
