"""Signing in and out by password: sessions, wrong passwords, too many of them, and where one goes then."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2.profiles import CHEAPEST
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.auditing import Person, Role
from pipeline.errors import AccessError
from review.access_settings import AccessSettings, RateLimits
from review.attempts import Attempts, TooManyAttempts
from review.local_paths import local_path
from review.passwords import PasswordKeeper
from review.signing_in import SignInDesk
from storage.results import ResultStore
from tests.review.site_parts import PASSWORDS, Town, make_town

PASSWORD = "correct horse 电池"
OTHER = "staple battery 马"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return PASSWORDS.hash(PASSWORD, "lin")


@pytest.fixture
def lin(town: Town, password_hash: str) -> Person:
    return town.person(Role.AUDITOR, "lin", password_hash)


@pytest.fixture
def town(results: ResultStore) -> Town:
    return make_town(results, AccessSettings(limits=RateLimits(3, 5, timedelta(minutes=15))))


def sign_in(browser: TestClient, name: str, password: str, wanted: str = "/") -> int:
    browser.get("/sign-in")
    fields = {"name": name, "password": password, "next": wanted}
    token = browser.cookies.get("visitproof_visitor") or ""
    return browser.post("/sign-in", data=fields | {"csrf_token": token}).status_code


def signed_in(browser: TestClient) -> bool:
    return browser.get("/account").status_code == 200


@pytest.mark.parametrize("name", ["lin", "LIN ", "ｌｉｎ"])
def test_the_right_password_opens_a_session(town: Town, lin: Person, name: str) -> None:
    browser = town.browser()
    assert sign_in(browser, name, PASSWORD) == 303
    assert signed_in(browser)
    assert "林" not in browser.get("/account").text
    assert "lin" in browser.get("/account").text


def test_a_session_cookie_is_for_this_site_s_requests_only(town: Town, lin: Person) -> None:
    browser = town.browser()
    browser.get("/sign-in")
    token = browser.cookies["visitproof_visitor"]
    fields = {"name": "lin", "password": PASSWORD, "csrf_token": token}
    cookie = browser.post("/sign-in", data=fields).headers["set-cookie"]
    assert cookie.startswith("visitproof_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=43200"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("name", "password"),
    [("lin", "wrong"), ("lin", ""), ("nobody", PASSWORD), ("", PASSWORD), ("lin", OTHER)],
)
def test_whatever_is_wrong_the_answer_is_the_same(town: Town, lin: Person, name: str, password: str) -> None:
    browser = town.browser()
    browser.get("/sign-in")
    fields = {"name": name, "password": password, "csrf_token": browser.cookies["visitproof_visitor"]}
    answer = browser.post("/sign-in", data=fields, headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert "The name or the password is wrong" in answer.text
    assert "用户名或密码不正确" in browser.post("/sign-in", data=fields).text
    assert not signed_in(browser)


def test_disabled_users_and_those_without_a_password_don_t_come_in(
    town: Town, lin: Person, password_hash: str
) -> None:
    town.site.results.users.disable(lin.user_id, town.clock())
    town.person(Role.AUDITOR, "no-password")
    assert sign_in(town.browser(), "lin", PASSWORD) == 401
    assert sign_in(town.browser(), "no-password", PASSWORD) == 401


def test_signing_in_gives_a_new_session_and_ends_the_browser_s_old_one(town: Town, lin: Person) -> None:
    browser = town.browser(lin)
    planted = browser.cookies["visitproof_session"]
    token = browser.headers.pop("x-csrf-token")
    fields = {"name": "lin", "password": PASSWORD, "csrf_token": token}
    assert browser.post("/sign-in", data=fields).status_code == 303
    new = browser.cookies["visitproof_session"]
    assert new != planted
    sessions = town.site.results.sessions
    assert sessions.find(planted, town.clock(), timedelta(hours=1)) is None
    found = sessions.find(new, town.clock(), timedelta(hours=1))
    assert found is not None
    assert found.csrf_token != token


def test_a_token_that_somebody_made_up_becomes_nobody_s_session(town: Town, lin: Person) -> None:
    browser = town.browser()
    browser.cookies.set("visitproof_session", "planted-token")
    assert sign_in(browser, "lin", PASSWORD) == 303
    given_by_us = [cookie.value for cookie in browser.cookies.jar if cookie.name == "visitproof_session"]
    assert "planted-token" not in [value for value in given_by_us if value and len(value) > 20]
    assert town.site.results.sessions.find("planted-token", town.clock(), timedelta(hours=1)) is None


def test_signing_out_ends_the_session_in_the_database_too(town: Town, lin: Person) -> None:
    browser = town.browser(lin)
    token = browser.cookies["visitproof_session"]
    assert browser.get("/sign-out").status_code == 405
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert 'visitproof_session=""' in answer.headers["set-cookie"]
    assert town.site.results.sessions.find(token, town.clock(), timedelta(hours=1)) is None


def test_whoever_is_signed_in_needs_no_form(town: Town, lin: Person) -> None:
    assert town.browser(lin).get("/sign-in?next=/queue").headers["location"] == "/queue"


def test_after_three_wrong_passwords_an_account_waits_even_for_the_right_one(town: Town, lin: Person) -> None:
    browser = town.browser()
    assert [sign_in(browser, name, "wrong") for name in ("lin", "LIN", "lin")] == [401] * 3
    browser.get("/sign-in")
    fields = {"name": "lin", "password": PASSWORD, "csrf_token": browser.cookies["visitproof_visitor"]}
    answer = browser.post("/sign-in", data=fields, headers={"accept-language": "en"})
    assert answer.status_code == 429
    assert 890 <= int(answer.headers["retry-after"]) <= 900
    assert "Too many attempts: try again in 15 min" in answer.text
    assert "尝试次数过多" in browser.post("/sign-in", data=fields).text


def test_the_right_password_forgives_the_account(town: Town, lin: Person) -> None:
    for _ in range(2):
        assert sign_in(town.browser(), "lin", "wrong") == 401
        assert sign_in(town.browser(), "lin", PASSWORD) == 303


def test_an_address_that_tries_many_names_waits_too(town: Town, lin: Person) -> None:
    statuses = [sign_in(town.browser(), f"name-{n}", "wrong") for n in range(6)]
    assert statuses == [401] * 5 + [429]
    elsewhere = TestClient(
        town.app, base_url="http://localhost", follow_redirects=False, client=("192.0.2.7", 50000)
    )
    assert sign_in(elsewhere, "lin", PASSWORD) == 303


def test_many_at_once_are_no_way_around_the_limit(results: ResultStore) -> None:
    desk = SignInDesk(make_town(results).site, Attempts(RateLimits(3, 50, timedelta(minutes=15))))

    def attempt(_: int) -> type[Exception]:
        with pytest.raises((AccessError, TooManyAttempts)) as caught:
            desk.check("lin", "wrong", "192.0.2.7")
        return caught.type

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(16)))
    assert (outcomes.count(AccessError), outcomes.count(TooManyAttempts)) == (3, 13)


def test_a_failure_is_logged_without_what_was_typed(
    town: Town, lin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(town.browser(), "lin", "my-secret-1")
    sign_in(town.browser(), "my-secret-2", "my-secret-3")
    assert "sign-in failed: lin from testclient" in caplog.text
    assert "sign-in failed: unknown name from testclient" in caplog.text
    assert "my-secret" not in caplog.text


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/queue?day=2026-11-20", "/queue?day=2026-11-20"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("///[", "/"),
        ("evil", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(town: Town, lin: Person, wanted: str, location: str) -> None:
    browser = town.browser()
    browser.get("/sign-in")
    fields = {"name": "lin", "password": PASSWORD, "next": wanted}
    token = browser.cookies["visitproof_visitor"]
    answer = browser.post("/sign-in", data=fields | {"csrf_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, location)


@given(st.text(alphabet="/\\.:@?#\t\n e\u3000a[]", max_size=12))
def test_a_local_path_never_begins_like_an_address(wanted: str) -> None:
    path = local_path(wanted)
    assert path.startswith("/")
    assert path[1:2] not in ("/", "\\", "\t", "\n")
    assert path in (wanted, "/")


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(town: Town, lin: Person) -> None:
    here, elsewhere = town.browser(lin), town.browser(lin)
    fields = {"current": PASSWORD, "new": OTHER, "again": OTHER}
    assert here.post("/account/password", data=fields | {"current": "wrong"}).status_code == 422
    assert here.post("/account/password", data=fields | {"again": "else"}).status_code == 422
    assert here.post("/account/password", data=fields | {"new": "short", "again": "short"}).status_code == 422
    assert signed_in(elsewhere)
    answer = here.post("/account/password", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?changed=true")
    assert signed_in(here)
    assert not signed_in(elsewhere)
    assert sign_in(town.browser(), "lin", PASSWORD) == 401
    assert sign_in(town.browser(), "lin", OTHER) == 303


def test_an_open_browser_is_no_way_to_guess_the_password(town: Town, lin: Person) -> None:
    fields = {"current": "wrong", "new": OTHER, "again": OTHER}
    statuses = [town.browser(lin).post("/account/password", data=fields).status_code for _ in range(4)]
    assert statuses == [422] * 3 + [429]


def test_a_language_that_was_switched_to_is_there_after_the_next_sign_in(town: Town, lin: Person) -> None:
    town.browser(lin).post("/language", data={"language": "en", "back": "/account"})
    browser = town.browser()
    assert sign_in(browser, "lin", PASSWORD) == 303
    assert '<html lang="en">' in browser.get("/account").text
    assert '<html lang="zh-Hans">' in town.browser().get("/sign-in").text


def test_a_hash_of_other_parameters_is_renewed_at_sign_in(town: Town) -> None:
    weak = PasswordKeeper(replace(CHEAPEST, memory_cost=16)).hash(PASSWORD, "old")
    town.person(Role.AUDITOR, "old", weak)
    assert sign_in(town.browser(), "old", PASSWORD) == 303
    user = town.site.results.users.by_name("old")
    assert user is not None
    assert user.password_hash is not None
    assert "$m=8,t=1,p=1$" in user.password_hash
    assert sign_in(town.browser(), "old", PASSWORD) == 303


def test_over_tls_the_session_cookie_is_of_this_host_only(results: ResultStore, password_hash: str) -> None:
    town = make_town(results, replace(AccessSettings(), tls=True))
    town.person(Role.AUDITOR, "lin", password_hash)
    browser = town.browser()
    browser.get("/sign-in")
    token = browser.cookies["__Host-visitproof_visitor"]
    fields = {"name": "lin", "password": PASSWORD, "csrf_token": token}
    cookie = browser.post("/sign-in", data=fields).headers["set-cookie"]
    assert cookie.startswith("__Host-visitproof_session=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()
