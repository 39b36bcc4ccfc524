"""One rendered picture with all that is known about it, and how it is written down."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.training.scenes import labels as labelling
from models.training.scenes.render import Shot, phone_flaws, render
from models.training.scenes.stage import LABELS, Fact, Stage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Pixels, the index of the thing at each pixel, and the truth about both."""

    pixels: Image.Image
    mask: NDArray[np.int32]
    labels: tuple[labelling.Label, ...]
    shows: dict[str, Fact]
    corners: dict[str, tuple[tuple[float, float], ...]]
    shot: Shot


def take(stage: Stage, shot: Shot, rng: Random, threads: int = 1) -> Rendered:
    """Render the stage and work out its labels."""
    clean, mask = render(shot, threads)
    found = tuple(labelling.find_labels(stage, mask))
    corners = {name: _project(points, shot) for name, points in stage.anchors.items()}
    return Rendered(phone_flaws(clean, rng), mask, found, dict(stage.shows), corners, shot)


def _project(points: tuple[tuple[float, float, float], ...], shot: Shot) -> tuple[tuple[float, float], ...]:
    spots, ahead = labelling.project(np.array(points), shot.width, shot.height)
    return tuple(
        (round(x, 5), round(y, 5)) for (x, y), seen in zip(spots.tolist(), ahead, strict=True) if seen
    )


def describe(rendered: Rendered) -> Json:
    """Everything but the pixels; boxes and points are fractions of the picture's width and height."""
    return {
        "width": rendered.shot.width,
        "height": rendered.shot.height,
        "labels": [_label_json(label) for label in rendered.labels],
        "shows": rendered.shows,
        "corners": rendered.corners,
        "camera": asdict(rendered.shot),
    }


def _label_json(label: labelling.Label) -> Json:
    plain: Json = {
        "label": label.label,
        "index": label.index,
        "box": label.box,
        "visible": label.visible,
        **label.facts,
    }
    return plain | {"outline": label.outline} if label.outline else plain


def yolo_lines(rendered: Rendered) -> str:
    """One line a label: class, centre, size (the text format that ultralytics reads)."""
    lines = []
    for label in rendered.labels:
        x0, y0, x1, y1 = label.box
        numbers = ((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0)
        lines.append(" ".join([str(LABELS.index(label.label)), *(f"{n:.5f}" for n in numbers)]))
    return "".join(line + "\n" for line in lines)


def save_jpeg(picture: Image.Image, path: Path, quality: int) -> None:
    """Written beside and moved into place, so that nobody reads half a picture."""
    partial = path.with_suffix(".partial")
    picture.save(partial, "JPEG", quality=quality, subsampling=2)
    partial.replace(path)


def write_json(value: Json, path: Path) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)
