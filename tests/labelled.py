"""Labelled sets to test with: drawn pictures, labels that are right, and a detector that knows the truth."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

SIDE_PX = 96
Lines = Sequence[str]


def draw(path: Path, seed: int) -> None:
    """Blotches that differ from seed to seed as scenes do; the corner's colour says which it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
    picture.paste((seed, seed, seed), (0, 0, 8, 8))
    picture.save(path)


def write_set(
    folder: Path,
    labels: Mapping[str, Lines],
    sources: Sequence[tuple[str, str, str]] = (),
    classes: Sequence[str] = ("badge",),
    head: str = "",
) -> Path:
    """A set in YOLO's format; picture names (without suffix) with their label lines. Pictures are PNG."""
    for seed, (name, lines) in enumerate(labels.items()):
        draw(folder / "images" / f"{name}.png", seed)
        text = folder / "labels" / f"{name}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text("".join(f"{line}\n" for line in lines))
    named = "".join(f"\n  - {name}" for name in classes)
    (folder / "dataset.yaml").write_text(
        f'name: drawn\nversion: "1"\nkind: objects\norigins:\n  - {{name: drawn, licence: CC0-1.0}}\n'
        f"classes:{named}\n{head}"
    )
    (folder / "README.md").write_text("# Drawn\n")
    if sources:
        with (folder / "sources.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("file", "source", "split"), *sources])
    return folder


@dataclass
class KnowingDetector:
    """Fits `pipeline.ports.Detector`: says of each drawn picture, by its seed, what the test wants."""

    says: Mapping[int, Sequence[tuple[float, tuple[float, float, float, float]]]]
    label: str = "badge"
    digest: str = "knows-1"
    asked: list[int] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label, "tool")

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        seeds = [int(picture[2, 2, 0]) for picture in pictures]
        self.asked += seeds
        return [
            tuple(Detection(self.label, sure, BoundingBox(*box)) for sure, box in self.says.get(seed, ()))
            for seed in seeds
        ]
