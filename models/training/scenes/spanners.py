"""Tools that grip pipes and nuts: combination wrench, adjustable spanner, pipe wrench."""

from random import Random

import numpy as np

from models.training.scenes.materials import LACQUER, RUBBER, plain, rgb, vary
from models.training.scenes.meshes import arc, box, cylinder, extrude, lathe, tube
from models.training.scenes.tool_parts import Objects, bright_steel, dark_steel, grip_material, lying, scaled


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
    steel = bright_steel(rng)
    jaw = _open_jaw(0.085, 0.021, 0.0085, 1)
    tail = arc((-0.085, 0.0), 0.016, -45, -315, 18)
    body = extrude(
        "wrench", scaled([*reversed(jaw), *reversed(tail)], scale), 0.0065 * scale, steel, edge=0.0012
    )
    rim = lathe("ring", scaled([(0.0165, 0), (0.0165, 0.01), (0.0095, 0.01), (0.0095, 0.002)], scale), steel)
    rim.location = (-0.085 * scale, 0, 0)
    hole = cylinder(
        "hole", 0.0096 * scale, 0.0103 * scale, plain("hole", (0.01, 0.01, 0.01), RUBBER), around=12
    )
    hole.location = rim.location
    panel = box("panel", (0.09 * scale, 0.006 * scale, 0.0016), (0, 0, 0.0065 * scale), dark_steel(rng))
    return [body, rim, hole, panel]


def adjustable(scale: float, rng: Random) -> Objects:
    """Adjustable spanner: slanted fixed jaw, sliding jaw, worm, handle with a hole or a grip."""
    steel = bright_steel(rng)
    gap = rng.uniform(0.006, 0.016)
    head = [(0.062, 0.012), (0.078, 0.03), (0.098, 0.034), (0.122, 0.02), (0.124, 0.012), (0.092, 0.006)]
    head += [(0.085, -0.004), (0.088, -0.016), (0.072, -0.022), (0.058, -0.014)]
    handle = [(-0.105, -0.009), (-0.118, -0.006), (-0.124, 0), (-0.118, 0.006), (-0.105, 0.009)]
    outline = scaled([*reversed([*head]), *reversed(handle)], scale)
    body = extrude("spanner", outline, 0.012 * scale, steel, edge=0.002)
    low = [
        (0.09, -0.004 - gap),
        (0.12, 0.004 - gap),
        (0.124, -0.005 - gap),
        (0.104, -0.02 - gap),
        (0.086, -0.018 - gap),
    ]
    jaw = extrude("sliding jaw", scaled(low[::-1], scale), 0.010 * scale, steel, edge=0.0015)
    jaw.location.z = 0.001 * scale
    worm = lying(
        cylinder("worm", 0.006 * scale, 0.016 * scale, dark_steel(rng), around=10),
        0.07 * scale,
        0.008 * scale,
    )
    worm.location.y = -0.013 * scale
    if rng.random() < 0.5:
        path = [(-0.12 * scale, 0, 0.0065 * scale), (-0.02 * scale, 0, 0.0065 * scale)]
        return [body, jaw, worm, tube("grip", path, 0.0125 * scale, grip_material(rng), flat=0.7, power=3)]
    hole = cylinder(
        "hole", 0.0045 * scale, 0.0124 * scale, plain("hole", (0.01, 0.01, 0.01), RUBBER), around=12
    )
    hole.location = (-0.113 * scale, 0, 0)
    return [body, jaw, worm, hole]


def pipe_wrench(scale: float, rng: Random) -> Objects:
    """Pipe wrench: a painted handle with a web, a toothed hook jaw, a ring nut."""
    paint = plain(
        "pipe wrench paint",
        vary(rgb(rng.choice(("b3241c", "b3241c", "e0641a", "23408e", "d8a400"))), rng),
        LACQUER,
    )
    steel = dark_steel(rng) if rng.random() < 0.5 else bright_steel(rng)
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
    handle = extrude("handle", scaled(rail, scale), 0.02 * scale, paint, edge=0.003)
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
    jaw = extrude("hook jaw", scaled(hook, scale), 0.014 * scale, steel, edge=0.002)
    jaw.location.z = 0.003 * scale
    nut = lying(
        cylinder("nut", 0.015 * scale, 0.018 * scale, steel, around=14, edge=0.001),
        0.072 * scale,
        0.012 * scale,
    )
    nut.location.y = 0.012 * scale
    return [handle, web, lower, jaw, nut]
