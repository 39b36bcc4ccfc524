"""A work order or acceptance form on a table, signed or not, with a pen; and papers that are none."""

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

import bpy
from PIL import Image

from models.training.scenes import prints
from models.training.scenes import room as rooms
from models.training.scenes.materials import CHROME, PLASTIC, Finish, plain, printed, rgb, vary
from models.training.scenes.meshes import box, card, cylinder, lathe, place
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage

_PAPER = Finish(roughness=0.85, bump=0.1, grain_m=0.004)


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """`title` empty means that only other papers lie there."""

    room: rooms.RoomStyle
    company: str
    title: str
    signed: bool
    clipboard: bool
    others: tuple[str, ...] = ()


def random_plan(rng: Random) -> DocumentPlan:
    others = tuple(kind for kind in ("phone", "book", "blank", "mat") if rng.random() < 0.25)
    title = (
        rng.choice(("服务验收单", "维修工单", "换表工单", "工具检查记录表", ""))
        if rng.random() < 0.95
        else ""
    )
    return DocumentPlan(
        rooms.random_room(rng),
        rng.choice(prints.COMPANIES),
        title,
        rng.random() < 0.65,
        rng.random() < 0.3,
        others,
    )


def build(plan: DocumentPlan, rng: Random) -> Stage:
    """The form lies about the origin on z = 0, its head to +y."""
    stage = Stage()
    fixed = Random(plan.room.seed)
    box(
        "table",
        (1.5, 0.9, 0.03),
        (0.1, 0, -0.015),
        rooms.ground(plan.room.counter, fixed, "table"),
        round_m=0.004,
    )
    rooms.floor(plan.room.floor, fixed).location.z = -0.76
    rooms.wall(plan.room, fixed, 1.2).location.z -= 0.76
    rooms.light_room(rng, ceiling_m=1.8, window_side=rng.choice((-1, 1)))
    rooms.clutter(fixed, [(0.5, 0.3, 0.0), (-0.45, 0.33, 0.0)][: fixed.randint(0, 2)])
    lift = 0.001
    if plan.title:
        lift = _form(stage, plan, rng)
    for kind in plan.others:
        _other(kind, rng)
    _pen((rng.uniform(0.05, 0.2), rng.uniform(-0.2, 0.0), lift + 0.004), rng)
    stage.shows |= {"document": bool(plan.title), "signed": plan.signed}
    return stage


def _form(stage: Stage, plan: DocumentPlan, rng: Random) -> float:
    picture = prints.form(rng, plan.company, signed=plan.signed, title=plan.title)
    sheet = card("form", 0.21, 0.297, printed("form", picture, _PAPER), bow=rng.uniform(0, 0.004))
    sheet.location.z = 0.0055 if plan.clipboard else 0.001
    items = [sheet]
    if plan.clipboard:
        board = box(
            "clipboard",
            (0.235, 0.33, 0.004),
            (0, 0.006, 0.002),
            plain("clipboard", rgb(rng.choice(("6b4526", "1d1e21", "1f4fae"))), PLASTIC),
            round_m=0.001,
        )
        clip = box(
            "clip",
            (0.09, 0.025, 0.012),
            (0, 0.155, 0.009),
            plain("clip", (0.6, 0.6, 0.6), CHROME),
            round_m=0.003,
        )
        items += [board, clip]
    place(items, (rng.uniform(-0.03, 0.03), rng.uniform(-0.03, 0.03), 0), rng.uniform(-25, 25))
    stage.add("document", items, kind="form", signed=plan.signed)
    return float(sheet.location.z)


def _pen(at: tuple[float, float, float], rng: Random) -> None:
    ink = plain("pen", vary(rgb(rng.choice(("16244f", "1b1c1f", "b3241c", "d8d8d2"))), rng), PLASTIC)
    body = lathe(
        "pen", [(0.001, 0), (0.004, 0.012), (0.0048, 0.03), (0.0048, 0.135), (0.003, 0.142)], ink, around=12
    )
    body.rotation_euler, body.location = (0, radians(90), radians(rng.uniform(0, 360))), at


def _other(kind: str, rng: Random) -> None:
    side, y = rng.choice((-1, 1)), rng.uniform(-0.12, 0.22)
    at, turn = (side * rng.uniform(0.27, 0.42), y, 0.0), rng.uniform(-40, 40)
    place([_other_item(kind, rng)], at, turn)


def _other_item(kind: str, rng: Random) -> bpy.types.Object:
    if kind == "phone":
        return box(
            "phone",
            (0.075, 0.155, 0.009),
            (0, 0, 0.0045),
            plain("phone", rgb("101114"), Finish(roughness=0.08, coat=1.0)),
            round_m=0.004,
        )
    if kind == "book":
        cover = plain("book", vary(rgb(rng.choice(("8a1f25", "2f6b4a", "22304f", "d8a400"))), rng), PLASTIC)
        return box("book", (0.15, 0.21, 0.022), (0, 0, 0.011), cover, round_m=0.002)
    if kind == "blank":
        blank = Image.new("RGB", (40, 40), rng.choice(((244, 244, 240), (250, 236, 150), (220, 232, 246))))
        return card("blank", 0.148, 0.21, printed("blank", blank, _PAPER), bow=0.003)
    return cylinder("coaster", 0.055, 0.006, plain("coaster", vary(rgb("7a5a3a"), rng), PLASTIC))


def random_shot(_plan: DocumentPlan, rng: Random) -> Shot:
    """Held over the table, 30 to 65 cm away."""
    lift, turn, away = radians(rng.uniform(38, 82)), radians(rng.uniform(-35, 35)), rng.uniform(0.32, 0.68)
    target = (rng.uniform(-0.04, 0.06), rng.uniform(-0.04, 0.04), 0.0)
    eye = (
        target[0] + away * cos(lift) * sin(turn),
        target[1] - away * cos(lift) * cos(turn),
        away * sin(lift),
    )
    return Shot(
        eye,
        target,
        lens_mm=rng.uniform(24, 29),
        roll_deg=rng.uniform(-10, 10),
        exposure=rng.uniform(-0.3, 0.3),
    )
