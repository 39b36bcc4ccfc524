"""`python -m models.training`: build the set, train, evaluate, export and write the card."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from models.training import dataset, train
from models.training.persons import label_persons
from models.training.sources import read_renders, read_sources

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The detector's training, step by step.")

Data = Annotated[Path, typer.Option(help="Folder with tools, badges, people, coco256 and rooms.")]
Start = Annotated[Path, typer.Option(help="Weights to start from.")]
SHARED = Path("../shared")
SET = Path("runs/detector/set")


@app.command()
def build(
    data: Data = SHARED / "data",
    renders: Annotated[Path | None, typer.Option(help="Folder with rendered train/ and val/.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")] = SET,
    start: Start = SHARED / "weights/yolov8n-coco-init.pt",
    seed: int = 7,
    tool_scenes: int = 900,
    badge_scenes: int = 700,
) -> None:
    """Build the training set from real pictures, compositions and renders."""
    recipe = dataset.Recipe(seed=seed, tool_scenes=tool_scenes, badge_scenes=badge_scenes)
    real = label_persons(read_sources(data), start, out.parent / "persons.json")
    pictures = (*real, *(read_renders(renders) if renders else ()))
    with Progress() as progress:
        task = progress.add_task("pictures", total=None)
        dataset.build(pictures, recipe, out, lambda: progress.advance(task))


@app.command("train")
def train_command(
    data: Annotated[Path, typer.Option(help="The built set.")] = SET,
    start: Start = SHARED / "weights/yolov8n-coco-init.pt",
    run: Annotated[Path, typer.Option(help="Folder of this run; a stopped run goes on.")] = Path("runs/detector/run"),
    epochs: int = 20,
    input_px: int = 512,
    batch: int = 16,
    rate: float = 0.002,
    frozen_layers: int = 0,
    threads: Annotated[int, typer.Option(help="1 on a machine that is shared, else its number of cores.")] = 2,
) -> None:
    """Train, or go on with a stopped run."""
    schedule = train.Schedule(epochs, input_px, batch, rate, frozen_layers, threads)
    typer.echo(train.train(data.resolve() / "dataset.yaml", start, run.resolve(), schedule))


if __name__ == "__main__":
    app()
