"""The commands `visitproof user ...` and their options."""

from typing import Annotated

import typer

from pipeline.auditing import Role

users = typer.Typer(
    name="user",
    help="Who may sign in to the auditors' site (用户).",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
Number = Annotated[
    str | None,
    typer.Option(metavar="N", help="A technician's number (工号), as it stands in the visits' manifests."),
]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input; else it is asked twice."),
]


@users.command("add")
def add(
    ctx: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Option(help="What the user may do.")],
    display_name: Annotated[str, typer.Option(metavar="TEXT", help="What pages call the user.")] = "",
    technician_number: Number = None,
    subject: Annotated[
        str | None,
        typer.Option(metavar="SUB", help="Signs in by this company account (OpenID Connect), no password."),
    ] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Add a user."""
    from flows.cli import people

    wanted = people.Wanted(name, role, display_name, technician_number, subject)
    people.add(ctx.obj.settings(), wanted, password_stdin)


@users.command("list")
def list_users(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List all users."""
    from flows.cli import people

    people.list_users(ctx.obj.settings(), as_json)


@users.command("disable")
def disable(ctx: typer.Context, name: Name) -> None:
    """Lock a user out, at once; what the user decided stays."""
    from flows.cli import people

    people.disable(ctx.obj.settings(), name)


@users.command("enable")
def enable(ctx: typer.Context, name: Name) -> None:
    """Let a disabled user in again."""
    from flows.cli import people

    people.enable(ctx.obj.settings(), name)


@users.command("password")
def password(ctx: typer.Context, name: Name, password_stdin: FromStdin = False) -> None:
    """Set another password; the user is signed out everywhere."""
    from flows.cli import people

    people.set_password(ctx.obj.settings(), name, password_stdin)


@users.command("role")
def role(
    ctx: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Argument(help="What the user may do from now on.", show_default=False)],
    technician_number: Number = None,
) -> None:
    """Give a user another role."""
    from flows.cli import people

    people.set_role(ctx.obj.settings(), name, role, technician_number)


@users.command("link")
def link(
    ctx: typer.Context,
    name: Name,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", show_default=False)],
) -> None:
    """Let a company account (the subject of oidc_issuer) sign in as this user."""
    from flows.cli import people

    people.link(ctx.obj.settings(), name, subject)
