"""A clothed technician at the origin, facing -y: the wearer's left is +x, a frontal picture's right.

The body is made of lofts that a voxel remesh melts into one skin each for jacket and trousers.
"""

from dataclasses import dataclass, field
from random import Random

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from models.training.scenes import feet
from models.training.scenes.garments import Objects, crumple, trimmings
from models.training.scenes.head import make_head
from models.training.scenes.materials import SKIN, WORKWEAR, Finish, plain, rgb
from models.training.scenes.meshes import Points, Vec3, box, loft, melt, moved, place, ring, tube
from models.training.scenes.person_style import PersonStyle

ARMS: dict[str, tuple[Vec3, Vec3]] = {
    "down": ((0.265, 0.03, 1.11), (0.285, -0.05, 0.87)),
    "relaxed": ((0.275, 0.04, 1.12), (0.25, -0.14, 0.92)),
    "phone": ((0.25, 0.02, 1.12), (0.2, -0.26, 1.16)),
    "behind": ((0.275, 0.08, 1.13), (0.12, 0.16, 0.97)),
    "reach": ((0.33, -0.1, 1.2), (0.38, -0.32, 1.3)),
    "point": ((0.36, -0.02, 1.17), (0.56, -0.14, 1.22)),
}


@dataclass(slots=True)
class Person:
    """The built figure: `body` is the person, `shoes` each foot's footwear, `jacket` what is pinned to."""

    pivot: bpy.types.Object
    body: Objects
    shoes: list[Objects]
    inside: Objects
    jacket: bpy.types.Object
    style: PersonStyle
    hands: list[Vec3] = field(default_factory=list)

    def chest(self, x: float, z: float) -> tuple[Vector, Vector]:
        """The jacket's surface at (x, z), seen from in front, with its normal; in the person's own frame."""
        tree = BVHTree.FromObject(self.jacket, bpy.context.evaluated_depsgraph_get())
        spot, normal, _, _ = tree.ray_cast(Vector((x, -1.0, z)), Vector((0, 1, 0)))
        if spot is None:
            raise ValueError(f"no jacket at x = {x}, z = {z}")
        return spot, normal


def make_person(style: PersonStyle, *, arms: tuple[str, str] = ("down", "down")) -> Person:
    """Build the figure; `arms` are the poses of the right and the left arm."""
    fixed = Random(style.seed)
    jacket = _jacket(style, fixed, arms)
    trousers = _trousers(style, fixed)
    body = [jacket, trousers, _collar(style), *make_head(style.head, fixed)]
    body += trimmings(style, jacket, fixed)
    skin = plain("hand", style.head.skin, SKIN)
    hands = [_wrist(pose, side) for pose, side in zip(arms, (-1, 1), strict=True)]
    for pose, side, wrist in zip(arms, (-1, 1), hands, strict=True):
        body += _hand(skin, pose, side, wrist)
    shoes, inside = _shoes(style, fixed)
    pivot = place([*body], (0, 0, 0))
    pivot.scale = (style.height * style.girth**0.5, style.height * style.girth**0.5, style.height)
    flat = [item for pair in shoes for item in pair]
    for item in {i.parent for i in [*flat, *inside] if i.parent}:
        item.parent = pivot
    return Person(pivot, body, shoes, inside, jacket, style, hands)


def _stack(levels: tuple[tuple[float, float, float, float], ...], power: float = 2.5) -> Points:
    """Rings from (z, half width, half depth, centre y)."""
    return np.stack([moved(ring(w, d, 36, power), y=y, z=z) for z, w, d, y in levels])


def _jacket(style: PersonStyle, rng: Random, arms: tuple[str, str]) -> bpy.types.Object:
    material = plain("jacket", style.jacket, WORKWEAR)
    hem = 0.9 if rng.random() < 0.7 else 0.95
    levels = (
        (hem, 0.19, 0.13, 0.0),
        (hem + 0.02, 0.195, 0.137, 0.0),
        (1.02, 0.185, 0.13, -0.005),
        (1.12, 0.182, 0.128, -0.01),
    )
    levels += ((1.24, 0.188, 0.13, -0.008), (1.33, 0.192, 0.124, 0.0), (1.4, 0.172, 0.102, 0.01))
    levels += ((1.445, 0.12, 0.085, 0.015), (1.475, 0.075, 0.07, 0.015))
    lofts = [loft("torso", _stack(levels), material)]
    lofts += [_sleeve(pose, side, material) for pose, side in zip(arms, (-1, 1), strict=True)]
    return crumple(melt("jacket", lofts, 0.012, smooth=5), 0.032, style.seed)


def _wrist(pose: str, side: int) -> Vec3:
    x, y, z = ARMS[pose][1]
    return (x * side, y, z)


def _sleeve(pose: str, side: int, material: bpy.types.Material) -> bpy.types.Object:
    elbow, wrist = (np.array(p) * (side, 1, 1) for p in ARMS[pose])
    inner, shoulder = np.array((0.1 * side, 0.01, 1.39)), np.array((0.19 * side, 0.01, 1.375))
    upper, lower = (shoulder + elbow) / 2 + (0.008 * side, 0, 0), (elbow + wrist) / 2
    path = np.stack([inner, shoulder, upper, elbow, lower, wrist])
    return tube("sleeve", path, [0.055, 0.071, 0.066, 0.058, 0.051, 0.044], material, around=20)


def _trousers(style: PersonStyle, rng: Random) -> bpy.types.Object:
    material = plain("trousers", style.trousers, WORKWEAR)
    levels = (
        (0.8, 0.14, 0.11, 0.0),
        (0.86, 0.185, 0.125, 0.005),
        (0.93, 0.178, 0.12, 0.005),
        (1.0, 0.165, 0.115, 0.0),
    )
    lofts = [loft("hips", _stack(levels), material)]
    for side in (-1, 1):
        path = [
            (0.1, 0, 0.87),
            (0.105, -0.01, 0.66),
            (0.11, -0.012, 0.47),
            (0.115, 0.005, 0.28),
            (0.12, 0.008, 0.09),
        ]
        spots = [(x * side, y, z) for x, y, z in path]
        lofts.append(tube("leg", spots, [0.098, 0.09, 0.076, 0.074, 0.07], material, around=20))
    return crumple(melt("trousers", lofts, 0.013, smooth=5), 0.036, style.seed + rng.randint(1, 50))


def _shoes(style: PersonStyle, rng: Random) -> tuple[list[Objects], Objects]:
    shoes, inside = [], []
    for side in (-1, 1):
        # The foot is modelled with its toes to +y; the person looks to -y.
        foot = feet.dressed_foot(style.footwear, rng, left=side < 0, leg_m=0)
        foot.pivot.rotation_euler.z = np.pi + side * rng.uniform(0.1, 0.35)
        foot.pivot.location = (0.12 * side, 0.02, 0)
        foot.pivot.scale.x *= -1
        shoes.append(foot.footwear)
        inside += foot.inside
    return shoes, inside


def _collar(style: PersonStyle) -> bpy.types.Object:
    levels = (
        (1.44, 0.083, 0.078, 0.012),
        (1.47, 0.075, 0.073, 0.008),
        (1.5, 0.072, 0.07, 0.005),
        (1.505, 0.066, 0.064, 0.005),
    )
    levels += ((1.46, 0.062, 0.06, 0.008),)
    color = style.trim or style.jacket
    return loft(
        "collar", _stack(levels, 2.0), plain("collar", color, WORKWEAR), cap_start=False, cap_end=False
    )


def _hand(skin: bpy.types.Material, pose: str, side: int, wrist: Vec3) -> Objects:
    """A palm and five fingers going on in the forearm's direction."""
    elbow = np.array(ARMS[pose][0]) * (side, 1, 1)
    start = np.array(wrist)
    ahead = (start - elbow) / np.linalg.norm(start - elbow)
    across = np.cross(ahead, (side, 0.0, 0.0)) if abs(ahead[2]) > 0.7 else np.cross(ahead, (0.0, 0.0, 1.0))
    across /= np.linalg.norm(across)
    bend = np.cross(across, ahead) * side * 0.35
    parts = [
        tube(
            "palm",
            [start - ahead * 0.03, start + ahead * 0.02, start + ahead * 0.07, start + ahead * 0.1],
            [0.027, 0.03, 0.042, 0.038],
            skin,
            flat=0.55,
        )
    ]
    for k in range(4):
        root = start + ahead * 0.09 + across * (k - 1.5) * 0.019
        tip = root + (ahead + bend) * (0.062, 0.072, 0.068, 0.052)[k]
        parts.append(
            tube(
                "finger",
                [root, (root + tip) / 2 + ahead * 0.008, tip],
                [0.0105, 0.0095, 0.006],
                skin,
                around=8,
            )
        )
    thumb = start + ahead * 0.035 - across * 0.035
    parts.append(
        tube(
            "thumb",
            [start + ahead * 0.02, thumb, thumb + ahead * 0.045 - across * 0.008],
            [0.014, 0.013, 0.008],
            skin,
            around=8,
        )
    )
    return parts


def hold_phone(person: Person, side: int) -> bpy.types.Object:
    """A telephone in the hand: a hard negative for the badge."""
    x, y, z = person.hands[0 if side < 0 else 1]
    dark = plain("phone", rgb("121316"), Finish(roughness=0.1, coat=1.0))
    item = box("phone", (0.075, 0.01, 0.155), (x - side * 0.01, y - 0.1, z + 0.07), dark, round_m=0.006)
    item.rotation_euler.x = -0.5
    item.parent = person.pivot
    return item
