"""A simplified head: melted ellipsoids, hair or a cap, eyes and brows, now and then a mask or glasses."""

from dataclasses import dataclass
from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import PLASTIC, SKIN, WORKWEAR, Finish, Rgb, plain, rgb, vary
from models.training.scenes.meshes import Points, Vec3, loft, melt, mesh_object, moved, ring, tube

Objects = list[bpy.types.Object]
SKINS = ("e3b98f", "d9a97f", "c98f66", "f0cba8", "a8704a", "7a4a30", "e8c39e")
HAIRS = ("14110f", "1e1712", "2b1d14", "3c2a1c", "6b6b6b")


@dataclass(frozen=True, slots=True)
class HeadStyle:
    """Skin and hair, and what is worn on the head."""

    skin: Rgb
    hair: Rgb
    cap: Rgb | None
    mask: bool
    glasses: bool
    long_hair: bool


def random_head(rng: Random) -> HeadStyle:
    cap = vary(rgb(rng.choice(("1f3f77", "c9501c", "2e3238", "8a1f25", "d8d8d2", "2f6b4a", "e0b000"))), rng)
    return HeadStyle(
        vary(rgb(rng.choice(SKINS)), rng),
        rgb(rng.choice(HAIRS)),
        cap if rng.random() < 0.45 else None,
        rng.random() < 0.25,
        rng.random() < 0.2,
        rng.random() < 0.2,
    )


def make_head(style: HeadStyle, rng: Random) -> Objects:
    skin = plain("skin", style.skin, SKIN)
    parts = [_skull(skin), *_eyes(style), *_hair(style, rng)]
    lips = plain("lips", (style.skin[0] * 0.75, style.skin[1] * 0.45, style.skin[2] * 0.42), SKIN)
    parts.append(
        tube(
            "lips",
            [(-0.024, -0.085, 1.553), (0, -0.0975, 1.555), (0.024, -0.085, 1.553)],
            [0.002, 0.0065, 0.002],
            lips,
            around=8,
        )
    )
    if style.mask:
        parts += _mask(rng)
    if style.glasses:
        parts += _glasses()
    for item in parts:
        item.location.z, item.scale = -0.1, (1.08, 1.05, 1.045)
    return parts


def _ball(
    name: str, centre: Vec3, radii: Vec3, material: bpy.types.Material, rings: int = 14
) -> bpy.types.Object:
    angles = np.linspace(-np.pi / 2, np.pi / 2, rings)
    skin = np.stack(
        [
            moved(
                ring(max(np.cos(a), 1e-3) * radii[0], max(np.cos(a), 1e-3) * radii[1], 24),
                z=np.sin(a) * radii[2],
            )
            for a in angles
        ]
    )
    return loft(name, skin + centre, material)


def _skull(skin: bpy.types.Material) -> bpy.types.Object:
    lumps: list[tuple[Vec3, Vec3]] = [
        ((0, 0.012, 1.648), (0.077, 0.096, 0.1)),
        ((0, -0.022, 1.585), (0.063, 0.072, 0.085)),
        ((0, -0.062, 1.527), (0.03, 0.028, 0.022)),
        ((0, -0.1, 1.587), (0.016, 0.018, 0.012)),
        ((0, -0.092, 1.61), (0.009, 0.018, 0.03)),
        ((0, -0.068, 1.645), (0.055, 0.027, 0.014)),
        ((-0.038, -0.062, 1.588), (0.026, 0.026, 0.028)),
        ((0.038, -0.062, 1.588), (0.026, 0.026, 0.028)),
        ((0, -0.084, 1.553), (0.026, 0.014, 0.016)),
        ((-0.079, 0.012, 1.612), (0.009, 0.02, 0.032)),
        ((0.079, 0.012, 1.612), (0.009, 0.02, 0.032)),
    ]
    parts = [_ball("lump", centre, radii, skin) for centre, radii in lumps]
    parts.append(
        tube(
            "neck",
            [(0, 0.02, 1.4), (0, 0.012, 1.5), (0, 0.005, 1.58)],
            [0.066, 0.056, 0.055],
            skin,
            around=20,
        )
    )
    return melt("head", parts, 0.0055, smooth=4)


def _eyes(style: HeadStyle) -> Objects:
    white, iris = plain("eye", rgb("e6e2dc"), PLASTIC), plain("iris", rgb("1d1009"), Finish(roughness=0.1))
    brow = plain("brow", style.hair, WORKWEAR)
    lid = plain("lid", (style.skin[0] * 0.6, style.skin[1] * 0.5, style.skin[2] * 0.48), SKIN)
    parts: Objects = []
    for side in (-1, 1):
        x = 0.032 * side
        parts.append(_ball("eye", (x, -0.0815, 1.618), (0.0155, 0.009, 0.0065), white, 8))
        parts.append(_ball("iris", (x, -0.0868, 1.618), (0.0062, 0.0045, 0.0062), iris, 8))
        lids = [(x - 0.017, -0.082, 1.619), (x, -0.0905, 1.6255), (x + 0.017, -0.082, 1.619)]
        parts.append(tube("lid", lids, [0.002, 0.0035, 0.002], lid, around=6))
        brows = [(x - 0.02, -0.084, 1.64), (x, -0.094, 1.6455), (x + 0.02, -0.084, 1.641)]
        parts.append(tube("brow", brows, [0.0025, 0.0045, 0.0025], brow, around=6, flat=0.6))
    return parts


def _dome(
    name: str, grow: float, down_deg: float, back_deg: float, material: bpy.types.Material
) -> bpy.types.Object:
    """The upper part of the skull, `grow` larger, cut `down_deg` from its pole and tilted backwards."""
    angles = np.radians(np.linspace(down_deg, 0.5, 16))
    radii = np.array((0.078, 0.098, 0.1)) + grow
    rings = np.stack([moved(ring(np.sin(a), np.sin(a), 40), z=np.cos(a)) for a in angles])
    tilt = np.radians(back_deg)
    y, z = rings[..., 1].copy(), rings[..., 2].copy()
    rings[..., 1], rings[..., 2] = y * np.cos(tilt) + z * np.sin(tilt), z * np.cos(tilt) - y * np.sin(tilt)
    return loft(name, rings * radii + (0, 0.012, 1.648), material, cap_start=False)


def _hair(style: HeadStyle, rng: Random) -> Objects:
    material = plain("hair", style.hair, Finish(roughness=0.45, bump=1.0, grain_m=0.006, stretch=(3, 3, 0.6)))
    parts = [_dome("hair", 0.009, 88 if style.cap is None else 95, 32, material)]
    if style.long_hair:
        parts.append(_ball("long hair", (0, 0.07, 1.56), (0.07, 0.05, 0.13), material))
    if style.cap is None:
        parts.append(_ball("fringe", (rng.uniform(-0.02, 0.02), -0.055, 1.71), (0.06, 0.045, 0.03), material))
        return parts
    cloth = plain("cap", style.cap, WORKWEAR)
    parts.append(_dome("cap", 0.016, 78, 4, cloth))
    parts.append(_brim(cloth))
    return parts


def _brim(cloth: bpy.types.Material) -> bpy.types.Object:
    angles = np.linspace(np.pi * 1.12, np.pi * 1.88, 15)
    outer = np.stack(
        [
            0.088 * np.cos(angles),
            -0.09 + 0.1 * np.sin(angles),
            1.655 - 0.018 * np.abs(np.cos(angles)) + 0 * angles,
        ],
        axis=1,
    )
    inner = np.stack(
        [0.092 * np.cos(angles), 0.01 + 0.11 * np.sin(angles), 1.672 - 0.01 * np.abs(np.cos(angles))], axis=1
    )
    grid: Points = np.concatenate([outer, inner, moved(inner, z=0.006), moved(outer, z=0.006)])
    count = len(angles)
    faces = [
        [r * count + i, r * count + i + 1, ((r + 1) % 4) * count + i + 1, ((r + 1) % 4) * count + i]
        for r in range(4)
        for i in range(count - 1)
    ]
    return mesh_object("brim", grid, faces, cloth)


def _mask(rng: Random) -> Objects:
    color = rgb(rng.choice(("a9cfe3", "f0f0ee", "a9cfe3", "1c1d20")))
    cloth = plain("mask", color, Finish(roughness=0.9, bump=0.5, grain_m=0.012, stretch=(0.2, 1, 1)))
    strap = plain("strap", rgb("f0f0ee"), WORKWEAR)
    parts = [_ball("mask", (0, -0.052, 1.561), (0.063, 0.064, 0.05), cloth)]
    for side in (-1, 1):
        path = [(side * 0.058, -0.06, 1.585), (side * 0.075, -0.02, 1.605), (side * 0.086, 0.012, 1.63)]
        parts += [tube("strap", path, 0.002, strap, around=6)]
    return parts


def _glasses() -> Objects:
    frame = plain("frame", rgb("15161a"), PLASTIC)
    parts: Objects = []
    for side in (-1, 1):
        angles = np.linspace(0, 2 * np.pi, 17)
        rim = np.stack(
            [side * 0.034 + 0.024 * np.cos(angles), -0.101 + 0 * angles, 1.617 + 0.018 * np.sin(angles)],
            axis=1,
        )
        parts.append(tube("rim", rim, 0.0018, frame, around=6))
        parts.append(
            tube(
                "bow",
                [(side * 0.058, -0.1, 1.62), (side * 0.08, -0.04, 1.622), (side * 0.084, 0.02, 1.625)],
                0.0018,
                frame,
                around=6,
            )
        )
    return parts
