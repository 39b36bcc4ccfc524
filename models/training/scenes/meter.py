"""A household gas meter with its pipes: an old diaphragm meter or a new one with a display."""

from dataclasses import dataclass
from random import Random

import bpy
import numpy as np

from models.training.scenes import prints
from models.training.scenes.materials import (
    CHROME,
    LACQUER,
    PLASTIC,
    STEEL,
    Finish,
    plain,
    printed,
    rgb,
    vary,
)
from models.training.scenes.meshes import Vec3, box, card, cylinder, place, tube

Objects = list[bpy.types.Object]


@dataclass(frozen=True, slots=True)
class MeterStyle:
    """`old` meters are grey-beige and stained; new ones white with a grey front."""

    seed: int
    old: bool


def make_meter(style: MeterStyle) -> Objects:
    """The meter itself, its middle at the origin, its back at y = 0.085, its front to -y."""
    rng = Random(style.seed)
    tone = (
        rng.choice(("b9b29c", "a8a79c", "8f9490"))
        if style.old
        else rng.choice(("eef0f0", "dfe3e6", "e8e6df"))
    )
    finish = Finish(roughness=0.5, blotch=0.22, blotch_m=0.05, bump=0.2) if style.old else LACQUER
    paint = plain("meter", vary(rgb(tone), rng, 0.06), finish)
    body = box("meter", (0.2, 0.15, 0.15), (0, 0, -0.05), paint, round_m=0.02)
    top = box("meter top", (0.21, 0.16, 0.09), (0, 0, 0.06), paint, round_m=0.018)
    seam = box(
        "seam", (0.216, 0.166, 0.01), (0, 0, 0.015), plain("seam", rgb("6f7274"), STEEL), round_m=0.003
    )
    parts = [body, top, seam, *_face(style, rng)]
    for side in (-1, 1):
        neck = cylinder("neck", 0.02, 0.05, paint)
        neck.location = (side * 0.055, 0, 0.1)
        nut = cylinder("nut", 0.026, 0.025, plain("nut", (0.5, 0.5, 0.48), STEEL), around=6)
        nut.location = (side * 0.055, 0, 0.135)
        parts += [neck, nut]
    return parts


def _face(style: MeterStyle, rng: Random) -> Objects:
    plate = card("plate", 0.16, 0.105, printed("plate", prints.meter_plate(rng, old=style.old), PLASTIC))
    plate.location, plate.rotation_euler.x = (0, -0.0832, 0.056), np.pi / 2
    rim = box(
        "window",
        (0.172, 0.012, 0.116),
        (0, -0.0765, 0.056),
        plain("window", rgb("33363a" if not style.old else "77746a"), PLASTIC),
        round_m=0.004,
    )
    if style.old:
        return [plate, rim]
    band = box(
        "battery lid",
        (0.1, 0.02, 0.06),
        (0, -0.072, -0.055),
        plain("lid", rgb(rng.choice(("3d6fa5", "6f7478", "d08a2a"))), PLASTIC),
        round_m=0.006,
    )
    return [plate, rim, band]


def pipes(rng: Random, reach_m: float) -> Objects:
    """Two pipes up from the meter, one with a valve, bent to the sides under the ceiling."""
    color = rng.choice(("c9b000", "b9bcbd", "8a8f93", "e0e2e2"))
    paint = plain("pipe", rgb(color), STEEL if color in {"b9bcbd", "8a8f93"} else LACQUER)
    parts: Objects = []
    for side in (-1, 1):
        x, bend = side * 0.055, rng.uniform(0.16, 0.3)
        path: list[Vec3] = [
            (x, 0, 0.15),
            (x, 0, bend),
            (x, 0.01, bend + 0.04),
            (x + side * 0.05, 0.03, bend + 0.07),
        ]
        path += [(x + side * 0.12, 0.04, bend + 0.07), (x + side * reach_m, 0.04, bend + 0.07)]
        parts.append(tube("pipe", path, 0.0135, paint, around=14))
    valve = cylinder("valve", 0.021, 0.045, plain("valve", (0.6, 0.45, 0.15), CHROME), around=8)
    valve.location = (-0.055, 0, 0.175)
    lever = box(
        "lever",
        (0.07, 0.008, 0.014),
        (-0.08, -0.026, 0.198),
        plain("lever", rgb(rng.choice(("d8b400", "c8281e"))), PLASTIC),
        round_m=0.003,
    )
    return [*parts, valve, lever]


def hang(style: MeterStyle, rng: Random, at: Vec3, *, reach_m: float = 0.6) -> tuple[Objects, Objects]:
    """Meter and pipes on a wall facing -y; `at` is the meter's middle. Returns (meter, pipes)."""
    meter, lines = make_meter(style), pipes(rng, reach_m)
    place([*meter, *lines], at)
    return meter, lines


def random_meter(rng: Random) -> MeterStyle:
    return MeterStyle(rng.getrandbits(31), rng.random() < 0.5)
