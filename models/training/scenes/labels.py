"""Exact labels: boxes from the index pass, outlines and corners by projection."""

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.training.scenes.stage import Fact, Stage, Thing

MIN_WIDTH = 0.01
MIN_VISIBLE = 0.35
Mask = NDArray[np.int32]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Label:
    """A thing in the picture; box and outline in fractions, `index` as in the mask."""

    label: str
    index: int
    box: tuple[float, float, float, float]
    visible: float
    outline: tuple[tuple[float, float], ...]
    facts: dict[str, Fact]


def find_labels(stage: Stage, mask: Mask) -> list[Label]:
    """Labels of the visible things; small ones, and those mostly hidden or out of the frame, are left out."""
    found = (_label(stage, thing, mask) for thing in stage.things)
    return [label for label in found if label is not None]


def _label(stage: Stage, thing: Thing, mask: Mask) -> Label | None:
    seen = np.isin(mask, stage.indices(thing))
    if not seen.any():
        return None
    height, width = mask.shape
    box = _box(seen)
    parts = [o for t in stage.things if t.index in stage.indices(thing) for o in t.objects]
    visible = float(seen.sum()) / max(_whole_area(parts, width, height), 1.0)
    if box[2] - box[0] < MIN_WIDTH or visible < _least_visible(thing):
        return None
    outline = _outline(seen) if thing.label in {"tool", "work_cloth"} else ()
    return Label(thing.label, thing.index, box, round(min(visible, 1.0), 3), outline, thing.facts)


def _least_visible(thing: Thing) -> float:
    """Half a person is a person still, a cloth full of tools a cloth, a heel under a hem a shoe."""
    return {"person": 0.12, "work_cloth": 0.2, "shoe": 0.2, "shoe_cover": 0.2}.get(thing.label, MIN_VISIBLE)


def _box(seen: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    height, width = seen.shape
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    x0, x1, y0, y1 = columns[0] / width, (columns[-1] + 1) / width, rows[0] / height, (rows[-1] + 1) / height
    return (round(float(x0), 5), round(float(y0), 5), round(float(x1), 5), round(float(y1), 5))


def _camera_matrix(width: int, height: int) -> Array:
    camera = bpy.context.scene.camera
    lens = camera.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=width, y=height)
    return np.array(lens @ camera.matrix_world.inverted(), dtype=np.float64)


def project(points: Array, width: int, height: int) -> tuple[Array, NDArray[np.bool_]]:
    """Picture positions (fractions, y down) of world points (n, 3), and which lie before the camera."""
    clip = np.c_[points, np.ones(len(points))] @ _camera_matrix(width, height).T
    ahead = clip[:, 3] > 1e-3
    flat = clip[:, :2] / np.where(ahead, clip[:, 3], 1.0)[:, None]
    return np.stack([(flat[:, 0] + 1) / 2, (1 - flat[:, 1]) / 2], axis=1), ahead


def _whole_area(objects: Sequence[bpy.types.Object], width: int, height: int) -> float:
    """Pixels the things would cover if nothing hid them and the frame went on to twice its size."""
    canvas = Image.new("1", (width, height))
    draw = ImageDraw.Draw(canvas)
    for item in objects:
        vertices, triangles = _triangles(item)
        flat, ahead = project(vertices, width, height)
        spots = (flat / 2 + 0.25) * (width, height)
        for corners in spots[triangles[ahead[triangles].all(axis=1)]].reshape(-1, 6).tolist():
            draw.polygon(corners, fill=1)
    return float(np.asarray(canvas).sum()) * 4


def _triangles(item: bpy.types.Object) -> tuple[Array, NDArray[np.int32]]:
    """World vertices (n, 3) and triangles (m, 3) of the object as rendered."""
    evaluated = item.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    vertices = np.empty(len(mesh.vertices) * 3, dtype=np.float32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.calc_loop_triangles()
    triangles = np.empty(len(mesh.loop_triangles) * 3, dtype=np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    evaluated.to_mesh_clear()
    world = np.array(item.matrix_world, dtype=np.float64)
    return vertices.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3], triangles.reshape(-1, 3)


_STEPS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def _outline(seen: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """The border of the region with the topmost seen pixel (Moore's tracing), thinned to within a pixel."""
    padded = np.pad(seen, 1)
    start = tuple(int(v) for v in np.argwhere(padded)[0])
    here, heading, border = (start[0], start[1]), 0, [(start[0], start[1])]
    for _ in range(4 * sum(seen.shape) * 4):
        for turn in range(8):
            step = (heading + 6 + turn) % 8
            spot = (here[0] + _STEPS[step][0], here[1] + _STEPS[step][1])
            if padded[spot]:
                here, heading = spot, step
                break
        if here == border[0]:
            break
        border.append(here)
    height, width = seen.shape
    thin = _simplify(np.array(border, dtype=np.float64), 1.2)
    return tuple((round((x - 0.5) / width, 5), round((y - 0.5) / height, 5)) for y, x in thin.tolist())


def _simplify(line: Array, tolerance: float) -> Array:
    """Douglas and Peucker's thinning of a line (n, 2)."""
    if len(line) < 3:
        return line
    chord = line[-1] - line[0]
    length = float(np.hypot(*chord))
    away = line - line[0]
    far = np.abs(away[:, 0] * chord[1] - away[:, 1] * chord[0]) / length if length > 0 else np.hypot(*away.T)
    split = int(far.argmax())
    if far[split] <= tolerance:
        return line[[0, -1]]
    return np.concatenate([_simplify(line[: split + 1], tolerance)[:-1], _simplify(line[split:], tolerance)])
