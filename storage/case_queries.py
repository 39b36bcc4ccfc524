"""The queue's filters, order and rows in SQL."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from pipeline.auditing import CaseState, Verdict
from pipeline.results import FlagReason
from pipeline.rules import BilingualText, Grade
from storage.auditing_tables import CaseReasonRow, CaseRow, UserRow
from storage.case_values import Case, CaseCursor, CaseFilter, CaseOrder, CaseView, Claim


def cases_with_claimers() -> Select[Any]:
    """All cases, each with the name of whoever has taken it."""
    claimer = select(UserRow.display_name).where(UserRow.id == CaseRow.claimed_by).scalar_subquery()
    return select(CaseRow.__table__, claimer.label("claimed_by_name"))


def order_columns(order: CaseOrder) -> tuple[ColumnElement[Any], ...]:
    """What the queue is sorted by, ascending and without ties."""
    if order is CaseOrder.WAITING:
        return CaseRow.waiting_since.expression, CaseRow.visit_id.expression
    return CaseRow.rank.expression, CaseRow.waiting_since.expression, CaseRow.visit_id.expression


def cursor_values(order: CaseOrder, cursor: CaseCursor) -> tuple[Any, ...]:
    """A cursor as values of `order_columns`."""
    tail = (cursor.waiting_since, cursor.visit_id)
    return tail if order is CaseOrder.WAITING else (cursor.rank, *tail)


def conditions(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    """What a filter asks of a case."""
    yield from _in_view(wanted.view)
    if wanted.day_from:
        yield CaseRow.day >= wanted.day_from
    if wanted.day_to:
        yield CaseRow.day <= wanted.day_to
    if wanted.city:
        yield CaseRow.city == wanted.city
    if wanted.team:
        yield CaseRow.team == wanted.team
    if wanted.service_type:
        yield CaseRow.service_type == wanted.service_type.value
    if wanted.technician:
        yield CaseRow.technician_number.in_(_numbers_of(wanted.technician))
    if wanted.objected:
        yield CaseRow.objected.is_(True)
    if wanted.on_older_report:
        yield CaseRow.decided_digest != CaseRow.report_digest
    yield from _about_the_verdict(wanted)


def distinct_values(connection: Connection, column: Any) -> Iterator[str]:
    """A column's values in order, each by one step through its index: they are few among very many rows."""
    value: str | None = connection.execute(select(func.min(column))).scalar()
    while value is not None:
        yield value
        value = connection.execute(select(func.min(column)).where(column > value)).scalar()


def case_of_row(row: Row[Any]) -> Case:
    """A row of `cases_with_claimers`."""
    claim = Claim(row.claimed_by, row.claimed_by_name, row.claimed_until) if row.claimed_by else None
    return Case(
        visit_id=row.visit_id,
        report_digest=row.report_digest,
        day=row.day,
        city=row.city,
        team=row.team,
        service_type=row.service_type,
        technician_number=row.technician_number,
        technician_name=row.technician_name,
        score=row.score,
        grade=Grade(row.grade),
        flagged=row.flagged,
        blind=row.blind,
        severity=100 - row.rank,
        first_reason=FlagReason(row.first_reason) if row.first_reason else None,
        first_subject=BilingualText(row.first_subject_zh, row.first_subject_en),
        state=CaseState(row.state),
        objected=row.objected,
        waiting_since=row.waiting_since,
        claim=claim,
        decided_by=row.decided_by,
        decided_on_older=row.decided_digest is not None and row.decided_digest != row.report_digest,
        verdict=Verdict(row.verdict) if row.verdict else None,
    )


def _numbers_of(technician: str) -> Select[Any]:
    """The numbers of those who are called so, or whose number it is: from one narrow index."""
    named = aliased(CaseRow)
    is_called = named.technician_name.contains(technician, autoescape=True)
    return (
        select(named.technician_number)
        .where(or_(is_called, named.technician_number == technician))
        .distinct()
    )


def _in_view(view: CaseView) -> Iterator[ColumnElement[bool]]:
    if view is CaseView.WAITING:
        yield CaseRow.waiting.is_(True)
    elif view is not CaseView.ALL:
        yield CaseRow.state == view.value


def _about_the_verdict(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    """Conditions that would give a blind case's verdict away."""
    about = [
        *([CaseRow.score >= wanted.least_score] if wanted.least_score is not None else []),
        *([CaseRow.score <= wanted.greatest_score] if wanted.greatest_score is not None else []),
    ]
    if wanted.reason:
        with_reason = select(CaseReasonRow.visit_id).where(CaseReasonRow.reason == wanted.reason.value)
        about.append(CaseRow.visit_id.in_(with_reason))
    if about:
        yield CaseRow.blind.is_(False)
        yield from about
