"""`user ...`: who may sign in to the auditors' site. Passwords are typed or piped, never arguments."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from rich.table import Table
from rich.text import Text

from flows.assembly import open_results
from flows.cli.friendly import out, print_json_line
from flows.settings import Settings
from pipeline.auditing import Role
from pipeline.errors import AccessError, SettingsError
from review.passwords import PasswordKeeper
from storage.nearest import did_you_mean
from storage.results import ResultStore
from storage.users import NewUser, User, checked_name, checked_number


@dataclass(frozen=True, slots=True)
class Wanted:
    """A user as `user add` was told of it; `subject` is a company account's, in the place of a password."""

    name: str
    role: Role
    display_name: str
    technician_number: str | None
    subject: str | None


def add(settings: Settings, wanted: Wanted, password_stdin: bool) -> None:
    """Add a user. What can be refused is refused before anybody types a password."""
    name = checked_name(wanted.name)
    checked_number(wanted.role, wanted.technician_number)
    with open_results(settings) as results:
        if results.users.by_name(name) is not None:
            raise AccessError(f"用户 {name} 已存在", f"there is a user {name!r} already")
        kept = None if wanted.subject else _new_hash(name, password_stdin)
        new = NewUser(
            name,
            wanted.role,
            wanted.display_name or wanted.name,
            wanted.technician_number,
            kept,
            _issuer(settings) if wanted.subject else None,
            wanted.subject,
        )
        person = results.users.add(new, datetime.now(UTC))
    _say(f"added: {person.name}, {person.role.value}")


def list_users(settings: Settings, as_json: bool) -> None:
    """Everybody, disabled ones too."""
    with open_results(settings) as results:
        users = results.users.all()
    if as_json:
        for user in users:
            print_json_line(_as_json(user))
        return
    table = Table("name", "shown as", "role", "number", "signs in by", "since", "", box=None, pad_edge=False)
    for user in users:
        table.add_row(*_cells(user))
    out.print(table)


def disable(settings: Settings, name: str) -> None:
    with _found(settings, name) as (results, user):
        results.users.disable(user.person.user_id, datetime.now(UTC))
        _say(f"disabled, and signed out everywhere: {user.person.name}")


def enable(settings: Settings, name: str) -> None:
    with _found(settings, name) as (results, user):
        results.users.enable(user.person.user_id)
        _say(f"enabled: {user.person.name}")


def set_password(settings: Settings, name: str, password_stdin: bool) -> None:
    with _found(settings, name) as (results, user):
        results.users.set_password(user.person.user_id, _new_hash(user.person.name, password_stdin))
        _say(f"new password, and signed out everywhere: {user.person.name}")


def set_role(settings: Settings, name: str, role: Role, technician_number: str | None) -> None:
    with _found(settings, name) as (results, user):
        results.users.set_role(user.person.user_id, role, technician_number)
        _say(f"{user.person.name} is {role.value} from now on")


def link(settings: Settings, name: str, subject: str) -> None:
    """Let a company account sign in as a user."""
    with _found(settings, name) as (results, user):
        results.users.link(user.person.user_id, _issuer(settings), subject)
        _say(f"linked: {user.person.name}")


@contextmanager
def _found(settings: Settings, name: str) -> Iterator[tuple[ResultStore, User]]:
    with open_results(settings) as results:
        user = results.users.by_name(name)
        if user is None:
            names = [known.person.name for known in results.users.all()]
            hint = did_you_mean(name, names) if names else "there are no users yet"
            raise AccessError(f"没有用户 {name}", f"no user {name!r}; {hint}")
        yield results, user


def _new_hash(name: str, password_stdin: bool) -> str:
    if password_stdin:
        return PasswordKeeper().hash(sys.stdin.readline().rstrip("\r\n"), name)
    if not sys.stdin.isatty():
        raise AccessError(
            "没有终端可输入密码：请使用 --password-stdin",
            "there is no terminal to ask for the password: use --password-stdin",
        )
    typed = typer.prompt("password", hide_input=True, confirmation_prompt="again", err=True)
    return PasswordKeeper().hash(typed, name)


def _issuer(settings: Settings) -> str:
    if settings.oidc_issuer is None:
        raise SettingsError("a subject belongs to an issuer: set oidc_issuer (VISITPROOF_OIDC_ISSUER) first")
    return settings.oidc_issuer


def _as_json(user: User) -> dict[str, object]:
    return {
        "name": user.person.name,
        "display_name": user.person.display_name,
        "role": user.person.role.value,
        "technician_number": user.person.technician_number,
        "has_password": user.password_hash is not None,
        "oidc_subject": user.oidc_subject,
        "created_at": user.created_at.isoformat(),
        "disabled_at": user.disabled_at.isoformat() if user.disabled_at else None,
    }


def _cells(user: User) -> tuple[str | Text, ...]:
    ways = (("password", user.password_hash), ("company account", user.oidc_subject))
    return (
        Text(user.person.name),
        Text(user.person.display_name),
        user.person.role.value,
        Text(user.person.technician_number or "-"),
        ", ".join(way for way, has in ways if has) or "-",
        f"{user.created_at:%Y-%m-%d}",
        Text("disabled", "red") if user.disabled_at else Text(""),
    )


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
