"""Who visits whom in the sample visits: technicians and homes, all made up."""

from dataclasses import dataclass

from models.training.scenes.badge import BadgeStyle
from models.training.scenes.feet import Footwear
from models.training.scenes.head import HeadStyle
from models.training.scenes.materials import rgb
from models.training.scenes.person_style import PersonStyle
from models.training.scenes.room import RoomStyle


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody made up: figure, clothes and badge."""

    style: PersonStyle
    badge: BadgeStyle


@dataclass(frozen=True, slots=True)
class Home:
    """The flat of a visit, seen from inside and from the landing."""

    inside: RoomStyle
    landing: RoomStyle
    door_seed: int


def _wear(color: str, trousers: str, cover: str) -> Footwear:
    return Footwear("shoe", rgb(color), True, rgb(cover), rgb(trousers), 0.92)


def _technician(
    seed: int,
    name: str,
    number: str,
    company: str,
    jacket: str,
    trim: str,
    trousers: str,
    head: HeadStyle,
    cover: str,
) -> Technician:
    wear = _wear("17181a", trousers, cover)
    style = PersonStyle(seed, rgb(jacket), rgb(trim), rgb(trousers), head, False, 1.0, 1.0, wear)
    return Technician(style, BadgeStyle(seed, name, number, company, True, "clip"))


TECHNICIANS = {
    "wen": _technician(
        11,
        "温小棠",
        "LZ-0417",
        "城北燃气",
        "26508f",
        "c9501c",
        "22304f",
        HeadStyle(rgb("e3b98f"), rgb("14110f"), rgb("26508f"), False, False, True),
        "2f6fd0",
    ),
    "lu": _technician(
        23,
        "陆云起",
        "QH-2236",
        "顺和家修",
        "2f6b4a",
        "d8d8d2",
        "3b3d40",
        HeadStyle(rgb("d9a97f"), rgb("1e1712"), None, False, True, False),
        "e8eef2",
    ),
    "shen": _technician(
        37,
        "沈满月",
        "QH-1180",
        "顺和家修",
        "c9501c",
        "2e3238",
        "2e3238",
        HeadStyle(rgb("f0cba8"), rgb("2b1d14"), rgb("c9501c"), True, False, True),
        "4a8be0",
    ),
    "gu": _technician(
        41,
        "顾北辰",
        "LZ-0523",
        "城北燃气",
        "26508f",
        "c9501c",
        "2a3550",
        HeadStyle(rgb("c98f66"), rgb("14110f"), rgb("26508f"), False, False, False),
        "3f9a5f",
    ),
}
HOMES = {
    "v1": Home(
        RoomStyle(101, "tile", "stone", "efe6d2", "d9d4c8"),
        RoomStyle(102, "stone", "stone", "e9e6df", "d9d4c8"),
        5,
    ),
    "v2": Home(
        RoomStyle(201, "planks", "wood", "dfe3e6", "51606b"),
        RoomStyle(202, "tile", "stone", "d9dfd3", "51606b"),
        6,
    ),
    "v3": Home(
        RoomStyle(301, "planks", "laminate", "f2f0ea", "b08b62"),
        RoomStyle(302, "tile", "stone", "dfe3e6", "b08b62"),
        7,
    ),
    "v4": Home(
        RoomStyle(401, "tile", "wood", "e9e6df", "8fa3ad"),
        RoomStyle(402, "stone", "stone", "efe6d2", "8fa3ad"),
        8,
    ),
    "v5": Home(
        RoomStyle(501, "planks", "wood", "efe6d2", "f0efec"),
        RoomStyle(502, "tile", "stone", "e9e6df", "f0efec"),
        9,
    ),
    "v6": Home(
        RoomStyle(601, "planks", "wood", "efe6d2", "f0efec"),
        RoomStyle(602, "stone", "stone", "dfe3e6", "f0efec"),
        10,
    ),
    "v7": Home(
        RoomStyle(701, "wood", "stone", "d9dfd3", "9c3b32"),
        RoomStyle(702, "tile", "stone", "f2f0ea", "9c3b32"),
        11,
    ),
    "v8": Home(
        RoomStyle(801, "tile", "laminate", "f2f0ea", "51606b"),
        RoomStyle(802, "stone", "stone", "e9e6df", "51606b"),
        12,
    ),
}
