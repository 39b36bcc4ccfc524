"""Votes misreadings of a clock away: what no reading near by bears out, and what is too short to believe."""

from collections.abc import Sequence

import numpy as np

from pipeline.video_clock.readings import DISPLAY_SLACK_S, EXCURSION_S, Readings, carried
from pipeline.video_clock.segments import Pace, Stretch, joined, offset_s, stretches

_ENOUGH = 6


def parted_s(readings: Readings, voters: int = 2) -> float:
    """By how much the intervals of the clock's offset miss each other, below 0 where all meet.

    voters: so many readings on either side must part so far; one alone may be misread.
    """
    least, most = np.sort(readings.least_offset_s), np.sort(readings.most_offset_s)
    rank = min(voters, max(1, len(readings) // 2)) - 1
    return float(least[-1 - rank]) - float(most[rank])


def settled(readings: Readings) -> tuple[Readings, tuple[Stretch, ...]]:
    """The readings that count, and the stretches that explain them."""
    while True:
        kept = carried(readings, DISPLAY_SLACK_S)
        if not kept.all():
            readings = readings.only(kept)
            continue
        found = stretches(readings, DISPLAY_SLACK_S)
        misread = _misread(readings, found)
        if misread is None:
            return readings, found
        kept[misread.first : misread.last + 1] = False
        readings = readings.only(kept)


def _misread(readings: Readings, found: Sequence[Stretch]) -> Stretch | None:
    """A stretch too short to believe: one value of the clock, or an excursion that differs in one digit."""
    if len(found) < 2:
        return None
    for number, span in enumerate(found):
        if span.pace is Pace.RUNS and _is_brief(readings, span):
            return span
        between = 0 < number < len(found) - 1
        if between and joined(readings, (found[number - 1], found[number + 1]), DISPLAY_SLACK_S):
            shift_s = round(offset_s(readings, span) - offset_s(readings, found[number - 1]))
            if span.pace is Pace.RUNS and _in_one_digit(readings, span, shift_s):
                return span
    return None


def _is_brief(readings: Readings, span: Stretch) -> bool:
    """Two readings to the second, or one value for no longer than the clock shows it."""
    if readings.width_s[span.first] <= 1 and span.last - span.first < 2 and len(readings) >= _ENOUGH:
        return True
    shown = readings.clock_s[span.first : span.last + 1]
    if readings.width_s[span.first] > 1 or np.ptp(shown) > 0:
        return False
    first, last = span.first, span.last
    while first > 0 and readings.clock_s[first - 1] == shown[0]:
        first -= 1
    while last + 1 < len(readings) and readings.clock_s[last + 1] == shown[0]:
        last += 1
    return bool(readings.at_s[last] - readings.at_s[first] <= EXCURSION_S)


def _in_one_digit(readings: Readings, span: Stretch, shift_s: int) -> bool:
    """Whether a shift may be one digit misread all along: whole tens of seconds, minutes, tens of minutes."""
    length_s = readings.at_s[span.last] - readings.at_s[span.first]
    step_s = next((step for step in (36000, 3600, 600, 60, 10) if shift_s % step == 0), 1)
    return shift_s != 0 and bool(length_s <= step_s) and step_s > 1
