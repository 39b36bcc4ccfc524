"""Reports as rows: the whole as JSON, and beside it what people ask about over many visits."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, case, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.evidence import MediaFailure
from pipeline.results import VisitReport
from storage.codec import report_digest, report_from_json, report_to_json
from storage.database import Database
from storage.result_values import SavedReport, StoredReport, Summary, VisitFailure
from storage.tables import Base, MediaFailureRow, ReportFlagRow, ReportItemRow, ReportRow

_log = logging.getLogger(__name__)


def save(
    connection: Connection, database: Database, report: VisitReport, input_digest: str, judged_at: datetime
) -> SavedReport:
    """Insert a report, or find the one that equal inputs gave before and make it the current one again."""
    columns = _columns(report, input_digest, judged_at)
    insertion = database.insert(ReportRow).values(columns).on_conflict_do_nothing().returning(ReportRow.id)
    report_id = connection.execute(insertion).scalar_one_or_none()
    if report_id is None:
        return _judged_again(connection, report, input_digest, judged_at)
    for table, rows in _parts(report_id, report):
        if rows:
            connection.execute(insert(table), rows)
    return SavedReport(report_id, columns["report_digest"], is_new=True)


def current_reports(where: ColumnElement[bool]) -> Select[Any]:
    """Of the reports that match, the one of each visit that was judged last."""
    place = func.row_number().over(
        partition_by=ReportRow.visit_id, order_by=(ReportRow.last_judged_at.desc(), ReportRow.id.desc())
    )
    ranked = select(ReportRow.__table__, place.label("place")).where(where).subquery()
    return select(ranked).where(ranked.c.place == 1)


def stored(row: Row[Any]) -> StoredReport:
    return StoredReport(report_from_json(row.body), row.input_digest, row.report_digest, row.judged_at)


def summarise(connection: Connection, day: str, visit_failures: tuple[VisitFailure, ...]) -> Summary:
    """Counts over the current reports of the days that begin with `day`."""
    current = current_reports(ReportRow.day.startswith(day, autoescape=True)).subquery()
    rows = connection.execute(select(current.c.grade, current.c.flagged, current.c.spot_check)).all()
    return Summary(
        visits=len(rows),
        flagged=sum(row.flagged for row in rows),
        spot_checks=sum(row.spot_check for row in rows),
        by_grade=dict(Counter(row.grade for row in rows)),
        by_flag=_visits_by(connection, current, ReportFlagRow.report_id, ReportFlagRow.reason),
        by_item={
            (row.item_id, row.outcome): row.visits for row in connection.execute(_outcomes(current)).all()
        },
        media_failures=_files_by_reason(connection, current),
        visit_failures=visit_failures,
    )


def _judged_again(
    connection: Connection, report: VisitReport, input_digest: str, judged_at: datetime
) -> SavedReport:
    same = (ReportRow.visit_id == report.visit_id, ReportRow.input_digest == input_digest)
    later = case((ReportRow.last_judged_at < judged_at, judged_at), else_=ReportRow.last_judged_at)
    connection.execute(update(ReportRow).where(*same).values(last_judged_at=later))
    row = connection.execute(select(ReportRow.id, ReportRow.report_digest).where(*same)).one()
    if row.report_digest != report_digest(report):
        _log.warning("%s: equal inputs gave another report than before; the first one stays", report.visit_id)
    return SavedReport(row.id, row.report_digest, is_new=False)


def _columns(report: VisitReport, input_digest: str, judged_at: datetime) -> dict[str, Any]:
    return {
        "visit_id": report.visit_id,
        "day": report.day,
        "input_digest": input_digest,
        "report_digest": report_digest(report),
        "rule_digest": report.rule_digest,
        "observer_digest": report.observer_digest,
        "service_type": report.service_type,
        "technician_number": report.technician_number,
        "technician_name": report.technician_name,
        "technician_team": report.technician_team,
        "city": report.city,
        "score": report.score.score,
        "confirmed_score": report.score.confirmed_score,
        "grade": report.score.grade.value,
        "flagged": report.is_flagged,
        "spot_check": report.spot_check,
        "blind": report.blind,
        "body": report_to_json(report),
        "judged_at": judged_at,
        "last_judged_at": judged_at,
    }


def _parts(report_id: int, report: VisitReport) -> tuple[tuple[type[Base], list[dict[str, Any]]], ...]:
    flags = sorted({(flag.reason.value, flag.subject) for flag in report.flags})
    failures = {entry.media_key: entry.failure for entry in report.timeline if entry.failure is not None}
    return (
        (ReportItemRow, [{"report_id": report_id, **row} for row in _item_rows(report)]),
        (
            ReportFlagRow,
            [{"report_id": report_id, "reason": reason, "subject": subject} for reason, subject in flags],
        ),
        (MediaFailureRow, [_failure_row(report_id, key, failure) for key, failure in failures.items()]),
    )


def _item_rows(report: VisitReport) -> list[dict[str, Any]]:
    return [
        {
            "item_id": item.result.item_id,
            "outcome": item.result.outcome.value,
            "leaning": item.result.leaning.value if item.result.leaning is not None else None,
            "weight": item.weight,
            "credit": item.credit,
            "critical": item.critical,
        }
        for item in report.items
    ]


def _failure_row(report_id: int, key: str, failure: MediaFailure) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "media_key": key,
        "reason": failure.reason.value,
        "detail": failure.detail,
    }


def _visits_by(
    connection: Connection,
    current: Subquery,
    report_id: InstrumentedAttribute[int],
    column: InstrumentedAttribute[str],
) -> Mapping[str, int]:
    query = (
        select(column, func.count(report_id.distinct()))
        .where(report_id.in_(select(current.c.id)))
        .group_by(column)
    )
    return dict(connection.execute(query.order_by(column)).tuples().all())


def _outcomes(current: Subquery) -> Select[Any]:
    return (
        select(ReportItemRow.item_id, ReportItemRow.outcome, func.count().label("visits"))
        .where(ReportItemRow.report_id.in_(select(current.c.id)))
        .group_by(ReportItemRow.item_id, ReportItemRow.outcome)
        .order_by(ReportItemRow.item_id, ReportItemRow.outcome)
    )


def _files_by_reason(connection: Connection, current: Subquery) -> Mapping[str, int]:
    reason = MediaFailureRow.reason
    query = select(reason, func.count()).where(MediaFailureRow.report_id.in_(select(current.c.id)))
    return dict(connection.execute(query.group_by(reason).order_by(reason)).tuples().all())
