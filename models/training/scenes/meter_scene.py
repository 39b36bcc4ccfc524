"""A gas meter on a kitchen wall, with or without the technician beside it, before or after replacement."""

from dataclasses import dataclass, replace
from math import cos, pi, radians, sin
from random import Random

from models.training.scenes import meter as meters
from models.training.scenes import room as rooms
from models.training.scenes.materials import CHROME, PLASTIC, plain, rgb
from models.training.scenes.meshes import box, cylinder, lathe, place, tube
from models.training.scenes.person_scene import PersonPlan, add_person
from models.training.scenes.person_scene import random_plan as random_person_plan
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage

WALL_Y = 0.3
TOP_M = 0.85


@dataclass(frozen=True, slots=True)
class MeterPlan:
    """`removed` is the old meter lying on the counter; `meter` None leaves a bare wall (a hard negative)."""

    room: rooms.RoomStyle
    meter: meters.MeterStyle | None
    at: tuple[float, float]
    removed: meters.MeterStyle | None = None
    person: PersonPlan | None = None
    worktop: bool = True


def random_plan(rng: Random) -> MeterPlan:
    meter = meters.random_meter(rng) if rng.random() < 0.9 else None
    person = random_person_plan(rng) if rng.random() < 0.45 else None
    if person is not None:
        arms = (rng.choice(("reach", "point", "down")), person.arms[1])
        person = replace(person, turn_deg=rng.uniform(-35, 20), arms=arms)
    removed = meters.MeterStyle(rng.getrandbits(31), True) if rng.random() < 0.15 else None
    at = (rng.uniform(-0.2, 0.3), rng.uniform(1.25, 1.55))
    return MeterPlan(rooms.random_room(rng), meter, at, removed, person, rng.random() < 0.7)


def build(plan: MeterPlan, rng: Random) -> Stage:
    """The wall is at y = 0.3; a technician stands to the right of the meter, before the counter."""
    stage = Stage()
    fixed = Random(plan.room.seed)
    rooms.floor(plan.room.floor, fixed)
    rooms.wall(plan.room, fixed, WALL_Y, tiled=fixed.random() < 0.7)
    if plan.worktop:
        rooms.counter(plan.room, top_m=TOP_M)
        _sink(fixed)
        rooms.clutter(fixed, [(-0.75, 0.1, TOP_M), (0.95, 0.12, TOP_M)][: fixed.randint(0, 2)])
    _wall_cupboard(plan, fixed)
    rooms.light_room(rng, window_side=rng.choice((-1, 1)))
    _meters(stage, plan, rng)
    if plan.person is not None:
        add_person(stage, plan.person, rng, (plan.at[0] + 0.6, -0.45 if plan.worktop else -0.1, 0.0))
    return stage


def _meters(stage: Stage, plan: MeterPlan, rng: Random) -> None:
    if plan.meter is not None:
        hung, _ = meters.hang(plan.meter, Random(plan.room.seed + 1), (plan.at[0], WALL_Y - 0.1, plan.at[1]))
        stage.add("gas_meter", hung, kind="old" if plan.meter.old else "new")
        stage.shows["meter"] = "old" if plan.meter.old else "new"
    if plan.removed is not None:
        items = meters.make_meter(plan.removed)
        place(
            items, (plan.at[0] + 0.3, -0.02, TOP_M + 0.125 if plan.worktop else 0.125), rng.uniform(-35, 35)
        )
        stage.add("gas_meter", items, kind="old, removed")
        stage.shows["removed_meter"] = True


def _sink(rng: Random) -> None:
    x = rng.choice((-1.2, 1.35))
    steel = plain("sink", (0.55, 0.56, 0.57), CHROME)
    box("sink", (0.5, 0.4, 0.012), (x, -0.02, TOP_M + 0.004), steel, round_m=0.005)
    box(
        "basin",
        (0.42, 0.32, 0.01),
        (x, -0.02, TOP_M + 0.009),
        plain("basin", (0.2, 0.2, 0.21), CHROME),
        round_m=0.004,
    )
    spout = [
        (x, 0.2, TOP_M),
        (x, 0.2, TOP_M + 0.28),
        (x, 0.14, TOP_M + 0.33),
        (x, 0.05, TOP_M + 0.32),
        (x, 0.03, TOP_M + 0.26),
    ]
    tube("tap", spout, 0.012, steel)
    knob = cylinder("knob", 0.018, 0.05, steel)
    knob.location = (x + 0.08, 0.2, TOP_M)


def _wall_cupboard(plan: MeterPlan, rng: Random) -> None:
    """A cupboard to one side, and a hood or a boiler now and then: grey boxes that are no meters."""
    front = plain("cupboard", rgb(plan.room.front))
    side = rng.choice((-1, 1))
    box(
        "cupboard",
        (0.8, 0.33, 0.7),
        (plan.at[0] + side * rng.uniform(0.95, 1.2), WALL_Y - 0.165, 1.85),
        front,
        round_m=0.004,
    )
    if rng.random() < 0.35:
        white = plain("boiler", rgb("e9eaea"), PLASTIC)
        x = plan.at[0] - side * rng.uniform(0.8, 1.0)
        box("boiler", (0.38, 0.22, 0.6), (x, WALL_Y - 0.11, 1.8), white, round_m=0.015)
        cylinder("flue", 0.05, 0.6, white).location = (x, WALL_Y - 0.11, 2.1)
    if rng.random() < 0.4:
        grey = plain("socket", rgb("f1f1ef"), PLASTIC)
        box("socket", (0.086, 0.012, 0.086), (plan.at[0] + 0.4, WALL_Y - 0.006, 1.2), grey, round_m=0.004)
    if rng.random() < 0.3:
        pan = lathe(
            "pan",
            [(0.1, 0), (0.12, 0.03), (0.12, 0.035), (0.1, 0.006)],
            plain("pan", (0.03, 0.03, 0.03), PLASTIC),
        )
        pan.rotation_euler.x, pan.location = pi / 2, (plan.at[0] - 0.4, WALL_Y - 0.01, 1.5)


def random_shot(plan: MeterPlan, rng: Random) -> Shot:
    """Close to the meter, or far enough to have the technician in the picture too."""
    turn = radians(rng.uniform(-35, 35))
    x, z = plan.at
    if plan.person is None:
        away = rng.uniform(0.5, 1.5)
        target = (x + rng.uniform(-0.1, 0.1), WALL_Y - 0.1, z + rng.uniform(-0.15, 0.05))
    else:
        away, turn = rng.uniform(1.6, 2.3), turn * 0.4 - 0.15
        target = (x + rng.uniform(0.2, 0.35), WALL_Y - 0.4, z - rng.uniform(0.05, 0.25))
    eye = (target[0] + away * sin(turn), target[1] - away * cos(turn), target[2] + rng.uniform(-0.1, 0.3))
    return Shot(
        eye, target, lens_mm=rng.uniform(24, 30), roll_deg=rng.uniform(-5, 5), exposure=rng.uniform(-0.2, 0.4)
    )
