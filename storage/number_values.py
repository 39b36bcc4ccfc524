"""What the numbers are asked for."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.visit import ServiceType


class GroupBy(StrEnum):
    """What visits are put together by. A week is put together from days."""

    TECHNICIAN = "technician"
    TEAM = "team"
    CITY = "city"
    SERVICE = "service"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class NumbersFilter:
    """Which visits count; None means no limit.

    day_from, day_to: days of the visit as 2026-11-20, both included. technician: a number.
    """

    day_from: str | None = None
    day_to: str | None = None
    city: str | None = None
    team: str | None = None
    service_type: ServiceType | None = None
    technician: str | None = None


@dataclass(frozen=True, slots=True)
class WordedVisit:
    """A visit whose item somebody confirmed or overturned, for the list behind a number."""

    visit_id: str
    day: str
    technician_number: str
    technician_name: str
    service_type: str
    outcome_before: str
    outcome_after: str | None
    reason: str
    user_name: str
    blind: bool
    decision_id: int


@dataclass(frozen=True, slots=True)
class DeciderTimes:
    """How long decisions took, in seconds as the page measured them: quartiles over `decisions` of them."""

    decisions: int
    lower: float
    median: float
    upper: float
