"""Rooms: a floor or a counter, walls, light, and the small things that stand about."""

from dataclasses import dataclass
from math import radians
from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import (
    CHROME,
    PAINT,
    PLASTIC,
    Finish,
    glow,
    plain,
    rgb,
    stone,
    tiles,
    vary,
    wood,
)
from models.training.scenes.meshes import box, cylinder, lathe, place, tube

Vec3 = tuple[float, float, float]
WOODS = (
    ("c9a06a", "7b4f27"),
    ("b98a57", "6e4526"),
    ("e0c9a0", "b08f5f"),
    ("6f4a2f", "3a2416"),
    ("a9a196", "6f675c"),
)
WALLS = ("e9e6df", "dfe3e6", "efe6d2", "d9dfd3", "c9d4dc", "f2f0ea", "bfc5c7")
TILES = ("e8e4da", "d8d2c6", "b9b4ab", "8f8b86", "efefec", "a7b3b8", "cdbfa6", "5d5c5e")
STONES = ("55544f", "2d2c2c", "cfcac0", "9b9288", "efece6", "6b5a4c")


@dataclass(frozen=True, slots=True)
class RoomStyle:
    """What stays the same through the pictures of one visit."""

    seed: int
    floor: str
    counter: str
    wall: str
    front: str


def random_room(rng: Random) -> RoomStyle:
    return RoomStyle(
        rng.getrandbits(31),
        rng.choice(("wood", "planks", "tile", "tile", "stone", "laminate")),
        rng.choice(("wood", "stone", "stone", "tile", "laminate")),
        rng.choice(WALLS),
        rng.choice(("f0efec", "d9d4c8", "8fa3ad", "b08b62", "51606b", "9c3b32")),
    )


def ground(kind: str, rng: Random, name: str) -> bpy.types.Material:
    """The material of a floor or a counter."""
    if kind in {"wood", "planks"}:
        light, dark = rng.choice(WOODS)
        return wood(name, vary(rgb(light), rng), vary(rgb(dark), rng), rng, planks=kind == "planks")
    if kind == "tile":
        side = rng.choice((0.1, 0.2, 0.3, 0.45, 0.6))
        return tiles(name, vary(rgb(rng.choice(TILES)), rng), rng, size_m=(side, side))
    if kind == "stone":
        return stone(name, vary(rgb(rng.choice(STONES)), rng), rng)
    return plain(
        name,
        vary(rgb(rng.choice((*TILES, *WALLS))), rng),
        Finish(roughness=rng.uniform(0.2, 0.6), blotch=0.05),
    )


def light_room(rng: Random, *, ceiling_m: float = 2.6, window_side: int = -1) -> None:
    """A window to one side, a lamp above, and the light that the walls send back."""
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    tone = rng.uniform(0.92, 1.05)
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (1.0, tone, tone * rng.uniform(0.9, 1.1), 1)
    background.inputs["Strength"].default_value = rng.uniform(0.1, 0.35)
    warm = rng.uniform(0.75, 1.0)
    power = 16.0 * ceiling_m**2
    _area(
        (0.4 * rng.uniform(-1, 1), -0.4, ceiling_m),
        (0, 0, 0),
        rng.uniform(0.25, 0.9),
        power * rng.uniform(0.6, 1.3),
        (1, 0.5 + warm / 2, warm),
    )
    day = rng.uniform(0.0, 1.0)
    where = (window_side * rng.uniform(1.6, 2.2), rng.uniform(-1.5, 0.5), rng.uniform(1.3, 1.8))
    _area(where, (0, radians(-window_side * -90 * 0.85), 0), 0.9, 1.3 * power * day, (0.85, 0.93, 1))


def _area(location: Vec3, rotation: Vec3, size: float, watts: float, color: Vec3) -> bpy.types.Object:
    light = bpy.data.lights.new("area", "AREA")
    light.energy, light.size, light.color = watts, size, color
    item = bpy.data.objects.new("area", light)
    item.location, item.rotation_euler = location, rotation
    bpy.context.scene.collection.objects.link(item)
    return item


def floor(kind: str, rng: Random, size_m: float = 7.0) -> bpy.types.Object:
    item = box("floor", (size_m, size_m, 0.02), (0, 0, -0.01), ground(kind, rng, "floor"))
    item.rotation_euler.z = rng.choice((0.0, np.pi / 2))
    return item


def wall(
    style: RoomStyle, rng: Random, y: float, *, tiled: bool = False, height_m: float = 2.7
) -> bpy.types.Object:
    """A wall facing -y, as a plate laid up so that tiles follow its own x and y."""
    if tiled:
        size = rng.choice(((0.3, 0.6), (0.1, 0.1), (0.2, 0.1), (0.3, 0.3), (0.25, 0.4)))
        material = tiles("wall", vary(rgb(rng.choice(TILES[:7])), rng), rng, size_m=size)
    else:
        material = plain("wall", rgb(style.wall), PAINT)
    item = box("wall", (7.0, height_m, 0.05), (0, y + 0.025, height_m / 2), material)
    item.rotation_euler.x = radians(90)
    if not tiled:
        box("skirting", (7.0, 0.015, 0.08), (0, y - 0.008, 0.04), plain("skirting", rgb("e8e6e0"), PLASTIC))
    return item


def counter(style: RoomStyle, *, depth_m: float = 0.6, top_m: float = 0.0) -> None:
    """A worktop with its surface at z = top_m and its back edge at y = depth / 2, cupboards under it."""
    material = ground(style.counter, Random(style.seed), "counter")
    box("worktop", (4.0, depth_m, 0.04), (0, 0, top_m - 0.02), material, round_m=0.004)
    front = plain("front", rgb(style.front), Finish(roughness=0.35))
    steel = plain("handle", (0.6, 0.6, 0.6), CHROME)
    for k in range(-3, 4):
        box("door", (0.495, 0.02, 0.7), (k * 0.5, -depth_m / 2 + 0.03, top_m - 0.4), front, round_m=0.003)
        box("handle", (0.14, 0.02, 0.012), (k * 0.5, -depth_m / 2 + 0.01, top_m - 0.1), steel, round_m=0.004)


def clutter(rng: Random, spots: list[Vec3]) -> None:
    """A household thing on each spot."""
    makers = (_mug, _bottle, _kettle, _box, _bowl, _plant)
    for spot in spots:
        place(rng.choice(makers)(rng), spot, rng.uniform(0, 360))


def _household(rng: Random) -> bpy.types.Material:
    return plain(
        "household",
        vary(rgb(rng.choice(("e9e9e4", "c8452e", "3d6fa5", "2d2f33", "e3c35a", "6e9b6a"))), rng),
        PLASTIC,
    )


def _mug(rng: Random) -> list[bpy.types.Object]:
    material = _household(rng)
    cup = lathe("mug", [(0.036, 0), (0.04, 0.005), (0.041, 0.095), (0.036, 0.095), (0.034, 0.012)], material)
    ear = tube(
        "ear", [(0.04, 0, 0.075), (0.065, 0, 0.07), (0.067, 0, 0.04), (0.042, 0, 0.025)], 0.006, material
    )
    return [cup, ear]


def _bottle(rng: Random) -> list[bpy.types.Object]:
    profile = [(0.033, 0), (0.036, 0.01), (0.036, 0.15), (0.014, 0.2), (0.014, 0.23)]
    cap = cylinder("cap", 0.016, 0.025, _household(rng))
    cap.location.z = 0.225
    band = cylinder("band", 0.0365, 0.07, _household(rng))
    band.location.z = 0.05
    return [lathe("bottle", profile, _household(rng)), cap, band]


def _kettle(rng: Random) -> list[bpy.types.Object]:
    steel = plain("kettle", (0.6, 0.6, 0.6), CHROME) if rng.random() < 0.6 else _household(rng)
    pot = lathe("pot", [(0.08, 0), (0.085, 0.02), (0.07, 0.15), (0.055, 0.19), (0.01, 0.2)], steel)
    dark = plain("kettle handle", rgb("1d1e20"), PLASTIC)
    handle = tube("handle", [(0.06, 0, 0.18), (0.12, 0, 0.19), (0.13, 0, 0.1), (0.085, 0, 0.03)], 0.012, dark)
    return [pot, handle]


def _box(rng: Random) -> list[bpy.types.Object]:
    size = (rng.uniform(0.06, 0.2), rng.uniform(0.04, 0.12), rng.uniform(0.05, 0.2))
    return [box("carton", size, (0, 0, size[2] / 2), _household(rng), round_m=0.002)]


def _bowl(rng: Random) -> list[bpy.types.Object]:
    return [
        lathe(
            "bowl",
            [(0.03, 0), (0.06, 0.02), (0.08, 0.06), (0.076, 0.06), (0.05, 0.02), (0.0, 0.012)],
            _household(rng),
        )
    ]


def _plant(rng: Random) -> list[bpy.types.Object]:
    pot = lathe(
        "pot",
        [(0.045, 0), (0.06, 0.1), (0.055, 0.1), (0.04, 0.08)],
        plain("clay", vary(rgb("a8623f"), rng), PAINT),
    )
    leaf = plain("leaf", vary(rgb("3c7a35"), rng, 0.3), PLASTIC)
    leaves = []
    for _ in range(9):
        dx, dy = rng.uniform(-0.09, 0.09), rng.uniform(-0.09, 0.09)
        path = [(0, 0, 0.08), (dx * 0.5, dy * 0.5, 0.2), (dx, dy, rng.uniform(0.15, 0.26))]
        leaves.append(tube("leaf", path, [0.003, 0.016, 0.002], leaf, flat=0.15, around=8))
    return [pot, *leaves]


def lamp(location: Vec3) -> None:
    """A lit disc on the ceiling."""
    disc = cylinder("lamp", 0.2, 0.05, glow("lamp", (1, 0.95, 0.85), 6.0))
    disc.location = location
