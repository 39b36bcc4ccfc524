"""The work badge: a clip badge on the left of the chest, or a card on a lanyard."""

from dataclasses import dataclass
from math import atan2
from random import Random

import bpy
import numpy as np

from models.training.scenes import prints
from models.training.scenes.materials import CHROME, PLASTIC, WORKWEAR, Finish, plain, printed, rgb
from models.training.scenes.meshes import box, card, tube
from models.training.scenes.person import Person

Objects = list[bpy.types.Object]
_LAMINATE = Finish(roughness=0.25, coat=0.3)


@dataclass(frozen=True, slots=True)
class BadgeStyle:
    """What is printed on it and how it is worn: clip or lanyard."""

    seed: int
    name: str
    number: str
    company: str
    upright: bool
    worn: str


def random_badge(rng: Random) -> BadgeStyle:
    return BadgeStyle(
        rng.getrandbits(31),
        prints.random_name(rng),
        prints.random_number(rng),
        rng.choice(prints.COMPANIES),
        rng.random() < 0.6,
        rng.choice(("clip", "clip", "lanyard")),
    )


def pin(person: Person, style: BadgeStyle, rng: Random) -> tuple[Objects, Objects]:
    """The badge on the person, and its strap (which belongs to the person, not to the badge)."""
    if style.worn == "clip":
        return _hang(person, style, rng.uniform(0.075, 0.115), rng.uniform(1.26, 1.33), rng), []
    x, z = rng.uniform(0.0, 0.05), rng.uniform(1.1, 1.24)
    return _hang(person, style, x, z, rng), _lanyard(person, x, z + 0.06, rng)


def _hang(person: Person, style: BadgeStyle, x: float, z: float, rng: Random) -> Objects:
    """Card, rim and clip standing off the jacket, upright but for a small swing."""
    spot, normal = person.chest(x, z)
    size = (0.058, 0.09) if style.upright else (0.09, 0.058)
    face = printed(
        "badge",
        prints.badge(Random(style.seed), style.name, style.number, style.company, upright=style.upright),
        _LAMINATE,
    )
    front = card("badge", *size, face, bow=rng.uniform(0, 0.002))
    back = box(
        "holder",
        (size[0] + 0.005, size[1] + 0.005, 0.003),
        (0, 0, -0.0025),
        plain("holder", rgb("dfe3e6"), PLASTIC),
        round_m=0.001,
    )
    steel = plain("clip", (0.6, 0.6, 0.6), CHROME)
    clip = box("clip", (0.014, 0.02, 0.006), (0, size[1] / 2 + 0.008, 0), steel, round_m=0.002)
    yaw, swing = atan2(normal.x, -normal.y), rng.uniform(-0.08, 0.08)
    lean = max(min(float(normal.z), 0.3), -0.1)
    for item in (front, back, clip):
        item.rotation_mode = "XYZ"
    pivot = bpy.data.objects.new("badge pivot", None)
    bpy.context.scene.collection.objects.link(pivot)
    pivot.rotation_euler = (np.pi / 2 - lean, swing, yaw)
    pivot.location = spot + normal * 0.012
    pivot.parent = person.pivot
    for item in (front, back, clip):
        item.parent = pivot
    return [front, back, clip]


def _lanyard(person: Person, x: float, z: float, rng: Random) -> Objects:
    """A strap from behind the neck down to the card, lying on the jacket."""
    cloth = plain("lanyard", rgb(rng.choice(("1f4fae", "b3241c", "1b1c1f", "2f8f3e"))), WORKWEAR)
    straps: Objects = []
    for side in (-1, 1):
        path = [(side * 0.05, 0.085, 1.49), (side * 0.085, 0.03, 1.475)]
        for share in np.linspace(0.12, 1.0, 9):
            px, pz = side * 0.075 * (1 - share) + x * share, 1.43 * (1 - share) + z * share
            spot, normal = person.chest(px, pz)
            path.append(tuple(spot + normal * 0.004))
        strap = tube("lanyard", path, 0.0065, cloth, flat=0.25, around=8)
        strap.parent = person.pivot
        straps.append(strap)
    return straps
