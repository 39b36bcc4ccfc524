"""Eight hand tools, each lying on z = 0 along x with its middle at the origin; `scale` 1 is a common size."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import (
    CHROME,
    LACQUER,
    PLASTIC,
    RUBBER,
    STEEL,
    plain,
    rgb,
    vary,
    wood,
)
from models.training.scenes.meshes import arc, box, cylinder, extrude, lathe, place, tube

Objects = list[bpy.types.Object]
GRIPS = ("c8281e", "1f4fae", "e0a800", "222326", "2f8f3e", "e0641a", "7b1fa2", "9a1b1b")
_TURN_X = (0.0, np.pi / 2, 0.0)


@dataclass(frozen=True, slots=True)
class ToolKind:
    """A tool's builder, its length at scale 1 and the scales it is sold in."""

    build: Callable[[float, Random], Objects]
    length_m: float
    scales: tuple[float, float]
    radius_m: float


def _grip(rng: Random) -> bpy.types.Material:
    finish = rng.choice((PLASTIC, RUBBER))
    return plain("grip", vary(rgb(rng.choice(GRIPS)), rng), finish)


def _steel(rng: Random) -> bpy.types.Material:
    tone = rng.uniform(0.3, 0.65)
    return plain("steel", (tone, tone, tone * 1.01), rng.choice((STEEL, CHROME)))


def _dark_steel(rng: Random) -> bpy.types.Material:
    tone = rng.uniform(0.03, 0.25)
    return plain("dark steel", (tone, tone, tone * 1.05), STEEL)


def _lying(item: bpy.types.Object, x: float, z: float, y: float = 0.0) -> bpy.types.Object:
    """Lay something built along z down along x, starting at x."""
    item.rotation_euler = _TURN_X
    item.location = (x, y, z)
    return item


def _scaled(outline: list[tuple[float, float]], scale: float) -> list[tuple[float, float]]:
    return [(x * scale, y * scale) for x, y in outline]


def _open_jaw(
    x: float, radius: float, gap: float, facing: int, slant_deg: float = 15
) -> list[tuple[float, float]]:
    """The outline of a fork, from its upper neck round the mouth to its lower neck (facing 1: right)."""
    round_top = [(radius * np.cos(a), radius * np.sin(a)) for a in np.radians(np.linspace(140, 35, 8))]
    mouth = [(radius * 0.82, gap), (-0.1 * radius, gap), (-0.35 * radius, 0), (-0.1 * radius, -gap)]
    fork = [*round_top, *mouth, (radius * 0.82, -gap), *[(px, -py) for px, py in reversed(round_top)]]
    s, c = np.sin(np.radians(slant_deg)), np.cos(np.radians(slant_deg))
    turned = [(px * c - py * s, px * s + py * c) for px, py in fork]
    return [(x + facing * px, facing * py) for px, py in turned]


def wrench(scale: float, rng: Random) -> Objects:
    """Combination wrench: an open end and a ring, drop-forged in one piece."""
    steel = _steel(rng)
    jaw = _open_jaw(0.085, 0.021, 0.0085, 1)
    tail = arc((-0.085, 0.0), 0.016, -45, -315, 18)
    body = extrude(
        "wrench", _scaled([*reversed(jaw), *reversed(tail)], scale), 0.0065 * scale, steel, edge=0.0012
    )
    rim = lathe("ring", _scaled([(0.0165, 0), (0.0165, 0.01), (0.0095, 0.01), (0.0095, 0.002)], scale), steel)
    rim.location = (-0.085 * scale, 0, 0)
    hole = cylinder(
        "hole", 0.0096 * scale, 0.0103 * scale, plain("hole", (0.01, 0.01, 0.01), RUBBER), around=12
    )
    hole.location = rim.location
    panel = box("panel", (0.09 * scale, 0.006 * scale, 0.0016), (0, 0, 0.0065 * scale), _dark_steel(rng))
    return [body, rim, hole, panel]


def adjustable(scale: float, rng: Random) -> Objects:
    """Adjustable spanner: slanted fixed jaw, sliding jaw, worm, handle with a hole or a grip."""
    steel = _steel(rng)
    gap = rng.uniform(0.006, 0.016)
    head = [(0.062, 0.012), (0.078, 0.03), (0.098, 0.034), (0.122, 0.02), (0.124, 0.012), (0.092, 0.006)]
    head += [(0.085, -0.004), (0.088, -0.016), (0.072, -0.022), (0.058, -0.014)]
    handle = [(-0.105, -0.009), (-0.118, -0.006), (-0.124, 0), (-0.118, 0.006), (-0.105, 0.009)]
    outline = _scaled([*reversed([*head]), *reversed(handle)], scale)
    body = extrude("spanner", outline, 0.012 * scale, steel, edge=0.002)
    low = [
        (0.09, -0.004 - gap),
        (0.12, 0.004 - gap),
        (0.124, -0.005 - gap),
        (0.104, -0.02 - gap),
        (0.086, -0.018 - gap),
    ]
    jaw = extrude("sliding jaw", _scaled(low[::-1], scale), 0.010 * scale, steel, edge=0.0015)
    jaw.location.z = 0.001 * scale
    worm = _lying(
        cylinder("worm", 0.006 * scale, 0.016 * scale, _dark_steel(rng), around=10),
        0.07 * scale,
        0.008 * scale,
    )
    worm.location.y = -0.013 * scale
    if rng.random() < 0.5:
        path = [(-0.12 * scale, 0, 0.0065 * scale), (-0.02 * scale, 0, 0.0065 * scale)]
        return [body, jaw, worm, tube("grip", path, 0.0125 * scale, _grip(rng), flat=0.7, power=3)]
    hole = cylinder(
        "hole", 0.0045 * scale, 0.0124 * scale, plain("hole", (0.01, 0.01, 0.01), RUBBER), around=12
    )
    hole.location = (-0.113 * scale, 0, 0)
    return [body, jaw, worm, hole]


def pliers(scale: float, rng: Random) -> Objects:
    """Pliers: two bowed handles in plastic sleeves, a joint, jaws."""
    steel, grip = rng.choice((_steel, _dark_steel))(rng), _grip(rng)
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
    grip, steel = _grip(rng), _steel(rng)
    profile = [(0.006, 0), (0.0125, 0.004), (0.0145, 0.02), (0.0135, 0.045), (0.0145, 0.07), (0.011, 0.085)]
    profile += [(0.0085, 0.092), (0.0105, 0.1), (0.006, 0.104)]
    handle = lathe("handle", _scaled(profile, scale), grip, around=20)
    _flute(handle)
    reach = rng.uniform(0.08, 0.13)
    shaft = cylinder("blade", 0.0032 * scale, reach * scale, steel, around=12)
    tip = lathe(
        "tip", _scaled([(0.0032, 0), (0.0036, 0.008), (0.0012, 0.014)], scale), _dark_steel(rng), around=8
    )
    middle = (0.104 + reach) / 2
    height = 0.0145 * scale
    parts = [_lying(handle, -middle * scale, height), _lying(shaft, (0.103 - middle) * scale, height)]
    parts.append(_lying(tip, (0.1 + reach - middle) * scale, height))
    if rng.random() < 0.6:
        band = lathe(
            "band",
            _scaled([(0.0137, 0.04), (0.0142, 0.045), (0.0142, 0.05), (0.0138, 0.055)], scale),
            _dark_steel(rng),
        )
        parts.append(_lying(band, -middle * scale, height))
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
    material = wood("ash", light, dark, rng) if wooden else _grip(rng)
    xs = (-0.15, -0.145, -0.1, -0.05, 0.02, 0.1, 0.135)
    radii = [r * scale for r in (0.009, 0.0135, 0.0145, 0.0125, 0.0105, 0.0105, 0.0105)]
    handle = tube(
        "handle", [(x * scale, 0, 0.0145 * scale) for x in xs], radii, material, flat=0.8, power=2.4
    )
    steel = _dark_steel(rng) if rng.random() < 0.6 else _steel(rng)
    cheek = box(
        "cheek",
        (0.028 * scale, 0.034 * scale, 0.026 * scale),
        (0.128 * scale, 0, 0.0145 * scale),
        steel,
        round_m=0.003,
    )
    face = lathe(
        "face",
        _scaled([(0.009, 0), (0.009, 0.016), (0.0145, 0.02), (0.0145, 0.038), (0.012, 0.04)], scale),
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
    case = _grip(rng)
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
        _steel(rng),
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
    body = extrude("knife", _scaled(outline, scale), 0.014 * scale, _grip(rng), edge=0.004 * scale)
    rail = box(
        "rail", (0.11 * scale, 0.006 * scale, 0.002), (-0.005 * scale, 0, 0.0142 * scale), _dark_steel(rng)
    )
    slider = box(
        "slider",
        (0.016 * scale, 0.011 * scale, 0.006 * scale),
        (0.012 * scale, 0, 0.016 * scale),
        _grip(rng),
        round_m=0.002,
    )
    blade = extrude(
        "blade",
        _scaled([(0.06, -0.003), (0.09, -0.003), (0.098, 0.006), (0.06, 0.006)], scale),
        0.0012,
        _steel(rng),
    )
    blade.location.z = 0.007 * scale
    return [body, rail, slider, blade]


def pipe_wrench(scale: float, rng: Random) -> Objects:
    """Pipe wrench: a painted handle with a web, a toothed hook jaw, a ring nut."""
    paint = plain(
        "pipe wrench paint",
        vary(rgb(rng.choice(("b3241c", "b3241c", "e0641a", "23408e", "d8a400"))), rng),
        LACQUER,
    )
    steel = _dark_steel(rng) if rng.random() < 0.5 else _steel(rng)
    rail = [
        (-0.165, -0.012),
        (-0.05, -0.014),
        (0.06, -0.014),
        (0.105, -0.022),
        (0.125, -0.018),
        (0.125, 0.0),
        (0.1, 0.008),
    ]
    rail += [(0.06, 0.016), (-0.05, 0.012), (-0.165, 0.010), (-0.172, 0)]
    handle = extrude("handle", _scaled(rail, scale), 0.02 * scale, paint, edge=0.003)
    web = box(
        "web",
        (0.15 * scale, 0.011 * scale, 0.003),
        (-0.06 * scale, -0.001 * scale, 0.0202 * scale),
        plain("web", (0.05, 0.02, 0.02)),
    )
    lower = box(
        "lower jaw",
        (0.014 * scale, 0.03 * scale, 0.018 * scale),
        (0.125 * scale, -0.004 * scale, 0.012 * scale),
        steel,
        round_m=0.002,
    )
    hook = [
        (0.06, 0.008),
        (0.13, 0.009),
        (0.15, 0.012),
        (0.152, -0.02),
        (0.166, -0.022),
        (0.172, 0.012),
        (0.162, 0.03),
    ]
    hook += [(0.14, 0.034), (0.06, 0.02)]
    jaw = extrude("hook jaw", _scaled(hook, scale), 0.014 * scale, steel, edge=0.002)
    jaw.location.z = 0.003 * scale
    nut = _lying(
        cylinder("nut", 0.015 * scale, 0.018 * scale, steel, around=14, edge=0.001),
        0.072 * scale,
        0.012 * scale,
    )
    nut.location.y = 0.012 * scale
    return [handle, web, lower, jaw, nut]


KINDS: dict[str, ToolKind] = {
    "pipe_wrench": ToolKind(pipe_wrench, 0.344, (0.72, 0.84), 0.03),
    "hammer": ToolKind(hammer, 0.292, (0.75, 0.98), 0.04),
    "adjustable": ToolKind(adjustable, 0.248, (0.6, 1.1), 0.03),
    "screwdriver": ToolKind(screwdriver, 0.21, (0.7, 1.25), 0.015),
    "wrench": ToolKind(wrench, 0.207, (0.6, 1.25), 0.02),
    "pliers": ToolKind(pliers, 0.193, (0.75, 1.15), 0.026),
    "knife": ToolKind(knife, 0.178, (0.8, 1.05), 0.012),
    "tape_measure": ToolKind(tape_measure, 0.087, (0.8, 1.1), 0.035),
}


def make_tool(kind: str, scale: float, rng: Random) -> tuple[bpy.types.Object, Objects]:
    """The tool's pivot (to move it by) and its meshes."""
    items = KINDS[kind].build(scale, rng)
    return place(items, (0, 0, 0)), items


def measured_length_m(items: Objects) -> float:
    """The longest distance between two points of the tool as built, across the plane it lies on."""
    bpy.context.view_layer.update()
    spots = np.concatenate([[(o.matrix_world @ v.co)[:2] for v in o.data.vertices] for o in items])
    spread = spots - spots.mean(axis=0)
    return max(float(np.ptp(spread @ (np.cos(a), np.sin(a)))) for a in np.linspace(0, np.pi, 60))
