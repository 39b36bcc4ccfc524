"""Tools on a work cloth, and what looks like it without being one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

import bpy
import numpy as np

from models.training.scenes import room as rooms
from models.training.scenes import tools
from models.training.scenes.cloth import ClothStyle, corners, lay_cloth, random_style, towel_color
from models.training.scenes.materials import Finish, film, plain, rgb, vary, wood
from models.training.scenes.meshes import box, card, place, ripple, surface
from models.training.scenes.render import Shot
from models.training.scenes.stage import Fact, Stage


@dataclass(frozen=True, slots=True)
class ClothPlan:
    """What lies where: `order` is row (large to small), shuffled (a row in another order) or messy."""

    room: rooms.RoomStyle
    cloth: ClothStyle | None
    tools: tuple[tuple[str, float], ...]
    order: str
    on_floor: bool
    stray: int = 0
    decoy: str = ""


def random_plan(rng: Random) -> ClothPlan:
    """A training scene: mostly a cloth with tools, now and then a decoy in its place or no cloth at all."""
    roll = rng.random()
    decoy = rng.choice(("towel", "paper", "bag", "board", "mat")) if roll < 0.16 else ""
    cloth = None if roll < 0.2 else random_style(rng)
    count = 0 if cloth and rng.random() < 0.08 else rng.randint(3, 7)
    order = rng.choice(("row", "row", "shuffled", "messy"))
    stray = rng.choice((0, 0, 0, 1, 2))
    return ClothPlan(
        rooms.random_room(rng), cloth, pick_tools(rng, count), order, rng.random() < 0.4, stray, decoy
    )


def pick_tools(rng: Random, count: int) -> tuple[tuple[str, float], ...]:
    """Kinds with scales, longest first; at most two of a kind."""
    bag = rng.sample([*tools.KINDS, *tools.KINDS], count)
    sized = [(kind, rng.uniform(*tools.KINDS[kind].scales)) for kind in bag]
    return tuple(sorted(sized, key=lambda t: -t[1] * tools.KINDS[t[0]].length_m))


def build(plan: ClothPlan, rng: Random) -> Stage:
    """The cloth lies about the origin on z = 0 with its length along x."""
    stage = Stage()
    _surroundings(plan, rng)
    if plan.decoy:
        _decoy(plan.decoy, rng)
    spots = _arrange(plan, rng)
    if plan.cloth is not None:
        _lay(stage, plan.cloth, spots, rng)
    for (kind, scale), (x, y, turn) in zip(plan.tools, spots, strict=True):
        _put_tool(stage, plan.cloth, kind, scale, (x, y, 0.004 if plan.cloth else 0.0), turn, rng)
    row = [thing.facts for thing in stage.things if thing.label == "tool"]
    for _ in range(plan.stray):
        _stray_tool(stage, plan.cloth, rng)
    stage.shows |= _truth(stage, plan, row)
    return stage


def _truth(stage: Stage, plan: ClothPlan, row: list[dict[str, Fact]]) -> dict[str, Fact]:
    """What the scene shows, measured on the tools as they came to lie and not taken from the plan."""
    lengths = [float(str(f["length_cm"])) for f in sorted(row, key=lambda f: float(str(f["x_m"])))]
    falling = lengths in (sorted(lengths), sorted(lengths, reverse=True))
    tools_on = [thing.facts["on_cloth"] for thing in stage.things if thing.label == "tool"]
    return {
        "work_cloth": plan.cloth is not None,
        "tools": len(tools_on),
        "tools_in_order": len(lengths) > 1 and falling and plan.order != "messy",
        "all_on_cloth": plan.cloth is not None and all(tools_on),
    }


def _lay(stage: Stage, style: ClothStyle, spots: Sequence[tuple[float, float, float]], rng: Random) -> None:
    sheet = lay_cloth(style, rng, tuple((x, y, 0.05) for x, y, _ in spots))
    stage.add("work_cloth", [sheet], color=style.color, pattern=style.pattern)
    stage.anchors["cloth_corners"] = corners(style)


def _surroundings(plan: ClothPlan, rng: Random) -> None:
    fixed = Random(plan.room.seed)
    if plan.on_floor:
        rooms.floor(plan.room.floor, fixed)
        rooms.wall(plan.room, fixed, 0.9)
        rooms.clutter(rng, [(rng.uniform(-0.9, 0.9), rng.uniform(0.5, 0.8), 0.0)])
    else:
        rooms.counter(plan.room)
        rooms.floor(plan.room.floor, fixed).location.z = -0.9
        rooms.wall(plan.room, fixed, 0.3, tiled=True)
        spots = [(-0.55, 0.17, 0.0), (0.52, 0.16, 0.0), (0.75, -0.05, 0.0), (0.2, 0.22, 0.0)]
        rooms.clutter(fixed, spots[: fixed.randint(0, 4)])
    rooms.light_room(rng, ceiling_m=1.7, window_side=rng.choice((-1, 1)))


def _arrange(plan: ClothPlan, rng: Random) -> list[tuple[float, float, float]]:
    """A spot (x, y, turn in degrees) for each tool, longest tool first."""
    if plan.order == "messy":
        return [(rng.uniform(-0.2, 0.2), rng.uniform(-0.07, 0.07), rng.uniform(0, 360)) for _ in plan.tools]
    widths = [_width_m(kind) * scale for kind, scale in plan.tools]
    order = list(range(len(plan.tools)))
    if plan.order == "shuffled":
        _unsort(order, rng)
    if rng.random() < 0.5:
        order.reverse()
    room = 0.56 - sum(widths)
    gap = max(min(room / max(len(order) - 1, 1), 0.05) * rng.uniform(0.6, 1.0), 0.004)
    left = -(sum(widths) + gap * (len(order) - 1)) / 2
    spots: dict[int, tuple[float, float, float]] = {}
    heads = rng.choice((90.0, 90.0, -90.0))
    for k in order:
        spots[k] = (left + widths[k] / 2, rng.uniform(-0.012, 0.012), heads + rng.uniform(-4, 4))
        left += widths[k] + gap
    return [spots[k] for k in range(len(order))]


def _unsort(order: list[int], rng: Random) -> None:
    """Shuffle until the row runs neither down nor up in size."""
    wanted = sorted(order)
    while len(order) > 2 and order in (wanted, wanted[::-1]):
        rng.shuffle(order)


def _width_m(kind: str) -> float:
    return {
        "hammer": 0.125,
        "tape_measure": 0.07,
        "pliers": 0.06,
        "adjustable": 0.07,
        "pipe_wrench": 0.06,
    }.get(kind, 0.036)


def _put_tool(
    stage: Stage,
    cloth: ClothStyle | None,
    kind: str,
    scale: float,
    at: tuple[float, float, float],
    turn: float,
    rng: Random,
) -> None:
    pivot, items = tools.make_tool(kind, scale, rng)
    length_m = tools.measured_length_m(items)
    pivot.location, pivot.rotation_euler.z = at, radians(turn)
    facts: dict[str, Fact] = {"length_cm": round(length_m * 100, 1), "x_m": round(at[0], 4)}
    stage.add("tool", items, kind=kind, on_cloth=_lies_on(cloth, items), **facts)


def _lies_on(cloth: ClothStyle | None, items: tools.Objects) -> bool:
    """Whether no point of the tool reaches more than 2 mm over the cloth's edge."""
    if cloth is None:
        return False
    reach = np.abs(tools.footprint(items)).max(axis=0)
    return bool((reach <= (cloth.length_m / 2 + 0.002, cloth.width_m / 2 + 0.002)).all())


def _stray_tool(stage: Stage, cloth: ClothStyle | None, rng: Random) -> None:
    """A tool lying beside the cloth."""
    kind = rng.choice(list(tools.KINDS))
    at = (rng.choice((-1, 1)) * rng.uniform(0.42, 0.55), rng.uniform(-0.15, 0.1), 0.0)
    scale = rng.uniform(*tools.KINDS[kind].scales) * 0.9
    _put_tool(stage, cloth, kind, scale, at, rng.uniform(60, 120), rng)


def _decoy(kind: str, rng: Random) -> None:
    """A thing that lies there flat but is no work cloth."""
    at = (rng.choice((-0.35, 0.0, 0.38)), rng.uniform(-0.06, 0.04), 0.002)
    turn = rng.uniform(-25, 25)
    if kind == "board":
        light, dark = rng.choice(rooms.WOODS)
        place(
            [
                box(
                    "board",
                    (0.38, 0.26, 0.018),
                    (0, 0, 0.009),
                    wood("board", rgb(light), rgb(dark), rng),
                    round_m=0.006,
                )
            ],
            at,
            turn,
        )
    elif kind == "mat":
        weave = plain(
            "mat", towel_color(rng), Finish(roughness=0.9, bump=0.8, grain_m=0.004, stretch=(1, 5, 1))
        )
        place([box("mat", (0.43, 0.3, 0.003), (0, 0, 0.0015), weave, round_m=0.001)], at, turn)
    elif kind == "paper":
        place(
            [card("paper", 0.297, 0.21, plain("paper", rgb("efeeea"), Finish(roughness=0.8)), bow=0.003)],
            at,
            turn,
        )
    else:
        place([_heap(kind, rng)], at, turn)


def _heap(kind: str, rng: Random) -> bpy.types.Object:
    """A crumpled towel or plastic bag, blob-shaped."""
    noise = np.random.default_rng(rng.getrandbits(32))
    gx, gy = np.meshgrid(np.linspace(-0.2, 0.2, 70), np.linspace(-0.16, 0.16, 60))
    flat = np.stack([gx, gy, np.zeros_like(gx)], axis=2)
    points = flat.reshape(-1, 3)
    swell = np.clip(1 - (gx / 0.2) ** 4 - (gy / 0.16) ** 4, 0, 1)
    lump = (0.5 + 0.5 * ripple(points, noise, 0.12, 8, ridged=True)).reshape(gx.shape)
    flat[..., 2] = 0.003 + swell * np.clip(lump, 0, 2) * (0.02 if kind == "towel" else 0.035)
    sway = ripple(points, noise, 0.15, 5).reshape(gx.shape) * 0.025
    flat[..., 0] += sway * (gy / 0.16)
    flat[..., 1] += sway * (gx / 0.2)
    if kind == "towel":
        return surface(
            "towel", flat, plain("towel", towel_color(rng), Finish(roughness=1, bump=0.9, grain_m=0.003))
        )
    color = vary(rgb(rng.choice(("e8e8e8", "c93a30", "2a2b2d"))), rng)
    return surface("bag", flat, film("bag", color, rng, opacity=0.75))


def random_shot(_plan: ClothPlan, rng: Random) -> Shot:
    """A phone held 35 to 100 cm from the cloth, 25 to 80 degrees above the plane."""
    lift, around = radians(rng.uniform(25, 80)), radians(rng.uniform(-90, 90) * rng.choice((0.3, 1.0)))
    away = rng.uniform(0.45, 1.0) if rng.random() < 0.8 else rng.uniform(0.35, 0.5)
    target = (rng.uniform(-0.1, 0.1), rng.uniform(-0.06, 0.08), 0.0)
    eye = (away * cos(lift) * sin(around), -away * cos(lift) * cos(around), away * sin(lift))
    return Shot(
        eye, target, lens_mm=rng.uniform(24, 30), roll_deg=rng.uniform(-8, 8), exposure=rng.uniform(-0.3, 0.6)
    )
