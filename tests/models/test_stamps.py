"""Drawn watermarks: the same seed draws the same picture, ink appears, and what is legible is said."""

import numpy as np
import pytest

from models.stamps import STYLES, draw, legible
from pipeline.ports import Pixels
from pipeline.times import Precision, WallTime

TIME = WallTime(2026, 5, 12, 14, 35, 7)


@pytest.fixture
def grey() -> Pixels:
    return np.full((600, 800, 3), 110, dtype=np.uint8)


@pytest.mark.parametrize("style", STYLES)
def test_draws_from_a_seed(grey: Pixels, style: str) -> None:
    marked = draw(grey, style, TIME, {"name": "王伟"}, seed=3)
    assert marked.shape == grey.shape
    assert marked.dtype == np.uint8
    assert (marked != grey).any(axis=2).mean() > 0.0003
    assert np.array_equal(marked, draw(grey, style, TIME, {"name": "王伟"}, seed=3))
    assert (grey == 110).all()


@pytest.mark.parametrize("style", STYLES)
def test_works_on_portrait_pictures(style: str) -> None:
    tall = np.full((800, 450, 3), 110, dtype=np.uint8)
    assert draw(tall, style, TIME, {}, seed=1).shape == tall.shape


def test_legible_is_as_long_as_what_is_printed() -> None:
    assert legible("plain", TIME) == TIME
    assert legible("today", TIME) == WallTime(2026, 5, 12, 14, 35)
    assert legible("film", TIME) == WallTime(2026, 5, 12)
    assert {legible(style, TIME).precision for style in STYLES} == set(Precision)


def test_refuses_a_time_without_a_clock(grey: Pixels) -> None:
    with pytest.raises(ValueError, match="needs a clock"):
        draw(grey, "plain", WallTime(2026, 5, 12), {}, seed=1)


def test_refuses_an_unknown_style(grey: Pixels) -> None:
    with pytest.raises(KeyError):
        draw(grey, "polaroid", TIME, {}, seed=1)
