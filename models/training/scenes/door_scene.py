"""A flat's door, from outside (a notice, a card, the technician in front) or from inside (mat, bag)."""

from dataclasses import dataclass, replace
from math import cos, pi, radians, sin
from random import Random

import bpy
from PIL import Image, ImageDraw

from models.training.scenes import bag as bags
from models.training.scenes import prints
from models.training.scenes import room as rooms
from models.training.scenes.materials import CHROME, LACQUER, PLASTIC, Finish, plain, printed, rgb, vary, wood
from models.training.scenes.meshes import box, cylinder, hung_card
from models.training.scenes.person_scene import PersonPlan, add_person
from models.training.scenes.person_scene import random_plan as random_person_plan
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage

WALL_Y = 0.5


@dataclass(frozen=True, slots=True)
class DoorPlan:
    """What is at the door; `look` is far (the whole door) or near (notice, card or bag)."""

    room: rooms.RoomStyle
    company: str
    notice: bool = False
    visit_card: str | None = None
    person: PersonPlan | None = None
    bag_seed: int | None = None
    other: bool = False
    look: str = "far"


def random_plan(rng: Random) -> DoorPlan:
    person = random_person_plan(rng) if rng.random() < 0.4 else None
    if person is not None:
        person = replace(person, turn_deg=rng.uniform(-40, 40))
    bag = rng.getrandbits(31) if rng.random() < 0.6 else None
    card = "" if rng.random() < 0.3 else None
    return DoorPlan(
        rooms.random_room(rng),
        rng.choice(prints.COMPANIES),
        rng.random() < 0.4,
        card,
        person,
        bag,
        rng.random() < 0.35,
        "far" if person else rng.choice(("far", "near", "near")),
    )


def build(plan: DoorPlan, rng: Random) -> Stage:
    """The door is about x = 0 in a wall at y = 0.5; the camera stands at -y."""
    stage = Stage()
    fixed = Random(plan.room.seed)
    rooms.floor(plan.room.floor, fixed)
    rooms.wall(plan.room, fixed, WALL_Y)
    _door(fixed)
    _mat(fixed)
    rooms.light_room(rng, window_side=rng.choice((-1, 1)))
    _papers(stage, plan, rng)
    _luggage(stage, plan, rng)
    if plan.person is not None:
        add_person(stage, plan.person, rng, (rng.uniform(-0.3, 0.1), rng.uniform(-0.25, 0.0), 0.0))
    return stage


def _door(rng: Random) -> None:
    steel = plain("door steel", (0.55, 0.5, 0.42), CHROME)
    light, dark = rng.choice(rooms.WOODS)
    painted = plain(
        "door",
        vary(rgb(rng.choice(("6b2f24", "3a3f45", "d9d6cc", "4a3426", "7a1f1f", "31506b"))), rng),
        LACQUER,
    )
    leaf = wood("door", rgb(light), rgb(dark), rng) if rng.random() < 0.4 else painted
    box("leaf", (0.9, 0.05, 2.05), (0, WALL_Y - 0.01, 1.03), leaf, round_m=0.004)
    frame = plain("frame", vary(rgb(rng.choice(("e6e4de", "4a3a2c", "8f9397"))), rng), LACQUER)
    for x in (-0.5, 0.5):
        box("frame", (0.1, 0.1, 2.15), (x, WALL_Y - 0.03, 1.075), frame, round_m=0.006)
    box("frame", (1.102, 0.104, 0.102), (0, WALL_Y - 0.03, 2.13), frame, round_m=0.006)
    for z, high in ((0.5, 0.7), (1.5, 0.75)):
        if rng.random() < 0.7:
            box("panel", (0.66, 0.02, high), (0, WALL_Y - 0.037, z), leaf, round_m=0.012)
    box("lock", (0.045, 0.02, 0.24), (0.36, WALL_Y - 0.045, 1.02), steel, round_m=0.006)
    box("handle", (0.12, 0.02, 0.02), (0.32, WALL_Y - 0.09, 1.06), steel, round_m=0.008)
    hole = cylinder("peephole", 0.014, 0.012, steel)
    hole.rotation_euler.x, hole.location = pi / 2, (0, WALL_Y - 0.035, 1.52)
    number = hung_card("number", 0.12, 0.06, printed("number", _number(rng), PLASTIC))
    number.location = (0, WALL_Y - 0.05, 1.72)


def _number(rng: Random) -> Image.Image:
    picture = Image.new("RGB", (240, 120), rng.choice(((30, 60, 120), (190, 160, 70), (150, 30, 30))))
    draw = ImageDraw.Draw(picture)
    draw.text(
        (120, 60),
        f"{rng.randint(1, 28)}0{rng.randint(1, 6)}",
        font=prints.font(80),
        fill=(250, 250, 250),
        anchor="mm",
    )
    return picture


def _mat(rng: Random) -> None:
    bristle = plain(
        "doormat",
        vary(rgb(rng.choice(("4a4038", "6b2f2a", "3c4a3a", "55585c"))), rng),
        Finish(roughness=1, bump=1.0, grain_m=0.004),
    )
    box("doormat", (0.75, 0.45, 0.012), (0, 0.12, 0.006), bristle, round_m=0.004)


def _papers(stage: Stage, plan: DoorPlan, rng: Random) -> None:
    if plan.notice:
        sheet = _tape(
            printed("notice", prints.notice(rng, plan.company)),
            0.21,
            0.297,
            (rng.uniform(-0.15, 0.1), 1.42),
            rng,
        )
        stage.add("document", [sheet], kind="notice")
    if plan.visit_card is not None:
        paper = printed("visit card", prints.visit_card(rng, plan.company, when=plan.visit_card))
        sheet = _tape(paper, 0.15, 0.095, (rng.uniform(0.1, 0.22), rng.uniform(1.18, 1.3)), rng)
        stage.add("document", [sheet], kind="visit_card")
    stage.shows |= {"notice": plan.notice, "visit_card": plan.visit_card is not None}


def _tape(
    paper: bpy.types.Material, width: float, height: float, at: tuple[float, float], rng: Random
) -> bpy.types.Object:
    """A sheet stuck to the door with strips of tape."""
    sheet = hung_card("sheet", width, height, paper)
    sheet.location, sheet.rotation_euler.y = (at[0], WALL_Y - 0.056, at[1]), rng.uniform(-0.06, 0.06)
    tape = plain("tape", rgb("d8cfa8"), Finish(roughness=0.3))
    for side in (-1, 1):
        box(
            "tape",
            (0.035, 0.001, 0.018),
            (at[0] + side * width * 0.42, WALL_Y - 0.058, at[1] + height * 0.49),
            tape,
        )
    return sheet


def _luggage(stage: Stage, plan: DoorPlan, rng: Random) -> None:
    side = rng.choice((-1, 1))
    if plan.bag_seed is not None:
        items = bags.make_bag(plan.bag_seed, plan.company)
        bags.stand(
            items, (side * rng.uniform(0.62, 0.85), rng.uniform(0.05, 0.28), 0.0), rng.uniform(-25, 25)
        )
        stage.add("tool_bag", items)
    if plan.other:
        bags.stand(
            bags.make_other(rng),
            (-side * rng.uniform(0.75, 1.1), rng.uniform(0.1, 0.25), 0.0),
            rng.uniform(-30, 30),
        )
    stage.shows["tool_bag"] = plan.bag_seed is not None


def random_shot(plan: DoorPlan, rng: Random) -> Shot:
    """The whole door from the landing, or near to its paper or to the bag."""
    lens, roll = rng.uniform(24, 29), rng.uniform(-5, 5)
    if plan.look == "far":
        target = (rng.uniform(-0.15, 0.15), 0.2, rng.uniform(0.85, 1.1))
        turn, away, rise = radians(rng.uniform(-30, 30)), rng.uniform(2.0, 2.9), rng.uniform(0.1, 0.6)
    elif plan.bag_seed is not None and rng.random() < 0.6:
        target = (rng.uniform(-0.3, 0.3), 0.15, rng.uniform(0.15, 0.4))
        turn, away, rise = radians(rng.uniform(-40, 40)), rng.uniform(1.3, 2.0), rng.uniform(0.4, 1.0)
    else:
        target = (rng.uniform(-0.05, 0.15), WALL_Y, rng.uniform(1.25, 1.4))
        turn, away, rise = radians(rng.uniform(-25, 25)), rng.uniform(0.6, 1.3), rng.uniform(-0.1, 0.25)
    eye = (target[0] + away * sin(turn), target[1] - away * cos(turn), target[2] + rise)
    return Shot(eye, target, lens_mm=lens, roll_deg=roll, exposure=rng.uniform(-0.2, 0.4))
