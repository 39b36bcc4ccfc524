"""What one can wish of a threshold, over points of counted rights and wrongs."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.rules import BilingualText


@dataclass(frozen=True, slots=True)
class CountedPoint:
    """One value of a number and what was right and wrong with it.

    hits: found and right. false_alarms: found and wrong. misses: right and not found. The lows are the lower
    ends of 95 % intervals.
    """

    value: float
    hits: int
    false_alarms: int
    misses: int
    precision_low: float
    recall_low: float

    @property
    def precision(self) -> float | None:
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.hits / self.truths if self.truths else None

    @property
    def found(self) -> int:
        return self.hits + self.false_alarms

    @property
    def truths(self) -> int:
        return self.hits + self.misses


Worth = tuple[float, float, float]


class Wish(Protocol):
    """A share that must not fall below `bound`, and what is best where it doesn't."""

    @property
    def bound(self) -> float: ...

    @property
    def words(self) -> BilingualText: ...

    @property
    def share_words(self) -> BilingualText:
        """What the bounded share is called."""
        ...

    def bounded(self, point: CountedPoint) -> tuple[float | None, float, int]:
        """The bounded share, the lower end of its interval, and of how many examples it is."""
        ...

    def worth(self, point: CountedPoint) -> Worth:
        """Greater is better; the last part settles draws for the greater value."""
        ...


_PRECISION = BilingualText("查准率", "precision")
_RECALL = BilingualText("查全率", "recall")


@dataclass(frozen=True, slots=True)
class PrecisionAtLeast:
    """The highest recall where what is found is right at least so often. Raises ValueError outside (0, 1)."""

    bound: float

    def __post_init__(self) -> None:
        _check_bound(self.bound)

    @property
    def words(self) -> BilingualText:
        return BilingualText(
            f"查准率不低于 {self.bound:g} 时查全率最高",
            f"recall as high as can be with precision at least {self.bound:g}",
        )

    @property
    def share_words(self) -> BilingualText:
        return _PRECISION

    def bounded(self, point: CountedPoint) -> tuple[float | None, float, int]:
        return point.precision, point.precision_low, point.found

    def worth(self, point: CountedPoint) -> Worth:
        return point.recall or 0.0, point.precision or 0.0, point.value


@dataclass(frozen=True, slots=True)
class RecallAtLeast:
    """The highest precision where at least this share is found. Raises ValueError outside (0, 1)."""

    bound: float

    def __post_init__(self) -> None:
        _check_bound(self.bound)

    @property
    def words(self) -> BilingualText:
        return BilingualText(
            f"查全率不低于 {self.bound:g} 时查准率最高",
            f"precision as high as can be with recall at least {self.bound:g}",
        )

    @property
    def share_words(self) -> BilingualText:
        return _RECALL

    def bounded(self, point: CountedPoint) -> tuple[float | None, float, int]:
        return point.recall, point.recall_low, point.truths

    def worth(self, point: CountedPoint) -> Worth:
        return point.precision or 0.0, point.recall or 0.0, point.value


@dataclass(frozen=True, slots=True)
class CostRatio:
    """The least cost where a false alarm and a miss cost so much. Raises ValueError unless both are above 0.

    Its bound is on precision: finding pays against finding nothing at all only where hits x miss exceeds
    false_alarms x false_alarm, that is, where precision > false_alarm / (false_alarm + miss).
    """

    false_alarm: float = 1.0
    miss: float = 1.0

    def __post_init__(self) -> None:
        if not (self.false_alarm > 0 and self.miss > 0):
            raise ValueError(f"costs must be above 0, not {self.false_alarm:g} and {self.miss:g}")

    @property
    def bound(self) -> float:
        return self.false_alarm / (self.false_alarm + self.miss)

    @property
    def words(self) -> BilingualText:
        return BilingualText(
            f"误报代价 {self.false_alarm:g}、漏报代价 {self.miss:g} 时总代价最低",
            f"least cost, where a false alarm costs {self.false_alarm:g} and a miss {self.miss:g}",
        )

    @property
    def share_words(self) -> BilingualText:
        return _PRECISION

    def bounded(self, point: CountedPoint) -> tuple[float | None, float, int]:
        return point.precision, point.precision_low, point.found

    def worth(self, point: CountedPoint) -> Worth:
        return -self.cost(point), point.precision or 0.0, point.value

    def cost(self, point: CountedPoint) -> float:
        return self.false_alarm * point.false_alarms + self.miss * point.misses


def _check_bound(bound: float) -> None:
    if not 0.0 < bound < 1.0:
        raise ValueError(f"a bound must lie between 0 and 1, not at {bound:g}: no sample shows the ends")
