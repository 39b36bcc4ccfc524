"""Users and their sessions, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.auditing import Person, Role
from pipeline.errors import AccessError
from storage.auditing_tables import SessionRow
from storage.database import Database
from storage.results import ResultStore
from storage.sessions import TOUCH_AFTER
from storage.users import NewUser

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
IDLE, LIFETIME = timedelta(minutes=30), timedelta(hours=12)
SECOND = timedelta(seconds=1)
LIN = NewUser("Lin", Role.AUDITOR, "林", password_hash="hash")
WANG = NewUser("wang", Role.TECHNICIAN, technician_number="T-7")


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    with closing(ResultStore(database_url)) as store:
        yield store


@pytest.fixture
def lin(results: ResultStore) -> Person:
    return results.users.add(LIN, NOON)


def valid(results: ResultStore, token: str, now: datetime) -> bool:
    return results.sessions.find(token, now, IDLE) is not None


def test_a_user_is_found_by_name_however_it_is_written(results: ResultStore, lin: Person) -> None:
    for name in ("lin", "LIN", " Lin ", "ｌｉｎ"):
        found = results.users.by_name(name)
        assert found is not None
        assert found.person == lin == Person(lin.user_id, "lin", "林", Role.AUDITOR)
        assert (found.password_hash, found.created_at, found.disabled_at) == ("hash", NOON, None)
    assert results.users.by_name("nobody") is None


def test_a_technician_has_a_number_and_nobody_else_does(results: ResultStore, lin: Person) -> None:
    assert results.users.add(WANG, NOON).technician_number == "T-7"
    assert results.users.add(replace(LIN, name="x", technician_number="T-8"), NOON).technician_number is None
    with pytest.raises(AccessError, match="technician number"):
        results.users.add(replace(WANG, name="li", technician_number=" "), NOON)
    with pytest.raises(AccessError, match="technician number"):
        results.users.set_role(lin.user_id, Role.TECHNICIAN)


@pytest.mark.parametrize("name", ["", "  ", "a b", "x" * 65, "a\nb", "a\u200bb"])
def test_a_name_that_can_t_be_one_is_refused(results: ResultStore, name: str) -> None:
    with pytest.raises(AccessError, match="name"):
        results.users.add(replace(LIN, name=name), NOON)
    assert results.users.all() == ()


def test_a_name_and_a_subject_belong_to_one_user_only(results: ResultStore, lin: Person) -> None:
    with pytest.raises(AccessError, match="taken"):
        results.users.add(replace(LIN, name="LIN"), NOON)
    linked = replace(WANG, oidc_issuer="https://idp", oidc_subject="s-1")
    wang = results.users.add(linked, NOON)
    with pytest.raises(AccessError, match="taken"):
        results.users.add(replace(linked, name="other"), NOON)
    with pytest.raises(AccessError, match="another user"):
        results.users.link(lin.user_id, "https://idp", "s-1")
    found = results.users.by_subject("https://idp", "s-1")
    assert found is not None
    assert found.person == wang
    assert results.users.by_subject("https://other-idp", "s-1") is None


def test_users_without_a_company_account_don_t_collide(results: ResultStore, lin: Person) -> None:
    results.users.add(WANG, NOON)
    assert [user.person.name for user in results.users.all()] == ["lin", "wang"]


def test_what_is_changed_is_kept(results: ResultStore, lin: Person) -> None:
    users = results.users
    users.set_role(lin.user_id, Role.TECHNICIAN, "T-9")
    users.set_display_name(lin.user_id, "林工")
    users.set_language(lin.user_id, "en")
    users.set_password(lin.user_id, "new hash")
    users.link(lin.user_id, "https://idp", "s-1")
    found = users.by_id(lin.user_id)
    assert found is not None
    assert found.person == Person(lin.user_id, "lin", "林工", Role.TECHNICIAN, "T-9", "en")
    assert (found.password_hash, found.oidc_issuer, found.oidc_subject) == ("new hash", "https://idp", "s-1")


def test_a_hash_is_renewed_only_where_the_password_stayed(results: ResultStore, lin: Person) -> None:
    results.users.renew_hash(lin.user_id, "another", "renewed")
    results.users.renew_hash(lin.user_id, "hash", "better")
    results.users.renew_hash(lin.user_id, "hash", "too late")
    found = results.users.by_id(lin.user_id)
    assert found is not None
    assert found.password_hash == "better"


def test_a_session_knows_whose_it_is(results: ResultStore, lin: Person) -> None:
    token = results.sessions.open(lin.user_id, NOON, LIFETIME)
    session = results.sessions.find(token, NOON, IDLE)
    assert session is not None
    assert session.person == lin
    assert len({token, session.csrf_token, session.token_hash}) == 3
    assert not valid(results, session.token_hash, NOON)
    assert not valid(results, token + "x", NOON)


def test_the_database_never_holds_a_token(results: ResultStore, lin: Person, database_url: str) -> None:
    tokens = {results.sessions.open(lin.user_id, NOON, LIFETIME) for _ in range(3)}
    with closing(Database(database_url)) as database, database.reading() as connection:
        rows = connection.execute(select(SessionRow.__table__)).all()
    assert len(rows) == len(tokens) == 3
    assert not any(token in map(str, row) for token in tokens for row in rows)


@pytest.mark.parametrize(
    ("seen_after", "asked_after", "is_valid"),
    [
        ([], IDLE - SECOND, True),
        ([], IDLE, False),
        ([IDLE - SECOND], IDLE + IDLE - 2 * SECOND, True),
        ([IDLE - SECOND], IDLE + IDLE - SECOND, False),
        ([timedelta(minutes=20 * n) for n in range(1, 36)], LIFETIME - SECOND, True),
        ([timedelta(minutes=20 * n) for n in range(1, 36)], LIFETIME, False),
    ],
)
def test_a_session_ends_unused_or_after_its_lifetime(
    results: ResultStore, lin: Person, seen_after: list[timedelta], asked_after: timedelta, is_valid: bool
) -> None:
    token = results.sessions.open(lin.user_id, NOON, LIFETIME)
    assert all(valid(results, token, NOON + seen) for seen in seen_after)
    assert valid(results, token, NOON + asked_after) is is_valid


def test_a_use_is_noted_at_most_once_a_minute(results: ResultStore, lin: Person) -> None:
    token = results.sessions.open(lin.user_id, NOON, LIFETIME)
    seen = []
    for later in (TOUCH_AFTER - SECOND, TOUCH_AFTER, TOUCH_AFTER + SECOND):
        session = results.sessions.find(token, NOON + later, IDLE)
        assert session is not None
        seen.append(session.last_seen_at)
    assert seen == [NOON, NOON, NOON + TOUCH_AFTER]


@pytest.mark.parametrize("act", ["close", "close_all", "disable", "set_password"])
def test_a_closed_session_is_over_at_once(results: ResultStore, lin: Person, act: str) -> None:
    wang = results.users.add(WANG, NOON)
    tokens = [results.sessions.open(lin.user_id, NOON, LIFETIME) for _ in range(2)]
    others = results.sessions.open(wang.user_id, NOON, LIFETIME)
    if act == "close":
        results.sessions.close(tokens[0])
    elif act == "close_all":
        results.sessions.close_all(lin.user_id)
    elif act == "disable":
        results.users.disable(lin.user_id, NOON)
        results.users.enable(lin.user_id)
    else:
        results.users.set_password(lin.user_id, "new")
    assert [valid(results, token, NOON) for token in tokens] == [False, act == "close"]
    assert valid(results, others, NOON)


def test_a_disabled_user_has_no_session_and_comes_back_without_one(results: ResultStore, lin: Person) -> None:
    results.users.disable(lin.user_id, NOON)
    token = results.sessions.open(lin.user_id, NOON, LIFETIME)
    assert not valid(results, token, NOON)
    results.users.enable(lin.user_id)
    assert valid(results, token, NOON)


def test_only_sessions_that_are_over_are_forgotten(results: ResultStore, lin: Person) -> None:
    old = results.sessions.open(lin.user_id, NOON, LIFETIME)
    fresh = results.sessions.open(lin.user_id, NOON + IDLE, LIFETIME)
    results.sessions.purge(NOON + IDLE, IDLE)
    assert not valid(results, old, NOON)
    assert valid(results, fresh, NOON + IDLE)
