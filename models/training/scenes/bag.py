"""A tool bag: a soft box with straps, a pocket and two handles; and what stands about instead of one."""

from random import Random

import bpy
import numpy as np

from models.training.scenes import prints
from models.training.scenes.materials import PLASTIC, WORKWEAR, Finish, plain, printed, rgb, vary
from models.training.scenes.meshes import Vec3, box, card, lathe, loft, moved, place, ring, ripple, tube

Objects = list[bpy.types.Object]
COLORS = ("1d1e21", "22304f", "8a1f25", "2f6b4a", "c9501c", "4a4b4d", "1f4fae")


def make_bag(seed: int, company: str = "") -> Objects:
    """A bag about 42 x 22 x 26 cm standing on z = 0, its front to -y."""
    rng = Random(seed)
    noise = np.random.default_rng(seed)
    base = vary(rgb(rng.choice(COLORS)), rng)
    canvas = plain("canvas", base, WORKWEAR)
    trim = plain("bag trim", rgb(rng.choice(("101113", "c8281e", "d8a400", "c9501c"))), WORKWEAR)
    half, deep, high = rng.uniform(0.17, 0.24), rng.uniform(0.09, 0.12), rng.uniform(0.2, 0.3)
    skin = loft("bag", _skin(half, deep, high, noise), canvas)
    skin.data.shade_smooth()
    parts = [skin, box("bag foot", (half * 2.02, deep * 2.02, 0.03), (0, 0, 0.017), trim, round_m=0.01)]
    parts += _handles(half, high, deep, trim, rng)
    pocket = box(
        "pocket", (half * 1.1, 0.035, high * 0.45), (0, -deep - 0.004, high * 0.36), canvas, round_m=0.012
    )
    parts.append(pocket)
    parts += [
        box("strap", (0.03, 0.012, high * 0.9), (x, -deep - 0.012, high * 0.45), trim, round_m=0.003)
        for x in (-half * 0.7, half * 0.7)
    ]
    if company or rng.random() < 0.5:
        mark = card("bag mark", 0.13, 0.052, printed("bag mark", prints.logo(rng), PLASTIC))
        mark.rotation_euler.x, mark.location = np.pi / 2, (0, -deep - 0.0235, high * 0.38)
        parts.append(mark)
    if rng.random() < 0.4:
        grip = plain("tool grip", rgb("c8281e"), PLASTIC)
        parts.append(
            tube("tool in bag", [(half * 0.3, 0, high * 0.7), (half * 0.4, 0.01, high + 0.11)], 0.014, grip)
        )
    return parts


def _skin(half: float, deep: float, high: float, noise: np.random.Generator) -> np.ndarray:
    shares = np.linspace(0, 1, 16)
    rings = []
    for share in shares:
        close = 1 - 0.75 * max(share - 0.62, 0) / 0.38
        rings.append(
            moved(ring(half * (1 - 0.06 * share), deep * close + 0.008, 56, 5.0), z=0.004 + share * high)
        )
    skin = np.stack(rings)
    flat = skin.reshape(-1, 3)
    dents = ripple(flat, noise, 0.14, 7).reshape(skin.shape[:2]) * 0.006
    centre = skin.mean(axis=1, keepdims=True)
    skin += (skin - centre) / 0.15 * dents[..., None] * np.sin(shares * np.pi)[:, None, None]
    return skin


def _handles(half: float, high: float, deep: float, trim: bpy.types.Material, rng: Random) -> Objects:
    rise = rng.uniform(0.1, 0.17)
    handles: Objects = []
    for side in (-1, 1):
        fall = rng.uniform(0.02, 0.09) * side
        path: list[Vec3] = [
            (-half * 0.55, side * deep * 0.4, high * 0.85),
            (-half * 0.5, side * 0.03 + fall * 0.4, high + rise * 0.6),
        ]
        path += [
            (-half * 0.2, fall, high + rise),
            (half * 0.2, fall, high + rise),
            (half * 0.5, side * 0.03 + fall * 0.4, high + rise * 0.6),
        ]
        path.append((half * 0.55, side * deep * 0.4, high * 0.85))
        handles.append(tube("handle", path, 0.011, trim, flat=0.5))
    return handles


def make_other(rng: Random) -> Objects:
    """A carton, a bucket, a suitcase or an umbrella stand: no tool bag."""
    kind = rng.choice(("carton", "bucket", "case"))
    if kind == "carton":
        size = (rng.uniform(0.25, 0.45), rng.uniform(0.2, 0.35), rng.uniform(0.18, 0.4))
        tape = box(
            "tape",
            (size[0] * 1.002, 0.05, size[2] * 1.002),
            (0, 0, size[2] / 2),
            plain("tape", rgb("b8905a"), PLASTIC),
        )
        return [
            box(
                "carton",
                size,
                (0, 0, size[2] / 2),
                plain("carton", rgb("a9804f"), Finish(roughness=0.9, blotch=0.06)),
                round_m=0.003,
            ),
            tape,
        ]
    if kind == "bucket":
        color = plain("bucket", rgb(rng.choice(("c8281e", "1f4fae", "2f8f3e"))), PLASTIC)
        pail = lathe(
            "bucket",
            [(0.1, 0), (0.14, 0.28), (0.147, 0.28), (0.147, 0.265), (0.135, 0.27), (0.095, 0.01)],
            color,
        )
        return [
            pail,
            tube(
                "bail",
                [(-0.14, 0, 0.26), (-0.1, -0.12, 0.24), (0.1, -0.12, 0.24), (0.14, 0, 0.26)],
                0.004,
                color,
            ),
        ]
    color = plain("suitcase", vary(rgb(rng.choice(("2d2f33", "6b2f3a", "3d6fa5"))), rng), PLASTIC)
    shell = box("suitcase", (0.4, 0.24, 0.58), (0, 0, 0.33), color, round_m=0.04)
    return [
        shell,
        box(
            "pull handle",
            (0.2, 0.02, 0.3),
            (0, 0.06, 0.72),
            plain("pull", (0.3, 0.3, 0.3), PLASTIC),
            round_m=0.008,
        ),
    ]


def stand(items: Objects, at: Vec3, turn_deg: float) -> None:
    place(items, at, turn_deg)
