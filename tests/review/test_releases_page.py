"""Releases on the site: proposed with a replay, approved by a second person, back in one click."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from pipeline.auditing import Person, Role
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.releases import ReleaseKind
from storage.evaluations import NewEvaluation
from storage.rule_folder import read_rule_folder
from storage.tuning_codec import replay_to_json
from tests.review.site_parts import Town
from tests.review.tuning_parts import made_replay

ENGLISH = {"accept-language": "en", "accept": "text/html"}
LIST = "/tuning/releases"
TODAY = date(2026, 11, 20)


@pytest.fixture
def people(town: Town) -> tuple[Person, Person]:
    return town.person(Role.QA_LEAD), town.person(Role.ADMINISTRATOR)


def rules(version: str, badge: float) -> bytes:
    return f'version: "{version}"\nconfidence: {{badge: {badge}}}\n'.encode()


def evaluated(town: Town, folder: Path, file: bytes) -> int:
    """A replay of exactly these rules."""
    folder.mkdir(exist_ok=True)
    (folder / "standard.yaml").write_bytes(file)
    replayed = NewEvaluation(
        EvaluationKind.REPLAY,
        "badge",
        replay_to_json(made_replay(())),
        rules_digest=read_rule_folder(folder).digest,
    )
    return town.site.results.evaluations.add(replayed, None, town.clock()).evaluation_id


def propose(
    town: Town, person: Person, file: bytes, evaluation: int, name: str = "standard.yaml"
) -> Response:
    form = {"evaluation_id": str(evaluation), "comment": "too many false alarms"}
    return town.browser(person).post(LIST, data=form, files={"files": (name, file)}, headers=ENGLISH)


def post(town: Town, person: Person, path: str, **form: str) -> Response:
    return town.browser(person).post(f"{LIST}/{path}", data=form, headers=ENGLISH)


def in_force(town: Town, day: date) -> str | None:
    found = town.site.results.releases.in_force(ReleaseKind.RULES, day)
    return found.version if found else None


def test_from_the_proposal_to_going_back(town: Town, people: tuple[Person, Person], tmp_path: Path) -> None:
    lead, administrator = people
    for version, badge in (("2027-01", 0.41), ("2027-02", 0.42)):
        file = rules(version, badge)
        made = propose(town, lead, file, evaluated(town, tmp_path, file))
        assert made.status_code == 303
        path = made.headers["location"].rsplit("/", 1)[-1]
        page = town.browser(administrator).get(made.headers["location"], headers=ENGLISH).text
        assert "confidence.badge" in page
        assert f"<b>{badge}</b>" in page
        approved = post(town, administrator, f"{path}/approve", from_day=str(TODAY), comment="agreed")
        assert approved.status_code == 303
        assert in_force(town, TODAY) == version
    listed = town.browser(lead).get(LIST, headers=ENGLISH).text
    assert "in force today" in listed
    assert "agreed" in listed
    gone = post(town, lead, "back", kind="rules", from_day=str(TODAY), comment="")
    assert gone.status_code == 303
    assert in_force(town, TODAY) == "2027-01"
    assert in_force(town, TODAY - timedelta(1)) is None


def test_nobody_approves_what_they_proposed(
    town: Town, people: tuple[Person, Person], tmp_path: Path
) -> None:
    lead, _ = people
    file = rules("2027-01", 0.41)
    made = propose(town, lead, file, evaluated(town, tmp_path, file))
    page = town.browser(lead).get(made.headers["location"], headers=ENGLISH).text
    assert "another person has to approve it" in page
    assert "/approve" not in page
    refused = post(town, lead, "1/approve", from_day=str(TODAY))
    assert (refused.status_code, in_force(town, TODAY)) == (422, None)
    assert "another person must approve it" in refused.text


@pytest.mark.parametrize(
    ("name", "file", "says"),
    [
        ("standard.yaml", b"version: [", "standard.yaml"),
        ("../standard.yaml", b"version: 2", "a rule file is named like"),
        ("standard.txt", b"version: 2", "a rule file is named like"),
        ("standard.yaml", b'version: "2027"\nconfidence: {badgee: 0.4}\n', "badgee"),
        ("repair.yaml", b"", "repair.yaml"),
        ("standard.yaml", rules("2027-09", 0.77), "is no replay of this very content"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_nothing_is_kept(
    town: Town, people: tuple[Person, Person], tmp_path: Path, name: str, file: bytes, says: str
) -> None:
    evaluation = evaluated(town, tmp_path, rules("2027-01", 0.41))
    refused = propose(town, people[0], file, evaluation, name)
    assert refused.status_code == 422
    assert says in refused.text
    assert "visitproof-rules-" not in refused.text
    assert town.site.results.releases.all(ReleaseKind.RULES) == ()


def test_a_rejected_one_can_not_be_approved(
    town: Town, people: tuple[Person, Person], tmp_path: Path
) -> None:
    lead, administrator = people
    file = rules("2027-01", 0.41)
    propose(town, lead, file, evaluated(town, tmp_path, file))
    assert post(town, lead, "1/reject", comment="never mind").status_code == 303
    assert post(town, administrator, "1/approve", from_day=str(TODAY)).status_code == 422
    assert post(town, administrator, "1/approve", from_day="tomorrow").status_code == 422


def test_there_is_nothing_to_go_back_from_and_no_release_99(
    town: Town, people: tuple[Person, Person]
) -> None:
    assert post(town, people[0], "back", kind="rules", from_day=str(TODAY)).status_code == 422
    assert town.browser(people[0]).get(f"{LIST}/99").status_code == 404
    assert post(town, people[0], "99/reject").status_code == 404
