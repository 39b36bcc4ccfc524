"""A technician standing somewhere, with a badge or with what is easily taken for one."""

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

import bpy

from models.training.scenes import badge as badges
from models.training.scenes import prints
from models.training.scenes import room as rooms
from models.training.scenes.garments import patch
from models.training.scenes.materials import CHROME, WORKWEAR, plain, printed, rgb, shade
from models.training.scenes.meshes import box, hung_card, tube
from models.training.scenes.person import ARMS, Person, hold_phone, make_person
from models.training.scenes.person_style import PersonStyle, random_person
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage, Thing


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """`badge` None means none is worn; `turn_deg` 0 faces the camera; framing is full or upper."""

    room: rooms.RoomStyle
    person: PersonStyle
    badge: badges.BadgeStyle | None
    arms: tuple[str, str]
    turn_deg: float
    framing: str
    extras: tuple[str, ...]


def random_plan(rng: Random) -> PersonPlan:
    worn = badges.random_badge(rng) if rng.random() < 0.72 else None
    extras = tuple(e for e in ("logo", "pen", "phone", "pocket") if rng.random() < (0.25 if worn else 0.45))
    arms = (
        rng.choice(("down", "relaxed", *ARMS)),
        rng.choice(("down", "relaxed", "behind", "phone", "down")),
    )
    turn = rng.uniform(-15, 15) if rng.random() < 0.65 else rng.uniform(-60, 60)
    return PersonPlan(
        rooms.random_room(rng),
        random_person(rng),
        worn,
        arms,
        turn,
        rng.choice(("upper", "upper", "full")),
        extras,
    )


def build(plan: PersonPlan, rng: Random) -> Stage:
    stage = Stage()
    fixed = Random(plan.room.seed)
    rooms.floor(plan.room.floor, fixed)
    rooms.wall(plan.room, fixed, rng.uniform(0.5, 1.6), tiled=fixed.random() < 0.25)
    _furniture(stage, plan.room, fixed)
    rooms.light_room(rng, ceiling_m=2.6, window_side=rng.choice((-1, 1)))
    add_person(stage, plan, rng)
    return stage


def _furniture(stage: Stage, style: rooms.RoomStyle, rng: Random) -> None:
    """A cupboard or a notice on the wall behind, so that people don't always stand before nothing."""
    if rng.random() < 0.5:
        front = plain("cupboard", rgb(style.front))
        box(
            "cupboard",
            (0.9, 0.4, 2.0),
            (rng.choice((-1.1, 1.0)), rng.uniform(0.3, 0.5), 1.0),
            front,
            round_m=0.006,
        )
    if rng.random() < 0.5:
        sheet = hung_card(
            "notice", 0.4, 0.55, printed("notice", prints.notice(rng, rng.choice(prints.COMPANIES)))
        )
        sheet.location = (rng.uniform(-0.8, 0.8), 0.48, 1.6)
        stage.add("document", [sheet], kind="notice")


def add_person(
    stage: Stage, plan: PersonPlan, rng: Random, at: tuple[float, float, float] = (0, 0, 0)
) -> Thing:
    """Put the technician on the stage with all labels; returns the person's thing."""
    person = make_person(plan.person, arms=plan.arms)
    body = [*person.body, *person.inside]
    shown = badges.pin(person, plan.badge, rng) if plan.badge else ([], [])
    body += shown[1]
    body += _extras(plan, person, rng)
    person.pivot.location = at
    person.pivot.rotation_euler.z = radians(plan.turn_deg)
    thing = stage.add("person", body, turn_deg=round(plan.turn_deg, 1))
    if plan.badge:
        stage.add(
            "badge",
            shown[0],
            wearer=thing.index,
            worn=plan.badge.worn,
            name=plan.badge.name,
            number=plan.badge.number,
        )
    label = "shoe_cover" if plan.person.footwear.covered else "shoe"
    for pair in person.shoes:
        stage.add(label, pair, wearer=thing.index, kind=plan.person.footwear.kind)
    stage.shows |= {"badge": plan.badge is not None, "shoe_covers": plan.person.footwear.covered}
    return thing


def _extras(plan: PersonPlan, person: Person, rng: Random) -> list[bpy.types.Object]:
    """Hard negatives: a printed mark, a pen in the pocket, a telephone in the hand."""
    parts: list[bpy.types.Object] = []
    if "logo" in plan.extras:
        side = -1 if plan.badge else rng.choice((-1, 1))
        parts.append(
            patch(
                "logo",
                person.jacket,
                (side * 0.095, rng.uniform(1.3, 1.34)),
                (0.085, 0.034),
                printed("logo", prints.logo(rng), WORKWEAR),
            )
        )
    if "pocket" in plan.extras:
        tone = plain("chest pocket", shade(plan.person.jacket, 0.8), WORKWEAR)
        parts.append(patch("chest pocket", person.jacket, (-0.1, 1.24), (0.11, 0.12), tone))
    if "pen" in plan.extras:
        spot, normal = person.chest(-0.1, 1.29)
        x, y, z = spot + normal * 0.006
        parts.append(
            tube(
                "pen",
                [(x, y, z - 0.03), (x, y, z + 0.035)],
                0.0045,
                plain("pen", (0.05, 0.08, 0.3), CHROME),
                around=8,
            )
        )
    for item in parts:
        item.parent = person.pivot
    for side, pose in zip((-1, 1), plan.arms, strict=True):
        if "phone" in plan.extras and pose == "phone":
            parts.append(hold_phone(person, side))
    return parts


def random_shot(plan: PersonPlan, rng: Random) -> Shot:
    """Chest high for the upper body, further off for the whole figure."""
    full = plan.framing == "full"
    away = rng.uniform(2.2, 3.2) if full else rng.uniform(0.9, 1.6)
    aim = rng.uniform(0.8, 1.0) if full else rng.uniform(1.2, 1.42)
    turn = radians(rng.uniform(-18, 18))
    height = aim + rng.uniform(-0.1, 0.55) if full else aim + rng.uniform(-0.15, 0.25)
    eye = (away * sin(turn), -away * cos(turn), height)
    target = (rng.uniform(-0.15, 0.15), 0.0, aim)
    return Shot(
        eye, target, lens_mm=rng.uniform(24, 30), roll_deg=rng.uniform(-4, 4), exposure=rng.uniform(-0.2, 0.4)
    )
