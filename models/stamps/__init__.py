"""Draws watermarks in the styles of the market's cameras, from a seed and with truth.

    marked = stamp(picture, "today", WallTime(2026, 5, 12, 14, 35, 7), content, seed=1)
    marked.pixels, marked.time, marked.fields

The layouts are our own imitations: they resemble the named apps in what they print and where, not in their
artwork. Used for the sample visits, the tests and the calibration of the reader; never for figures about
real pictures.
"""

from models.stamps.content import Content, made_content
from models.stamps.drawing import Stamped, draw, legible, stamp
from models.stamps.sheet import DrawnField
from models.stamps.styles import STYLES
from models.stamps.writing import Language

__all__ = [
    "STYLES",
    "Content",
    "DrawnField",
    "Language",
    "Stamped",
    "draw",
    "legible",
    "made_content",
    "stamp",
]
