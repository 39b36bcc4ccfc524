"""`visitproof tune replay` and `tune rule` as commands, over made visits in a results database."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli.app import app
from flows.labels import LABELS_NAME, export_labels
from flows.replays import replay_stored
from pipeline.auditing import BlindAnswer, Draft, Role, Verdict, blind_word
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.parameters import parse, with_value
from pipeline.tuning.verdicts import verdict_of
from storage.made_visits import fill, made_visit
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.tuning_codec import replay_from_json, replay_to_json, sweep_from_json, sweep_to_json
from storage.users import NewUser

VISITS = 24
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
NEW_RULES = 'version: "trial"\nconfidence: {badge: 0.7}\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with made visits, of which an auditor has decided each badge blind."""
    folder = tmp_path_factory.mktemp("tune")
    url = f"sqlite:///{folder / 'results.db'}"
    assert list(fill(url, VISITS, load_rule_sets())) == list(range(1, VISITS + 1))
    with closing(ResultStore(url)) as results:
        person = results.users.add(NewUser("anna", Role.AUDITOR), NOW)
        for number in range(VISITS):
            stored = results.latest_report(f"MADE-{number:06d}")
            assert stored is not None
            item = next(one for one in stored.report.items if one.result.item_id == "badge.visible")
            answer = BlindAnswer.NOT_SHOWN if number % 3 == 0 else BlindAnswer.SHOWN
            word = blind_word(item, answer)
            visit_id = stored.report.visit_id
            draft = Draft(visit_id, stored.report_digest, Verdict.ACCEPT, (word,), "", visit_id)
            results.decisions.decide(draft, person, NOW + timedelta(minutes=number))
    (folder / "new.yaml").write_text(NEW_RULES, encoding="utf-8")
    return folder


def tune(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--data-folder", str(folder), "tune", *arguments])


def test_a_replay_says_what_two_judgements_would(folder: Path) -> None:
    run = tune(folder, "replay", "--rules", str(folder / "new.yaml"), "--json")
    assert run.exit_code == 0, run.output
    found = replay_from_json(run.stdout)
    assert replay_to_json(found) + "\n" == run.stdout
    old = load_rule_sets()
    changed = set()
    for number in range(VISITS):
        inputs = made_visit(number, seed=7)
        service = inputs.visit.work_order.service_type
        new = with_value(old[service], parse("confidence.badge"), 0.7)
        if verdict_of(inputs.report(old[service])) != verdict_of(inputs.report(new)):
            changed.add(inputs.visit.visit_id)
    assert changed
    assert {change.visit_id for change in found.changes} == changed
    assert (found.visits, found.from_reports, found.skipped) == (VISITS, VISITS, ())
    words = [flip.auditor_word for flip in found.flips if flip.item_id == "badge.visible"]
    assert words
    assert None not in words


def test_a_replay_on_a_terminal_names_items_teams_load_and_visits(folder: Path) -> None:
    out = folder / "replay.json"
    run = tune(folder, "replay", "--rules", str(folder / "new.yaml"), "--out", str(out), "--keep")
    assert run.exit_code == 0, run.output
    for words in ("badge.visible", "standard trial", "班组", "每日审核量", "与审核员一致", "MADE-0000"):
        assert words in run.stdout
    with closing(ResultStore(f"sqlite:///{folder / 'results.db'}")) as results:
        (kept, *_) = results.evaluations.newest(EvaluationKind.REPLAY)
        assert results.evaluations.body(kept.evaluation_id) + "\n" == out.read_text(encoding="utf-8")


def test_days_choose_and_equal_rules_flip_nothing(folder: Path) -> None:
    rules = load_rule_sets()
    with closing(ResultStore(f"sqlite:///{folder / 'results.db'}")) as results:
        found = replay_stored(results, rules, rules, None, None)
        assert (found.visits, found.flips, found.changes) == (VISITS, (), ())
    none = tune(folder, "replay", "--rules", str(folder / "new.yaml"), "--until", "2026-03-01", "--json")
    assert replay_from_json(none.stdout).visits == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay", "--rules", "missing.yaml"), "no such file or folder"),
        (("replay", "--rules", "missing.yaml", "--since", "soon"), "is no day"),
        (("rule", "confidence.bagde"), "nearest valid: 'confidence.badge'"),
        (("rule", "badge"), "no number of a rule set"),
        (("rule", "confidence.badge", "--from", "0.9", "--to", "0.1"), "ascending"),
        (("rule", "confidence.badge", "--truths", "missing.jsonl"), "can't be read"),
        (("rule", "confidence.badge", "--precision-at-least", "1.5"), "between 0 and 1"),
        (
            ("rule", "confidence.badge", "--precision-at-least", "0.9", "--recall-at-least", "0.9"),
            "one wish at a time",
        ),
        (("rule", "items.time.window.params.after_window_min", "--to", "-5", "--from", "-9"), "0 or more"),
    ],
)
def test_what_can_not_be_done_is_said_with_what_to_do(
    folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    run = tune(folder, *arguments)
    assert run.exit_code != 0
    assert told in " ".join(run.output.replace("│", " ").split())


def test_a_sweep_by_decisions_and_by_their_export_are_one(folder: Path, tmp_path: Path) -> None:
    with closing(ResultStore(f"sqlite:///{folder / 'results.db'}")) as results:
        export_labels(results, tmp_path, None, None, "Asia/Shanghai")
    command = ("rule", "confidence.badge", "--from", "0.3", "--to", "0.9", "--steps", "6", "--split", "all")
    wish = ("--precision-at-least", "0.9", "--json")
    decided = tune(folder, *command, *wish)
    exported = tune(folder, *command, *wish, "--truths", str(tmp_path))
    assert decided.exit_code == 0, decided.output
    assert decided.stdout == exported.stdout
    found = sweep_from_json(decided.stdout)
    assert sweep_to_json(found) + "\n" == decided.stdout
    assert [point.value for point in found.points] == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert found.present == 0.4
    assert found.truths.used >= VISITS
    assert (found.chosen, found.refusal is not None) == (None, True)
    shown = tune(folder, *command, "--precision-at-least", "0.9")
    for words in ("refused 拒绝", "真值", "0.4 ←", "badge.visible"):
        assert words in shown.stdout


def test_a_table_of_truths_counts_like_labels(folder: Path, tmp_path: Path) -> None:
    head = "visit_id,item_id,right_outcome,by,source,split\n"
    rows = "".join(
        f"MADE-{n:06d},badge.visible,{('pass', 'missing')[n % 2]},anna,s{n},tune\n" for n in range(6)
    )
    (tmp_path / "truth.csv").write_text(head + rows, encoding="utf-8")
    command = ("rule", "confidence.badge", "--steps", "2", "--truths", str(tmp_path), "--json")
    found = sweep_from_json(tune(folder, *command).stdout)
    assert (found.truths.used, found.truths.visits) == (6, 6)
    (tmp_path / "truth.csv").write_text(head + rows + "V,badge.visible,odd,a,s,tune\n", encoding="utf-8")
    assert "truth.csv, line 8" in " ".join(tune(folder, *command).output.split())


def test_a_broken_line_of_truths_is_named(folder: Path, tmp_path: Path) -> None:
    with closing(ResultStore(f"sqlite:///{folder / 'results.db'}")) as results:
        export_labels(results, tmp_path, None, None, "Asia/Shanghai")
    file = tmp_path / LABELS_NAME
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], "{", *lines[1:]]), encoding="utf-8")
    run = tune(folder, "rule", "confidence.badge", "--truths", str(file))
    assert run.exit_code == 1
    assert "line 2" in " ".join(run.output.split())


def test_a_weight_goes_by_right_grades(folder: Path, tmp_path: Path) -> None:
    grades = tmp_path / "grades.csv"
    rows = "".join(f"MADE-{number:06d},pass\n" for number in range(VISITS))
    grades.write_text("visit_id,grade\n" + rows, encoding="utf-8")
    command = ("rule", "cutoffs.pass", "--grades", str(grades), "--json")
    found = sweep_from_json(tune(folder, *command).stdout)
    assert all(point.grades_known == VISITS for point in found.points)
    assert len({point.grades_right for point in found.points}) > 1
    grades.write_text("visit_id,grade\nMADE-000001,great\n", encoding="utf-8")
    assert "line 2: no grade: 'great'" in " ".join(tune(folder, *command).output.split())
    grades.write_text("visit,mark\n", encoding="utf-8")
    assert "columns visit_id and grade" in " ".join(tune(folder, *command).output.split())


def test_json_on_a_terminal_is_json_alone(folder: Path) -> None:
    run = tune(folder, "rule", "cutoffs.good", "--steps", "2", "--json")
    assert json.loads(run.stdout)["schema_version"] == 1
