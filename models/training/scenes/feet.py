"""Feet on a floor: shoes, boots, sneakers and socks, trouser legs, and shoe covers drawn over them.

A foot stands at the origin, its toes towards +y. Every skin is a stack of level rings, each an outline of
the foot at its height: heel and toe positions and half the width, so that a cover is the shoe's own shape,
a little wider and crinkled.
"""

from dataclasses import dataclass
from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import LEATHER, RUBBER, WORKWEAR, Finish, Rgb, film, plain, rgb, vary
from models.training.scenes.meshes import Points, loft, moved, place, ripple, solidify, subdivide, tube

# (height, heel y, toe y, half width), metres, of a shoe of EU size 42 with its ankle over the origin.
_LOW = ((0.012, -0.075, 0.205, 0.048), (0.03, -0.079, 0.203, 0.047), (0.05, -0.077, 0.191, 0.044))
_INSTEP = ((0.066, -0.074, 0.15, 0.041), (0.082, -0.069, 0.09, 0.036), (0.096, -0.065, 0.06, 0.036))
_BOOT = ((0.13, -0.062, 0.052, 0.042), (0.17, -0.062, 0.052, 0.046))
COVER_COLORS = ("2f6fd0", "3b7fd6", "2b5fc0", "4a8be0", "e8eef2", "dfe6ea", "1c1d20", "3f9a5f", "7fb8e6")
SHOE_COLORS = (
    "161617",
    "1d1c1b",
    "2b2320",
    "4a3426",
    "ddddda",
    "2f5ea8",
    "3f7fcf",
    "8c8f94",
    "a03028",
    "26303f",
)


@dataclass(frozen=True, slots=True)
class Footwear:
    """What is worn: kind is shoe, sneaker, boot or sock; covered says that a shoe cover is drawn over it."""

    kind: str
    color: Rgb
    covered: bool
    cover_color: Rgb
    trousers: Rgb
    opacity: float = 0.9


def random_footwear(rng: Random, *, covered: bool | None = None) -> Footwear:
    kind = rng.choice(("shoe", "shoe", "sneaker", "sneaker", "boot"))
    wears = rng.random() < 0.55 if covered is None else covered
    dark = rng.choice(("20242c", "2a3550", "3b3d40", "5a5a52", "6b5f4a", "1d3a63", "7a7d80", "31404a"))
    cover = vary(rgb(rng.choice(COVER_COLORS)), rng)
    return Footwear(
        kind,
        vary(rgb(rng.choice(SHOE_COLORS)), rng),
        wears,
        cover,
        vary(rgb(dark), rng),
        rng.uniform(0.72, 0.98),
    )


def _outline(heel: float, toe: float, half: float, count: int = 40) -> Points:
    """A footprint: broad at the ball, narrow at the arch, rounded at both ends; shape (count, 3)."""
    angles = np.arange(count) * 2 * np.pi / count
    along = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** 0.8
    y = (heel + toe) / 2 + along * (toe - heel) / 2
    share = (y - heel) / (toe - heel)
    waist = 1 - 0.22 * np.exp(-(((share - 0.38) / 0.17) ** 2)) + 0.06 * np.exp(-(((share - 0.7) / 0.15) ** 2))
    ends = np.abs(np.cos(angles)) ** 0.75 * np.sign(np.cos(angles))
    return np.stack([half * ends * waist + 0.006 * share**2, y, np.zeros(count)], axis=1)


def _stack(levels: tuple[tuple[float, float, float, float], ...], grow: float = 0.0) -> Points:
    return np.stack([moved(_outline(h - grow, t + grow, w + grow), z=z) for z, h, t, w in levels])


def shoe(wear: Footwear, rng: Random) -> list[bpy.types.Object]:
    """A shoe, sneaker or boot with its sole, collar and laces."""
    levels = (*_LOW, *_INSTEP, *(_BOOT if wear.kind == "boot" else ()))
    finish = LEATHER if wear.kind != "sneaker" else Finish(roughness=0.8, bump=0.3, grain_m=0.003)
    upper = subdivide(loft("upper", _stack(levels), plain("upper", wear.color, finish), cap_end=False), 1)
    white = wear.kind == "sneaker" and rng.random() < 0.7
    sole_color = rgb("e6e4de") if white else rgb(rng.choice(("141414", "3a2a1c", "1c1c1e")))
    height = 0.028 if wear.kind != "shoe" else 0.02
    sole_levels = ((0.0, -0.076, 0.205, 0.046), (0.004, -0.081, 0.211, 0.051), (height, -0.082, 0.211, 0.051))
    parts = [upper, loft("sole", _stack(sole_levels), plain("sole", sole_color, RUBBER))]
    parts += _laces(wear, rng)
    if wear.kind == "sneaker" and rng.random() < 0.7:
        parts += _stripes(rng)
    return parts


def _laces(wear: Footwear, rng: Random) -> list[bpy.types.Object]:
    color = rgb("e8e6e0") if wear.kind == "sneaker" else rgb(rng.choice(("141414", "3b2a1a", "c9a030")))
    material = plain("lace", color, WORKWEAR)
    spots = [(0.148, 0.062), (0.125, 0.073), (0.102, 0.083), (0.08, 0.094)]
    laces = []
    for y, z in spots:
        path = [
            (-0.026, y - 0.004, z - 0.008),
            (-0.012, y, z + 0.003),
            (0.012, y + 0.004, z + 0.003),
            (0.026, y, z - 0.008),
        ]
        laces.append(tube("lace", path, 0.0032, material, around=6))
    return laces


def _stripes(rng: Random) -> list[bpy.types.Object]:
    material = plain("stripe", vary(rgb(rng.choice(("f2f2f0", "d03028", "1d1d1f", "2f6fd0"))), rng))
    return [
        tube(
            "stripe",
            [(side * 0.049, y, 0.03), (side * 0.0445, y - 0.012, 0.05), (side * 0.036, y - 0.022, 0.07)],
            0.005,
            material,
            flat=0.35,
        )
        for side in (-1, 1)
        for y in (0.075, 0.095)
    ]


def sock(rng: Random) -> list[bpy.types.Object]:
    """A foot in a sock: what a customer or a tidy visitor wears."""
    levels = ((0.002, -0.06, 0.17, 0.032), (0.012, -0.07, 0.182, 0.04), (0.03, -0.072, 0.178, 0.039))
    levels += (
        (0.048, -0.068, 0.13, 0.034),
        (0.07, -0.06, 0.08, 0.032),
        (0.1, -0.055, 0.05, 0.034),
        (0.16, -0.055, 0.05, 0.04),
    )
    color = vary(rgb(rng.choice(("e9e7e2", "2a2b2e", "8d9096", "34507a", "a04a4a"))), rng)
    return [subdivide(loft("sock", _stack(levels), plain("sock", color, WORKWEAR), cap_end=False))]


def cover(wear: Footwear, rng: Random) -> list[bpy.types.Object]:
    """A throw-away cover: loose crinkled film, gathered at the ankle by a rubber band, with a ruffle."""
    noise = np.random.default_rng(rng.getrandbits(32))
    top = 0.03 if wear.kind == "boot" else 0.0
    loose = rng.uniform(0.008, 0.02)
    heights = np.array([0.001, 0.003, 0.014, 0.03, 0.045, 0.06, 0.075, 0.088, 0.1, 0.112, 0.12, 0.128, 0.138])
    heels = -np.array(
        [0.072, 0.083, 0.087, 0.087, 0.086, 0.084, 0.081, 0.077, 0.073, 0.069, 0.064, 0.066, 0.072]
    )
    toes = np.array([0.195, 0.21, 0.214, 0.211, 0.2, 0.178, 0.148, 0.117, 0.09, 0.07, 0.058, 0.061, 0.068])
    halves = np.array(
        [0.042, 0.052, 0.055, 0.055, 0.053, 0.051, 0.05, 0.05, 0.05, 0.049, 0.046, 0.049, 0.055]
    )
    grow = loose * np.array([0, 0.2, 0.5, 0.7, 0.9, 1.0, 1.0, 0.9, 0.7, 0.4, 0, 0.1, 0.4])
    fine = np.linspace(0, len(heights) - 1, 34)
    columns = (
        np.interp(fine, np.arange(len(heights)), v)
        for v in (heights + top * heights / 0.138, heels - grow, toes + grow, halves + grow)
    )
    rings = np.stack([moved(_outline(h, t, w, 84), z=z) for z, h, t, w in zip(*columns, strict=True)])
    _crinkle(rings, noise, rng)
    skin = loft("cover", rings, film("cover", wear.cover_color, rng, opacity=wear.opacity), cap_end=False)
    skin.data.shade_smooth()
    band = rings[-10:-8].mean(axis=0)
    return [skin, _band(band, wear.cover_color)]


def _crinkle(rings: Points, noise: np.random.Generator, rng: Random) -> None:
    """Creases over the skin, vertical gathers growing towards the band, a ruffle above it."""
    shape = rings.shape[:2]
    centre = rings.mean(axis=1, keepdims=True)
    out = rings - centre
    out[..., 2] = 0
    out /= np.linalg.norm(out, axis=2, keepdims=True) + 1e-9
    points = rings.reshape(-1, 3)
    depth = rng.uniform(0.6, 1.3)
    crease = ripple(points, noise, 0.05, 9, ridged=True).reshape(shape) * 0.0028 * depth
    crease += ripple(points, noise, 0.022, 8, ridged=True).reshape(shape) * 0.0012 * depth
    share = np.linspace(0, 1, shape[0])[:, None]
    angle = np.linspace(0, 2 * np.pi, shape[1], endpoint=False)[None, :]
    gathers = np.sin(angle * rng.choice((19, 23, 27)) + 2 * np.sin(angle * 3 + noise.uniform(0, 6)))
    crease += gathers * (0.0006 + 0.0035 * np.clip(share - 0.55, 0, 1) / 0.45)
    crease += np.sin(angle * 31) * 0.004 * np.clip(share - 0.85, 0, 1) / 0.15
    crease[0] = 0
    rings += out * crease[..., None]
    rings[..., 2] = np.clip(rings[..., 2] + np.where(share > 0.1, crease * 0.6, 0), 0.0006, None)


def _band(line: Points, color: Rgb) -> bpy.types.Object:
    closed = np.concatenate([line, line[:2]])
    darker = (color[0] * 0.7, color[1] * 0.7, color[2] * 0.7)
    return tube("band", closed[::2], 0.0028, plain("band", darker, WORKWEAR), around=6)


def trouser_leg(
    wear: Footwear, rng: Random, *, height_m: float, lean: tuple[float, float] = (0, 0), hem_m: float = 0.085
) -> bpy.types.Object:
    """A trouser leg from its hem up to `height_m`, leaning by (x, y) at the top, folds above the shoe."""
    noise = np.random.default_rng(rng.getrandbits(32))
    count = 46
    share = np.linspace(0, 1, count)
    z = hem_m + share * (height_m - hem_m)
    path = np.stack([lean[0] * share, -0.01 + lean[1] * share, z], axis=1)
    radii = 0.066 + 0.024 * share + 0.008 * np.exp(-(((share - 0.5) / 0.12) ** 2))
    angles = np.arange(44) * 2 * np.pi / 44
    rings = np.stack(
        [
            np.stack([r * np.cos(angles) * 0.93, r * 1.05 * np.sin(angles), 0 * angles], 1) + p
            for r, p in zip(radii, path, strict=True)
        ]
    )
    folds = ripple(rings.reshape(-1, 3) * (1, 1, 2.2), noise, 0.16, 9, ridged=True).reshape(rings.shape[:2])
    stack = 1.0 + 1.8 * np.exp(-share * 7)
    push = folds * 0.0032 * stack[:, None]
    centre = rings.mean(axis=1, keepdims=True)
    rings += (rings - centre) / 0.08 * push[..., None]
    leg = loft("leg", rings, plain("trousers", wear.trousers, WORKWEAR), cap_start=False)
    leg.data.shade_smooth()
    return solidify(leg, 0.003)


@dataclass(frozen=True, slots=True)
class Foot:
    """One dressed foot: the pivot to move it by, and which meshes are footwear and which trousers."""

    pivot: bpy.types.Object
    footwear: list[bpy.types.Object]
    inside: list[bpy.types.Object]
    leg: list[bpy.types.Object]


def dressed_foot(
    wear: Footwear,
    rng: Random,
    *,
    left: bool,
    leg_m: float,
    lean: tuple[float, float] = (0, 0),
    bare_sock: bool = False,
) -> Foot:
    """A foot with what is worn on it; a covered shoe stays in its cover: film lets it shine through."""
    outer = sock(rng) if bare_sock else shoe(wear, rng)
    film_parts = cover(wear, rng) if wear.covered and not bare_sock else []
    leg = (
        [trouser_leg(wear, rng, height_m=leg_m, lean=lean, hem_m=rng.uniform(0.075, 0.1))]
        if leg_m > 0
        else []
    )
    footwear = film_parts or outer
    inside = outer if film_parts else []
    pivot = place([*outer, *film_parts, *leg], (0, 0, 0))
    pivot.scale.x = -1 if left else 1
    return Foot(pivot, footwear, inside, leg)
