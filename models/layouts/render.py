"""From a plan to a photo and its truth: rays meet slices of things, from the ground up.

A tool is a stack of slices, each a little smaller than the one below, so that it has sides, sticks up out of
the plane and hides what lies behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from PIL import Image

from models.layouts.camera import Camera, Floats, Grid, plane_points
from models.layouts.covers import covers_over
from models.layouts.plan import DrawnTools, Fault, LayoutPlan, PlacedTool, Toolbox, planned
from models.layouts.silhouettes import PX_PER_CM, outline_of
from models.layouts.surfaces import CLOTH_PX_PER_CM, GROUND_CM, GROUND_PX_PER_CM, MadeCloth, cloth, ground
from models.training.backgrounds import noise
from pipeline.ports import Pixels

Canvas = NDArray[np.float32]
_SLICE_CM = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class ToolTruth:
    """contour: n x 2 pixels, the hull of where its foot meets the plane; seen: n x 2, of what shows of it."""

    kind: str
    length_cm: float
    angle_deg: float
    contour: Floats
    seen: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MadeLayout:
    """jpeg: the photo; corners: 4 x 2 pixels, see `LayoutPlan.corners_cm`; they may lie outside of it."""

    jpeg: bytes
    corners: Floats
    tools: tuple[ToolTruth, ...]
    plan: LayoutPlan

    def pixels(self) -> Pixels:
        with Image.open(BytesIO(self.jpeg)) as image:
            return np.asarray(image.convert("RGB"), dtype=np.uint8)


def made(
    seed: int,
    number: int,
    *,
    toolbox: Toolbox | None = None,
    rooms: Sequence[Path] = (),
    fault: Fault | None = None,
) -> MadeLayout:
    """The photo with this number of the set with this seed."""
    rng = default_rng([seed, number])
    plan = planned(rng, toolbox or DrawnTools(), fault)
    scene = _Scene(plan, rng, rooms)
    for placed in plan.tools:
        scene.lay(placed)
    for cover in covers_over(plan, rng):
        scene.lay(cover)
    corners = plan.camera.project(plan.corners_cm)
    return MadeLayout(_photographed(scene.canvas, rng), corners, tuple(map(scene.truth, plan.tools)), plan)


class _Scene:
    """A canvas (float32, RGB) with ground and cloth, on which things can be laid."""

    def __init__(self, plan: LayoutPlan, rng: Generator, rooms: Sequence[Path]) -> None:
        self.camera, self.rng = plan.camera, rng
        self.slopes = plan.camera.slopes()
        floor = ground(rng)
        made_cloth = cloth(rng, plan.width_cm, plan.depth_cm, floor[::16, ::16].mean(axis=(0, 1)))
        self.light = rng.normal(0, 0.45, 2)
        self.canvas = _on_ground(self, floor, rooms)
        _lay_cloth(self, made_cloth)

    def points(self, z_cm: float | Grid) -> Grid:
        return plane_points(self.slopes, self.camera.position, z_cm)

    def lay(self, placed: PlacedTool) -> None:
        """The thing's shadow, then its slices."""
        region = _region(self.camera, placed, self.light)
        if region is None:
            return
        high = placed.tool.height_cm
        part, slopes = self.canvas[region], self.slopes[region]
        rgba = placed.tool.rgba
        deep = _depths(rgba[..., 3])
        soft = cv2.GaussianBlur(rgba[..., 3], (0, 0), max(1.0, 5.0 * high))
        at = plane_points(slopes, self.camera.position, 0.0) - (self.light * high * 0.6).astype(np.float32)
        shade = cv2.remap(soft, *_texture_maps(at, placed), cv2.INTER_LINEAR).astype(np.float32)
        part *= 1 - 0.0022 * shade[..., None]
        steps = max(2, round(high / _SLICE_CM))
        for step in range(steps):
            level = (step + 1) / steps
            at = plane_points(slopes, self.camera.position, high * level)
            _blend(part, _slice(rgba, deep, level), _texture_maps(at, placed), 0.62 + 0.38 * level)

    def truth(self, placed: PlacedTool) -> ToolTruth:
        outline = _plane_outline(placed)
        foot = np.hstack([outline, np.zeros((len(outline), 1))])
        top = np.hstack([outline, np.full((len(outline), 1), placed.tool.height_cm)])
        inner = np.hstack([_shrunk(outline, placed.tool.width_cm), top[:, 2:]])
        seen = self.camera.project(np.vstack([foot, inner]))
        hull = cv2.convexHull(seen.astype(np.float32))[:, 0].astype(np.float64)
        tool = placed.tool
        return ToolTruth(tool.kind, tool.length_cm, placed.angle_deg, self.camera.project(outline), hull)


def _on_ground(scene: _Scene, floor: Pixels, rooms: Sequence[Path]) -> Canvas:
    """Ground up to an edge behind the cloth, a wall or a room beyond it."""
    at = scene.points(0.0)
    turn = scene.rng.uniform(0, 2 * np.pi)
    x = np.cos(turn) * at[..., 0] - np.sin(turn) * at[..., 1]
    y = np.sin(turn) * at[..., 0] + np.cos(turn) * at[..., 1]
    maps = ((x + GROUND_CM / 2) * GROUND_PX_PER_CM, (y + GROUND_CM / 2) * GROUND_PX_PER_CM)
    maps = tuple(np.nan_to_num(one, nan=-9.0).astype(np.float32) for one in maps)
    canvas = cv2.remap(floor, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(
        np.float32
    )
    forward = np.array(scene.camera.axes[2][:2])
    beyond = at @ (forward / np.linalg.norm(forward)).astype(np.float32)
    wall = ~(beyond < scene.rng.uniform(45, 110))
    canvas[wall] = _behind(scene.rng, canvas.shape[:2], rooms)[wall]
    return np.asarray(canvas, dtype=np.float32)


def _behind(rng: Generator, shape: tuple[int, int], rooms: Sequence[Path]) -> Canvas:
    if rooms:
        with Image.open(rooms[int(rng.integers(len(rooms)))]) as image:
            return np.asarray(image.convert("RGB").resize((shape[1], shape[0])), dtype=np.float32)
    wall = np.empty((*shape, 3), dtype=np.float32)
    wall[:] = rng.uniform(60, 235) + rng.normal(0, 12, 3)
    return np.asarray(wall + 6 * noise(rng, *shape, (200.0, 200.0))[..., None], dtype=np.float32)


def _lay_cloth(scene: _Scene, made_cloth: MadeCloth) -> None:
    """Its folds stand up out of the plane, so that each ray meets it where height and plane agree."""
    height = made_cloth.heights_cm
    region = _around(scene.camera, made_cloth)
    part, slopes = scene.canvas[region], scene.slopes[region]
    at = plane_points(slopes, scene.camera.position, 0.0)
    inset = made_cloth.width_cm / 2 + made_cloth.margin_cm, made_cloth.depth_cm / 2 + made_cloth.margin_cm
    cell = CLOTH_PX_PER_CM / 4

    def sampled(field: Canvas, where: Grid) -> Canvas:
        maps = (where[..., 0] + inset[0]) * cell - 0.5, (inset[1] - where[..., 1]) * cell - 0.5
        x, y = (np.nan_to_num(one, nan=-9.0).astype(np.float32) for one in maps)
        return np.asarray(cv2.remap(field, x, y, cv2.INTER_LINEAR), dtype=np.float32)

    for _ in range(2):
        at = plane_points(slopes, scene.camera.position, sampled(height, at))
    at = at + sampled(made_cloth.wobble_cm, at)
    maps = (at[..., 0] + inset[0]) * CLOTH_PX_PER_CM - 0.5, (inset[1] - at[..., 1]) * CLOTH_PX_PER_CM - 0.5
    x, y = (np.nan_to_num(one, nan=-9.0).astype(np.float32) for one in maps)
    shadow = cv2.GaussianBlur(made_cloth.texture[..., 3], (0, 0), 6.0)
    away = (scene.light * 0.3 * CLOTH_PX_PER_CM).astype(np.float32)
    dark = cv2.remap(shadow, x - away[0], y + away[1], cv2.INTER_LINEAR).astype(np.float32)
    part *= 1 - np.float32(scene.rng.uniform(0.0005, 0.0018)) * dark[..., None]
    _blend(part, made_cloth.texture, (x, y), 1.0)


def _blend(canvas: Canvas, rgba: Pixels, maps: tuple[Grid, Grid], gain: float) -> None:
    taken = cv2.remap(rgba, maps[0], maps[1], cv2.INTER_LINEAR).astype(np.float32)
    opacity = taken[..., 3:] / 255.0
    canvas *= 1 - opacity
    canvas += taken[..., :3] * (opacity * gain)


def _around(camera: Camera, made_cloth: MadeCloth) -> tuple[slice, slice]:
    x, y = made_cloth.width_cm / 2 + 3, made_cloth.depth_cm / 2 + 3
    region = _seen_box(
        camera, np.array([[sx * x, sy * y, z] for sx in (-1, 1) for sy in (-1, 1) for z in (0.0, 1.0)])
    )
    if region is None:
        raise ValueError("a planned camera doesn't see its cloth")
    return region


def _region(camera: Camera, placed: PlacedTool, light: Floats) -> tuple[slice, slice] | None:
    """The part of the picture in which the thing and its shadow can be seen."""
    rows, columns = placed.tool.rgba.shape[:2]
    high = placed.tool.height_cm
    margin = 0.3 + float(np.abs(light).max()) * high * 0.6
    x, y = columns / PX_PER_CM / 2 + margin, rows / PX_PER_CM / 2 + margin
    angle = np.deg2rad(placed.angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = np.array([[sx * x, sy * y] for sx in (-1, 1) for sy in (-1, 1)]) @ turn
    flat += [placed.x_cm, placed.y_cm]
    box = np.vstack([np.hstack([flat, np.full((4, 1), z)]) for z in (0.0, high)])
    return _seen_box(camera, box)


def _seen_box(camera: Camera, points: Floats) -> tuple[slice, slice] | None:
    seen = camera.project(points)
    low = np.maximum(np.floor(seen.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(seen.max(axis=0)) + 1, [camera.width_px, camera.height_px]).astype(int)
    return None if (high <= low).any() else (slice(low[1], high[1]), slice(low[0], high[0]))


def _texture_maps(at: Grid, placed: PlacedTool) -> tuple[Grid, Grid]:
    """Where in the thing's own picture points of the plane lie."""
    angle = np.deg2rad(placed.angle_deg)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    x, y = at[..., 0] - np.float32(placed.x_cm), at[..., 1] - np.float32(placed.y_cm)
    rows, columns = placed.tool.rgba.shape[:2]
    across = (cosine * x + sine * y) * PX_PER_CM + (columns - 1) / 2
    down = (rows - 1) / 2 - (cosine * y - sine * x) * PX_PER_CM
    return np.nan_to_num(across, nan=-99.0).astype(np.float32), np.nan_to_num(down, nan=-99.0).astype(
        np.float32
    )


def _depths(opacity: Pixels) -> Canvas:
    """How deep inside the shape each pixel lies, as a share of the deepest."""
    depths = cv2.distanceTransform((opacity > 127).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(depths / max(1.0, float(depths.max())), dtype=np.float32)


def _slice(rgba: Pixels, deep: Canvas, level: float) -> Pixels:
    """What of the thing reaches up to `level` (0..1) of its height: round, so the lower half is whole."""
    if level <= 0.5:
        return rgba
    cut = rgba.copy()
    cut[..., 3] = np.where(deep >= 1 - np.sqrt(max(0.0, 1 - (2 * level - 1) ** 2)), rgba[..., 3], 0)
    return cut


def _plane_outline(placed: PlacedTool) -> Floats:
    rows, columns = placed.tool.rgba.shape[:2]
    local = outline_of(placed.tool.rgba).astype(np.float64) - [(columns - 1) / 2, (rows - 1) / 2]
    local *= [1 / PX_PER_CM, -1 / PX_PER_CM]
    angle = np.deg2rad(placed.angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(local @ turn + [placed.x_cm, placed.y_cm])


def _shrunk(outline: Floats, width_cm: float) -> Floats:
    """Towards the middle by a quarter of the width: about where the top of a round thing ends."""
    middle = outline.mean(axis=0)
    away = outline - middle
    far = np.linalg.norm(away, axis=1, keepdims=True)
    return np.asarray(middle + away * np.maximum(0.0, 1 - 0.25 * width_cm / np.maximum(far, 1e-6)))


def _photographed(canvas: Canvas, rng: Generator) -> bytes:
    """Uneven light, a shadow, blur, noise, colour balance, JPEG."""
    rows, columns = canvas.shape[:2]
    patches = noise(rng, 8, 8, (4.0, 4.0)) * rng.uniform(0.02, 0.12)
    left, right = rng.uniform(0.8, 1.15, 2).tolist()
    coarse = (patches + np.linspace(left, right, 8)).astype(np.float32)
    light: Canvas = np.asarray(cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC))
    balance = rng.uniform(0.93, 1.07, 3).astype(np.float32)
    lit = np.asarray(canvas * light[..., None] * balance, dtype=np.float32)
    if rng.random() < 0.3:
        lit *= _big_shadow(rng, rows, columns)[..., None]
    blurred = np.asarray(cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.4, 1.3))), dtype=np.float32)
    grain = rng.standard_normal((rows, columns), dtype=np.float32)
    lit = blurred + (grain * np.float32(rng.uniform(1, 6)))[..., None]
    pixels = np.clip(lit, 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=int(rng.integers(55, 96)))
    return file.getvalue()


def _big_shadow(rng: Generator, rows: int, columns: int) -> Canvas:
    """The photographer's own: a dark patch with a soft border over part of the picture."""
    patch = np.ones((60, 80), dtype=np.float32)
    points = np.array([80, 60]) * rng.uniform(-0.2, 1.2, (4, 2))
    cv2.fillConvexPoly(patch, cv2.convexHull(points.astype(np.int32)), float(rng.uniform(0.6, 0.85)))
    soft = cv2.GaussianBlur(patch, (0, 0), float(rng.uniform(1.0, 5.0)))
    return np.asarray(cv2.resize(soft, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
