"""A technician's feet indoors, with shoe covers or without, as a phone sees them."""

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

from models.training.scenes import feet
from models.training.scenes import room as rooms
from models.training.scenes.materials import Finish, plain, rgb, vary
from models.training.scenes.meshes import box
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage


@dataclass(frozen=True, slots=True)
class FeetPlan:
    """Who stands where; `pair_of` may leave one foot bare, `socks` is a customer's feet beside."""

    room: rooms.RoomStyle
    wear: feet.Footwear
    one_bare: bool = False
    socks: bool = False
    doormat: bool = False
    looking_down: bool = False


def random_plan(rng: Random) -> FeetPlan:
    wear = feet.random_footwear(rng)
    return FeetPlan(
        rooms.random_room(rng),
        wear,
        one_bare=wear.covered and rng.random() < 0.1,
        socks=rng.random() < 0.15,
        doormat=rng.random() < 0.2,
        looking_down=rng.random() < 0.4,
    )


def build(plan: FeetPlan, rng: Random) -> Stage:
    """Two feet about the origin, toes towards +y (the technician looks down along +y)."""
    stage = Stage()
    fixed = Random(plan.room.seed)
    rooms.floor(plan.room.floor, fixed)
    rooms.wall(plan.room, fixed, rng.uniform(0.9, 1.8), tiled=rng.random() < 0.3)
    if plan.doormat:
        _doormat(rng)
    rooms.light_room(rng, ceiling_m=2.2, window_side=rng.choice((-1, 1)))
    stride = rng.choice((0.0, 0.0, rng.uniform(-0.25, 0.25)))
    bare_left = rng.random() < 0.5
    for side in (-1, 1):
        covered = plan.wear.covered and not (plan.one_bare and (side < 0) == bare_left)
        _stand(stage, plan, covered, (side * rng.uniform(0.085, 0.15), stride * side, 0.0), side, rng)
    if plan.socks:
        _customer(rng)
    stage.shows |= {"shoe_covers": plan.wear.covered and not plan.one_bare, "feet": 2}
    return stage


def _stand(
    stage: Stage, plan: FeetPlan, covered: bool, at: tuple[float, float, float], side: int, rng: Random
) -> None:
    # Who looks down at the own feet bends forward: the thighs stay behind the camera.
    leg_m, lean = (0.95, (-0.03, -0.46)) if plan.looking_down else (1.05, (-0.03, rng.uniform(-0.08, 0.05)))
    wear = plan.wear if covered == plan.wear.covered else _bare(plan.wear)
    foot = feet.dressed_foot(wear, rng, left=side < 0, leg_m=leg_m, lean=lean)
    foot.pivot.location = at
    foot.pivot.rotation_euler.z = radians(-side * rng.uniform(0, 18))
    for item in foot.inside:
        item.pass_index = 0
    stage.add("shoe_cover" if covered else "shoe", foot.footwear, kind=wear.kind)


def _bare(wear: feet.Footwear) -> feet.Footwear:
    return feet.Footwear(wear.kind, wear.color, False, wear.cover_color, wear.trousers)


def _customer(rng: Random) -> None:
    """Somebody else's feet in socks, facing the technician: no label."""
    wear = feet.random_footwear(rng, covered=False)
    x = rng.uniform(-0.25, 0.25)
    for side in (-1, 1):
        foot = feet.dressed_foot(wear, rng, left=side < 0, leg_m=1.05, bare_sock=True)
        foot.pivot.location = (x - side * 0.1, rng.uniform(0.5, 0.6), 0)
        foot.pivot.rotation_euler.z = radians(180 + rng.uniform(-20, 20))


def _doormat(rng: Random) -> None:
    bristle = plain(
        "doormat",
        vary(rgb(rng.choice(("4a4038", "6b2f2a", "3c4a3a", "55585c"))), rng),
        Finish(roughness=1, bump=1.0, grain_m=0.004),
    )
    box(
        "doormat",
        (0.75, 0.45, 0.012),
        (rng.uniform(-0.2, 0.2), rng.uniform(-0.1, 0.3), 0.006),
        bristle,
        round_m=0.004,
    )


def random_shot(plan: FeetPlan, rng: Random) -> Shot:
    """From above with the wearer's own eyes, or from in front, the side or anywhere round."""
    lens, roll, exposure = rng.uniform(25, 34), rng.uniform(-7, 7), rng.uniform(-0.2, 0.4)
    if plan.looking_down:
        eye = (rng.uniform(-0.12, 0.12), rng.uniform(0.0, 0.22), rng.uniform(1.05, 1.45))
        target = (rng.uniform(-0.06, 0.06), rng.uniform(0.08, 0.24), 0.0)
        return Shot(eye, target, lens_mm=lens, roll_deg=roll, exposure=exposure)
    facing = {"front": 180, "side": rng.choice((-90, 90)), "behind": 0}[
        rng.choice(("front", "front", "side", "behind"))
    ]
    turn, lift, away = (
        radians(facing + rng.uniform(-40, 40)),
        radians(rng.uniform(10, 42)),
        rng.uniform(0.55, 1.25),
    )
    target = (rng.uniform(-0.12, 0.12), rng.uniform(-0.02, 0.14), rng.uniform(0.03, 0.18))
    eye = (
        target[0] + away * cos(lift) * sin(turn),
        target[1] - away * cos(lift) * cos(turn),
        target[2] + away * sin(lift),
    )
    return Shot(eye, target, lens_mm=lens, roll_deg=roll, exposure=exposure)
