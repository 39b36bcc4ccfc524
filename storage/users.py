"""Who may sign in. Users are disabled and never deleted: decisions name them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.auditing import Person, Role
from pipeline.errors import AccessError
from storage.auditing_tables import SessionRow, UserRow
from storage.database import Database

LONGEST_NAME = 64
_COLUMNS = tuple(UserRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be added: with a password's hash, with the subject of an OpenID Connect issuer, or both."""

    name: str
    role: Role
    display_name: str = ""
    technician_number: str | None = None
    password_hash: str | None = None
    oidc_issuer: str | None = None
    oidc_subject: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A user as kept. `disabled_at` is None for those who may sign in."""

    person: Person
    password_hash: str | None
    oidc_issuer: str | None
    oidc_subject: str | None
    created_at: datetime
    disabled_at: datetime | None


class UserStore:
    """The users. Every method raises StorageError where the database is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: NewUser, created_at: datetime) -> Person:
        """Keep a new user.

        Raises AccessError for a name that can't be one or is taken, a technician without a number, and a
        subject that belongs to somebody else.
        """
        name = checked_name(user.name)
        values = {
            "name": name,
            "display_name": user.display_name.strip() or user.name.strip(),
            "role": user.role.value,
            "technician_number": checked_number(user.role, user.technician_number),
            "password_hash": user.password_hash,
            "oidc_issuer": user.oidc_issuer,
            "oidc_subject": user.oidc_subject,
            "created_at": created_at,
        }
        try:
            with self._database.writing() as connection:
                row = connection.execute(insert(UserRow).values(values).returning(*_COLUMNS)).one()
        except IntegrityError as error:
            raise AccessError(
                f"用户名 {name} 或其企业账号已被使用：请换一个名字，或把企业账号关联到已有用户",
                f"the name {name!r} or its company account is taken: take another, or link the account",
            ) from error
        return person_of(row)

    def by_name(self, name: str) -> User | None:
        """The user of that name, however it is capitalised."""
        return self._one(UserRow.name == folded(name))

    def by_id(self, user_id: int) -> User | None:
        return self._one(UserRow.id == user_id)

    def by_subject(self, issuer: str, subject: str) -> User | None:
        """The user to whom an OpenID Connect issuer's subject belongs."""
        return self._one((UserRow.oidc_issuer == issuer) & (UserRow.oidc_subject == subject))

    def all(self) -> tuple[User, ...]:
        """Everybody, disabled ones too, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(UserRow.name)).all()
        return tuple(_user(row) for row in rows)

    def set_role(self, user_id: int, role: Role, technician_number: str | None = None) -> None:
        """Raises AccessError for a technician without a number."""
        number = checked_number(role, technician_number)
        self._change(user_id, role=role.value, technician_number=number)

    def set_display_name(self, user_id: int, display_name: str) -> None:
        self._change(user_id, display_name=display_name)

    def set_language(self, user_id: int, language: str | None) -> None:
        self._change(user_id, language=language)

    def set_password(self, user_id: int, password_hash: str) -> None:
        """A new password. All sessions end: whoever stole the old one is out."""
        self._change(user_id, ends_sessions=True, password_hash=password_hash)

    def renew_hash(self, user_id: int, before: str, after: str) -> None:
        """The same password hashed anew; nothing where it was changed in between."""
        statement = update(UserRow).where(UserRow.id == user_id, UserRow.password_hash == before)
        with self._database.writing() as connection:
            connection.execute(statement.values(password_hash=after))

    def link(self, user_id: int, issuer: str, subject: str) -> None:
        """Let the subject of an issuer sign in as this user. Raises AccessError where it is another's."""
        try:
            self._change(user_id, oidc_issuer=issuer, oidc_subject=subject)
        except IntegrityError as error:
            raise AccessError(
                "该企业账号已关联到另一用户", "this company account belongs to another user already"
            ) from error

    def disable(self, user_id: int, disabled_at: datetime) -> None:
        """Lock somebody out, at once."""
        self._change(user_id, ends_sessions=True, disabled_at=disabled_at)

    def enable(self, user_id: int) -> None:
        self._change(user_id, disabled_at=None)

    def _one(self, condition: ColumnElement[bool]) -> User | None:
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(condition)).one_or_none()
        return _user(row) if row is not None else None

    def _change(self, user_id: int, ends_sessions: bool = False, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(UserRow).where(UserRow.id == user_id).values(values))
            if ends_sessions:
                connection.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def folded(name: str) -> str:
    """A name as it is kept and compared: full-width and half-width, upper and lower case are one."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def checked_name(name: str) -> str:
    """The folded name. Raises AccessError for one that is empty, too long, or has spaces in it."""
    plain = folded(name)
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable() or " " in plain:
        raise AccessError(
            f"用户名须为 1 至 {LONGEST_NAME} 个字符，且不含空格",
            f"a user's name has 1 to {LONGEST_NAME} characters and no spaces",
        )
    return plain


def checked_number(role: Role, technician_number: str | None) -> str | None:
    """The technician's number, None for other roles. Raises AccessError for a technician without one."""
    if role is not Role.TECHNICIAN:
        return None
    number = (technician_number or "").strip()
    if not number:
        raise AccessError(
            "服务人员账号须填写工号（与上门清单中的一致）",
            "a technician needs the technician number that stands in the visits' manifests",
        )
    return number


def person_of(row: Row[Any]) -> Person:
    """The person in a row that has the columns of `users`."""
    return Person(row.id, row.name, row.display_name, Role(row.role), row.technician_number, row.language)


def _user(row: Row[Any]) -> User:
    return User(
        person_of(row),
        row.password_hash,
        row.oidc_issuer,
        row.oidc_subject,
        row.created_at,
        row.disabled_at,
    )
