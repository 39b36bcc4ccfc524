"""What the queue is asked for, and what it answers with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.auditing import CaseState, Verdict
from pipeline.results import FlagReason
from pipeline.rules import BilingualText, Grade
from pipeline.visit import ServiceType


class CaseView(StrEnum):
    """Which cases: those that wait for somebody now, those that wait for retakes, the decided ones, all."""

    WAITING = "waiting"
    RETAKE = "retake"
    CLOSED = "closed"
    ALL = "all"


class CaseOrder(StrEnum):
    """Gravest first and the longest waiting among equals, or the longest waiting first."""

    SEVERITY = "severity"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the queue shows; None and empty mean no limit.

    day_from, day_to: days of the visit as 2026-11-20, both included. technician: a number, or part of a name.
    reason, least_score and greatest_score leave out blind cases, whose verdict must not show.
    """

    view: CaseView = CaseView.WAITING
    order: CaseOrder = CaseOrder.SEVERITY
    day_from: str | None = None
    day_to: str | None = None
    city: str | None = None
    team: str | None = None
    service_type: ServiceType | None = None
    technician: str | None = None
    reason: FlagReason | None = None
    least_score: float | None = None
    greatest_score: float | None = None
    objected: bool = False
    on_older_report: bool = False


@dataclass(frozen=True, slots=True)
class CaseCursor:
    """The last case of a page, by what the queue is sorted by: the next page begins after it."""

    rank: int
    waiting_since: datetime
    visit_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is looking at a case, and until when nobody else should."""

    user_id: int
    user_name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A visit that a person must look at.

    first_reason, first_subject: the gravest flag and what it is about; None and empty for a spot check.
    decided_on_older: the last decision was on another report than the current one.
    """

    visit_id: str
    report_digest: str
    day: str
    city: str | None
    team: str | None
    service_type: str
    technician_number: str
    technician_name: str
    score: float | None
    grade: Grade
    flagged: bool
    blind: bool
    severity: int
    first_reason: FlagReason | None
    first_subject: BilingualText
    state: CaseState
    objected: bool
    waiting_since: datetime
    claim: Claim | None
    decided_by: int | None
    decided_on_older: bool
    verdict: Verdict | None

    @property
    def hides_verdict(self) -> bool:
        """Whether whoever looks must not yet see what the report says."""
        return self.blind and self.verdict is None

    @property
    def cursor(self) -> CaseCursor:
        return CaseCursor(100 - self.severity, self.waiting_since, self.visit_id)


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases in order, and where the next page begins; None on the last one."""

    cases: tuple[Case, ...]
    after: CaseCursor | None


@dataclass(frozen=True, slots=True)
class CaseChoices:
    """What the queue can be filtered by, as far as it occurs."""

    cities: tuple[str, ...]
    teams: tuple[str, ...]
