"""Measurements, kept for good: rows are only added, and the database refuses anything else."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from pipeline.errors import ReleaseError, StorageError
from pipeline.tuning.evaluations import Evaluation, EvaluationKind
from storage.auditing_tables import UserRow
from storage.database import Database
from storage.tuning_tables import EvaluationRow


@dataclass(frozen=True, slots=True)
class NewEvaluation:
    """A measurement to be kept; the fields are those of `pipeline.tuning.evaluations.Evaluation`.

    body: canonical JSON with a `schema_version`, as `storage.tuning_codec` writes it.
    """

    kind: EvaluationKind
    subject: str
    body: str
    set_name: str = ""
    set_digest: str | None = None
    rules_digest: str | None = None
    model_digest: str | None = None


class EvaluationStore:
    """Evaluations. Each method is one transaction. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewEvaluation, created_by: int | None, created_at: datetime) -> Evaluation:
        """Keep a measurement. `created_by` is a user's id, None where no person asked."""
        row = {
            "kind": new.kind.value,
            "subject": new.subject,
            "set_name": new.set_name,
            "set_digest": new.set_digest,
            "rules_digest": new.rules_digest,
            "model_digest": new.model_digest,
            "body": new.body,
            "body_digest": _digest(new.body),
            "created_at": created_at,
            "created_by": created_by,
        }
        with self._database.writing() as connection:
            made = connection.execute(insert(EvaluationRow).values(row).returning(EvaluationRow.id))
            return evaluation_of(connection, made.scalar_one())

    def get(self, evaluation_id: int) -> Evaluation:
        """Raises ReleaseError where there is none of that number."""
        with self._database.reading() as connection:
            return evaluation_of(connection, evaluation_id)

    def body(self, evaluation_id: int) -> str:
        """The measurement itself, as JSON. Raises ReleaseError where there is none of that number,
        StorageError where it is not what was kept."""
        columns = select(EvaluationRow.body, EvaluationRow.body_digest)
        with self._database.reading() as connection:
            row = connection.execute(columns.where(EvaluationRow.id == evaluation_id)).one_or_none()
        if row is None:
            raise _unknown(evaluation_id)
        if _digest(row.body) != row.body_digest:
            raise StorageError(f"evaluation {evaluation_id}: its body is not the one that was kept")
        return str(row.body)

    def newest(
        self, kind: EvaluationKind | None = None, most: int = 50, set_name: str | None = None
    ) -> tuple[Evaluation, ...]:
        """The newest ones, newest first; of one kind and of one labelled set where these are given."""
        query = _heads().order_by(EvaluationRow.id.desc()).limit(most)
        if kind is not None:
            query = query.where(EvaluationRow.kind == kind.value)
        if set_name is not None:
            query = query.where(EvaluationRow.set_name == set_name)
        with self._database.reading() as connection:
            return tuple(_evaluation(row) for row in connection.execute(query))


def evaluation_of(connection: Connection, evaluation_id: int) -> Evaluation:
    """Raises ReleaseError where there is none of that number."""
    row = connection.execute(_heads().where(EvaluationRow.id == evaluation_id)).one_or_none()
    if row is None:
        raise _unknown(evaluation_id)
    return _evaluation(row)


def _heads() -> Select[Any]:
    columns = [column for column in EvaluationRow.__table__.columns if column.name != "body"]
    query = select(*columns, UserRow.display_name.label("created_by_name"))
    return query.outerjoin(UserRow, UserRow.id == EvaluationRow.created_by)


def _evaluation(row: Row[Any]) -> Evaluation:
    return Evaluation(
        evaluation_id=row.id,
        kind=EvaluationKind(row.kind),
        subject=row.subject,
        set_name=row.set_name,
        set_digest=row.set_digest,
        rules_digest=row.rules_digest,
        model_digest=row.model_digest,
        body_digest=row.body_digest,
        created_at=row.created_at,
        created_by=row.created_by,
        created_by_name=row.created_by_name,
    )


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _unknown(evaluation_id: int) -> ReleaseError:
    return ReleaseError(f"没有评估 {evaluation_id}", f"there is no evaluation {evaluation_id}")
