"""An accusation is doubted before it is made: on drawn strips, with engines that misread as told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from models.clock_doubt import ClockDoubt
from models.clock_glyphs import digit_places, unlike
from models.clock_strip import ClockStrip, sized, trimmed
from models.text_reader import ReadText
from pipeline.evidence import ClockSample, TextLine
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.times import WallTime
from pipeline.video_clock import Anchor, fit_clock

STARTS = datetime.fromisoformat("2026-05-12T22:04:41")
CHARACTER_PX, HEIGHT_PX = 12, 28
LINE = BoundingBox(0.1, 0.4, 0.9, 0.6)
Story = Callable[[float], timedelta]
MOMENTS = tuple(number * 0.4 for number in range(26))
LEAPS_S = 5.0


def untouched(at_s: float) -> timedelta:
    return timedelta(seconds=at_s)


def cut_by(shift_s: float) -> Story:
    return lambda at_s: timedelta(seconds=at_s + (shift_s if at_s >= LEAPS_S else 0))


def shown(story: Story, at_s: float) -> datetime:
    return (STARTS + story(at_s)).replace(microsecond=0)


def wall(moment: datetime) -> WallTime:
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)


def drawn(moment: datetime, at_s: float) -> Pixels:
    """A strip of monospaced characters over a ground that drifts."""
    text = f"{moment:%H:%M:%S}"
    noise = np.random.default_rng(round(at_s * 10)).integers(0, 12, (HEIGHT_PX, CHARACTER_PX * len(text), 3))
    strip = (40 + 20 * np.sin(at_s) + noise).astype(np.uint8)
    for number, character in enumerate(text):
        place = number * CHARACTER_PX + 1, HEIGHT_PX - 8
        cv2.putText(strip, character, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (250, 240, 230), 1, cv2.LINE_AA)
    return strip


class Engine:
    """Reads strips by what it was told that they say."""

    def __init__(self, said: dict[bytes, str]) -> None:
        self._said = said

    def recognise(self, line: Pixels) -> ReadText:
        text = self._said.get(line.tobytes(), "")
        count = len(text) or 1
        places = tuple((n + 0.5) / count for n, character in enumerate(text) if character.isdigit())
        return ReadText(text, 0.9, 0.9, places)


class SecondEngine:
    """Says the same of every strip."""

    digest = "second"

    def __init__(self, text: str = "") -> None:
        self._text = text

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        return (TextLine(self._text, 0.9, LINE),) if self._text else ()


def strip_of() -> ClockStrip:
    """The cut-outs are the line itself, with no room around it."""
    whole = BoundingBox(0.0, 0.0, 1.0, 1.0)
    return ClockStrip(
        whole, whole, 4.0, Anchor(wall(STARTS), 0.0, twelve_hour=False, digits=6, first_digit=0)
    )


def withdrawn(story: Story, read: Story, second: SecondEngine) -> tuple[int, float]:
    """How many readings are withdrawn of a clock that shows `story` and is read as `read`, and how far the
    rest parts."""
    cuts = [drawn(shown(story, at_s), at_s) for at_s in MOMENTS]
    said = {
        sized(trimmed(cut, strip_of(), margin)).tobytes(): f"{shown(read, at_s):%H:%M:%S}"
        for cut, at_s in zip(cuts, MOMENTS, strict=True)
        for margin in (0.12, 0.2)
    }
    samples = [ClockSample(at_s, wall(shown(read, at_s)), 0.9) for at_s in MOMENTS]
    doubt = ClockDoubt(Engine(said), second)
    gone = doubt.withdrawn(samples, cuts, strip_of())
    left = [one for number, one in enumerate(samples) if number not in gone]
    fit = fit_clock(left)
    assert fit is not None
    return len(gone), fit.deviation_s


@pytest.mark.parametrize("shift_s", [10, 60, 600, 3600, -36_000])
def test_a_digit_misread_to_the_end_accuses_nobody(shift_s: float) -> None:
    """The picture shows that the digit which is said to have changed didn't."""
    count, deviation_s = withdrawn(untouched, cut_by(shift_s), SecondEngine())
    assert count >= 12
    assert deviation_s <= 1


@pytest.mark.parametrize("shift_s", [3, 10, 60, 600, 3600, -7, -36_000])
def test_a_cut_stays_found_however_like_a_misread_digit(shift_s: float) -> None:
    count, deviation_s = withdrawn(cut_by(shift_s), cut_by(shift_s), SecondEngine())
    assert count == 0
    assert deviation_s > 1


def test_an_untouched_clock_is_not_doubted() -> None:
    assert withdrawn(untouched, untouched, SecondEngine("00:00:00")) == (0, 0.0)


def test_another_engine_that_reads_as_if_nothing_broke_is_heard() -> None:
    """A clock that leaps by 4 s in the picture, too; but the other engine read on."""
    before = f"{shown(untouched, LEAPS_S):%H:%M:%S}"
    count, _ = withdrawn(cut_by(4), cut_by(4), SecondEngine(before))
    assert count > 0


def test_places_of_digits() -> None:
    read = ReadText("05/12 9:04:41 PM", 0.9, 0.9, tuple(n / 10 for n in range(9)))
    places = digit_places([(read, WallTime(2026, 5, 12, 21, 4, 41))])
    assert places is not None
    assert places.middles == pytest.approx({1: 0.4, 2: 0.5, 3: 0.6, 4: 0.7, 5: 0.8})
    assert places.pitch == pytest.approx(0.1)
    assert digit_places([(read, WallTime(2026, 5, 12, 21, 4, 42))]) is None
    assert digit_places([]) is None


def test_cells_are_alike_whatever_their_light() -> None:
    one, other = (drawn(STARTS + timedelta(seconds=second), 0.0).astype(np.float32) for second in (0, 5))
    cell = slice(7 * CHARACTER_PX, 8 * CHARACTER_PX)
    assert unlike(one[:, cell], one[:, cell] * 0.5 + 40) < 0.01
    assert unlike(one[:, cell], other[:, cell]) > 0.1
    assert unlike(np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 3), np.float32)) == 1.0
