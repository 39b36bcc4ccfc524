"""Evaluations and releases, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pipeline.auditing import Person, Role
from pipeline.errors import ReleaseError, RulesError, StorageError
from pipeline.tuning.evaluations import Evaluation, EvaluationKind
from pipeline.tuning.releases import Release, ReleaseKind, Span, StepKind
from pipeline.visit import ServiceType
from storage.database import Database
from storage.evaluations import NewEvaluation
from storage.releases import Asked, ReleasedModel
from storage.results import ResultStore
from storage.rule_codec import rule_sets_from_json, rule_sets_to_json, rules_digest
from storage.rule_files import check_complete, load_rule_sets
from storage.rule_folder import RuleFolder, read_rule_folder
from storage.users import NewUser

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(1)
RULES = ReleaseKind.RULES


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    with closing(ResultStore(database_url)) as store:
        yield store


@pytest.fixture
def anna(results: ResultStore) -> Person:
    return results.users.add(NewUser("anna", Role.QA_LEAD, "安娜", password_hash="x"), NOON)


@pytest.fixture
def ben(results: ResultStore) -> Person:
    return results.users.add(NewUser("ben", Role.ADMINISTRATOR, "本", password_hash="x"), NOON)


def asked(person: Person, **changes: object) -> Asked:
    return replace(Asked(person, NOON, TODAY, "site"), **changes)  # type: ignore[arg-type]


def folder(at: Path, version: str, badge: float) -> RuleFolder:
    at.mkdir(exist_ok=True)
    lines = f'version: "{version}"\n# why\nconfidence: {{badge: {badge}}}\n'
    (at / "standard.yaml").write_text(lines, encoding="utf-8")
    return read_rule_folder(at)


def replay_of(results: ResultStore, rules: RuleFolder) -> Evaluation:
    new = NewEvaluation(EvaluationKind.REPLAY, "replay", '{"schema_version":1}', rules_digest=rules.digest)
    return results.evaluations.add(new, None, NOON)


def propose(results: ResultStore, at: Path, version: str, badge: float, person: Person) -> Release:
    rules = folder(at, version, badge)
    return results.releases.propose_rules(rules, replay_of(results, rules).evaluation_id, asked(person))


def badge_on(results: ResultStore, day: date) -> float | None:
    """The badge's confidence that is in force on a day; None where no release is."""
    begun = [rules for span, rules in results.releases.rules_by_day() if span.from_day <= day]
    return begun[-1][ServiceType.REPAIR].confidence["badge"] if begun and begun[-1] else None


def test_an_evaluation_is_kept_whole(results: ResultStore, anna: Person) -> None:
    new = NewEvaluation(EvaluationKind.DETECTOR, "badges", '{"a":1}', "set", "s" * 64, None, "m" * 64)
    made = results.evaluations.add(new, anna.user_id, NOON)
    assert results.evaluations.get(made.evaluation_id) == made
    assert results.evaluations.body(made.evaluation_id) == '{"a":1}'
    assert (made.subject, made.set_name, made.created_by_name) == ("badges", "set", "安娜")
    by_schedule = results.evaluations.add(replace(new, set_name="other"), None, NOON)
    assert (by_schedule.created_by, by_schedule.created_by_name) == (None, None)
    assert results.evaluations.newest() == (by_schedule, made)
    assert results.evaluations.newest(EvaluationKind.SWEEP) == ()
    assert results.evaluations.newest(EvaluationKind.DETECTOR, set_name="set") == (made,)
    assert results.evaluations.newest(most=1) == (by_schedule,)
    with pytest.raises(ReleaseError, match="no evaluation 99"):
        results.evaluations.get(99)
    with pytest.raises(ReleaseError, match="no evaluation 99"):
        results.evaluations.body(99)


def test_from_proposal_to_the_day_and_back(
    results: ResultStore, anna: Person, ben: Person, tmp_path: Path
) -> None:
    first = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    assert badge_on(results, TODAY) is None
    results.releases.approve(first.release_id, TODAY, asked(ben, comment="gut"))
    second = propose(results, tmp_path / "b", "2026-2", 0.6, ben)
    results.releases.approve(second.release_id, TODAY + 3 * DAY, asked(anna))
    assert [badge_on(results, TODAY + n * DAY) for n in (-1, 0, 2, 3)] == [None, 0.5, 0.5, 0.6]
    assert results.releases.in_force(RULES, TODAY + 3 * DAY) == second
    back = results.releases.back(RULES, TODAY + 4 * DAY, asked(anna))
    assert (back.word, back.release_id, back.user_name) == (StepKind.BACK, first.release_id, "安娜")
    assert [badge_on(results, TODAY + n * DAY) for n in (3, 4, 9)] == [0.6, 0.5, 0.5]
    results.releases.back(RULES, TODAY + 4 * DAY, asked(anna))
    assert badge_on(results, TODAY + 4 * DAY) is None
    spans = [span for span, _ in results.releases.rules_by_day()]
    assert spans[-1] == Span(TODAY + 4 * DAY, None)
    assert [step.comment for step in results.releases.steps(RULES)] == ["gut", "", "", ""]


def test_a_release_keeps_its_files_and_its_rules(results: ResultStore, anna: Person, tmp_path: Path) -> None:
    release = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    assert results.releases.all(RULES) == (release,)
    assert results.releases.get(release.release_id) == release
    assert results.releases.of_version(RULES, "2026-1") == release
    assert results.releases.of_version(RULES, str(release.release_id)) == release
    assert "# why" in results.releases.files(release.release_id)["standard.yaml"]
    kept = results.releases.rule_sets(release.release_id)
    assert kept == load_rule_sets(tmp_path / "a")
    assert "standard 2026-1" in kept[ServiceType.REPAIR].version
    with pytest.raises(ReleaseError, match="no release '9'; known: '2026-1'"):
        results.releases.of_version(RULES, "9")
    with pytest.raises(ReleaseError, match="no release 99"):
        results.releases.get(99)


def test_the_same_version_with_other_content_is_refused(
    results: ResultStore, anna: Person, tmp_path: Path
) -> None:
    propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    with pytest.raises(ReleaseError, match="version '2026-1' is release 1, with other content"):
        propose(results, tmp_path / "a", "2026-1", 0.6, anna)
    assert len(results.releases.all(RULES)) == 1


def test_an_evaluation_of_other_rules_carries_nothing(
    results: ResultStore, anna: Person, tmp_path: Path
) -> None:
    other = replay_of(results, folder(tmp_path / "a", "2026-1", 0.5))
    with pytest.raises(ReleaseError, match="run one on it"):
        results.releases.propose_rules(
            folder(tmp_path / "b", "2026-2", 0.6), other.evaluation_id, asked(anna)
        )
    with pytest.raises(ReleaseError, match="no evaluation 77"):
        results.releases.propose_rules(folder(tmp_path / "b", "2026-2", 0.6), 77, asked(anna))


def test_the_proposer_can_t_approve_and_a_rejection_ends_it(
    results: ResultStore, anna: Person, ben: Person, tmp_path: Path
) -> None:
    release = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    with pytest.raises(ReleaseError, match="another person"):
        results.releases.approve(release.release_id, TODAY, asked(anna))
    results.releases.reject(release.release_id, asked(ben, comment="zu viel"))
    with pytest.raises(ReleaseError, match="rejected already"):
        results.releases.approve(release.release_id, TODAY, asked(ben))
    assert results.releases.rules_by_day() == ()


def test_models_and_rules_don_t_mix(results: ResultStore, anna: Person, ben: Person, tmp_path: Path) -> None:
    rules = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    yolo = ReleasedModel("yolo", "2", "m" * 64)
    compared = NewEvaluation(EvaluationKind.COMPARISON, "c", "{}", model_digest="m" * 64)
    evaluation = results.evaluations.add(compared, anna.user_id, NOON)
    model = results.releases.propose_model(yolo, evaluation.evaluation_id, asked(anna))
    results.releases.approve(rules.release_id, TODAY, asked(ben))
    results.releases.approve(model.release_id, TODAY, asked(ben))
    assert model.version == "yolo 2"
    assert results.releases.in_force(ReleaseKind.MODEL, TODAY) == model
    assert results.releases.model_in_force(TODAY) == yolo
    assert results.releases.model_in_force(TODAY - DAY) is None
    assert results.releases.in_force(RULES, TODAY) == rules
    results.releases.back(ReleaseKind.MODEL, TODAY, asked(ben))
    assert results.releases.in_force(ReleaseKind.MODEL, TODAY) is None
    assert results.releases.in_force(RULES, TODAY) == rules


def test_nothing_of_it_is_ever_changed(
    results: ResultStore, anna: Person, ben: Person, tmp_path: Path, database_url: str
) -> None:
    release = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    results.releases.approve(release.release_id, TODAY, asked(ben))
    with closing(Database(database_url)) as database:
        for table, change in (
            ("evaluations", "subject"),
            ("releases", "version"),
            ("release_steps", "comment"),
        ):
            for statement in (f"UPDATE {table} SET {change} = 'x'", f"DELETE FROM {table}"):  # noqa: S608
                with pytest.raises(DatabaseError, match="never changed"), database.writing() as connection:
                    connection.execute(text(statement))
    assert results.releases.in_force(RULES, TODAY) == release


def test_rules_that_were_tampered_with_judge_nothing(
    results: ResultStore, anna: Person, ben: Person, tmp_path: Path, database_url: str
) -> None:
    release = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    results.releases.approve(release.release_id, TODAY, asked(ben))
    is_postgresql = "postgresql" in database_url
    with closing(Database(database_url)) as database, database.writing() as connection:
        for table in ("releases", "evaluations"):
            trigger = f"{table}_append_only ON {table}" if is_postgresql else f"{table}_no_update"
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        changed = (
            "UPDATE releases SET body = replace(body, 'near_threshold\"\\:0.05', 'near_threshold\"\\:0.5')"
        )
        connection.execute(text(changed))
        connection.execute(text("UPDATE evaluations SET body = '{}'"))
    with pytest.raises(StorageError, match="release 1, version '2026-1': its rules are not the ones"):
        results.releases.rules_by_day()
    with pytest.raises(StorageError, match="evaluation 1: its body"):
        results.evaluations.body(1)


def test_two_at_the_same_time(
    results: ResultStore, anna: Person, ben: Person, tmp_path: Path, database_url: str
) -> None:
    """Whoever comes second is told so: the place after a step is taken once."""
    release = propose(results, tmp_path / "a", "2026-1", 0.5, anna)
    results.releases.approve(release.release_id, TODAY, asked(ben))
    row = "INSERT INTO release_steps (kind, previous, word, user_id, decided_at, comment, via) "
    row += f"VALUES ('rules', 0, 'back', {ben.user_id}, '2026-11-20', '', '')"
    with (
        closing(Database(database_url)) as database,
        pytest.raises(DatabaseError, match=r"(?i)unique"),
        database.writing() as connection,
    ):
        connection.execute(text(row))


def test_rules_survive_their_json() -> None:
    shipped = load_rule_sets()
    again = rule_sets_from_json(rule_sets_to_json(shipped))
    assert again == shipped
    assert rules_digest(again) == rules_digest(shipped)
    with pytest.raises(StorageError, match="can't be read"):
        rule_sets_from_json('{"repair": {}}')


def test_a_program_that_asks_for_more_says_what_is_lacking() -> None:
    rules = load_rule_sets()[ServiceType.REPAIR]
    check_complete(rules, "release 1")
    (order,) = (item for item in rules.items if item.item_id == "time.order")
    items = tuple(replace(item, params={}) if item is order else item for item in rules.items)
    less = {name: value for name, value in rules.confidence.items() if name != "badge"}
    with pytest.raises(RulesError, match=r"release 1: .*confidence\.badge, items\.time\.order\.params\.\w+"):
        check_complete(replace(rules, items=items, confidence=less), "release 1")


def test_a_folder_that_can_t_be_released(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"standard\.yaml is missing"):
        read_rule_folder(tmp_path)
    shipped = load_rule_sets()[ServiceType.REPAIR].version.removeprefix("1.0, standard ")
    with pytest.raises(RulesError, match="that of the shipped rules"):
        folder(tmp_path, shipped, 0.9)
    assert folder(tmp_path, "ours", 0.9).version == "ours"
