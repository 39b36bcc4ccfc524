"""The auditors' queue: which visits wait for a person, who has taken which, and what page comes next.

Paged by key and never by offset: a page costs the same wherever it stands, and a case that is decided
meanwhile moves no other from one page to the next.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from pipeline.auditing import WAITING, CaseState, gravest_flag, severity, subject_of
from pipeline.results import VisitReport
from pipeline.rules import BilingualText
from storage.auditing_tables import CaseReasonRow, CaseRow
from storage.case_queries import (
    case_of_row,
    cases_with_claimers,
    conditions,
    cursor_values,
    distinct_values,
    order_columns,
)
from storage.case_values import (
    Case,
    CaseChoices,
    CaseCursor,
    CaseFilter,
    CasePage,
)
from storage.codec import report_from_json
from storage.database import Database
from storage.tables import ReportRow

CLAIM_LASTS = timedelta(minutes=15)
_REBUILT_AT_ONCE = 200


class CaseStore:
    """The cases. Each method is one transaction; every time is an argument. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: CaseFilter, after: CaseCursor | None = None, size: int = 50) -> CasePage:
        """Up to `size` cases that come after a cursor."""
        columns = order_columns(wanted.order)
        query = cases_with_claimers().where(*conditions(wanted)).order_by(*columns).limit(size + 1)
        if after is not None:
            query = query.where(tuple_(*columns) > tuple_(*cursor_values(wanted.order, after)))
        with self._database.reading() as connection:
            found = [case_of_row(row) for row in connection.execute(query).all()]
        return CasePage(tuple(found[:size]), found[size - 1].cursor if len(found) > size else None)

    def count(self, wanted: CaseFilter) -> int:
        """How many cases there are, on all pages."""
        query = select(func.count()).select_from(CaseRow).where(*conditions(wanted))
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def choices(self) -> CaseChoices:
        """Cities and teams that occur."""
        with self._database.reading() as connection:
            return CaseChoices(
                *(tuple(distinct_values(connection, column)) for column in (CaseRow.city, CaseRow.team))
            )

    def case(self, visit_id: str) -> Case | None:
        """One case; None for a visit that nobody has to look at."""
        with self._database.reading() as connection:
            row = connection.execute(cases_with_claimers().where(CaseRow.visit_id == visit_id)).one_or_none()
        return case_of_row(row) if row is not None else None

    def claim(self, visit_id: str, user_id: int, now: datetime) -> bool:
        """Take a waiting case for a while, or keep it longer; False where another person has it, or where
        it waits for another person than the one who decided last."""
        with self._database.writing() as connection:
            return _claim(connection, visit_id, user_id, now)

    def claim_next(self, wanted: CaseFilter, user_id: int, now: datetime) -> str | None:
        """Take the first case of the queue that is free for this person; None where there is none."""
        free = select(CaseRow.visit_id).where(*conditions(wanted), *_free_for(user_id, now))
        query = free.order_by(*order_columns(wanted.order)).limit(1)
        with self._database.writing() as connection:
            visit_id: str | None = connection.execute(query.with_for_update(skip_locked=True)).scalar()
            if visit_id is not None:
                _claim(connection, visit_id, user_id, now)
            return visit_id

    def release(self, visit_id: str, user_id: int) -> None:
        """Give a case back; another person's claim stays."""
        mine = (CaseRow.visit_id == visit_id, CaseRow.claimed_by == user_id)
        with self._database.writing() as connection:
            connection.execute(update(CaseRow).where(*mine).values(claimed_by=None, claimed_until=None))

    def rebuild(self) -> int:
        """Make the cases that are missing, of reports that an older version saved; how many there were."""
        made = 0
        with self._database.reading() as connection:
            missing = connection.execute(_without_a_case()).scalars().all()
        for start in range(0, len(missing), _REBUILT_AT_ONCE):
            ids = missing[start : start + _REBUILT_AT_ONCE]
            query = select(ReportRow.id, ReportRow.report_digest, ReportRow.body, ReportRow.last_judged_at)
            with self._database.writing() as connection:
                for row in connection.execute(query.where(ReportRow.id.in_(ids))).all():
                    report = report_from_json(row.body)
                    judged_at = row.last_judged_at
                    keep_in_step(connection, self._database, report, row.id, row.report_digest, judged_at)
                    made += 1
        return made


def keep_in_step(
    connection: Connection,
    database: Database,
    report: VisitReport,
    report_id: int,
    report_digest: str,
    judged_at: datetime,
) -> None:
    """Make the case of a visit follow its new current report.

    A visit that waits for retakes waits for a person again once it was judged anew; one that was decided
    stays decided, and shows that this was on an older report; one that nobody has to look at any more leaves
    the queue, unless its technician objected.
    """
    query = select(CaseRow.report_digest, CaseRow.state, CaseRow.objected)
    this_one = query.where(CaseRow.visit_id == report.visit_id).with_for_update()
    known = connection.execute(this_one).one_or_none()
    if known is None:
        if report.is_flagged or report.spot_check:
            open_case(connection, database, report, report_id, report_digest, judged_at)
        return
    if known.report_digest == report_digest:
        return
    told = _told(report, report_id, report_digest)
    state = _state_after_judging(CaseState(known.state), report, known.objected)
    if state is not CaseState(known.state):
        told |= {**state_columns(state), "waiting_since": judged_at}
    connection.execute(update(CaseRow).where(CaseRow.visit_id == report.visit_id).values(told))
    _keep_reasons(connection, report)


def open_case(
    connection: Connection,
    database: Database,
    report: VisitReport,
    report_id: int,
    report_digest: str,
    since: datetime,
) -> None:
    """A case for a report, waiting for somebody; one that another process opened meanwhile stays."""
    told = {"visit_id": report.visit_id, **_told(report, report_id, report_digest)}
    row = {**told, **state_columns(CaseState.OPEN), "objected": False, "waiting_since": since}
    connection.execute(database.insert(CaseRow).values(row).on_conflict_do_nothing())
    _keep_reasons(connection, report)


def state_columns(state: CaseState) -> dict[str, Any]:
    return {"state": state.value, "waiting": state in WAITING}


def _state_after_judging(state: CaseState, report: VisitReport, objected: bool) -> CaseState:
    must_look = report.is_flagged or report.spot_check or objected
    if not must_look:
        return CaseState.CLOSED
    return CaseState.OPEN if state is CaseState.RETAKE else state


def _told(report: VisitReport, report_id: int, report_digest: str) -> dict[str, Any]:
    """What the queue shows of a report and filters by."""
    flag = gravest_flag(report)
    subject = subject_of(report, flag) if flag is not None else BilingualText("", "")
    return {
        "report_id": report_id,
        "report_digest": report_digest,
        "day": report.day,
        "city": report.city,
        "team": report.technician_team,
        "service_type": report.service_type,
        "technician_number": report.technician_number,
        "technician_name": report.technician_name,
        "score": report.score.score,
        "grade": report.score.grade.value,
        "flagged": report.is_flagged,
        "blind": report.blind,
        "rank": 100 - severity(report),
        "first_reason": flag.reason.value if flag is not None else None,
        "first_subject_zh": subject.zh,
        "first_subject_en": subject.en,
    }


def _keep_reasons(connection: Connection, report: VisitReport) -> None:
    connection.execute(delete(CaseReasonRow).where(CaseReasonRow.visit_id == report.visit_id))
    reasons = () if report.blind else sorted({flag.reason.value for flag in report.flags})
    if reasons:
        rows = [{"visit_id": report.visit_id, "reason": reason} for reason in reasons]
        connection.execute(insert(CaseReasonRow), rows)


def _claim(connection: Connection, visit_id: str, user_id: int, now: datetime) -> bool:
    mine = update(CaseRow).where(CaseRow.visit_id == visit_id, *_free_for(user_id, now))
    taken = connection.execute(mine.values(claimed_by=user_id, claimed_until=now + CLAIM_LASTS))
    return taken.rowcount == 1


def _free_for(user_id: int, now: datetime) -> Iterator[ColumnElement[bool]]:
    yield CaseRow.waiting.is_(True)
    yield or_(CaseRow.claimed_by.is_(None), CaseRow.claimed_by == user_id, CaseRow.claimed_until < now)
    yield or_(CaseRow.state != CaseState.SECOND.value, CaseRow.decided_by != user_id)


def _without_a_case() -> Select[Any]:
    """Current reports that want a person and have no case."""
    newer = ReportRow.__table__.alias()
    has_newer = select(newer.c.id).where(
        newer.c.visit_id == ReportRow.visit_id,
        tuple_(newer.c.last_judged_at, newer.c.id) > tuple_(ReportRow.last_judged_at, ReportRow.id),
    )
    cased = select(CaseRow.visit_id).where(CaseRow.visit_id == ReportRow.visit_id)
    wants = or_(ReportRow.flagged.is_(True), ReportRow.spot_check.is_(True))
    return select(ReportRow.id).where(wants, ~cased.exists(), ~has_newer.exists()).order_by(ReportRow.id)
