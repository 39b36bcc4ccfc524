"""Doubts an accusation before it is made: are the digits that it rests on really what was read?

A small digit that was encoded anew can be read wrongly in the same way to a video's end, which looks like a
cut of exactly an hour. So the readings on both sides of a break are held against what doesn't read at all
(do the digits that should have changed look changed?), against another engine, and against the same engine
shown the strip cut otherwise. Readings that don't hold are withdrawn: they count as not legible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol

import cv2
import numpy as np

from models.clock_glyphs import DigitPlaces, digit_places, unlike
from models.clock_strip import ClockStrip, sized, trimmed
from models.stamp_finder import has_burned_ink
from models.text_reader import ReadText
from pipeline.evidence import ClockSample
from pipeline.ports import Pixels, TextReader
from pipeline.times import WallTime
from pipeline.video_clock import Break, fit_clock, time_in
from pipeline.video_clock.doubts import Sides, disputed_places, may_be_one_digit, runs_on, sides

_MARGIN = 0.12
_OTHER_MARGIN = 0.2
_SAME = 0.04
_CHANGED = 0.08
_NEAREST = 3
_ROUNDS = 8
_SECOND_ENGINE_PX = 64
_PAD_PX = 12
_PLACED_BY = 6


class Recogniser(Protocol):
    """Reads a cut-out line; `models.text_reader.RapidTextReader` fits."""

    def recognise(self, line: Pixels) -> ReadText: ...


@dataclass(slots=True, eq=False)
class _Scene:
    """One video's samples with their strips, and what was found out about them so far."""

    samples: list[ClockSample]
    cuts: Sequence[Pixels]
    strip: ClockStrip
    opinions: dict[int, WallTime | None] = field(default_factory=dict)
    _places: list[DigitPlaces | None] = field(default_factory=list)

    def line(self, index: int, margin: float = _MARGIN) -> Pixels:
        return trimmed(self.cuts[index], self.strip, margin)

    def time(self, index: int, text: str) -> WallTime | None:
        return time_in(text, self.samples[index].presentation_s, self.strip.anchor)

    def withdraw(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.samples[number] = replace(self.samples[number], shown=None, confidence=0.0)

    def places(self, lines: Recogniser) -> DigitPlaces | None:
        """Where the clock's digits stand, by a few readings; found once."""
        if not self._places:
            legible = [index for index, sample in enumerate(self.samples) if sample.shown is not None]
            some = legible[:: max(1, len(legible) // _PLACED_BY)]
            read = (
                (
                    lines.recognise(sized(self.line(index))),
                    self.samples[index].shown,
                )
                for index in some
            )
            self._places.append(digit_places((text, shown) for text, shown in read if shown is not None))
        return self._places[0]


@dataclass(frozen=True, slots=True, eq=False)
class ClockDoubt:
    """Withdraws readings that accuse and don't hold. `other` is an engine that knows nothing of the first."""

    lines: Recogniser
    other: TextReader

    def withdrawn(
        self, samples: Sequence[ClockSample], cuts: Sequence[Pixels], strip: ClockStrip
    ) -> frozenset[int]:
        """Numbers of the samples whose reading doesn't hold; `cuts` are their strips."""
        scene = _Scene(list(samples), cuts, strip)
        gone: set[int] = set()
        for _ in range(_ROUNDS):
            fit = fit_clock(scene.samples)
            found = fit.breaks if fit is not None else ()
            fresh = {index for number in range(len(found)) for index in self._doubted(scene, found, number)}
            if not fresh:
                break
            scene.withdraw(fresh)
            gone |= fresh
        return frozenset(gone)

    def _doubted(self, scene: "_Scene", found: Sequence[Break], number: int) -> set[int]:
        """Of the readings around one break: the smaller side if it is a misread digit, else single ones."""
        around = sides(scene.samples, found, number)
        differing = self._read_otherwise(scene, around)
        if differing:
            return differing
        unlikeness = self._unlikeness(scene, around)
        if unlikeness is not None and unlikeness < _SAME:
            return set(around.fewer)
        proven = unlikeness is not None and unlikeness > _CHANGED
        if may_be_one_digit(found[number].shift_s) and not proven and not self._confirmed(scene, around):
            return set(around.fewer)
        return set()

    def _unlikeness(self, scene: "_Scene", around: Sides) -> float | None:
        """How unlike the digits look that must have changed, in the quarter of frames most alike; None where
        there is no such digit."""
        places = scene.places(self.lines)
        if places is None:
            return None
        values = [
            unlike(places.cell(scene.line(one), place), places.cell(scene.line(other), place))
            for one, other in product(around.before[:_NEAREST], around.after[:_NEAREST])
            for place in disputed_places(
                scene.samples[one], scene.samples[other], twelve_hour=scene.strip.anchor.twelve_hour
            )
            if place in places.middles
        ]
        return float(np.quantile(values, 0.25)) if values else None

    def _read_otherwise(self, scene: "_Scene", around: Sides) -> set[int]:
        """Readings next to the break that don't repeat, or that the other engine reads as if none was."""
        nearest = set(around.before[:1] + around.after[:1])
        differing = {index for index in nearest if self._again(scene, index) != scene.samples[index].shown}
        for near, far in ((around.before, around.after), (around.after, around.before)):
            for index in near[:_NEAREST] if far else ():
                opinion = self._opinion(scene, index)
                one = scene.samples[index]
                if opinion not in (None, one.shown) and runs_on(scene.samples[far[0]], one, opinion):
                    differing.add(index)
        return differing

    def _confirmed(self, scene: "_Scene", around: Sides) -> bool:
        """Whether the other engine bears out a reading on each side."""
        return all(
            any(self._opinion(scene, index) == scene.samples[index].shown for index in side[:_NEAREST])
            for side in (around.before, around.after)
        )

    def _again(self, scene: "_Scene", index: int) -> WallTime | None:
        return scene.time(
            index,
            self.lines.recognise(sized(scene.line(index, _OTHER_MARGIN))).text,
        )

    def _opinion(self, scene: "_Scene", index: int) -> WallTime | None:
        """What the other engine reads, of the clock alone where its place is known."""
        if index not in scene.opinions:
            line, places = scene.line(index), scene.places(self.lines)
            cut = sized(places.clock(line) if places is not None else line, _SECOND_ENGINE_PX)
            padded = np.asarray(
                cv2.copyMakeBorder(cut, *(_PAD_PX,) * 4, cv2.BORDER_REPLICATE), dtype=np.uint8
            )
            read = self.other.read(255 - padded if has_burned_ink(cut) else padded)
            scene.opinions[index] = scene.time(index, " ".join(one.text for one in read))
        return scene.opinions[index]
