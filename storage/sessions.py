"""Signed-in browsers. A token is handed out once and only its hash kept: the table lets nobody sign in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, update

from pipeline.auditing import Person
from storage.auditing_tables import SessionRow, UserRow
from storage.database import Database
from storage.users import person_of

TOUCH_AFTER = timedelta(minutes=1)
"""A session's last use is written down at most this often: reading a page needs no write."""
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """A valid session and whose it is; `csrf_token` is what its forms carry."""

    token_hash: str
    person: Person
    csrf_token: str
    last_seen_at: datetime
    expires_at: datetime


class SessionStore:
    """The sessions. Every method raises StorageError where the database is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, user_id: int, now: datetime, lifetime: timedelta) -> str:
        """Begin a session that ends after `lifetime` at the latest; its token, for the cookie."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        values = {
            "token_hash": _hash(token),
            "user_id": user_id,
            "csrf_token": secrets.token_urlsafe(_TOKEN_BYTES),
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + lifetime,
        }
        with self._database.writing() as connection:
            connection.execute(insert(SessionRow).values(values))
        return token

    def find(self, token: str, now: datetime, idle: timedelta) -> Session | None:
        """The session of a token; None where there is none, it is over, unused for longer than `idle`, or
        its user is disabled. Notes the use, see TOUCH_AFTER."""
        query = (
            select(SessionRow.__table__, *UserRow.__table__.columns)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(
                SessionRow.token_hash == _hash(token),
                SessionRow.expires_at > now,
                SessionRow.last_seen_at > now - idle,
                UserRow.disabled_at.is_(None),
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        session = _session(row)
        if now - session.last_seen_at >= TOUCH_AFTER:
            self._touch(session, now)
        return session

    def close(self, token: str) -> None:
        """End the session of a token."""
        self._end(SessionRow.token_hash == _hash(token))

    def close_all(self, user_id: int) -> None:
        """End all sessions of a user."""
        self._end(SessionRow.user_id == user_id)

    def purge(self, now: datetime, idle: timedelta) -> None:
        """Forget sessions that are over."""
        self._end(or_(SessionRow.expires_at <= now, SessionRow.last_seen_at <= now - idle))

    def _touch(self, session: Session, now: datetime) -> None:
        statement = update(SessionRow).where(SessionRow.token_hash == session.token_hash)
        with self._database.writing() as connection:
            connection.execute(statement.values(last_seen_at=now))

    def _end(self, condition: ColumnElement[bool]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(SessionRow).where(condition))


def _hash(token: str) -> str:
    # A plain hash is enough: unlike a password, the token has 256 random bits.
    return sha256(token.encode()).hexdigest()


def _session(row: Row[Any]) -> Session:
    return Session(row.token_hash, person_of(row), row.csrf_token, row.last_seen_at, row.expires_at)
