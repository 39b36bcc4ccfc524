"""A technician's visits, with as much of the verdict as may be shown."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from pipeline.auditing import CaseState, Verdict
from pipeline.rules import Grade
from storage.auditing_tables import CaseRow
from storage.database import Database
from storage.report_rows import current_reports
from storage.tables import ReportRow

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """One line of the list. score and grade are None while the verdict must not show; state and verdict are
    None where nobody has to look at the visit."""

    visit_id: str
    day: str
    service_type: str
    score: float | None
    grade: Grade | None
    state: CaseState | None
    verdict: Verdict | None
    objected: bool


def own_visits(database: Database, technician_number: str) -> tuple[OwnVisit, ...]:
    """The latest visits of a technician, MOST_LISTED of them at most. Raises StorageError."""
    current = current_reports(ReportRow.technician_number == technician_number).subquery()
    query = (
        select(
            *(current.c[name] for name in ("visit_id", "day", "service_type", "score", "grade")),
            *(CaseRow.blind, CaseRow.state, CaseRow.verdict, CaseRow.objected),
        )
        .outerjoin(CaseRow, CaseRow.visit_id == current.c.visit_id)
        .order_by(current.c.day.desc(), current.c.visit_id.desc())
        .limit(MOST_LISTED)
    )
    with database.reading() as connection:
        return tuple(map(_own_visit, connection.execute(query).all()))


def _own_visit(row: Row[Any]) -> OwnVisit:
    hidden = bool(row.blind) and row.verdict is None
    return OwnVisit(
        visit_id=row.visit_id,
        day=row.day,
        service_type=row.service_type,
        score=None if hidden else row.score,
        grade=None if hidden else Grade(row.grade),
        state=CaseState(row.state) if row.state else None,
        verdict=Verdict(row.verdict) if row.verdict else None,
        objected=bool(row.objected),
    )
