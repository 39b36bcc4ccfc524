"""The commands `visitproof rules ...` and `visitproof model ...` and their options."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.tuning.releases import ReleaseKind

Number = Annotated[int, typer.Argument(metavar="ID", help="The release's number.", show_default=False)]
By = Annotated[
    str,
    typer.Option(metavar="USER", help="Who does it: a QA lead or an administrator.", show_default=False),
]
Comment = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")]
Day = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day of visits.  [default: today]")
]
Retroactive = Annotated[
    bool,
    typer.Option("--retroactive", help="A day that is over is meant; its visits are judged anew when run."),
]
EvaluationId = Annotated[
    int, typer.Option("--evaluation", metavar="ID", help="What it rests on.", show_default=False)
]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="Or its number.", show_default=False)]


def _group(kind: ReleaseKind, name: str, help_text: str) -> typer.Typer:
    """What rules and models have in common."""
    group = typer.Typer(name=name, help=help_text, no_args_is_help=True, add_completion=False)

    @group.command("list")
    def list_releases(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    ) -> None:
        """List all versions: where they stand, from when on, by whom."""
        from flows.cli import releasing

        releasing.list_releases(ctx.obj.settings(), kind, as_json)

    @group.command("approve")
    def approve(
        ctx: typer.Context,
        release: Number,
        by: By,
        from_day: Day = None,
        comment: Comment = "",
        retroactive: Retroactive = False,
    ) -> None:
        """Put a proposed version in force from a day on; by another person than proposed it."""
        from flows.cli import releasing

        wish = releasing.Wish(by, comment, from_day, retroactive)
        releasing.approve(ctx.obj.settings(), kind, release, wish)

    @group.command("reject")
    def reject(ctx: typer.Context, release: Number, by: By, comment: Comment = "") -> None:
        """Decline a proposed version."""
        from flows.cli import releasing

        releasing.reject(ctx.obj.settings(), kind, release, releasing.Wish(by, comment))

    @group.command("back")
    def back(
        ctx: typer.Context,
        by: By,
        to: Annotated[
            str | None, typer.Option(metavar="VERSION", help="Which one.  [default: the one before]")
        ] = None,
        from_day: Day = None,
        comment: Comment = "",
        retroactive: Retroactive = False,
    ) -> None:
        """Put the version before, or an earlier one, in force again."""
        from flows.cli import releasing

        wish = releasing.Wish(by, comment, from_day, retroactive)
        releasing.back(ctx.obj.settings(), kind, to, wish)

    return group


rules = _group(ReleaseKind.RULES, "rules", "Versions of the rules, and which is in force (规则发布).")
model = _group(ReleaseKind.MODEL, "model", "Released detectors, and which is in force (模型发布).")


@rules.command("show")
def show(
    ctx: typer.Context,
    version: Version,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write its rule files there.")] = None,
) -> None:
    """Show a version: its evaluation, what was done about it, its files."""
    from flows.cli import releasing

    releasing.show(ctx.obj.settings(), version, out)


@rules.command("propose")
def propose_rules(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Of rule files.", show_default=False)],
    evaluation: EvaluationId,
    by: By,
    comment: Comment = "",
) -> None:
    """Propose a folder of rules, named by the version in its standard.yaml, with a replay of it."""
    from flows.cli import releasing

    releasing.propose_rules(ctx.obj.settings(), folder, evaluation, releasing.Wish(by, comment))


@rules.command("diff")
def diff(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", show_default=False)],
    after: Annotated[str, typer.Argument(metavar="B", show_default=False)],
) -> None:
    """Show every value in which two versions differ. Each is a version, a number, a folder, or `shipped`."""
    from flows.cli import releasing

    releasing.diff(ctx.obj.settings(), before, after)


@model.command("propose")
def propose_model(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As registered.", show_default=False)],
    evaluation: EvaluationId,
    by: By,
    comment: Comment = "",
) -> None:
    """Propose a registered detector, with a comparison in which it is the challenger."""
    from flows.cli import releasing

    releasing.propose_model(ctx.obj.settings(), name, evaluation, releasing.Wish(by, comment))
