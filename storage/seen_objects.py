"""What is known of the store's objects, so that a night which is run again fetches nothing twice."""

from sqlalchemy import select

from pipeline.evidence import FailureReason, MediaFailure
from storage.database import Database
from storage.tables import SeenObjectRow

KnownObject = str | MediaFailure
"""The sha256 of an object's bytes, under which its evidence is kept, or why nobody can look at them."""


class SeenObjects:
    """Remembers objects by key, ETag and observer; a changed ETag is another object."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, media_key: str, etag: str, observer_digest: str) -> KnownObject | None:
        """None where the object has changed or was never looked at. Raises StorageError."""
        query = select(
            SeenObjectRow.sha256, SeenObjectRow.failure_reason, SeenObjectRow.failure_detail
        ).where(
            SeenObjectRow.media_key == media_key,
            SeenObjectRow.etag == etag,
            SeenObjectRow.observer_digest == observer_digest,
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.sha256 is not None:
            return row.sha256 if row is not None else None
        return MediaFailure(media_key, FailureReason(row.failure_reason), row.failure_detail)

    def put(self, media_key: str, etag: str, observer_digest: str, known: KnownObject) -> None:
        """Remember the object as it is now. Raises StorageError."""
        failure = known if isinstance(known, MediaFailure) else None
        row = {
            "media_key": media_key,
            "observer_digest": observer_digest,
            "etag": etag,
            "sha256": known if failure is None else None,
            "failure_reason": failure.reason.value if failure else None,
            "failure_detail": failure.detail if failure else None,
        }
        statement = self._database.insert(SeenObjectRow).values(row)
        keys = ["media_key", "observer_digest"]
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))
