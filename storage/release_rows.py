"""Releases and their steps as rows: reading them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from pipeline.errors import ReleaseError, StorageError
from pipeline.rules import RuleSet
from pipeline.tuning.releases import Release, ReleaseKind, Step, StepKind
from pipeline.visit import ServiceType
from storage.auditing_tables import UserRow
from storage.rule_codec import rule_sets_of, rules_digest
from storage.rule_files import check_complete
from storage.tuning_tables import ReleaseRow, ReleaseStepRow


def _heads() -> Select[Any]:
    columns = [column for column in ReleaseRow.__table__.columns if column.name != "body"]
    query = select(*columns, UserRow.display_name.label("proposed_by_name"))
    return query.join(UserRow, UserRow.id == ReleaseRow.proposed_by).order_by(ReleaseRow.id)


def releases_of(connection: Connection, kind: ReleaseKind) -> tuple[Release, ...]:
    rows = connection.execute(_heads().where(ReleaseRow.kind == kind.value))
    return tuple(_head(row) for row in rows)


def release_of(connection: Connection, release_id: int) -> Release:
    row = connection.execute(_heads().where(ReleaseRow.id == release_id)).one_or_none()
    if row is None:
        raise ReleaseError(f"没有发布 {release_id}", f"there is no release {release_id}")
    return _head(row)


def _head(row: Row[Any]) -> Release:
    fields = {**row._mapping, "release_id": row.id, "kind": ReleaseKind(row.kind)}
    fields.pop("id")
    return Release(**fields)


def steps_of(connection: Connection, kind: ReleaseKind) -> tuple[Step, ...]:
    query = select(ReleaseStepRow.__table__, UserRow.display_name.label("user_name"))
    query = query.join(UserRow, UserRow.id == ReleaseStepRow.user_id)
    query = query.where(ReleaseStepRow.kind == kind.value).order_by(ReleaseStepRow.id)
    return tuple(_step(row) for row in connection.execute(query))


def _step(row: Row[Any]) -> Step:
    return Step(
        step_id=row.id,
        kind=ReleaseKind(row.kind),
        word=StepKind(row.word),
        release_id=row.release_id,
        from_day=date.fromisoformat(row.from_day) if row.from_day else None,
        user_id=row.user_id,
        user_name=row.user_name,
        decided_at=row.decided_at,
        comment=row.comment,
        via=row.via,
    )


def body_of(connection: Connection, release_id: int) -> str:
    return str(connection.execute(select(ReleaseRow.body).where(ReleaseRow.id == release_id)).scalar_one())


def rule_sets_in(connection: Connection, release: Release) -> Mapping[ServiceType, RuleSet]:
    found = rule_sets_of(body_of(connection, release.release_id))
    where = f"release {release.release_id}, version {release.version!r}"
    if rules_digest(found) != release.digest:
        raise StorageError(f"{where}: its rules are not the ones that were kept")
    for rules in found.values():
        check_complete(rules, where)
    return found
