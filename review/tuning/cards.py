"""Things to look at on the tuning pages: visits that flip and mistakes, each with its pictures."""

from dataclasses import dataclass

from pipeline.geometry import BoundingBox
from pipeline.rules import BilingualText

MOST_PICTURES = 3
"""Of one card: the page is an overview, the visit's own page has them all."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture of the store, with what is marked in it. second: of a video."""

    media_key: str
    boxes: tuple[BoundingBox, ...] = ()
    second: float | None = None

    @property
    def name(self) -> str:
        return self.media_key.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Card:
    """One visit or one mistake. visit_id: where it leads; None for a picture that belongs to no visit."""

    title: str
    visit_id: str | None
    lines: tuple[BilingualText, ...]
    pictures: tuple[PictureRef, ...] = ()
