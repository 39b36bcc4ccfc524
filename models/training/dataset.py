"""Building the training set: real pictures, composed ones and renders in ultralytics' folder layout.

    <out>/images/{train,val}/*.jpg   labels/{train,val}/*.txt   dataset.yaml
    <out>/provenance.csv             one line a picture: split, source, groups, made, vouched labels
    <out>/counts.json                pictures and boxes by split, source and label

Everything follows from the sources and one seed; composed pictures take their parts from one side only.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.random import Generator

from models.training.badge_scenes import BadgeScenes
from models.training.labelled import LABELS, LabelledBox, LabelledPicture
from models.training.pictures import concealed, read_picture, write_picture
from models.training.render_scenes import RenderScenes
from models.training.splits import Split, on_side
from models.training.tool_scenes import ToolScenes
from pipeline.ports import Pixels

Composer = Callable[[Generator], tuple[Pixels, tuple[LabelledBox, ...]]]

PROVENANCE_FIELDS = ("file", "split", "source", "group", "made", "vouched", "labels")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many pictures are composed for each side, and how large pictures are stored."""

    seed: int = 7
    tool_scenes: int = 900
    badge_scenes: int = 700
    render_scenes: int = 500
    held_back_share: float = 0.15
    longest_px: int = 640


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture ready to be written. `group` is empty for composed ones: their parts are of one side."""

    name: str
    split: Split
    source: str
    group: str
    made: bool
    vouched: frozenset[str]
    boxes: tuple[LabelledBox, ...]
    pixels: Callable[[], Pixels]


def build(
    pictures: Sequence[LabelledPicture],
    recipe: Recipe,
    out: Path,
    progress: Callable[[], None],
    splits: Sequence[Split] = tuple(Split),
) -> None:
    """Write the set under `out`, which must not hold one yet; `progress` is called per picture.

    Raises FileExistsError if it does.
    """
    for split in splits:
        (out / "images" / split).mkdir(parents=True)
        (out / "labels" / split).mkdir(parents=True)
    rows, counts = [], Counter[str]()
    for sample in samples(pictures, recipe, splits):
        _write(sample, recipe, out)
        rows.append(_provenance(sample))
        counts.update(_counted(sample))
        progress()
    _write_rows(out / "provenance.csv", rows)
    (out / "counts.json").write_text(
        json.dumps(dict(sorted(counts.items())), indent=1) + "\n", encoding="utf-8"
    )
    (out / "dataset.yaml").write_text(_dataset_yaml(out), encoding="utf-8")


def samples(
    pictures: Sequence[LabelledPicture], recipe: Recipe, splits: Sequence[Split] = tuple(Split)
) -> Iterator[Sample]:
    """Every picture of the set, one side after the other: given ones first, then composed ones."""
    for split in splits:
        side = on_side(pictures, split)
        yield from (_given(picture, split) for picture in side)
        share = 1.0 if split is Split.TRAIN else recipe.held_back_share
        for source, composer, count in _composers(side, recipe):
            yield from _composed(source, composer, int(share * count), split, recipe.seed)


def _composers(side: Sequence[LabelledPicture], recipe: Recipe) -> Iterator[tuple[str, Composer, int]]:
    """What can be composed from the pictures of one side, with the number of pictures the recipe wants."""

    def of(*sources: str) -> list[LabelledPicture]:
        return [picture for picture in side if picture.source in sources]

    tools, rooms, people, renders = of("tools"), of("rooms"), of("people", "coco256"), of("renders")
    if tools and rooms:
        yield "composed-tools", ToolScenes(tools, rooms).compose, recipe.tool_scenes
    if people and rooms:
        yield "composed-badges", BadgeScenes(people, rooms).compose, recipe.badge_scenes
    scenes = RenderScenes(renders, people, rooms)
    if scenes.is_possible:
        yield "composed-renders", scenes.compose, recipe.render_scenes


def _given(picture: LabelledPicture, split: Split) -> Sample:
    def pixels() -> Pixels:
        # Concealment is a training matter: held-back pictures are judged as they are.
        places = picture.concealed if split is Split.TRAIN else ()
        return concealed(read_picture(picture.path), places)

    name = f"{picture.source}-{picture.path.parent.name}-{picture.path.stem}"
    return Sample(
        name, split, picture.source, picture.group, picture.made, picture.vouched, picture.boxes, pixels
    )


def _composed(source: str, composer: Composer, count: int, split: Split, seed: int) -> Iterator[Sample]:
    for index in range(count):
        # A seed of its own for each picture: adding pictures never changes the others.
        rng = np.random.default_rng([seed, *source.encode(), list(Split).index(split), index])
        pixels, boxes = composer(rng)
        vouched = frozenset(LABELS) - {"person", "shoe"}
        name = f"{source}-{index:05d}"
        yield Sample(name, split, source, "", True, vouched, boxes, partial(np.asarray, pixels))


def _write(sample: Sample, recipe: Recipe, out: Path) -> None:
    write_picture(out / "images" / sample.split / f"{sample.name}.jpg", sample.pixels(), recipe.longest_px)
    lines = "".join(f"{box.yolo_line()}\n" for box in sample.boxes if box.box.area > 0)
    (out / "labels" / sample.split / f"{sample.name}.txt").write_text(lines, encoding="utf-8")


def _provenance(sample: Sample) -> dict[str, str]:
    labels = sorted({box.label for box in sample.boxes})
    return {
        "file": f"images/{sample.split}/{sample.name}.jpg",
        "split": sample.split,
        "source": sample.source,
        "group": sample.group,
        "made": str(int(sample.made)),
        "vouched": " ".join(sorted(sample.vouched)),
        "labels": " ".join(labels),
    }


def _counted(sample: Sample) -> Iterator[str]:
    yield f"{sample.split}/{sample.source}/pictures"
    yield from (f"{sample.split}/{sample.source}/{box.label}" for box in sample.boxes)


def _write_rows(path: Path, rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, PROVENANCE_FIELDS)
        writer.writeheader()
        writer.writerows(rows)


def read_provenance(folder: Path) -> list[dict[str, str]]:
    """The lines of a built set's provenance file."""
    with (folder / "provenance.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _dataset_yaml(out: Path) -> str:
    names = "".join(f"  {index}: {label}\n" for index, label in enumerate(LABELS))
    return f"path: {out.resolve()}\ntrain: images/train\nval: images/val\nnames:\n{names}"
