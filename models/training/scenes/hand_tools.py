"""Pliers, screwdriver, hammer, tape measure and utility knife."""

from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import RUBBER, plain, rgb, wood
from models.training.scenes.meshes import box, cylinder, extrude, lathe, tube
from models.training.scenes.tool_parts import Objects, bright_steel, dark_steel, grip_material, lying, scaled


def pliers(scale: float, rng: Random) -> Objects:
    """Pliers: two bowed handles in plastic sleeves, a joint, jaws."""
    steel, grip = rng.choice((bright_steel, dark_steel))(rng), grip_material(rng)
    spread = rng.uniform(0.7, 1.3)
    parts: Objects = []
    for side in (-1, 1):
        xs = (0.012, -0.01, -0.035, -0.07, -0.1, -0.115)
        ys = (0.004, 0.013, 0.020, 0.022, 0.017, 0.014)
        path = [(x * scale, side * y * scale * spread, 0.008 * scale) for x, y in zip(xs, ys, strict=True)]
        radii = [r * scale for r in (0.005, 0.0065, 0.0075, 0.008, 0.0078, 0.006)]
        parts.append(tube("sleeve", path, radii, grip, flat=0.85, power=2.6))
        nose = [(0.0, 0.001), (0.062, 0.001), (0.064, 0.0045), (0.045, 0.01), (0.025, 0.014), (0.0, 0.012)]
        outline = [(x * scale, side * y * scale) for x, y in nose]
        jaw = extrude("jaw", outline if side > 0 else outline[::-1], 0.010 * scale, steel, edge=0.0015)
        jaw.location = (0.012 * scale, 0, 0.003 * scale)
        parts.append(jaw)
    pivot = cylinder("pivot", 0.009 * scale, 0.013 * scale, steel, edge=0.001)
    pivot.location = (0.018 * scale, 0, 0.002 * scale)
    return [*parts, pivot]


def screwdriver(scale: float, rng: Random) -> Objects:
    """Screwdriver: a fluted two-coloured handle, a round blade, a tip."""
    grip, steel = grip_material(rng), bright_steel(rng)
    profile = [(0.006, 0), (0.0125, 0.004), (0.0145, 0.02), (0.0135, 0.045), (0.0145, 0.07), (0.011, 0.085)]
    profile += [(0.0085, 0.092), (0.0105, 0.1), (0.006, 0.104)]
    handle = lathe("handle", scaled(profile, scale), grip, around=20)
    _flute(handle)
    reach = rng.uniform(0.08, 0.13)
    shaft = cylinder("blade", 0.0032 * scale, reach * scale, steel, around=12)
    tip = lathe(
        "tip", scaled([(0.0032, 0), (0.0036, 0.008), (0.0012, 0.014)], scale), dark_steel(rng), around=8
    )
    middle = (0.104 + reach) / 2
    height = 0.0145 * scale
    parts = [lying(handle, -middle * scale, height), lying(shaft, (0.103 - middle) * scale, height)]
    parts.append(lying(tip, (0.1 + reach - middle) * scale, height))
    if rng.random() < 0.6:
        band = lathe(
            "band",
            scaled([(0.0137, 0.04), (0.0142, 0.045), (0.0142, 0.05), (0.0138, 0.055)], scale),
            dark_steel(rng),
        )
        parts.append(lying(band, -middle * scale, height))
    return parts


def _flute(handle: bpy.types.Object) -> None:
    """Press grooves along the handle."""
    for index, vertex in enumerate(handle.data.vertices):
        if index % 20 % 3 == 0 and 0.2 < (index // 20) / 9 < 0.7:
            vertex.co.x *= 0.86
            vertex.co.y *= 0.86


def hammer(scale: float, rng: Random) -> Objects:
    """Claw hammer: a wooden or rubbered handle, a forged head lying on its side."""
    wooden = rng.random() < 0.6
    light, dark = rgb("c99a5b"), rgb("8a5a2b")
    material = wood("ash", light, dark, rng) if wooden else grip_material(rng)
    xs = (-0.15, -0.145, -0.1, -0.05, 0.02, 0.1, 0.135)
    radii = [r * scale for r in (0.009, 0.0135, 0.0145, 0.0125, 0.0105, 0.0105, 0.0105)]
    handle = tube(
        "handle", [(x * scale, 0, 0.0145 * scale) for x in xs], radii, material, flat=0.8, power=2.4
    )
    steel = dark_steel(rng) if rng.random() < 0.6 else bright_steel(rng)
    cheek = box(
        "cheek",
        (0.028 * scale, 0.034 * scale, 0.026 * scale),
        (0.128 * scale, 0, 0.0145 * scale),
        steel,
        round_m=0.003,
    )
    face = lathe(
        "face",
        scaled([(0.009, 0), (0.009, 0.016), (0.0145, 0.02), (0.0145, 0.038), (0.012, 0.04)], scale),
        steel,
    )
    face.rotation_euler, face.location = (-np.pi / 2, 0, 0), (0.128 * scale, 0.014 * scale, 0.0145 * scale)
    path = [(0.128, -0.014, 0.0145), (0.127, -0.035, 0.0145), (0.12, -0.055, 0.0145), (0.106, -0.07, 0.0145)]
    claw = tube(
        "claw",
        np.array(path) * scale,
        [r * scale for r in (0.012, 0.0115, 0.009, 0.004)],
        steel,
        flat=0.9,
        power=3.5,
    )
    return [handle, cheek, face, claw]


def tape_measure(scale: float, rng: Random) -> Objects:
    """Tape measure lying on its side: rounded case, label, belt clip, the tape's end hook."""
    case = grip_material(rng)
    dark = plain("tape rubber", rgb("1d1e20"), RUBBER)
    body = box(
        "case",
        (0.07 * scale, 0.064 * scale, 0.03 * scale),
        (0, 0, 0.016 * scale),
        case,
        round_m=0.014 * scale,
    )
    rim = box(
        "rim",
        (0.073 * scale, 0.03 * scale, 0.024 * scale),
        (-0.001, -0.02 * scale, 0.016 * scale),
        dark,
        round_m=0.011 * scale,
    )
    tag = cylinder(
        "label",
        0.021 * scale,
        0.0014,
        plain("label", rgb(rng.choice(("f2d21b", "e8e8e4", "202226", "c8281e")))),
        around=28,
    )
    tag.location = (0, 0.003 * scale, 0.0302 * scale)
    blade = box(
        "tape",
        (0.016 * scale, 0.0012, 0.018 * scale),
        (0.042 * scale, -0.026 * scale, 0.014 * scale),
        plain("tape", rgb("f0cf2a")),
    )
    hook = box(
        "hook",
        (0.002, 0.01 * scale, 0.018 * scale),
        (0.05 * scale, -0.028 * scale, 0.012 * scale),
        bright_steel(rng),
    )
    return [body, rim, tag, blade, hook]


def knife(scale: float, rng: Random) -> Objects:
    """Utility knife: a slim plastic body with a slider and a snapped-off blade."""
    outline = [
        (-0.08, -0.008),
        (0.05, -0.01),
        (0.07, -0.004),
        (0.07, 0.007),
        (0.045, 0.011),
        (-0.02, 0.0095),
        (-0.08, 0.009),
    ]
    body = extrude("knife", scaled(outline, scale), 0.014 * scale, grip_material(rng), edge=0.004 * scale)
    rail = box(
        "rail", (0.11 * scale, 0.006 * scale, 0.002), (-0.005 * scale, 0, 0.0142 * scale), dark_steel(rng)
    )
    slider = box(
        "slider",
        (0.016 * scale, 0.011 * scale, 0.006 * scale),
        (0.012 * scale, 0, 0.016 * scale),
        grip_material(rng),
        round_m=0.002,
    )
    blade = extrude(
        "blade",
        scaled([(0.06, -0.003), (0.09, -0.003), (0.098, 0.006), (0.06, 0.006)], scale),
        0.0012,
        bright_steel(rng),
    )
    blade.location.z = 0.007 * scale
    return [body, rail, slider, blade]
