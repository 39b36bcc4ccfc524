"""Days as options of a command."""

from datetime import date

import typer


def day_of(text: str | None, option: str) -> date | None:
    """A day written as 2026-11-20; None where none was. Raises typer.BadParameter, naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: wanted 2026-11-20", param_hint=option) from error
