"""The model card: what was trained on, what was measured, what nobody has proven."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from models.registry import WeightsEntry
from models.training.evaluate import LabelFigures, to_markdown
from models.training.labelled import LABELS

_TEMPLATE = Path(__file__).with_name("card_template.md")


def render(entry: WeightsEntry, rows: Sequence[LabelFigures], counts: Mapping[str, int]) -> str:
    """The card as Markdown; every figure in it was measured or counted by a command."""
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=entry.name,
        version=entry.version,
        file=entry.file,
        sha256=entry.sha256,
        licence=entry.licence,
        input_px=entry.input_px,
        floor=entry.floor,
        labels=", ".join(entry.labels),
        unproven=", ".join(entry.unproven),
        counts=_counts_table(counts),
        figures=to_markdown(rows),
        points=_points(rows),
    )


def read_counts(folder: Path) -> dict[str, int]:
    """Pictures and boxes of a built set, as `split/source/label`."""
    counts: dict[str, int] = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    return counts


def _counts_table(counts: Mapping[str, int]) -> str:
    columns = ("pictures", *LABELS)
    places = sorted({key.rsplit("/", 1)[0] for key in counts})
    header = f"| side / source | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}\n"
    return header + "".join(
        f"| {place} | {' | '.join(str(counts.get(f'{place}/{column}', '')) for column in columns)} |\n"
        for place in places
    )


def _points(rows: Sequence[LabelFigures]) -> str:
    points = {row.label: row.threshold for row in rows}
    return ", ".join(f"{label} {value:.2f}" for label, value in points.items())
