"""How the command line speaks: results on standard output, everything else on standard error."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.logging import RichHandler
from typer.core import TyperGroup

from flows.settings import Settings, load_settings
from pipeline.errors import VisitProofError

_PIPED_WIDTH = 150
"""Columns where there is no terminal to ask, as in a log file."""

out = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
err = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """What was said before the command's name."""

    config: Path | None
    data_folder: Path | None

    def settings(self, **overrides: Any) -> Settings:
        if self.data_folder is not None:
            overrides["data_folder"] = self.data_folder
        return load_settings(self.config, **overrides)


class FriendlyGroup(TyperGroup):
    """Says an error of ours in one line, without a traceback, unless `--debug` was given."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except VisitProofError as error:
            if ctx.params.get("debug"):
                raise
            err.print(f"[bold red]error:[/] {type(error).__name__}: ", end="")
            err.print(str(error), markup=False, highlight=False)
            raise typer.Exit(1) from error


def set_up_logging(verbose: bool, debug: bool) -> None:
    """Our log lines to standard error; other people's libraries only when they warn."""
    level = logging.DEBUG if debug else logging.INFO if verbose else logging.WARNING
    handler = RichHandler(console=err, show_path=debug, rich_tracebacks=False)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s", datefmt="%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in ("pipeline", "models", "storage", "flows", "review"):
        logging.getLogger(package).setLevel(level)


def print_json_line(value: Mapping[str, Any]) -> None:
    """One object, one line, at once: whoever reads the pipe need not wait for the last file."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def deliver(body: str, file: Path | None, as_json: bool) -> None:
    """A whole result as JSON: into a file where one was asked for, on standard output with `--json`."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body + "\n", encoding="utf-8")
    if as_json:
        out.file.write(body + "\n")
