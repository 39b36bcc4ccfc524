"""The administrators' page: who may sign in."""

import pytest
from starlette.testclient import TestClient

from pipeline.auditing import Person, Role
from storage.users import User
from tests.review.site_parts import Town

PASSWORD = "correct horse battery"


@pytest.fixture
def administrator(town: Town) -> TestClient:
    return town.browser_of(Role.ADMINISTRATOR)


@pytest.fixture
def lin(town: Town) -> Person:
    return town.person(Role.AUDITOR, "lin")


def user(town: Town, name: str) -> User:
    found = town.site.results.users.by_name(name)
    assert found is not None
    return found


def test_a_user_is_added_and_listed(town: Town, administrator: TestClient) -> None:
    fields = {"name": "Wang", "display_name": "王<b>", "role": "technician", "technician_number": "T-9"}
    answer = administrator.post("/users", data=fields | {"password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert user(town, "wang").person.technician_number == "T-9"
    page = administrator.get("/users").text
    assert "王&lt;b&gt;" in page
    assert PASSWORD not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "lin"}, "已被使用"),
        ({"name": "a b"}, "用户名须为"),
        ({"password": "short"}, "密码须为"),
        ({"role": "technician"}, "工号"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_added(
    town: Town, administrator: TestClient, lin: Person, changes: dict[str, str], words: str
) -> None:
    before = town.site.results.users.all()
    fields = {"name": "new", "role": "auditor", "password": PASSWORD} | changes
    answer = administrator.post("/users", data=fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert town.site.results.users.all() == before


def test_disabling_locks_out_at_once_and_enabling_lets_in_again(
    town: Town, administrator: TestClient, lin: Person
) -> None:
    open_browser = town.browser(lin)
    assert administrator.post(f"/users/{lin.user_id}/disable").status_code == 303
    assert open_browser.get("/account").status_code == 303
    assert user(town, "lin").disabled_at == town.clock()
    assert administrator.post(f"/users/{lin.user_id}/enable").status_code == 303
    assert user(town, "lin").disabled_at is None
    assert open_browser.get("/account").status_code == 303
    assert town.browser(lin).get("/account").status_code == 200


def test_role_and_password_are_changed(town: Town, administrator: TestClient, lin: Person) -> None:
    path = f"/users/{lin.user_id}"
    assert administrator.post(f"{path}/role", data={"role": "technician"}).status_code == 422
    changed = administrator.post(f"{path}/role", data={"role": "technician", "technician_number": "T-3"})
    assert changed.status_code == 303
    assert (user(town, "lin").person.role, user(town, "lin").person.technician_number) == (
        Role.TECHNICIAN,
        "T-3",
    )
    open_browser = town.browser(lin)
    assert administrator.post(f"{path}/password", data={"password": "short"}).status_code == 422
    assert open_browser.get("/account").status_code == 200
    assert administrator.post(f"{path}/password", data={"password": PASSWORD}).status_code == 303
    assert open_browser.get("/account").status_code == 303


def test_administrators_neither_disable_nor_demote_themselves(town: Town, administrator: TestClient) -> None:
    own = town.person(Role.ADMINISTRATOR)
    for act, fields in (("disable", {}), ("role", {"role": "auditor"})):
        answer = administrator.post(f"/users/{own.user_id}/{act}", data=fields)
        assert answer.status_code == 422
        assert "另一位管理员" in answer.text
    assert user(town, own.name).person == own
    assert user(town, own.name).disabled_at is None


def test_a_user_that_isn_t_there_is_not_found(administrator: TestClient) -> None:
    for act in ("disable", "enable", "password", "role"):
        assert administrator.post(f"/users/999/{act}", data={"role": "auditor"}).status_code == 404
