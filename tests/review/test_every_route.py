"""Every route of the site, asked by everybody: who gets in is this table, and nobody else does.

A route that is not in the table fails the test: say here whom it is for.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from httpx2 import Response
from pydantic import SecretStr
from starlette.routing import Mount
from starlette.testclient import TestClient

from pipeline.auditing import Person, Role
from pipeline.results import VisitReport
from pipeline.tuning.evaluations import EvaluationKind
from review.access_settings import AccessSettings, OidcSettings
from storage.evaluations import NewEvaluation
from storage.results import ResultStore
from storage.tuning_codec import sweep_to_json
from storage.users import NewUser
from tests.review.site_parts import NOON, PAGE, PASSWORDS, TECHNICIAN_NUMBER, Town, make_town
from tests.review.tuning_parts import made_sweep

Route = tuple[str, str]
PASSWORD = "correct horse battery"
STRANGER, TECHNICIAN, OTHER_TECHNICIAN = "stranger", "technician of the visit", "another technician"
AUDITOR, QA_LEAD, ADMINISTRATOR = "auditor", "QA lead", "administrator"

ADMINISTRATORS = frozenset({ADMINISTRATOR})
LEADS = ADMINISTRATORS | {QA_LEAD}
AUDITORS = LEADS | {AUDITOR}
VISIT_S_OWN = AUDITORS | {TECHNICIAN}
TECHNICIANS = frozenset({TECHNICIAN, OTHER_TECHNICIAN})
SIGNED_IN = AUDITORS | TECHNICIANS
EVERYBODY = SIGNED_IN | {STRANGER}

WHO_GETS_IN: Mapping[Route, frozenset[str]] = {
    ("GET", "/"): SIGNED_IN,
    ("POST", "/language"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("GET", "/sign-in/company"): EVERYBODY,
    ("GET", "/sign-in/company/back"): EVERYBODY,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/account"): SIGNED_IN,
    ("POST", "/account/password"): SIGNED_IN,
    ("GET", "/queue"): AUDITORS,
    ("POST", "/queue/next"): AUDITORS,
    ("GET", "/api/v1/queue"): AUDITORS,
    ("GET", "/api/v1/openapi.json"): SIGNED_IN,
    ("GET", "/visits/{visit_id}/report.pdf"): VISIT_S_OWN,
    ("GET", "/visits/{visit_id}/export.zip"): AUDITORS,
    ("GET", "/queue/export.xlsx"): AUDITORS,
    ("GET", "/numbers"): LEADS,
    ("GET", "/numbers/visits"): LEADS,
    ("GET", "/numbers/chart/{chart}.svg"): LEADS,
    ("GET", "/numbers/{table}.csv"): LEADS,
    ("GET", "/api/v1/numbers"): LEADS,
    ("GET", "/tuning"): LEADS,
    ("GET", "/tuning/confusion"): LEADS,
    ("GET", "/tuning/drift"): LEADS,
    ("GET", "/tuning/releases"): LEADS,
    ("POST", "/tuning/releases"): LEADS,
    ("POST", "/tuning/releases/back"): LEADS,
    ("GET", "/tuning/releases/{release_id}"): LEADS,
    ("POST", "/tuning/releases/{release_id}/approve"): LEADS,
    ("POST", "/tuning/releases/{release_id}/reject"): LEADS,
    ("GET", "/tuning/evaluations/{evaluation_id}"): LEADS,
    ("GET", "/tuning/evaluations/{evaluation_id}/curves/{key}.svg"): LEADS,
    ("GET", "/tuning/evaluations/{evaluation_id}/pictures/{place}"): LEADS,
    ("GET", "/visits/{visit_id}"): VISIT_S_OWN,
    ("GET", "/visits/{visit_id}/retakes.txt"): VISIT_S_OWN,
    ("GET", "/visits/{visit_id}/media/{number}/picture"): VISIT_S_OWN,
    ("GET", "/visits/{visit_id}/media/{number}/video"): VISIT_S_OWN,
    ("POST", "/visits/{visit_id}/claim"): AUDITORS,
    ("POST", "/visits/{visit_id}/release"): AUDITORS,
    ("POST", "/visits/{visit_id}/decision"): AUDITORS,
    ("POST", "/visits/{visit_id}/objection"): frozenset({TECHNICIAN}),
    ("GET", "/own-visits"): TECHNICIANS,
    ("GET", "/api/v1/visits/{visit_id}"): VISIT_S_OWN,
    ("GET", "/api/v1/visits/{visit_id}/retakes"): VISIT_S_OWN,
    ("POST", "/api/v1/visits/{visit_id}/decisions"): AUDITORS,
    ("GET", "/users"): ADMINISTRATORS,
    ("POST", "/users"): ADMINISTRATORS,
    ("POST", "/users/{user_id}/role"): ADMINISTRATORS,
    ("POST", "/users/{user_id}/password"): ADMINISTRATORS,
    ("POST", "/users/{user_id}/disable"): ADMINISTRATORS,
    ("POST", "/users/{user_id}/enable"): ADMINISTRATORS,
}
FORMS: Mapping[Route, Mapping[str, str]] = {
    ("POST", "/sign-in"): {"name": "victim", "password": PASSWORD},
}
"""What must be sent so that a route comes to look at the person, beyond the token."""
OPEN_TO_BROWSERS = frozenset({"/static"})
"""Mounted without a door: styles and scripts, which hold nothing of anybody."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ACCEPTS = (PAGE["accept"], "image/avif,image/webp,image/*,*/*;q=0.8", "application/json")
NEEDS_PROVIDER = frozenset({("GET", "/sign-in/company"), ("GET", "/sign-in/company/back")})
# Nobody listens there: the route is reached, and says that the provider can't be.
OIDC = OidcSettings("http://127.0.0.1:9", "visitproof", SecretStr("secret"))


def routes(app: FastAPI) -> Iterator[Route]:
    """Every method and path of the app; what is neither a route nor the static files fails."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            assert route.path in OPEN_TO_BROWSERS
            continue
        assert isinstance(route.original_route, APIRoute), f"{route} is added past FastAPI's dependencies"
        for method in route.methods or ():
            yield method, str(route.path)


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, report: VisitReport
) -> Iterator[Town]:
    """A site with a visit of one technician."""
    copied = shutil.copy(empty_database, tmp_path_factory.mktemp("every-route"))
    with closing(ResultStore(f"sqlite:///{copied}")) as results:
        visited = replace(report, technician_number=TECHNICIAN_NUMBER)
        results.save_report(visited, "1" * 64, NOON)
        yield make_town(results, AccessSettings(oidc=OIDC))


@pytest.fixture(scope="module")
def people(town: Town) -> Mapping[str, Person | None]:
    number_8 = NewUser("other", Role.TECHNICIAN, technician_number="T-8")
    return {
        STRANGER: None,
        TECHNICIAN: town.person(Role.TECHNICIAN),
        OTHER_TECHNICIAN: town.site.results.users.add(number_8, NOON),
        AUDITOR: town.person(Role.AUDITOR),
        QA_LEAD: town.person(Role.QA_LEAD),
        ADMINISTRATOR: town.person(Role.ADMINISTRATOR),
    }


@pytest.fixture(scope="module")
def in_path(town: Town, report: VisitReport) -> Mapping[str, object]:
    """What stands for the names in braces; of users it is one whom nobody here has signed in as."""
    victim = NewUser("victim", Role.AUDITOR, password_hash=PASSWORDS.hash(PASSWORD, "victim"))
    user_id = town.site.results.users.add(victim, NOON).user_id
    names = {
        "visit_id": report.visit_id,
        "number": 0,
        "chart": "overturned",
        "table": "groups",
        "key": "value",
    }
    swept = NewEvaluation(EvaluationKind.SWEEP, "confidence.shoe", sweep_to_json(made_sweep()))
    evaluation_id = town.site.results.evaluations.add(swept, None, NOON).evaluation_id
    return {**names, "user_id": user_id, "evaluation_id": evaluation_id, "release_id": 1, "place": 0}


def ask(
    browser: TestClient, route: Route, path: str, token: str | None = None, accept: str = PAGE["accept"]
) -> Response:
    """A request of its own kind; with the browser's own token where none is given."""
    headers = {"accept": accept}
    fields = None
    if route[0] not in SAFE:
        headers["x-csrf-token"] = token_of(browser) if token is None else token
        fields = FORMS.get(route, {})
    return browser.request(route[0], path, data=fields, headers=headers)


def token_of(browser: TestClient) -> str:
    """The session's, or the one of a stranger's cookie."""
    if "x-csrf-token" in browser.headers:
        return browser.headers["x-csrf-token"]
    browser.get("/sign-in")
    return browser.cookies["visitproof_visitor"]


def is_in(answer: Response) -> bool:
    led_to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    was_signed_out = led_to_sign_in and "visitproof_session" in answer.headers.get("set-cookie", "")
    return answer.status_code not in (401, 403) and (was_signed_out or not led_to_sign_in)


ROUTES = sorted(WHO_GETS_IN)
GUARDED = [route for route in ROUTES if WHO_GETS_IN[route] != EVERYBODY]


def test_the_table_names_every_route_and_no_other(town: Town) -> None:
    assert sorted(routes(town.app)) == ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_exactly_those_get_in_who_should(
    town: Town, people: Mapping[str, Person | None], in_path: Mapping[str, object], route: Route
) -> None:
    path = route[1].format_map(in_path)
    for accept in ACCEPTS:
        answers = {
            who: ask(town.browser(person), route, path, None, accept) for who, person in people.items()
        }
        assert {who for who, answer in answers.items() if is_in(answer)} == WHO_GETS_IN[route]
        assert all(answer.status_code < 500 or route in NEEDS_PROVIDER for answer in answers.values())


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_stranger_is_led_to_the_sign_in_page_and_a_script_told(
    town: Town, in_path: Mapping[str, object], route: Route
) -> None:
    stranger, path = town.browser(), route[1].format_map(in_path)
    as_page, as_picture, by_script = (ask(stranger, route, path, None, accept) for accept in ACCEPTS)
    assert (as_picture.status_code, by_script.status_code) == (401, 401)
    assert as_page.status_code == (401 if path.startswith("/api/") else 303)


@pytest.mark.parametrize("route", [route for route in ROUTES if route[0] not in SAFE], ids=" ".join)
def test_nobody_changes_anything_without_their_own_token(
    town: Town, people: Mapping[str, Person | None], in_path: Mapping[str, object], route: Route
) -> None:
    path = route[1].format_map(in_path)
    for person in people.values():
        browser, another = town.browser(person), town.browser(person)
        for token in ("", "wrong", token_of(another)):
            assert ask(browser, route, path, token).status_code == 403


def test_what_is_open_to_everybody_is_styles_and_scripts_only(town: Town) -> None:
    folder = Path(str(files("review") / "static"))
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= {".css", ".js", ".svg"}
    assert town.browser().get("/static/../app.py").status_code == 404
    assert town.browser().get("/static/%2e%2e/app.py").status_code == 404
