"""What every request passes: who asks, where a form comes from, which headers an answer has."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import PlainTextResponse
from starlette.testclient import TestClient

from pipeline.auditing import Permission, Person, Role
from review.access import check_may_see_visit, needs
from review.access_settings import AccessSettings
from review.doorkeeper import MOST_BODY_BYTES
from review.headers import content_policy
from storage.results import ResultStore
from tests.review.site_parts import PAGE, Town, make_town

AUDITORS = Annotated[Person, Depends(needs(Permission.DECIDE))]


def add_probes(app: FastAPI) -> None:
    """Routes that only tests have, as any route of the site would be."""

    @app.get("/probe")
    def page(person: AUDITORS) -> str:
        return person.name

    @app.get("/api/v1/probe")
    def data(person: AUDITORS) -> str:
        return person.name

    @app.post("/probe")
    def form(request: Request, person: AUDITORS, word: Annotated[str, Form()]) -> PlainTextResponse:
        return PlainTextResponse(word)

    @app.post("/api/v1/probe")
    def body(person: AUDITORS, word: dict[str, str]) -> dict[str, str]:
        return word

    @app.get("/visit/{number}")
    def visit(number: str, person: Annotated[Person, Depends(needs())]) -> str:
        check_may_see_visit(person, number)
        return number


@pytest.fixture
def town(results: ResultStore) -> Town:
    town = make_town(results)
    add_probes(town.app)
    return town


@pytest.fixture
def auditor(town: Town) -> TestClient:
    return town.browser_of(Role.AUDITOR)


def test_a_stranger_is_led_to_the_sign_in_page_and_back(town: Town) -> None:
    answer = town.browser().get("/probe?day=2026-11-20&page=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/probe%3Fday%3D2026-11-20%26page%3D2"


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/api/v1/probe", PAGE["accept"]), ("/probe", "image/avif,image/*"), ("/probe", "*/*")],
)
def test_a_stranger_s_scripts_and_pictures_get_401(town: Town, path: str, accept: str) -> None:
    answer = town.browser().get(path, headers={"accept": accept})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Sign in first", "detail_zh": "请先登录"}


@pytest.mark.parametrize(("language", "words"), [("en", "You may not see"), ("zh-CN", "您没有查看此页面")])
def test_without_the_permission_there_is_a_page_that_says_so(town: Town, language: str, words: str) -> None:
    technician = town.browser_of(Role.TECHNICIAN)
    answer = technician.get("/probe", headers={"accept-language": language})
    assert answer.status_code == 403
    assert words in answer.text
    assert technician.get("/api/v1/probe").json()["detail_zh"].startswith("您没有查看此页面")


@pytest.mark.parametrize(
    ("role", "number", "status"),
    [
        (Role.TECHNICIAN, "T-7", 200),
        (Role.TECHNICIAN, "T-77", 403),
        (Role.AUDITOR, "T-77", 200),
        (Role.QA_LEAD, "T-77", 200),
        (Role.ADMINISTRATOR, "T-77", 200),
    ],
)
def test_a_technician_sees_own_visits_only(town: Town, role: Role, number: str, status: int) -> None:
    assert town.browser_of(role).get(f"/visit/{number}").status_code == status


def test_a_role_that_changes_counts_at_once(town: Town, auditor: TestClient) -> None:
    assert auditor.get("/probe").status_code == 200
    town.site.results.users.set_role(town.person(Role.AUDITOR).user_id, Role.TECHNICIAN, "T-1")
    assert auditor.get("/probe").status_code == 403


def test_a_disabled_user_is_out_at_once(town: Town, auditor: TestClient) -> None:
    assert auditor.get("/probe").status_code == 200
    town.site.results.users.disable(town.person(Role.AUDITOR).user_id, town.clock())
    assert auditor.get("/probe").status_code == 303


@pytest.mark.parametrize(
    ("steps", "status"),
    [([59], 200), ([60], 303), ([59, 59, 59], 200), ([59] * 12 + [11], 200), ([59] * 12 + [12], 303)],
)
def test_a_session_ends_by_idling_and_after_half_a_day(
    town: Town, auditor: TestClient, steps: list[int], status: int
) -> None:
    for minutes in steps:
        town.clock.turn(timedelta(minutes=minutes))
        answer = auditor.get("/probe")
    assert answer.status_code == status


def test_a_form_with_its_token_reaches_its_route(auditor: TestClient) -> None:
    token = auditor.headers.pop("x-csrf-token")
    fields = {"word": "核验", "csrf_token": token}
    assert auditor.post("/probe", data=fields).text == "核验"
    assert auditor.post("/probe", data=fields, files={"f": b"x"}).text == "核验"


def test_a_script_sends_its_token_in_a_header(auditor: TestClient) -> None:
    assert auditor.post("/api/v1/probe", json={"word": "核验"}).json() == {"word": "核验"}


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "\u4e2d"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/probe", "/nowhere", "/api/v1/probe"])
def test_nothing_is_changed_without_the_right_token(
    auditor: TestClient, method: str, path: str, token: str | None
) -> None:
    del auditor.headers["x-csrf-token"]
    fields = {} if token is None else {"csrf_token": token}
    assert auditor.request(method, path, data=fields | {"word": "x"}).status_code == 403
    if token is not None and token.isascii():
        assert auditor.request(method, path, headers={"x-csrf-token": token}).status_code == 403


def test_another_s_token_is_no_token(town: Town, auditor: TestClient) -> None:
    others = town.browser_of(Role.QA_LEAD).headers["x-csrf-token"]
    assert auditor.post("/probe", data={"word": "x"}, headers={"x-csrf-token": others}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "http://localhost:8000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(
    auditor: TestClient, headers: dict[str, str], status: int
) -> None:
    assert auditor.post("/probe", data={"word": "x"}, headers=headers).status_code == status


def test_a_stranger_s_form_carries_the_token_of_a_cookie(town: Town) -> None:
    stranger = town.browser()
    given = stranger.get("/sign-in")
    assert "HttpOnly" in given.headers["set-cookie"]
    assert "SameSite=lax" in given.headers["set-cookie"]
    token = stranger.cookies["visitproof_visitor"]
    words = {"language": "en", "back": "/probe"}
    assert stranger.post("/language", data=words).status_code == 403
    assert stranger.post("/language", data=words | {"csrf_token": token}).headers["location"] == "/probe"
    assert town.browser().post("/language", data=words | {"csrf_token": token}).status_code == 403


def test_a_stranger_s_form_to_a_guarded_route_ends_at_the_sign_in(town: Town) -> None:
    stranger = town.browser()
    stranger.get("/sign-in")
    token = stranger.cookies["visitproof_visitor"]
    answer = stranger.post("/probe", data={"word": "x", "csrf_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(auditor: TestClient, declared: bool) -> None:
    piece = b"x" * 1024
    pieces = (piece for _ in range(MOST_BODY_BYTES // len(piece) + 1))
    content = b"".join(pieces) if declared else pieces
    assert auditor.post("/api/v1/probe", content=content).status_code == 413


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=no"],
)
def test_a_malformed_form_is_refused_and_no_server_error(auditor: TestClient, content_type: str) -> None:
    del auditor.headers["x-csrf-token"]
    for content in (
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n",
    ):
        answer = auditor.post("/probe", content=content, headers={"content-type": content_type})
        assert answer.status_code in (400, 403)


def test_another_host_s_name_is_refused(auditor: TestClient) -> None:
    assert auditor.get("/probe", headers={"host": "evil.example"}).status_code == 400
    assert auditor.get("/probe", headers={"host": "127.0.0.1:8080"}).status_code == 200


@pytest.mark.parametrize("path", ["/probe", "/nowhere", "/static/site.css", "/sign-in"])
def test_every_answer_says_what_a_browser_may_do_with_it(town: Town, path: str) -> None:
    for browser in (town.browser(), town.browser_of(Role.AUDITOR)):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        shared = path.startswith("/static/")
        assert headers["cache-control"] == ("no-cache" if shared else "private, no-store")


def test_the_policy_names_the_store_only_where_pictures_come_from_it() -> None:
    policy = content_policy(AccessSettings(store_origin="https://minio.example:9000"))
    assert "img-src 'self' data: https://minio.example:9000;" in policy
    assert "media-src 'self' https://minio.example:9000;" in policy
    assert "https:" not in content_policy(AccessSettings())


def test_over_tls_cookies_are_secure_and_of_this_host_only(results: ResultStore) -> None:
    town = make_town(results, replace(AccessSettings(), tls=True))
    add_probes(town.app)
    answer = town.browser().get("/probe")
    assert answer.headers["set-cookie"].startswith("__Host-visitproof_visitor=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert "; Path=/" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]
    auditor = town.browser_of(Role.AUDITOR)
    assert auditor.get("/probe").status_code == 200
    token = auditor.cookies["__Host-visitproof_session"]
    plain = TestClient(town.app, base_url="https://localhost", headers=PAGE, follow_redirects=False)
    plain.cookies.set("visitproof_session", token)
    assert plain.get("/probe").status_code == 303
