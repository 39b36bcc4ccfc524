"""The results: evidence, uses of pictures, reports, failures and runs, in SQLite or PostgreSQL.

Everything here may be called by several processes at once and again after a crash: each method is one
transaction, and saying the same thing twice leaves one row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.evidence import MediaEvidence
from pipeline.fingerprint import MediaUse
from pipeline.judging_inputs import VisitInputs
from pipeline.results import VisitReport
from storage.auditing_numbers import NumberStore
from storage.cases import CaseStore, keep_in_step
from storage.codec import evidence_from_json, evidence_to_json
from storage.confusions import ConfusionStore
from storage.database import Database
from storage.decisions import DecisionStore
from storage.drift import DriftStore
from storage.evaluations import EvaluationStore
from storage.judging_inputs import InputsTable, keep
from storage.labels import LabelStore
from storage.media_uses import LARGEST_DISTANCE, earlier_uses, record_uses
from storage.own_visits import OwnVisit, own_visits
from storage.releases import ReleaseStore
from storage.report_rows import current_reports, save, stored, summarise
from storage.result_values import RunCounts, SavedReport, StoredReport, Summary, VisitFailure
from storage.seen_objects import SeenObjects
from storage.sessions import SessionStore
from storage.shown_visits import ShownVisits
from storage.stamp_codes import StampCodes
from storage.tables import EvidenceRow, ReportRow, RunRow, SeenObjectRow, VisitFailureRow, VisitRow
from storage.users import UserStore
from storage.visits import VisitRef

# A statement takes only so many values: 32,766 in SQLite.
_IDS_PER_QUERY = 1000


class EvidenceTable:
    """Fits `pipeline.ports.EvidenceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, sha256: str, observer_digest: str) -> MediaEvidence | None:
        """Raises StorageError."""
        query = select(EvidenceRow.body).where(
            EvidenceRow.sha256 == sha256, EvidenceRow.observer_digest == observer_digest
        )
        with self._database.reading() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return evidence_from_json(body) if body is not None else None

    def of_objects(self, media_keys: Collection[str], observer_digest: str) -> Mapping[str, MediaEvidence]:
        """Media key -> what an observer saw in the object that it last found there. Raises StorageError."""
        query = (
            select(SeenObjectRow.media_key, EvidenceRow.body)
            .join(EvidenceRow, EvidenceRow.sha256 == SeenObjectRow.sha256)
            .where(
                SeenObjectRow.media_key.in_(media_keys),
                SeenObjectRow.observer_digest == observer_digest,
                EvidenceRow.observer_digest == observer_digest,
            )
        )
        with self._database.reading() as connection:
            return {row.media_key: evidence_from_json(row.body) for row in connection.execute(query)}

    def put(self, evidence: MediaEvidence) -> None:
        """Keep it; where there is some already under its digests, that stays. Raises StorageError."""
        row = {
            "sha256": evidence.sha256,
            "observer_digest": evidence.observer_digest,
            "body": evidence_to_json(evidence),
        }
        with self._database.writing() as connection:
            connection.execute(self._database.insert(EvidenceRow).values(row).on_conflict_do_nothing())


class ResultStore:
    """The results database. Threads may share it; every time is an argument, none is taken from a clock."""

    def __init__(self, url: str) -> None:
        """Open `sqlite:///path` or `postgresql://…`, and create or migrate its tables.

        Raises SettingsError for the URL, StorageError.
        """
        self._database = Database(url)
        self.evidence = EvidenceTable(self._database)
        self.seen_objects = SeenObjects(self._database)
        self.cases = CaseStore(self._database)
        self.decisions = DecisionStore(self._database)
        self.users = UserStore(self._database)
        self.sessions = SessionStore(self._database)
        self.numbers = NumberStore(self._database)
        self.labels = LabelStore(self._database)
        self.stamp_codes = StampCodes(self._database)
        self.confusions = ConfusionStore(self._database)
        self.shown_visits = ShownVisits(self._database)
        self.drift = DriftStore(self._database)
        self.evaluations = EvaluationStore(self._database)
        self.releases = ReleaseStore(self._database)
        self.inputs = InputsTable(self._database)

    @property
    def place(self) -> str:
        """The database's URL without its password."""
        return self._database.place

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def record_visits(self, refs: Iterable[VisitRef], seen_at: datetime) -> list[VisitRef]:
        """Remember visit folders; the same refs, each with all twins that were ever seen."""
        listed = list(refs)
        # In one order in every process, so that two that list one day wait instead of deadlocking.
        rows = sorted((_visit_columns(ref, seen_at) for ref in listed), key=itemgetter("manifest_key"))
        with self._database.writing() as connection:
            if rows:
                connection.execute(self._database.insert(VisitRow).on_conflict_do_nothing(), rows)
            keys = _keys_by_visit_id(connection, [ref.visit_id for ref in listed])
        return [
            replace(ref, twins=tuple(key for key in keys[ref.visit_id] if key != ref.manifest_key))
            for ref in listed
        ]

    def record_uses(self, visit_id: str, uses: Sequence[MediaUse]) -> None:
        """Make `uses` the pictures of a visit; those that it no longer has are forgotten."""
        record_uses(self._database, visit_id, uses)

    def earlier_uses(
        self, uses: Sequence[MediaUse], max_distance: int = LARGEST_DISTANCE
    ) -> Mapping[str, tuple[MediaUse, ...]]:
        """Media key -> earlier uses of the same or a near-equal picture; see `storage.media_uses`."""
        return earlier_uses(self._database, uses, max_distance)

    def save_report(
        self,
        report: VisitReport,
        input_digest: str,
        judged_at: datetime,
        inputs: VisitInputs | None = None,
    ) -> SavedReport:
        """Make `report` the visit's current one; equal inputs give no second row. Clears its failure.

        inputs: what it was judged from; without them it can't be replayed.
        """
        with self._database.writing() as connection:
            connection.execute(
                delete(VisitFailureRow).where(
                    VisitFailureRow.visit_id == report.visit_id, VisitFailureRow.day == report.day
                )
            )
            saved = save(connection, self._database, report, input_digest, judged_at)
            if inputs is not None:
                keep(connection, self._database, saved.report_id, inputs)
            keep_in_step(connection, self._database, report, saved.report_id, saved.report_digest, judged_at)
            return saved

    def judged_digest(self, visit_id: str) -> str | None:
        """The input digest of the visit's current report, None where it has none."""
        query = current_reports(ReportRow.visit_id == visit_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return row.input_digest if row is not None else None

    def latest_report(self, visit_id: str) -> StoredReport | None:
        """The visit's current report, None where it has none."""
        with self._database.reading() as connection:
            row = connection.execute(current_reports(ReportRow.visit_id == visit_id)).one_or_none()
        return stored(row) if row is not None else None

    def own_visits(self, technician_number: str) -> tuple[OwnVisit, ...]:
        """A technician's latest visits; see `storage.own_visits`."""
        return own_visits(self._database, technician_number)

    def reports_for_day(self, day: str) -> tuple[StoredReport, ...]:
        """Current reports of a day (2026-11-20) or of the days with a beginning (2026-11), by visit id."""
        with self._database.reading() as connection:
            rows = connection.execute(current_reports(ReportRow.day.startswith(day, autoescape=True))).all()
        return tuple(stored(row) for row in sorted(rows, key=lambda row: (row.day, row.visit_id)))

    def record_visit_failure(self, failure: VisitFailure) -> None:
        """Keep the last failure of a visit, until it is judged."""
        columns = asdict(failure)
        statement = self._database.insert(VisitFailureRow).values(columns)
        statement = statement.on_conflict_do_update(index_elements=["manifest_key"], set_=columns)
        with self._database.writing() as connection:
            connection.execute(statement)

    def visit_failures(self, day: str) -> tuple[VisitFailure, ...]:
        """Visits of a day, or of the days with a beginning, that could not be judged, by name."""
        query = select(VisitFailureRow.__table__).where(VisitFailureRow.day.startswith(day, autoescape=True))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(VisitFailureRow.manifest_key)).all()
        return tuple(
            VisitFailure(row.visit_id, row.day, row.manifest_key, row.reason, row.detail, row.failed_at)
            for row in rows
        )

    def summary(self, day: str) -> Summary:
        """Counts over a day, or over the days with a beginning."""
        with self._database.reading() as connection:
            return summarise(connection, day, self.visit_failures(day))

    def start_run(self, scope: str, started_at: datetime) -> int:
        """Remember that a run over a date or prefix began; its id."""
        begin = insert(RunRow).values(scope=scope, started_at=started_at, judged=0, skipped=0, failed=0)
        with self._database.writing() as connection:
            return connection.execute(begin.returning(RunRow.id)).scalar_one()

    def finish_run(self, run_id: int, finished_at: datetime, counts: RunCounts) -> None:
        """Remember that a run came to its end, and what it did."""
        end = update(RunRow).where(RunRow.id == run_id).values(finished_at=finished_at, **asdict(counts))
        with self._database.writing() as connection:
            connection.execute(end)


def _visit_columns(ref: VisitRef, seen_at: datetime) -> dict[str, Any]:
    return {
        "manifest_key": ref.manifest_key,
        "visit_id": ref.visit_id,
        "day": ref.day.isoformat(),
        "first_seen_at": seen_at,
    }


def _keys_by_visit_id(connection: Connection, visit_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The manifest keys of every folder that was ever seen under these ids."""
    keys: dict[str, list[str]] = {visit_id: [] for visit_id in visit_ids}
    for start in range(0, len(keys), _IDS_PER_QUERY):
        some = list(keys)[start : start + _IDS_PER_QUERY]
        query = select(VisitRow.visit_id, VisitRow.manifest_key).where(VisitRow.visit_id.in_(some))
        for visit_id, key in connection.execute(query.order_by(VisitRow.manifest_key)):
            keys[visit_id].append(key)
    return keys
