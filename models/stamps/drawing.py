"""Draws a time watermark onto a picture and tells the truth about it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from PIL import Image

from models.stamps.content import Content, content_of
from models.stamps.ink import Layer
from models.stamps.sheet import DrawnField, Sheet
from models.stamps.styles import STYLES
from models.stamps.writing import Language, weekday
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.times import Precision, WallTime


@dataclass(frozen=True, slots=True, eq=False)
class Stamped:
    """A picture with a watermark, and what stands in it.

    time: what of the time is printed. open_order: day and month could be taken for each other by the words
    alone. box: of date and clock. fields: with their boxes; the weekday is one of them.
    """

    pixels: Pixels
    style: str
    language: Language
    time: WallTime
    open_order: bool
    box: BoundingBox
    fields: tuple[DrawnField, ...]


def stamp(
    picture: Pixels,
    style: str,
    wall_time: WallTime,
    content: Content,
    seed: int,
    language: Language | None = None,
    varied: bool = True,
    weekday_days_off: int = 0,
) -> Stamped:
    """The picture with a watermark of one of `STYLES`, with its truth; the same seed draws the same one.

    `language` is the style's first unless given. With `varied` the time may be printed in any form that the
    app can be set to, else in the app's own precision.
    `weekday_days_off` forges the weekday. Raises KeyError for an unknown style, ValueError for a
    time without a clock, SettingsError where fonts are missing.
    """
    if wall_time.hour is None:
        raise ValueError(f"a watermark needs a clock, {wall_time.isoformat()} has none")
    row = STYLES[style]
    spoken = language or row.languages[0]
    rng = random.Random(seed)
    moment = row.moment(wall_time, spoken, rng, varied)
    if weekday_days_off:
        moment = replace(moment, weekday=weekday(_later(wall_time, weekday_days_off), spoken))
    sheet = Sheet(Layer(Image.fromarray(picture)), moment, content, spoken, rng)
    row.paint(sheet)
    pixels = np.asarray(sheet.layer.image, dtype=np.uint8)
    return Stamped(pixels, style, spoken, moment.truth, moment.open_order, sheet.time_box(), sheet.fields())


def _later(time: WallTime, days: int) -> WallTime:
    day = date(time.year, time.month, time.day) + timedelta(days=days)
    return WallTime(day.year, day.month, day.day)


def draw(picture: Pixels, style: str, wall_time: WallTime, fields: Mapping[str, str], seed: int) -> Pixels:
    """The picture with a watermark that says these fields (see `content_of`) and no others; see `stamp`."""
    return stamp(picture, style, wall_time, content_of(fields), seed, varied=False).pixels


def legible(style: str, wall_time: WallTime) -> WallTime:
    """What of a time `draw` prints in this style."""
    kept = {
        Precision.SECOND: (wall_time.hour, wall_time.minute, wall_time.second),
        Precision.MINUTE: (wall_time.hour, wall_time.minute, None),
        Precision.DATE: (None, None, None),
    }[STYLES[style].precision]
    return WallTime(wall_time.year, wall_time.month, wall_time.day, *kept)
