"""What going through stored visits with other values of one number gives, before anything is counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.rules import Grade
from pipeline.tuning.sweeps import ParameterPath
from pipeline.tuning.truths import ItemTruth
from pipeline.tuning.verdicts import Standing


@dataclass(frozen=True, slots=True)
class TruthSeen:
    """A truth, and what the system says of its item at each value; None where the rules don't ask for it."""

    truth: ItemTruth
    said: tuple[Standing | None, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What going through the visits gave, in their order. flipped, grades_flipped: by value. grades: by visit
    with a true grade, the grade at each value."""

    path: ParameterPath
    services: tuple[str, ...]
    present: float
    values: tuple[float, ...]
    visits: frozenset[str]
    moved: frozenset[str]
    truths: tuple[TruthSeen, ...]
    grades: Mapping[str, tuple[Grade, ...]]
    flipped: tuple[tuple[str, ...], ...]
    grades_flipped: tuple[int, ...]
