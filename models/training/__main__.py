"""`python -m models.training`: build the set, train, evaluate, export and write the card."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from models.detector import load_detector
from models.registry import REGISTRY_FILE, WeightsEntry, load_registry
from models.training import average, card, dataset, evaluate, export, train
from models.training.contact_sheet import write_sheets
from models.training.labelled import LABELS
from models.training.persons import label_persons
from models.training.sources import read_renders, read_sources
from models.training.splits import Split

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The detector's training, step by step.")

Data = Annotated[Path, typer.Option(help="Folder with tools, badges, people, coco256 and rooms.")]
Start = Annotated[Path, typer.Option(help="Weights to start from.")]
SHARED = Path("../shared")
SET = Path("runs/detector/set")
HELD_BACK_SET = Path("runs/detector/held-back")
FIGURES = Path("runs/detector/figures.json")


@app.command()
def build(
    data: Data = SHARED / "data",
    renders: Annotated[Path | None, typer.Option(help="Folder with rendered train/ and val/.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")] = SET,
    start: Start = SHARED / "weights/yolov8n-coco-init.pt",
    seed: int = 7,
    tool_scenes: int = 900,
    badge_scenes: int = 700,
    render_scenes: int = 500,
) -> None:
    """Build the training set from real pictures, compositions and renders."""
    recipe = dataset.Recipe(seed, tool_scenes, badge_scenes, render_scenes)
    real = label_persons(read_sources(data), start, out.parent / "persons.json")
    pictures = (*real, *(read_renders(renders) if renders else ()))
    with Progress() as progress:
        task = progress.add_task("pictures", total=None)
        dataset.build(pictures, recipe, out, lambda: progress.advance(task))
    for sheet in write_sheets(out, out / "sheets"):
        typer.echo(sheet)


@app.command("train")
def train_command(
    data: Annotated[Path, typer.Option(help="The built set.")] = SET,
    start: Start = SHARED / "weights/yolov8n-coco-init.pt",
    run: Annotated[Path, typer.Option(help="Folder of this run; a stopped run goes on.")] = Path(
        "runs/detector/run"
    ),
    epochs: int = 20,
    input_px: int = 512,
    batch: int = 16,
    rate: float = 0.0008,
    frozen_layers: int = 0,
    threads: Annotated[
        int, typer.Option(help="1 on a machine that is shared, else its number of cores.")
    ] = 2,
) -> None:
    """Train, or go on with a stopped run."""
    schedule = train.Schedule(epochs, input_px, batch, rate, frozen_layers, threads)
    typer.echo(train.train(data.resolve() / "dataset.yaml", start, run.resolve(), schedule))


@app.command("average")
def average_command(first: Path, second: Path, out: Path) -> None:
    """Average two checkpoints of a run into weights to train on from, or to export."""
    average.average(first, second, out)
    typer.echo(out)


@app.command("export")
def export_command(
    name: Annotated[str, typer.Argument(help="Name to register the weights under.")],
    version: Annotated[str, typer.Argument(help="Their version, a date for instance.")],
    weights: Annotated[Path, typer.Option(help="ultralytics weights of a run.")],
    input_px: Annotated[
        int, typer.Option(help="Side of the square that the network sees when serving.")
    ] = 512,
    default: Annotated[bool, typer.Option(help="Let these weights serve.")] = False,
) -> None:
    """Pack trained weights into models/weights and register them."""
    target = REGISTRY_FILE.parent / f"{name}.zip"
    sha256 = export.export(weights, target, input_px, Path("runs/detector/export"))
    entry = WeightsEntry(
        name=name,
        version=version,
        file=target.name,
        sha256=sha256,
        licence="AGPL-3.0",
        labels=LABELS,
        input_px=input_px,
        floor=0.05,
        overlap=0.6,
        most=300,
        unproven=tuple(label for label in LABELS if label not in ("badge", "tool", "person")),
    )
    export.register(entry, REGISTRY_FILE, default)
    typer.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB, sha256 {sha256}")


@app.command("evaluate")
def evaluate_command(
    data: Data = SHARED / "data",
    renders: Annotated[Path | None, typer.Option(help="Folder with rendered val/.")] = None,
    held_back: Annotated[
        Path, typer.Option(help="Set to evaluate on; built if it isn't there.")
    ] = HELD_BACK_SET,
    weights: Annotated[
        str | None, typer.Option(help="Registered name; the default ones if not given.")
    ] = None,
    backend: Annotated[str, typer.Option(help="openvino or ultralytics.")] = "openvino",
    out: Annotated[Path, typer.Option(help="Where the figures go, as JSON.")] = FIGURES,
) -> None:
    """Evaluate registered weights on the held-back pictures, per label, real and made apart."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("pictures", total=None)
        if not held_back.exists():
            pictures = (*read_sources(data), *(read_renders(renders) if renders else ()))
            dataset.build(pictures, dataset.Recipe(), held_back, lambda: progress.advance(task), (Split.VAL,))
        detector = load_detector(weights, backend)
        judged = evaluate.judge(held_back, detector, lambda: progress.advance(task))
    rows = evaluate.figures(judged)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(evaluate.to_json(rows, detector.digest), encoding="utf-8")
    typer.echo(evaluate.to_markdown(rows))


@app.command("card")
def card_command(
    built: Annotated[Path, typer.Option(help="The set that was trained on, for its counts.")] = SET,
    measured: Annotated[Path, typer.Option(help="Figures that `evaluate` wrote.")] = FIGURES,
    weights: Annotated[
        str | None, typer.Option(help="Registered name; the default ones if not given.")
    ] = None,
) -> None:
    """Write the model card, and the measured operating points into the registry."""
    entry = load_registry().entry(weights)
    rows = evaluate.from_json(measured.read_text(encoding="utf-8"))
    points = {row.label: row.threshold for row in rows}
    export.register(entry.model_copy(update={"suggested_confidence": points}), REGISTRY_FILE, default=False)
    target = REGISTRY_FILE.parents[1] / "cards" / f"{entry.name}.md"
    target.write_text(card.render(entry, rows, card.read_counts(built)), encoding="utf-8")
    typer.echo(target)


if __name__ == "__main__":
    app()
