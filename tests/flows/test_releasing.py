"""`visitproof rules ...` and `model ...`, and the nights that judge by what was released."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.assembly import Services, open_services, today
from flows.cli.app import app
from flows.judging import kept_report
from flows.night import run_directly, run_night
from flows.settings import Settings
from models.registry import load_registry
from pipeline.auditing import Person, Role
from pipeline.errors import RegistryError
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.releases import ReleaseKind
from pipeline.visit import ServiceType
from storage.evaluations import NewEvaluation
from storage.releases import Asked, ReleasedModel
from storage.results import ResultStore
from storage.rule_folder import read_rule_folder
from storage.upload import upload_visit
from storage.users import NewUser
from tests.flows.fakes import DAY, write_visit

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[ResultStore]:
    """The database of the data folder `tmp_path`, with two who may release and one who may not."""
    with closing(ResultStore(f"sqlite:///{tmp_path}/results.db")) as store:
        for name, role in (("anna", Role.QA_LEAD), ("ben", Role.ADMINISTRATOR), ("cai", Role.AUDITOR)):
            store.users.add(NewUser(name, role, password_hash="x"), NOON)
        yield store


def command(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--data-folder", str(folder), *arguments])


def said(folder: Path, *arguments: str) -> str:
    done = command(folder, *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def refused(folder: Path, *arguments: str) -> str:
    done = command(folder, *arguments)
    assert done.exit_code in (1, 2)
    return " ".join(done.output.split())


def rules(folder: Path, version: str, badge: float) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "standard.yaml").write_text(f'version: "{version}"\nconfidence: {{badge: {badge}}}\n')
    return folder


def replayed(results: ResultStore, folder: Path) -> str:
    """The number of a replay of a folder's rules."""
    digest = read_rule_folder(folder).digest
    return str(
        results.evaluations.add(
            NewEvaluation(EvaluationKind.REPLAY, "replay", "{}", rules_digest=digest), None, NOON
        ).evaluation_id
    )


def person(results: ResultStore, name: str) -> Person:
    user = results.users.by_name(name)
    assert user is not None
    return user.person


def test_the_life_of_two_versions(results: ResultStore, tmp_path: Path) -> None:
    first, second = rules(tmp_path / "one", "c-1", 0.5), rules(tmp_path / "two", "c-2", 0.6)
    assert "the rules that ship; no release is" in said(tmp_path, "rules", "list")
    by_anna = ("--by", "anna", "--comment", "fewer false alarms")
    proposed = said(
        tmp_path, "rules", "propose", str(first), "--evaluation", replayed(results, first), *by_anna
    )
    assert "rules approve 1 --from DATE" in proposed
    assert "another person must approve" in refused(tmp_path, "rules", "approve", "1", "--by", "anna")
    assert "in force for visits" in said(tmp_path, "rules", "approve", "1", "--by", "ben")
    said(tmp_path, "rules", "propose", str(second), "--evaluation", replayed(results, second), "--by", "ben")
    later = (date.today() + timedelta(7)).isoformat()  # noqa: DTZ011
    said(tmp_path, "rules", "approve", "2", "--from", later, "--by", "anna")
    listed = said(tmp_path, "rules", "list")
    assert "in force: version c-1" in listed
    assert f"until before {later}" in listed
    assert "on: version c-1" in said(tmp_path, "rules", "back", "--by", "ben")
    one, two = map(json.loads, said(tmp_path, "rules", "list", "--json").splitlines())
    assert (one["state"], two["state"]) == ("approved", "withdrawn")
    assert one["steps"][0]["via"].startswith("shell: ")
    assert "on: the rules that ship" in said(tmp_path, "rules", "back", "--by", "ben")


def test_a_version_is_shown_with_its_files(results: ResultStore, tmp_path: Path) -> None:
    folder = rules(tmp_path / "one", "c-1", 0.5)
    evaluation = replayed(results, folder)
    said(
        tmp_path,
        "rules",
        "propose",
        str(folder),
        "--evaluation",
        evaluation,
        "--by",
        "anna",
        "--comment",
        "why",
    )
    shown = said(tmp_path, "rules", "show", "c-1", "--out", str(tmp_path / "again"))
    assert "release 1, version c-1: proposed" in shown
    assert "rests on evaluation 1 (replay)" in shown
    assert "why" in shown
    assert read_rule_folder(tmp_path / "again") == read_rule_folder(folder)
    said(tmp_path, "rules", "reject", "1", "--by", "ben", "--comment", "no")
    assert "reject by ben" in said(tmp_path, "rules", "show", "1")


def test_differences_are_shown_value_by_value(results: ResultStore, tmp_path: Path) -> None:
    folder = rules(tmp_path / "one", "c-1", 0.5)
    found = said(tmp_path, "rules", "diff", "shipped", str(folder))
    assert "confidence.badge" in found
    assert [line.split() for line in found.splitlines() if "badge" in line] == [
        ["confidence.badge", "0.4", "0.5", "all"]
    ]
    assert "no difference" in said(tmp_path, "rules", "diff", "shipped", "shipped")
    assert "no release 'x'; known: none" in refused(tmp_path, "rules", "diff", "shipped", "x")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("propose", "nowhere", "--evaluation", "1", "--by", "anna"), "no such folder"),
        (("propose", "one", "--evaluation", "9", "--by", "anna"), "no evaluation 9"),
        (("propose", "one", "--evaluation", "1", "--by", "nan"), "no user 'nan'; valid: anna, ben, cai"),
        (("propose", "one", "--evaluation", "1", "--by", "cai"), "cai (auditor) may not release"),
        (("propose", "one", "--evaluation", "1"), "Missing option '--by'"),
        (("approve", "7", "--by", "anna"), "no release 7"),
        (("approve", "1", "--by", "anna", "--from", "tomorrow"), "'tomorrow' is no day"),
        (("approve", "1", "--by", "anna", "--from", "2020-01-01"), "2020-01-01 is over"),
        (("back", "--by", "anna"), "nothing to go back from"),
        (("back", "--by", "anna", "--to", "c-9"), "no release 'c-9'"),
        (("show", "c-9"), "no release 'c-9'; known: 'c-1'"),
    ],
)
def test_what_can_t_be_is_said(
    results: ResultStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = rules(Path("one"), "c-1", 0.5)
    proposed = rules(tmp_path / "proposed", "c-1", 0.5)
    evaluation = replayed(results, folder)
    if arguments[0] != "propose":
        said(tmp_path, "rules", "propose", str(proposed), "--evaluation", evaluation, "--by", "ben")
    assert complaint in refused(tmp_path, "rules", *arguments)


def test_a_disabled_user_releases_nothing(results: ResultStore, tmp_path: Path) -> None:
    results.users.disable(person(results, "anna").user_id, NOON)
    assert "user 'anna' is disabled" in refused(tmp_path, "rules", "back", "--by", "anna")


def release_model(results: ResultStore, model: ReleasedModel, from_day: date) -> None:
    new = NewEvaluation(EvaluationKind.COMPARISON, "c", "{}", model_digest=model.sha256)
    evaluation = results.evaluations.add(new, None, NOON)
    anna, ben = (Asked(person(results, name), NOON, from_day, "site") for name in ("anna", "ben"))
    release = results.releases.propose_model(model, evaluation.evaluation_id, anna)
    results.releases.approve(release.release_id, from_day, ben)


def test_a_registered_detector_is_proposed_by_its_name(results: ResultStore, tmp_path: Path) -> None:
    entry = load_registry().entry()
    compared = NewEvaluation(EvaluationKind.COMPARISON, "c", "{}", model_digest=entry.sha256)
    evaluation = str(results.evaluations.add(compared, None, NOON).evaluation_id)
    by_anna = ("--evaluation", evaluation, "--by", "anna")
    assert "no weights named 'x'" in refused(tmp_path, "model", "propose", "x", *by_anna)
    assert f"version {entry.name} {entry.version}" in said(tmp_path, "model", "propose", entry.name, *by_anna)
    assert "release 1 is one of model" in refused(tmp_path, "rules", "approve", "1", "--by", "ben")
    said(tmp_path, "model", "approve", "1", "--by", "ben")
    assert f"in force: version {entry.name}" in said(tmp_path, "model", "list")
    assert "on: the detector that the registry names" in said(tmp_path, "model", "back", "--by", "ben")


def test_weights_that_are_not_the_released_ones_stop_at_start(results: ResultStore, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    entry = load_registry().entry()
    release_model(results, ReleasedModel(entry.name, "0", "0" * 64), today(settings))
    with pytest.raises(RegistryError, match="was released as version 0"), open_services(settings):
        pass
    with open_services(settings.model_copy(update={"use_releases": False})) as services:
        assert services.releases == ()
    release_model(results, ReleasedModel(entry.name, entry.version, entry.sha256), today(settings))
    with open_services(settings) as services:
        assert services.results.releases.in_force(ReleaseKind.MODEL, today(settings)) is not None


def test_a_night_judges_by_the_rules_of_the_day(services: Services, tmp_path: Path) -> None:
    """One visit before the release, one on its first day; going back leaves the day before as it was."""
    next_day = (date.fromisoformat(DAY) + timedelta(1)).isoformat()
    for visit_id, day in (("V-1", DAY), ("V-2", next_day)):
        upload_visit(services.store, write_visit(tmp_path, visit_id, {"1.jpg": visit_id.encode()}, day=day))
    store = services.results
    for name in ("anna", "ben"):
        store.users.add(NewUser(name, Role.QA_LEAD, password_hash="x"), NOON)
    folder = rules(tmp_path / "rules", "c-1", 0.5)
    first_day = date.fromisoformat(next_day)
    anna, ben = (Asked(person(store, name), NOON, first_day, "site") for name in ("anna", "ben"))
    evaluation = int(replayed(store, folder))
    release = store.releases.propose_rules(read_rule_folder(folder), evaluation, anna)
    shipped = services.rules[ServiceType.CLEANING].version
    assert versions_judged_by(services) == [shipped, shipped]
    store.releases.approve(release.release_id, first_day, ben)
    assert versions_judged_by(services) == [shipped, "1.0, standard c-1"]
    store.releases.back(ReleaseKind.RULES, first_day, anna)
    assert versions_judged_by(services) == [shipped, shipped]


def versions_judged_by(services: Services) -> list[str]:
    """The versions in the reports after a night over both visits, services opened anew."""
    opened = replace(services, releases=services.results.releases.rules_by_day())
    run_night(opened, "visits/", run_directly)
    return [kept_report(opened, visit_id).report.rule_version for visit_id in ("V-1", "V-2")]
