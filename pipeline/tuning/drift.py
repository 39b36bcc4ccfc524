"""What drifts from week to week: values. A week is named by its Monday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipeline.results import Outcome
from pipeline.shares import Share


@dataclass(frozen=True, slots=True)
class ItemWeek:
    """One item in the current reports of one week's visits.

    outcomes: outcome -> visits. overturned: of the auditors' last words on it, those that overturned it.
    """

    monday: date
    item_id: str
    outcomes: Mapping[Outcome, int]
    overturned: Share

    @property
    def visits(self) -> int:
        return sum(self.outcomes.values())

    def share(self, outcome: Outcome) -> Share:
        """Visits with that outcome, of all whose rules ask for the item."""
        return Share(self.outcomes.get(outcome, 0), self.visits)


@dataclass(frozen=True, slots=True)
class LabelWeek:
    """How sure the detector was of one label in a sample of one week's files.

    seen: files with a detection at all that counts, of the files in the sample; the quartiles are of the
    most confident detection of each such file, None where there is none. observers: of how many versions of
    models and settings the files were: more than one makes a jump no wonder.
    """

    monday: date
    label: str
    seen: Share
    lower: float | None
    median: float | None
    upper: float | None
    observers: int


def monday_of(day: date) -> date:
    """The Monday of a day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def label_week(monday: date, label: str, best: Sequence[float], files: int, observers: int) -> LabelWeek:
    """`best`: the most confident detection of each file that has one, of `files` in the sample."""
    seen = Share(len(best), files)
    if not best:
        return LabelWeek(monday, label, seen, None, None, None, observers)
    lower, median, upper = (float(value) for value in np.quantile(best, (0.25, 0.5, 0.75)))
    return LabelWeek(monday, label, seen, lower, median, upper, observers)
