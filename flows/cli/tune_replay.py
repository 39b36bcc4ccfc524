"""`tune replay`: what a change of rules would have done to the visits of the last weeks."""

from pathlib import Path
from typing import Annotated

import typer

Since = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Visits of this day and later.")]
Until = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Visits up to this day.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else there.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole result there as JSON.")]
Keep = Annotated[
    bool, typer.Option("--keep", help="Keep the result as an evaluation, for a release and the site.")
]


def replay(
    ctx: typer.Context,
    rules: Annotated[
        Path,
        typer.Option(
            metavar="FILE|FOLDER",
            help="The new rules: a folder of rule files, or one file over the rules in force.",
        ),
    ],
    old: Annotated[
        Path | None,
        typer.Option(metavar="FILE|FOLDER", help="The old rules.  [default: those in force]"),
    ] = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
    out: Out = None,
    keep: Keep = False,
) -> None:
    """Judge stored visits under old and new rules, and list what flips (重放).

    Nothing is changed: no report, no decision. Auditors' work is counted as flagged visits and spot checks a
    day.
    """
    from flows.cli import replaying
    from flows.cli.outputs import Output

    wanted = replaying.Wanted(rules, old, since, until)
    replaying.run(ctx.obj.settings(), wanted, Output(as_json, out, keep))
