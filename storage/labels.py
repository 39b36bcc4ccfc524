"""Labels out of the results database, one visit after the other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from pipeline.auditing import Decision, Role
from pipeline.labels import Label, labels_of
from pipeline.results import VisitReport
from storage.auditing_tables import UserRow
from storage.codec import report_from_json
from storage.database import Database
from storage.decisions import DecisionStore
from storage.tables import ReportRow


class LabelStore:
    """Labels from decisions. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, since: datetime, until: datetime) -> Iterator[Label]:
        """Labels by decisions of a time, in order of visit and item; `until` itself is left out."""
        yield from self._of(DecisionStore(self._database).between(since, until))

    def of_visits(self, visit_ids: Collection[str]) -> Iterator[Label]:
        """Labels by all decisions on some visits, a thousand or so, in order of visit and item."""
        yield from self._of(DecisionStore(self._database).of_visits(visit_ids))

    def _of(self, decisions: Sequence[Decision]) -> Iterator[Label]:
        in_order = sorted(decisions, key=lambda one: (one.visit_id, one.decision_id))
        roles = self._roles()
        for visit_id, group in groupby(in_order, key=lambda one: one.visit_id):
            said = tuple(group)
            reports = self._reports(visit_id, {one.report_digest for one in said})
            yield from labels_of(reports, said, roles)

    def _reports(self, visit_id: str, digests: set[str]) -> Mapping[str, VisitReport]:
        query = select(ReportRow.report_digest, ReportRow.body).where(
            ReportRow.visit_id == visit_id, ReportRow.report_digest.in_(digests)
        )
        with self._database.reading() as connection:
            return {row.report_digest: report_from_json(row.body) for row in connection.execute(query)}

    def _roles(self) -> Mapping[int, Role]:
        with self._database.reading() as connection:
            rows = connection.execute(select(UserRow.id, UserRow.role)).all()
        return {row.id: Role(row.role) for row in rows}
