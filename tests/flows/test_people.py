"""`visitproof user ...` as a program: who may sign in, and passwords that stand nowhere."""

import json
import os
import pty
import select
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli.app import app
from review.passwords import PasswordKeeper
from storage.results import ResultStore
from storage.users import User

PASSWORD = "correct horse 电池"
PROGRAM = str(Path(sys.executable).with_name("visitproof"))


def user_command(folder: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["--data-folder", str(folder), "user", *arguments], input=typed)


def kept(folder: Path, name: str) -> User:
    with closing(ResultStore(f"sqlite:///{folder}/results.db")) as results:
        user = results.users.by_name(name)
    assert user is not None
    return user


def typed_on_a_terminal(folder: Path, *lines: str) -> tuple[int, str]:
    """`user add lin` on a terminal of its own, answering every question; exit code and what was shown."""
    command = [PROGRAM, "--data-folder", str(folder), "user", "add", "lin", "--role", "auditor"]
    process, terminal = pty.fork()
    if process == 0:
        os.execv(PROGRAM, command)  # noqa: S606
    shown, answers = b"", list(lines)
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 1024)
        except OSError:  # Linux says so when the other side has closed
            break
        # The space after it comes when the terminal has stopped to show what is typed.
        asked = shown.count(b"password: ") + shown.count(b"again: ")
        if answers and asked > len(lines) - len(answers):
            os.write(terminal, answers.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an administrator and a technician."""
    folder = tmp_path_factory.mktemp("people")
    added = user_command(
        folder, "add", "Lin", "--role", "administrator", "--password-stdin", typed=f"{PASSWORD}\n"
    )
    assert (added.exit_code, added.stdout, added.stderr) == (0, "added: lin, administrator\n", "")
    number = ("--role", "technician", "--technician-number", "T-7", "--display-name", "王师傅")
    added = user_command(folder, "add", "wang", *number, "--password-stdin", typed=PASSWORD)
    assert added.exit_code == 0
    return folder


def test_a_user_is_added_with_the_password_that_was_piped(folder: Path) -> None:
    assert PasswordKeeper().check(PASSWORD, kept(folder, "lin").password_hash).right
    wang = kept(folder, "wang").person
    assert (wang.display_name, wang.technician_number) == ("王师傅", "T-7")


def test_users_are_listed_as_json_without_their_hashes(folder: Path) -> None:
    listed = user_command(folder, "list", "--json").stdout
    assert [json.loads(line)["name"] for line in listed.splitlines()] == ["lin", "wang"]
    assert "argon2" not in listed
    assert "administrator" in user_command(folder, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (("add", "lin", "--role", "auditor", "--password-stdin"), PASSWORD, "there is a user 'lin' already"),
        (("add", "li", "--role", "auditor", "--password-stdin"), "short", "a password has 10 to 256"),
        (("add", "li", "--role", "technician", "--password-stdin"), PASSWORD, "technician number"),
        (("add", "li", "--role", "auditor"), "", "use --password-stdin"),
        (("add", "li", "--role", "auditor", "--subject", "s-1"), "", "VISITPROOF_OIDC_ISSUER"),
        (("disable", "lim"), "", "no user 'lim'; nearest valid: 'lin'"),
    ],
)
def test_what_can_t_be_done_is_said_in_one_line(
    folder: Path, arguments: tuple[str, ...], typed: str, words: str
) -> None:
    done = user_command(folder, *arguments, typed=typed)
    assert done.exit_code == 1
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_user_is_disabled_enabled_and_changed(folder: Path) -> None:
    assert user_command(folder, "disable", "wang").exit_code == 0
    assert kept(folder, "wang").disabled_at is not None
    assert user_command(folder, "enable", "WANG").exit_code == 0
    assert kept(folder, "wang").disabled_at is None
    assert user_command(folder, "role", "wang", "qa_lead").exit_code == 0
    assert kept(folder, "wang").person.role == "qa_lead"
    assert user_command(folder, "password", "wang", "--password-stdin", typed="another word").exit_code == 0
    assert PasswordKeeper().check("another word", kept(folder, "wang").password_hash).right


def test_a_company_account_is_linked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ISSUER", "https://idp.example"), ("CLIENT_ID", "c"), ("CLIENT_SECRET", "s")):
        monkeypatch.setenv(f"VISITPROOF_OIDC_{name}", value)
    assert user_command(folder, "link", "wang", "s-1").exit_code == 0
    assert (kept(folder, "wang").oidc_issuer, kept(folder, "wang").oidc_subject) == (
        "https://idp.example",
        "s-1",
    )
    assert "belongs to another user" in user_command(folder, "link", "lin", "s-1").stderr


def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    code, shown = typed_on_a_terminal(tmp_path, PASSWORD, PASSWORD)
    assert (code, shown.count("password:"), shown.count("again:")) == (0, 1, 1)
    assert PASSWORD not in shown
    assert PasswordKeeper().check(PASSWORD, kept(tmp_path, "lin").password_hash).right
