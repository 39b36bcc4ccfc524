"""Training pictures: JPEG, YOLO labels and truth in `train/` and `val/`, index masks in `masks/`."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from models.training.scenes import stage as staging
from models.training.scenes.kinds import KINDS
from models.training.scenes.picture import Rendered, describe, save_jpeg, take, write_json, yolo_lines

_LOG = logging.getLogger(__name__)
SIZES = ((416, 312), (416, 312), (312, 416), (448, 336))


def split_of(seed: int) -> str:
    """Eight seeds of ten train, two validate."""
    return "train" if seed % 10 < 8 else "val"


def render_one(kind: str, seed: int, threads: int = 1) -> Rendered:
    """The picture of that kind and seed, always the same one."""
    scene, rng = KINDS[kind], Random(f"{kind}-{seed}")
    staging.clear()
    plan = scene.random_plan(rng)
    stage = scene.build(plan, rng)
    width, height = rng.choice(SIZES)
    shot = scene.random_shot(plan, rng)
    return take(stage, replace(shot, width=width, height=height), rng, threads)


def write_one(kind: str, seed: int, folder: Path, threads: int = 1) -> None:
    """The JPEG appears last: where it is, everything else is."""
    rendered = render_one(kind, seed, threads)
    name, home = f"{kind}_{seed:06d}", folder / split_of(seed)
    masks = folder / "masks"
    for place in (home, masks):
        place.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rendered.mask.astype(np.uint8)).save(masks / f"{name}.png")
    write_json(
        {"file": f"{name}.jpg", "kind": kind, "seed": seed} | describe(rendered), home / f"{name}.json"
    )
    (home / f"{name}.txt").write_text(yolo_lines(rendered), encoding="ascii")
    save_jpeg(rendered.pixels, home / f"{name}.jpg", Random(seed).randint(72, 92))


def render_dataset(folder: Path, kinds: Sequence[str], seeds: range, *, threads: int = 1) -> int:
    """Render what is missing, kinds taking turns; returns how many were made. Runs may share a folder."""
    made = 0
    for kind, seed in _missing(folder, kinds, seeds):
        write_one(kind, seed, folder, threads)
        made += 1
        _LOG.info("%s %d", kind, seed)
    return made


def _missing(folder: Path, kinds: Sequence[str], seeds: range) -> Iterator[tuple[str, int]]:
    for seed in seeds:
        for kind in kinds:
            if not (folder / split_of(seed) / f"{kind}_{seed:06d}.jpg").exists():
                yield kind, seed
