"""An evaluation as people look at it: facts, dials, tables, galleries. The site and the page as a file show
the same."""

from dataclasses import dataclass

from pipeline.rules import BilingualText
from pipeline.shares import Share
from review.tuning.cards import Card, PictureRef
from review.tuning.dial import Dial

Cell = BilingualText | Share | str | int
"""What stands in a table: words, a share with its interval, a name, a number."""

Fact = tuple[BilingualText, Cell]
"""A name and what stands behind it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first cell names its row. note: how to read it, and of how many."""

    name: BilingualText
    note: BilingualText
    head: tuple[BilingualText, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Things to look at under one heading; total: how many there are, of which these are the first."""

    name: BilingualText
    note: BilingualText
    cards: tuple[Card, ...]
    total: int


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """What one evaluation says. facts: what it was made of, by name."""

    title: BilingualText
    facts: tuple[Fact, ...]
    messages: tuple[BilingualText, ...] = ()
    dials: tuple[Dial, ...] = ()
    tables: tuple[Table, ...] = ()
    galleries: tuple[Gallery, ...] = ()

    @property
    def pictures(self) -> tuple[PictureRef, ...]:
        """Every picture that it shows, each once; a place here names one in URLs."""
        cards = [card for dial in self.dials for card in dial.cards]
        cards += [card for gallery in self.galleries for card in gallery.cards]
        return tuple(dict.fromkeys(_plain(ref) for card in cards for ref in card.pictures))

    def dial(self, key: str) -> Dial | None:
        return next((dial for dial in self.dials if dial.key == key), None)


def place_of(pictures: tuple[PictureRef, ...]) -> dict[tuple[str, float | None], int]:
    """Media key and second -> place among an evaluation's pictures."""
    return {(ref.media_key, ref.second): place for place, ref in enumerate(pictures)}


def _plain(ref: PictureRef) -> PictureRef:
    return PictureRef(ref.media_key, (), ref.second)
