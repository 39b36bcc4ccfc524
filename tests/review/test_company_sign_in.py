"""Signing in with a company's account, against a real OpenID Connect provider over HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from oidc_provider_mock import User as Subject
from oidc_provider_mock import run_server_in_thread
from pydantic import SecretStr
from starlette.testclient import TestClient

from pipeline.auditing import Role
from review.access_settings import AccessSettings, OidcSettings
from review.oidc import claim, role_of_claims
from storage.results import ResultStore
from storage.users import NewUser
from tests.review.site_parts import NOON, Town, make_town

SUBJECTS = (
    Subject(sub="s-lin", claims={"preferred_username": "Lin", "name": "林", "groups": ["staff", "vp-qa"]}),
    Subject(sub="s-wang", claims={"preferred_username": "wang", "groups": ["vp-field"], "staff_number": 77}),
    Subject(sub="s-guest", claims={"preferred_username": "guest", "groups": ["canteen"]}),
)
ROLES = {"vp-admin": Role.ADMINISTRATOR, "vp-qa": Role.QA_LEAD, "vp-field": Role.TECHNICIAN}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider speaks plain HTTP to this machine
        with run_server_in_thread(user_claims=SUBJECTS, require_nonce=True) as server:
            yield f"http://localhost:{server.server_port}"


def town_of(results: ResultStore, issuer: str, **changes: Any) -> Town:
    oidc = OidcSettings(issuer, "visitproof", SecretStr("secret"), create_users=True, role_claim="groups")
    oidc = replace(oidc, roles=ROLES, technician_claim="staff_number", **changes)
    return make_town(results, AccessSettings(oidc=oidc))


def leave(browser: TestClient, wanted: str = "/") -> str:
    answer = browser.get("/sign-in/company", params={"next": wanted})
    assert answer.status_code == 302
    return answer.headers["location"]


def consent(address: str, subject: str, action: str = "authorize") -> str:
    """What the person does at the provider; where it sends the browser then, without the host."""
    answer = httpx2.post(address, data={"sub": subject, "action": action})
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def sign_in(browser: TestClient, subject: str, wanted: str = "/") -> httpx2.Response:
    return browser.get(consent(leave(browser, wanted), subject))


def signed_in(browser: TestClient) -> bool:
    return browser.get("/account").status_code == 200


def test_a_subject_becomes_a_user_with_the_role_that_its_claims_say(
    results: ResultStore, issuer: str
) -> None:
    town = town_of(results, issuer)
    browser = town.browser()
    answer = sign_in(browser, "s-lin", "/queue?city=上海")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/queue?city=%E4%B8%8A%E6%B5%B7"
    assert signed_in(browser)
    user = results.users.by_subject(issuer, "s-lin")
    assert user is not None
    assert (user.person.name, user.person.display_name, user.person.role) == ("lin", "林", Role.QA_LEAD)
    assert user.password_hash is None
    assert "本站没有您的密码" in browser.get("/account").text


def test_a_technician_gets_the_number_of_the_claims(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer)
    browser = town.browser()
    assert sign_in(browser, "s-wang").status_code == 303
    assert browser.get("/").headers["location"] == "/own-visits"
    user = results.users.by_name("wang")
    assert user is not None
    assert user.person.technician_number == "77"


def test_the_request_carries_state_nonce_and_a_pkce_challenge(results: ResultStore, issuer: str) -> None:
    browsers = [town_of(results, issuer).browser() for _ in range(2)]
    asked = [parse_qs(urlsplit(leave(browser)).query) for browser in browsers]
    for query in asked:
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == ["http://localhost/sign-in/company/back"]
        assert query["scope"] == ["openid profile email"]
    for name in ("state", "nonce", "code_challenge"):
        assert len({query[name][0] for query in asked}) == 2
        assert all(len(query[name][0]) >= 20 for query in asked)


def test_over_tls_the_provider_sends_back_to_https(results: ResultStore, issuer: str) -> None:
    oidc = town_of(results, issuer).site.access.oidc
    town = make_town(results, AccessSettings(oidc=oidc, tls=True))
    answer = town.browser().get("/sign-in/company")
    assert "redirect_uri=https%3A%2F%2Flocalhost%2F" in answer.headers["location"]
    cookies = answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-visitproof_company=") and "secure" in cookie for cookie in cookies)


def test_an_answer_that_another_browser_asked_for_is_refused(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer)
    attacker, victim = town.browser(), town.browser()
    planted = consent(leave(attacker), "s-lin")
    assert victim.get(planted).status_code == 502
    leave(victim)
    assert victim.get(planted).status_code == 502
    assert not signed_in(victim)
    assert attacker.get(planted).status_code == 303
    assert attacker.get(planted).status_code == 502


@pytest.mark.parametrize(
    "query", [{}, {"code": "made-up"}, {"code": "made-up", "state": "made-up"}, {"error": "access_denied"}]
)
def test_made_up_answers_are_refused_with_a_page(
    results: ResultStore, issuer: str, query: Mapping[str, str]
) -> None:
    browser = town_of(results, issuer).browser()
    answer = browser.get(f"/sign-in/company/back?{urlencode(query)}", headers={"accept-language": "en"})
    assert answer.status_code == 502
    assert "Signing in with the company account did not work" in answer.text


def test_a_code_that_the_provider_does_not_know_is_refused(results: ResultStore, issuer: str) -> None:
    browser = town_of(results, issuer).browser()
    (state,) = parse_qs(urlsplit(leave(browser)).query)["state"]
    assert browser.get(f"/sign-in/company/back?code=made-up&state={state}").status_code == 502
    assert not signed_in(browser)


def test_who_says_no_at_the_provider_is_not_signed_in(results: ResultStore, issuer: str) -> None:
    browser = town_of(results, issuer).browser()
    back = consent(leave(browser), "s-lin", "deny")
    assert "error=access_denied" in back
    assert browser.get(back).status_code == 502
    assert not signed_in(browser)


def test_without_a_role_there_is_a_page_that_says_so_and_no_user(results: ResultStore, issuer: str) -> None:
    browser = town_of(results, issuer).browser()
    answer = sign_in(browser, "s-guest")
    assert answer.status_code == 403
    assert "您的企业账号没有使用本站的角色" in answer.text
    assert not signed_in(browser)
    assert results.users.all() == ()


def test_where_users_are_not_made_the_page_says_the_subject(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer, create_users=False)
    answer = sign_in(town.browser(), "s-lin")
    assert answer.status_code == 403
    assert "s-lin" in answer.text
    assert results.users.all() == ()


def test_a_linked_user_signs_in_as_itself(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer, create_users=False, role_claim=None)
    linked = NewUser("auditor-1", Role.AUDITOR, oidc_issuer=issuer, oidc_subject="s-lin")
    person = results.users.add(linked, NOON)
    browser = town.browser()
    assert sign_in(browser, "s-lin").status_code == 303
    assert "auditor-1" in browser.get("/account").text
    assert [user.person for user in results.users.all()] == [person]


def test_a_local_user_of_the_same_name_is_never_taken_over(results: ResultStore, issuer: str) -> None:
    results.users.add(NewUser("lin", Role.ADMINISTRATOR), NOON)
    browser = town_of(results, issuer).browser()
    answer = sign_in(browser, "s-lin")
    assert answer.status_code == 403
    assert "已被使用" in answer.text
    assert not signed_in(browser)


def test_a_role_that_changed_in_the_company_changes_here(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer)
    for groups, role in (("vp-qa", Role.QA_LEAD), ("vp-admin", Role.ADMINISTRATOR)):
        httpx2.put(f"{issuer}/users/s-moves", json={"preferred_username": "moves", "groups": groups})
        assert sign_in(town.browser(), "s-moves").status_code == 303
        user = results.users.by_name("moves")
        assert user is not None
        assert user.person.role is role


def test_a_disabled_user_is_refused(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer)
    sign_in(town.browser(), "s-lin")
    user = results.users.by_name("lin")
    assert user is not None
    results.users.disable(user.person.user_id, NOON)
    browser = town.browser()
    answer = sign_in(browser, "s-lin")
    assert answer.status_code == 403
    assert "此账号已停用" in answer.text
    assert not signed_in(browser)


def test_another_issuer_than_the_settings_name_is_refused(results: ResultStore, issuer: str) -> None:
    town = town_of(results, issuer.replace("localhost", "127.0.0.1") + "/")
    browser = town.browser()
    assert sign_in(browser, "s-lin").status_code == 502
    assert not signed_in(browser)


def test_a_provider_that_is_away_is_said_and_passwords_still_work(results: ResultStore) -> None:
    town = town_of(results, "http://127.0.0.1:9", name="公司账号")
    page = town.browser().get("/sign-in?next=/queue%3Fcity%3Da").text
    assert 'href="/sign-in/company?next=/queue%3Fcity%3Da"' in page
    assert "使用企业账号登录：公司账号" in page
    assert 'name="password"' in page
    assert town.browser().get("/sign-in/company").status_code == 502


def test_without_the_settings_there_is_no_such_way_in(town: Town) -> None:
    assert town.browser().get("/sign-in/company").status_code == 404
    assert "/sign-in/company" not in town.browser().get("/sign-in").text


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("vp-qa", Role.QA_LEAD),
        (["vp-field", "vp-admin"], Role.ADMINISTRATOR),
        (["vp-field", "x"], Role.TECHNICIAN),
        (["x"], None),
        ("vp-qa,vp-admin", None),
        ({"vp-admin": True}, None),
        (None, None),
    ],
)
def test_the_first_of_the_settings_roles_that_is_named_counts(said: object, role: Role | None) -> None:
    oidc = OidcSettings("https://idp", "c", SecretStr("s"), role_claim="groups", roles=ROLES)
    assert role_of_claims(oidc, {"groups": said}) is role
    with_default = replace(oidc, default_role=Role.AUDITOR)
    assert role_of_claims(with_default, {"groups": said}) is (role or Role.AUDITOR)


def test_a_claim_is_found_by_name_or_path() -> None:
    claims = {"realm_access": {"roles": ["a"]}, "https://company.example/roles": ["b"], "x": "y"}
    assert claim(claims, "realm_access.roles") == ["a"]
    assert claim(claims, "https://company.example/roles") == ["b"]
    assert claim(claims, "x.y.z") is None
    assert claim(claims, "nothing") is None
