"""Where the result of a tuning command goes: the terminal, a file, the kept evaluations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.cli.friendly import deliver, err
from storage.evaluations import NewEvaluation
from storage.results import ResultStore


@dataclass(frozen=True, slots=True)
class Output:
    """Beside the terminal. file: for the whole result as JSON. keep: as an evaluation."""

    as_json: bool
    file: Path | None
    keep: bool


def hand_over(results: ResultStore, output: Output, found: NewEvaluation, show: Callable[[], None]) -> None:
    """Write, print and keep a result. Raises StorageError."""
    deliver(found.body, output.file, output.as_json)
    if not output.as_json:
        show()
    if output.keep:
        kept = results.evaluations.add(found, None, datetime.now(UTC))
        err.print(f"kept as evaluation {kept.evaluation_id}", highlight=False)
