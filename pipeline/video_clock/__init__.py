"""A video's burned-in clock against its frames: which moments to look at, and what the readings prove."""

from pipeline.video_clock.breaks import Break, BreakKind
from pipeline.video_clock.fit import ClockFit, fit_clock
from pipeline.video_clock.plan import first_looks, next_looks
from pipeline.video_clock.still import Still, longest_still
from pipeline.video_clock.text import Anchor, anchored, time_in

__all__ = [
    "Anchor",
    "Break",
    "BreakKind",
    "ClockFit",
    "Still",
    "anchored",
    "first_looks",
    "fit_clock",
    "longest_still",
    "next_looks",
    "time_in",
]
