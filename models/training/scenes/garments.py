"""Clothes: lofts melted into one skin and crumpled, and pieces sewn to a jacket's front."""

from random import Random

import bmesh
import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray

from models.training.scenes.materials import PLASTIC, WORKWEAR, Finish, plain, rgb
from models.training.scenes.meshes import surface
from models.training.scenes.person_style import PersonStyle

Objects = list[bpy.types.Object]


def crumple(skin: bpy.types.Object, depth_m: float, seed: int) -> bpy.types.Object:
    """Folds of two sizes, lying rather than standing, and settled a little."""
    for size, share in ((0.18, 1.0), (0.07, 0.6)):
        texture = bpy.data.textures.new("folds", "CLOUDS")
        texture.noise_scale, texture.noise_depth = size, 1
        displace = skin.modifiers.new("folds", "DISPLACE")
        displace.texture, displace.strength, displace.mid_level = texture, depth_m * share, 0.5
        displace.texture_coords = "OBJECT"
        anchor = bpy.data.objects.new("fold anchor", None)
        anchor.location, anchor.scale = (seed % 97 * 0.13, seed % 31 * 0.7, 0), (1.0, 1.0, 0.55)
        bpy.context.scene.collection.objects.link(anchor)
        displace.texture_coords_object = anchor
    settle = skin.modifiers.new("settle", "SMOOTH")
    settle.factor, settle.iterations = 0.5, 2
    return skin


def patch(
    name: str,
    jacket: bpy.types.Object,
    centre: tuple[float, float],
    size: tuple[float, float],
    material: bpy.types.Material,
    lift_m: float = 0.007,
) -> bpy.types.Object:
    """A piece of cloth sewn to the front of the jacket at (x, z); it ends where the jacket does."""
    tree = BVHTree.FromObject(jacket, bpy.context.evaluated_depsgraph_get())
    columns, rows = max(int(size[0] / 0.008), 4), max(int(size[1] / 0.008), 4)
    gx, gz = np.meshgrid(
        np.linspace(-0.5, 0.5, columns) * size[0] + centre[0],
        np.linspace(-0.5, 0.5, rows) * size[1] + centre[1],
    )
    hits = [
        tree.ray_cast(Vector((x, -1.0, z)), Vector((0, 1, 0)))[0]
        for x, z in zip(gx.ravel(), gz.ravel(), strict=True)
    ]
    depth = np.array([np.nan if hit is None else hit.y for hit in hits]).reshape(gx.shape)
    lying = np.where(np.isnan(depth), np.nanmedian(depth), depth) - lift_m
    sheet = surface(name, np.stack([gx, lying, gz], axis=2), material)
    _cut_misses(sheet, np.isnan(depth).ravel())
    return sheet


def _cut_misses(sheet: bpy.types.Object, missed: NDArray[np.bool_]) -> None:
    if not missed.any():
        return
    mesh = bmesh.new()
    mesh.from_mesh(sheet.data)
    bmesh.ops.delete(mesh, geom=[v for v in mesh.verts if missed[v.index]], context="VERTS")
    mesh.to_mesh(sheet.data)
    mesh.free()


def trimmings(style: PersonStyle, jacket: bpy.types.Object, rng: Random) -> Objects:
    """Zip, pockets, a band of trim or reflecting tape, a vest's front."""
    zip_tone = plain("zip", rgb(rng.choice(("1a1a1c", "8c8f92", "c9a24a"))), PLASTIC)
    parts = [patch("zip", jacket, (0, 1.19), (0.012, 0.5), zip_tone)]
    darker = plain(
        "pocket", (style.jacket[0] * 0.75, style.jacket[1] * 0.75, style.jacket[2] * 0.75), WORKWEAR
    )
    if rng.random() < 0.6:
        parts += [patch("flap", jacket, (side * 0.1, 1.275), (0.105, 0.028), darker) for side in (-1, 1)]
    if style.trim is not None:
        width, z = rng.choice(((0.05, 1.2), (0.09, 1.385), (0.04, 1.08)))
        parts.append(patch("trim", jacket, (0, z), (0.33, width), plain("trim", style.trim, WORKWEAR)))
    if style.vest:
        tape = plain("tape", rgb("d9dcd8"), Finish(roughness=0.3, metallic=0.5))
        bright = plain("vest", rgb(rng.choice(("e8e000", "ff6a13"))), WORKWEAR)
        parts += [
            patch("vest", jacket, (side * 0.085, 1.15), (0.13, 0.42), bright, 0.009) for side in (-1, 1)
        ]
        parts += [
            patch("tape", jacket, (side * 0.085, 1.12), (0.134, 0.045), tape, 0.011) for side in (-1, 1)
        ]
    return parts
