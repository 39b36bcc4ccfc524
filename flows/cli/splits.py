"""Splits as options of a command."""

import typer

from pipeline.labels import Split

ALL_SPLITS = "all"


def split_named(name: str, option: str) -> Split | None:
    """A split by its name, None for `all`. Raises typer.BadParameter, naming the option."""
    if name == ALL_SPLITS:
        return None
    try:
        return Split(name)
    except ValueError as error:
        names = ", ".join([*(split.value for split in Split), ALL_SPLITS])
        raise typer.BadParameter(f"no split {name!r}; wanted {names}", param_hint=option) from error
