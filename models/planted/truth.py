"""What is true of the made visits, what the planted detector says of them, and which threshold is best."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import lgamma

import numpy as np
from numpy.typing import NDArray

_GRID = 10_001
_FIRST_DAY = date(2026, 3, 2)
_DAYS = 14
_TECHNICIANS = 90
_TEAMS = 6


@dataclass(frozen=True, slots=True)
class Confidences:
    """How sure a detector is of something: Beta(a, b)."""

    a: float
    b: float

    def draw(self, dice: np.random.Generator) -> float:
        """One confidence, as a report would print it, above a detector's floor."""
        return float(np.clip(round(dice.beta(self.a, self.b), 4), 0.05, 0.9999))

    def share_below(self, thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(confidence < threshold) on an even grid of thresholds over 0..1, by adding up the density."""
        inside = np.clip(thresholds, 1e-9, 1 - 1e-9)
        scale = lgamma(self.a) + lgamma(self.b) - lgamma(self.a + self.b)
        density = np.exp((self.a - 1) * np.log(inside) + (self.b - 1) * np.log1p(-inside) - scale)
        return np.asarray(np.cumsum(density) / density.sum())


@dataclass(frozen=True, slots=True)
class PlantedDetector:
    """A detector for one thing, with its errors.

    shown: in which share of the visits the thing is there. seen: how sure the detector is of it then.
    mistaken: in which share of the others something is taken for it, and false_alarms: how surely.
    """

    shown: float
    seen: Confidences
    mistaken: float
    false_alarms: Confidences

    def best_threshold(self, false_accusation_cost: float) -> float:
        """The threshold of the least expected cost, where overlooking that the thing lacks costs 1."""
        thresholds = np.linspace(0.0, 1.0, _GRID)
        accused = self.shown * self.seen.share_below(thresholds)
        passed = (1 - self.shown) * self.mistaken * (1 - self.false_alarms.share_below(thresholds))
        return float(thresholds[np.argmin(false_accusation_cost * accused + passed)])


BADGE = PlantedDetector(shown=0.6, seen=Confidences(8, 3), mistaken=0.9, false_alarms=Confidences(4, 6))


@dataclass(frozen=True, slots=True)
class PlantedVisit:
    """One made visit. badge_confidence: of the one thing in its entry picture that the detector takes for a
    badge, whether it is one (`badge_worn`) or not; None where it sees none."""

    number: int
    day: date
    technician: int
    badge_worn: bool
    badge_confidence: float | None
    covers_confidence: float

    @property
    def visit_id(self) -> str:
        return f"EX-{self.number:04d}"

    @property
    def team(self) -> str:
        return f"第{self.technician % _TEAMS + 1}班"

    def passes_at(self, threshold: float) -> bool:
        """Whether the badge counts as seen."""
        return self.badge_confidence is not None and self.badge_confidence >= threshold


def planted_visits(count: int, seed: int) -> tuple[PlantedVisit, ...]:
    """The same visits from the same seed."""
    return tuple(_visits(count, np.random.default_rng(seed)))


def _visits(count: int, dice: np.random.Generator) -> Iterator[PlantedVisit]:
    for number in range(1, count + 1):
        worn = bool(dice.random() < BADGE.shown)
        taken_for_one = worn or bool(dice.random() < BADGE.mistaken)
        confidences = BADGE.seen if worn else BADGE.false_alarms
        yield PlantedVisit(
            number=number,
            day=_FIRST_DAY + timedelta(days=number % _DAYS),
            technician=int(dice.integers(_TECHNICIANS)),
            badge_worn=worn,
            badge_confidence=confidences.draw(dice) if taken_for_one else None,
            covers_confidence=BADGE.seen.draw(dice),
        )
