"""Meshes from numbers: boxes, lathes, lofts, tubes, extruded outlines and grids. Lengths in metres."""

from collections.abc import Sequence
from math import cos, pi, sin

import bpy
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Vec3 = tuple[float, float, float]
SHARP_RAD = 0.6


def mesh_object(
    name: str,
    vertices: Points,
    faces: Sequence[Sequence[int]],
    material: bpy.types.Material,
    *,
    smooth: bool = True,
) -> bpy.types.Object:
    """An object of its own in the scene; smooth faces keep the edges sharper than `SHARP_RAD`."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], [list(face) for face in faces])
    mesh.materials.append(material)
    mesh.validate()
    if smooth:
        mesh.shade_smooth()
        mesh.set_sharp_from_angle(angle=SHARP_RAD)
    item = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(item)
    return item


def bevel(item: bpy.types.Object, width: float, segments: int = 2) -> bpy.types.Object:
    modifier = item.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments, modifier.limit_method = width, segments, "ANGLE"
    return item


def subdivide(item: bpy.types.Object, levels: int = 1) -> bpy.types.Object:
    modifier = item.modifiers.new("subdivide", "SUBSURF")
    modifier.levels = modifier.render_levels = levels
    return item


def solidify(item: bpy.types.Object, thickness: float, offset: float = -1.0) -> bpy.types.Object:
    modifier = item.modifiers.new("solidify", "SOLIDIFY")
    modifier.thickness, modifier.offset = thickness, offset
    return item


def box(
    name: str, size: Vec3, centre: Vec3, material: bpy.types.Material, *, round_m: float = 0.0
) -> bpy.types.Object:
    """A box with its middle at `centre`, its edges rounded by `round_m`."""
    half = np.array(size) / 2
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * half
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    item = mesh_object(name, corners, faces, material, smooth=round_m > 0)
    item.location = centre
    return bevel(item, round_m, 3) if round_m > 0 else item


def ring(radius_x: float, radius_y: float, count: int, power: float = 2.0) -> Points:
    """A closed superellipse in the plane z = 0 (power 2: ellipse, 4: rounded box), shape (count, 3)."""
    angles = np.arange(count) * 2 * pi / count
    c, s = np.cos(angles), np.sin(angles)
    x = radius_x * np.sign(c) * np.abs(c) ** (2 / power)
    y = radius_y * np.sign(s) * np.abs(s) ** (2 / power)
    return np.stack([x, y, np.zeros(count)], axis=1)


def moved(points: Points, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Points:
    """The points, shifted."""
    return points + np.array((x, y, z))


def loft(
    name: str, rings: Points, material: bpy.types.Material, *, cap_start: bool = True, cap_end: bool = True
) -> bpy.types.Object:
    """A skin over closed rings, shape (rings, points, 3); z-up counter-clockwise rings give outward faces."""
    count, around = rings.shape[0], rings.shape[1]
    faces: list[list[int]] = []
    for k in range(count - 1):
        a, b = k * around, (k + 1) * around
        faces += [[a + i, a + (i + 1) % around, b + (i + 1) % around, b + i] for i in range(around)]
    if cap_start:
        faces.append(list(range(around))[::-1])
    if cap_end:
        faces.append([(count - 1) * around + i for i in range(around)])
    return mesh_object(name, rings.reshape(-1, 3), faces, material)


def lathe(
    name: str, profile: Sequence[tuple[float, float]], material: bpy.types.Material, *, around: int = 24
) -> bpy.types.Object:
    """A body of revolution about z from (radius, z) pairs, lowest first."""
    rings = np.stack([moved(ring(max(r, 1e-5), max(r, 1e-5), around), z=z) for r, z in profile])
    return loft(name, rings, material)


def cylinder(
    name: str,
    radius: float,
    length: float,
    material: bpy.types.Material,
    *,
    around: int = 24,
    edge: float = 0.0,
) -> bpy.types.Object:
    """Along z from 0 to `length`."""
    if edge <= 0:
        return lathe(name, [(radius, 0.0), (radius, length)], material, around=around)
    inner = radius - edge
    return lathe(
        name, [(inner, 0), (radius, edge), (radius, length - edge), (inner, length)], material, around=around
    )


def along_path(
    path: Points, radii_x: Sequence[float], radii_y: Sequence[float], around: int, power: float
) -> Points:
    """Rings set square to a path (its points, shape (n, 3)) with the frame carried along without twist."""
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    side = np.cross([0.0, 1.0, 0.0], tangents[0])
    side = side if np.linalg.norm(side) > 1e-3 else np.array([1.0, 0.0, 0.0])
    rings = []
    for point, tangent, rx, ry in zip(path, tangents, radii_x, radii_y, strict=True):
        side = side - tangent * float(side @ tangent)
        side /= np.linalg.norm(side)
        flat = ring(rx, ry, around, power)
        rings.append(point + flat[:, :1] * side + flat[:, 1:2] * np.cross(tangent, side))
    return np.stack(rings)


def tube(
    name: str,
    path: Sequence[Vec3] | Points,
    radius: float | Sequence[float],
    material: bpy.types.Material,
    *,
    flat: float = 1.0,
    around: int = 12,
    power: float = 2.0,
) -> bpy.types.Object:
    """A round (or, with `flat` < 1, flattened) bar along a path."""
    points = np.asarray(path, dtype=np.float64)
    radii = [radius] * len(points) if isinstance(radius, int | float) else list(radius)
    rings = along_path(points, radii, [r * flat for r in radii], around, power)
    return loft(name, rings, material)


def extrude(
    name: str,
    outline: Sequence[tuple[float, float]],
    thickness: float,
    material: bpy.types.Material,
    *,
    edge: float = 0,
) -> bpy.types.Object:
    """A plate of `thickness` on z = 0 from a counter-clockwise outline (concave ones too)."""
    flat = np.array([(x, y, 0.0) for x, y in outline])
    count = len(flat)
    faces = [list(range(count))[::-1], list(range(count, 2 * count))]
    faces += [[i, (i + 1) % count, count + (i + 1) % count, count + i] for i in range(count)]
    item = mesh_object(name, np.concatenate([flat, moved(flat, z=thickness)]), faces, material)
    return bevel(item, edge, 2) if edge > 0 else item


def arc(
    centre: tuple[float, float], radius: float, start_deg: float, end_deg: float, count: int = 10
) -> list[tuple[float, float]]:
    """Points on a circle, both ends included."""
    angles = np.radians(np.linspace(start_deg, end_deg, count))
    return [(centre[0] + radius * cos(a), centre[1] + radius * sin(a)) for a in angles]


def surface(name: str, grid: Points, material: bpy.types.Material) -> bpy.types.Object:
    """A sheet over a grid of points, shape (rows, columns, 3), with the texture laid over it once."""
    rows, columns = grid.shape[:2]
    faces = [
        (r * columns + c, r * columns + c + 1, (r + 1) * columns + c + 1, (r + 1) * columns + c)
        for r in range(rows - 1)
        for c in range(columns - 1)
    ]
    item = mesh_object(name, grid.reshape(-1, 3), faces, material)
    item.data.shade_smooth()
    layer = item.data.uv_layers.new(name="sheet")
    corners = np.array(faces).reshape(-1)
    uv = np.stack([corners % columns / (columns - 1), corners // columns / (rows - 1)], axis=1)
    layer.data.foreach_set("uv", uv.astype(np.float32).ravel())
    return item


def card(
    name: str, width: float, height: float, material: bpy.types.Material, *, bow: float = 0.0
) -> bpy.types.Object:
    """A flat (or slightly bowed) printed sheet on z = 0, its middle at the origin, x to the right."""
    x = np.linspace(-width / 2, width / 2, 9)
    y = np.linspace(-height / 2, height / 2, 9)
    gx, gy = np.meshgrid(x, y)
    lift = bow * (1 - np.cos(gx / width * pi)) + bow * 0.5 * (gy / height)
    return surface(name, np.stack([gx, gy, lift], axis=2), material)


def hung_card(name: str, width: float, height: float, material: bpy.types.Material) -> bpy.types.Object:
    """A printed sheet hanging upright, its face to -y."""
    item = card(name, width, height, material)
    item.rotation_euler.x = pi / 2
    return item


def ripple(
    points: Points, rng: np.random.Generator, wavelength: float, waves: int = 7, *, ridged: bool = False
) -> Points:
    """Smooth noise at points (n, 3), about -1..1; ridged gives creases, as in paper and film."""
    total = np.zeros(len(points))
    for _ in range(waves):
        direction = rng.normal(size=3)
        direction *= 2 * pi / (wavelength * rng.uniform(0.6, 1.6)) / np.linalg.norm(direction)
        wave = np.sin(points @ direction + rng.uniform(0, 2 * pi))
        total += 1 - 2 * np.abs(wave) if ridged else wave
    return np.asarray(total / waves**0.5)


def place(
    items: Sequence[bpy.types.Object],
    location: Vec3,
    turn_deg: float = 0.0,
    tilt_deg: tuple[float, float] = (0.0, 0.0),
) -> bpy.types.Object:
    """Hang `items` on an empty at `location`, turned about z, tilted about x, y; returns the empty."""
    pivot = bpy.data.objects.new("pivot", None)
    bpy.context.scene.collection.objects.link(pivot)
    for item in items:
        if item.parent is None:
            item.parent = pivot
    pivot.location = location
    pivot.rotation_euler = (tilt_deg[0] * pi / 180, tilt_deg[1] * pi / 180, turn_deg * pi / 180)
    return pivot


def melt(name: str, lofts: Sequence[bpy.types.Object], voxel_m: float, *, smooth: int) -> bpy.types.Object:
    """Join overlapping skins into one, smoothed `smooth` times; the parts are used up."""
    points, faces, start = [], [], 0
    for item in lofts:
        points.append(np.array([v.co[:] for v in item.data.vertices]))
        faces += [[start + i for i in p.vertices] for p in item.data.polygons]
        start += len(item.data.vertices)
    skin = mesh_object(name, np.concatenate(points), faces, lofts[0].data.materials[0])
    for item in lofts:
        bpy.data.objects.remove(item)
    remesh = skin.modifiers.new("melt", "REMESH")
    remesh.mode, remesh.voxel_size, remesh.use_smooth_shade = "VOXEL", voxel_m, True
    soften = skin.modifiers.new("smooth", "SMOOTH")
    soften.factor, soften.iterations = 0.5, smooth
    return skin
