"""Drawn things with dates: the same seed draws the same, and they lie in the picture where they should."""

import random

import numpy as np
import pytest

from models.stamps.things import THINGS, drawn, seen_in
from models.things_bench import negative
from models.watermark_reader import WatermarkReader
from pipeline.evidence import WatermarkStatus


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_lies_in_the_picture(kind: str) -> None:
    thing = drawn(random.Random(3), kind)
    assert np.array_equal(thing, drawn(random.Random(3), kind))
    assert not np.array_equal(thing, drawn(random.Random(4), kind))
    room = np.full((900, 1200, 3), (200, 0, 200), dtype=np.uint8)
    seen = seen_in(room, thing, random.Random(5))
    changed = (seen != room).any(axis=2).mean()
    assert seen.shape == room.shape
    assert 0.01 < changed < 0.5


def test_the_set_is_known_by_its_seed() -> None:
    kind, picture = negative([], 5, 3)
    assert (kind, picture.shape) == (negative([], 5, 3)[0], negative([], 5, 3)[1].shape)
    assert [negative([], 5, number)[0] for number in range(len(THINGS))] == list(THINGS)


@pytest.mark.slow
def test_dates_on_things_are_no_watermarks() -> None:
    """Of the kinds that are told apart; clocks, screens and receipts are not always (docs/watermarks.md)."""
    reader = WatermarkReader()
    told_apart = ("label", "ticket", "calendar", "plate", "meter", "notice")
    numbers = [number for number, kind in enumerate(THINGS) if kind in told_apart]
    assert len(numbers) == len(told_apart)
    readings = [reader.read(negative([], 21, number)[1]) for number in numbers]
    assert not [found for found in readings if found.status is WatermarkStatus.READ]
