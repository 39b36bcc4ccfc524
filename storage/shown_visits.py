"""What a page over many visits needs of each: the current report, and whether its verdict may show."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select

from pipeline.results import VisitReport
from storage.auditing_tables import CaseRow
from storage.codec import report_from_json
from storage.database import Database
from storage.report_rows import current_reports
from storage.tables import ReportRow

# A statement takes only so many values: 32,766 in SQLite.
_IDS_PER_QUERY = 1000


class ShownVisits:
    """Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reports(self, visit_ids: Collection[str]) -> Mapping[str, VisitReport]:
        """Visit id -> current report, of those that have one."""
        found: dict[str, VisitReport] = {}
        with self._database.reading() as connection:
            for some in _chunks(visit_ids):
                rows = connection.execute(current_reports(ReportRow.visit_id.in_(some))).all()
                # Results made for measuring have no bodies.
                found |= {row.visit_id: report_from_json(row.body) for row in rows if row.body}
        return found

    def hidden(self, visit_ids: Collection[str]) -> frozenset[str]:
        """Those that somebody is to decide blind and nobody has yet: their verdict must not show."""
        hidden: set[str] = set()
        waits = (CaseRow.blind.is_(True), CaseRow.verdict.is_(None))
        with self._database.reading() as connection:
            for some in _chunks(visit_ids):
                query = select(CaseRow.visit_id).where(CaseRow.visit_id.in_(some), *waits)
                hidden.update(connection.execute(query).scalars())
        return frozenset(hidden)


def _chunks(visit_ids: Collection[str]) -> Iterator[Sequence[str]]:
    listed = list(visit_ids)
    for start in range(0, len(listed), _IDS_PER_QUERY):
        yield listed[start : start + _IDS_PER_QUERY]
