"""What the tools are made of, and how they are laid down."""

from random import Random

import bpy
import numpy as np

from models.training.scenes.materials import CHROME, PLASTIC, RUBBER, STEEL, plain, rgb, vary

Objects = list[bpy.types.Object]
GRIPS = ("c8281e", "1f4fae", "e0a800", "222326", "2f8f3e", "e0641a", "7b1fa2", "9a1b1b")
_TURN_X = (0.0, np.pi / 2, 0.0)


def grip_material(rng: Random) -> bpy.types.Material:
    finish = rng.choice((PLASTIC, RUBBER))
    return plain("grip", vary(rgb(rng.choice(GRIPS)), rng), finish)


def bright_steel(rng: Random) -> bpy.types.Material:
    tone = rng.uniform(0.3, 0.65)
    return plain("steel", (tone, tone, tone * 1.01), rng.choice((STEEL, CHROME)))


def dark_steel(rng: Random) -> bpy.types.Material:
    tone = rng.uniform(0.03, 0.25)
    return plain("dark steel", (tone, tone, tone * 1.05), STEEL)


def lying(item: bpy.types.Object, x: float, z: float, y: float = 0.0) -> bpy.types.Object:
    """Lay something built along z down along x, starting at x."""
    item.rotation_euler = _TURN_X
    item.location = (x, y, z)
    return item


def scaled(outline: list[tuple[float, float]], scale: float) -> list[tuple[float, float]]:
    return [(x * scale, y * scale) for x, y in outline]
