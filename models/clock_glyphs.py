"""The digits of a burned-in clock as pictures: whether two frames show the same one, whatever it is read as.

A burned-in digit stands at one place for as long as it is shown, so two frames that show it differ by the
scene behind it and by what encoding lost; two different digits differ by their strokes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.text_reader import ReadText
from pipeline.ports import Pixels
from pipeline.times import WallTime

_WIDTH = 1.15  # of the distance of two digits: their places are known to about a quarter of it
_MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class DigitPlaces:
    """Where the digits of a clock stand, as shares of its line's width: by place 0..5 of HHMMSS, those that
    are printed; `pitch` is the distance of the two of a pair."""

    middles: dict[int, float]
    pitch: float

    def cell(self, line: Pixels, place: int) -> NDArray[np.float32]:
        """The part of a line around one digit: H x W x 3."""
        width = line.shape[1]
        half = self.pitch * _WIDTH / 2
        left = max(0, int((self.middles[place] - half) * width))
        right = min(width, int(np.ceil((self.middles[place] + half) * width)))
        return line[:, left:right].astype(np.float32)

    def clock(self, line: Pixels) -> Pixels:
        """The part of a line that holds the clock alone."""
        width = line.shape[1]
        left = max(0, int((min(self.middles.values()) - self.pitch) * width))
        return line[:, left : int(np.ceil((max(self.middles.values()) + self.pitch) * width))]


def digit_places(readings: Iterable[tuple[ReadText, WallTime]]) -> DigitPlaces | None:
    """The places by readings of one strip cut alike, with the time that each was taken for; medians.

    None where no reading tells.
    """
    found = [places for read, shown in readings if (places := _places(read, shown))]
    counts = {len(places) for places in found}
    if len(counts) != 1:
        return None
    count = counts.pop()
    middles = np.median(np.array(found), axis=0)
    first = count % 2  # an hour of one digit
    pitch = float(np.median(np.diff(middles)[first::2]))
    skipped = first  # place 0 is not printed then
    return DigitPlaces({place + skipped: float(x) for place, x in enumerate(middles)}, pitch)


def _places(read: ReadText, shown: WallTime) -> tuple[float, ...]:
    digits = "".join(character for character in read.text if character in "0123456789")
    if len(digits) != len(read.digits_at) or shown.hour is None or shown.minute is None:
        return ()
    rest = f"{shown.minute:02d}" + ("" if shown.second is None else f"{shown.second:02d}")
    for hour in (f"{shown.hour:02d}", f"{(shown.hour - 1) % 12 + 1:02d}", str((shown.hour - 1) % 12 + 1)):
        start = digits.rfind(hour + rest)
        if start >= 0:
            return read.digits_at[start : start + len(hour + rest)]
    return ()


def unlike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How unlike two cells are, 0 to 2: one minus their normalised cross-correlation (Lewis, 1995)."""
    first, second = one - one.mean(axis=(0, 1)), other - other.mean(axis=(0, 1))
    size = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return 1.0 - float((first * second).sum()) / size if size else 1.0
