"""What the results database answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.results import VisitReport


@dataclass(frozen=True, slots=True)
class SavedReport:
    """What became of a report: `is_new` is False where equal inputs had been judged before."""

    report_id: int
    report_digest: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A visit's current verdict."""

    report: VisitReport
    input_digest: str
    report_digest: str
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class VisitFailure:
    """A visit that could not be judged: by name, with the kind of error and what to do about it."""

    visit_id: str
    day: str
    manifest_key: str
    reason: str
    detail: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did with its visits."""

    judged: int
    skipped: int
    failed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the current verdicts of some days: visits by grade, by flag reason and by (item, outcome);
    files that nobody could look at by reason; and the visits that could not be judged."""

    visits: int
    flagged: int
    spot_checks: int
    by_grade: Mapping[str, int]
    by_flag: Mapping[str, int]
    by_item: Mapping[tuple[str, str], int]
    media_failures: Mapping[str, int]
    visit_failures: tuple[VisitFailure, ...]
