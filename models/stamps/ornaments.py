"""What stands around the words: logos, badges, pins and map tiles, our own and only of the apps' kind."""

import random

from models.stamps.ink import WHITE, Colour, Layer
from models.stamps.sheet import Mark, Run, Sheet
from pipeline.evidence import FieldKind

YELLOW: Colour = (255, 200, 30, 255)
BLUE: Colour = (28, 110, 235, 255)
GREEN: Colour = (0, 178, 138, 255)
RED: Colour = (230, 60, 50, 255)
INK: Colour = (38, 50, 66, 255)


def pin(layer: Layer, x: float, y: float, height: float, colour: Colour = WHITE) -> None:
    """A map pin whose box has its top left at (x, y)."""
    radius = height * 0.32
    middle = x + radius
    layer.shape(
        [
            (middle - radius * 0.85, y + radius * 1.4),
            (middle + radius * 0.85, y + radius * 1.4),
            (middle, y + height),
        ],
        colour,
    )
    layer.disc(middle, y + radius, radius, colour)
    layer.disc(middle, y + radius, radius * 0.4, (90, 90, 90, 255) if colour == WHITE else WHITE)


def tick(layer: Layer, x: float, y: float, size: float, colour: Colour) -> None:
    """A round badge with a tick, of a verified photo."""
    layer.disc(x + size / 2, y + size / 2, size / 2, colour)
    points = [
        (x + size * 0.25, y + size * 0.52),
        (x + size * 0.44, y + size * 0.7),
        (x + size * 0.76, y + size * 0.32),
    ]
    layer.stroke(points, size * 0.11, WHITE)


def corner_logo(sheet: Sheet, name: str, boxed: str, claim: Run, code_label: str) -> None:
    """An app's mark in the lower right corner: its name, a small boxed word, a claim and the code."""
    unit = sheet.unit
    code = sheet.content.code
    right, y = sheet.width - unit * 2.5, sheet.height - unit * (2.5 + 7.2 + (2.4 if code else 0))
    big = sheet.pen(3.6, "bold", (255, 255, 255, 225), shadow=0.04)
    tag = sheet.pen(2.0, "regular", (255, 255, 255, 225))
    box_width = tag.width(boxed) + unit if boxed else 0
    sheet.write(right - big.width(name) - box_width - unit * 0.5, y, big, (None, name))
    if boxed:
        top = y + unit * 1.5
        box = (right - box_width, top, right, top + tag.size * 1.5)
        sheet.layer.frame(box, unit * 0.2, tag.colour, unit * 0.4)
        sheet.write(right - box_width + unit * 0.5, top + tag.size * 0.1, tag, (None, boxed))
    small = sheet.pen(1.9, "regular", (255, 255, 255, 215), shadow=0.05)
    sheet.write_right(right, y + unit * 5.4, small, claim)
    if code:
        sheet.write_right(right, y + unit * 8.0, small, (None, code_label), (FieldKind.CODE, code))


def map_tile(layer: Layer, box: tuple[float, float, float, float], rng: random.Random) -> None:
    """A street map with a pin in its middle; `box` in pixels."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    layer.panel(box, (233, 229, 220, 255), radius=width * 0.04)
    layer.panel((left, top + height * 0.62, left + width * 0.4, bottom), (190, 222, 180, 255))
    river = top + height * rng.uniform(0.1, 0.3)
    layer.stroke(
        [(left, river), (left + width / 2, river + height * 0.1), (right, river)],
        width * 0.08,
        (160, 205, 240, 255),
    )
    for _ in range(4):
        x, y = left + width * rng.random(), top + height * rng.random()
        layer.stroke([(x, top), (left + width * rng.random(), bottom)], width * 0.03, WHITE)
        layer.stroke([(left, y), (right, top + height * rng.random())], width * 0.03, (255, 236, 170, 255))
    pin(layer, left + width * 0.42, top + height * 0.32, height * 0.26, RED)


def labelled(kind: Mark, label: str, text: str | None, colon: str = "：") -> list[list[Run]]:
    """A line of a label and its value, none where there is no value."""
    return [[(None, f"{label}{colon}"), (kind, text)]] if text else []


def dimmed(colour: Colour, alpha: int) -> Colour:
    return (*colour[:3], alpha)


def details(sheet: Sheet, colon: str = "：") -> list[list[Run]]:
    """Name, project and remarks, each on a labelled line, as far as there are any."""
    content = sheet.content
    return [
        *labelled(FieldKind.NAME, sheet.say("姓名", "姓名", "Name"), content.name, colon),
        *labelled(FieldKind.PROJECT, sheet.say("项目", "項目", "Project"), content.project, colon),
        *labelled(FieldKind.REMARKS, sheet.say("备注", "備註", "Note"), content.remarks, colon),
    ]
