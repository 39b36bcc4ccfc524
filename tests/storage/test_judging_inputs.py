"""What reports were judged from: kept with them, read back as it was, and judged again to the same report."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.evidence import Detection, FailureReason, FrameEvidence, MediaEvidence, MediaFailure, Metadata
from pipeline.fingerprint import MediaUse
from pipeline.geometry import BoundingBox
from pipeline.judging_inputs import VisitInputs
from pipeline.report import input_digest
from pipeline.rules import RuleSet
from pipeline.stamp_codes import CodeUse
from pipeline.tuning.replay import Skipped
from pipeline.tuning.replaying import ReplayCase, replay
from pipeline.tuning.verdicts import verdict_of
from pipeline.visit import (
    AppointmentWindow,
    MediaItem,
    MediaKind,
    ServiceType,
    Stage,
    Technician,
    Visit,
    WorkOrder,
)
from storage.codec import visit_digest
from storage.database import Database
from storage.results import ResultStore
from storage.rule_files import load_rule_sets

NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)
RULES = load_rule_sets()
REPAIR = RULES[ServiceType.REPAIR]


def evidence(name: str, badge: float) -> MediaEvidence:
    seen = Detection("badge", badge, BoundingBox(0.4, 0.4, 0.6, 0.6))
    frame = FrameEvidence(None, (seen,), None)
    return MediaEvidence(name * 64, MediaKind.PHOTO, 1600, 1200, (frame,), Metadata(), "0f" * 8, "o")


def visit_inputs(
    visit_id: str = "V1", day: str = "2026-05-12", badge: float = 0.5, photo: str = "a"
) -> VisitInputs:
    """Entry with a badge, before the work a photo that could not be opened."""
    entry, before = (
        MediaItem(f"visits/{day}/{visit_id}/{stage.value}.jpg", MediaKind.PHOTO, stage, uploaded_at=NOON)
        for stage in (Stage.ENTRY, Stage.BEFORE)
    )
    window = AppointmentWindow(NOON, NOON.replace(hour=6), "Asia/Shanghai")
    visit = Visit(
        visit_id,
        date.fromisoformat(day),
        f"visits/{day}/{visit_id}/visit.json",
        WorkOrder("WO", ServiceType.REPAIR, window),
        Technician("王小明", "A1", "一队"),
        (entry, before),
    )
    broken = MediaFailure(before.key, FailureReason.TRUNCATED, "cut")
    use = MediaUse("V0", "visits/x/V0/a.jpg", "e" * 64, "0f" * 7 + "0e", NOON)
    code = CodeUse("V0", "visits/x/V0/a.jpg", "ABCDEFGH", "e" * 64, "0f" * 8, NOON)
    return VisitInputs(
        visit,
        {entry.key: evidence(photo, badge), before.key: broken},
        {entry.key: (use,)},
        {entry.key: (code,)},
        7,
        "o",
    )


def save(results: ResultStore, inputs: VisitInputs, rules: RuleSet = REPAIR, kept: bool = True) -> None:
    for found in inputs.observations.values():
        if isinstance(found, MediaEvidence):
            results.evidence.put(found)
    digest = input_digest(
        visit_digest(inputs.visit),
        inputs.observed(),
        rules,
        inputs.earlier_uses,
        inputs.observer_digest,
        inputs.spot_check_seed,
        inputs.earlier_codes,
    )
    results.save_report(inputs.report(rules), digest, NOON, inputs if kept else None)


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    store = ResultStore(database_url)
    yield store
    store.close()


def test_inputs_come_back_as_they_were_and_bring_the_verdict_of_their_report(results: ResultStore) -> None:
    inputs = visit_inputs()
    save(results, inputs)
    (case,) = results.inputs.cases(None, None, RULES)
    assert isinstance(case, ReplayCase)
    assert case.inputs == inputs
    assert case.kept is not None
    assert case.kept.verdict == verdict_of(inputs.report(REPAIR))
    assert case.kept.doubtful == {"unique.media"}
    assert replay([case], RULES, RULES).changes == ()


def test_a_verdict_by_other_rules_is_not_brought_along(results: ResultStore) -> None:
    inputs = visit_inputs()
    save(results, inputs, replace(REPAIR, digest="others"))
    (case,) = results.inputs.cases(None, None, RULES)
    assert isinstance(case, ReplayCase)
    assert case.kept is None


def test_a_verdict_by_another_version_of_the_program_is_not_either(
    results: ResultStore, database_url: str
) -> None:
    save(results, visit_inputs())
    run(database_url, "UPDATE judging_inputs SET judging_version = 'older'")
    (case,) = results.inputs.cases(None, None, RULES)
    assert isinstance(case, ReplayCase)
    assert case.kept is None


def test_days_and_the_current_report_choose(results: ResultStore) -> None:
    for day in ("2026-05-10", "2026-05-11", "2026-05-12"):
        save(results, visit_inputs(f"V-{day}", day))
    again = visit_inputs("V-2026-05-12", "2026-05-12", badge=0.9, photo="b")
    save(results, again)
    days = date(2026, 5, 11), date(2026, 5, 12)
    first, second = results.inputs.cases(*days, RULES)
    assert isinstance(first, ReplayCase)
    assert isinstance(second, ReplayCase)
    assert [case.inputs.visit.day.day for case in (first, second)] == [11, 12]
    assert second.inputs == again
    assert len(list(results.inputs.cases(None, date(2026, 5, 10), RULES))) == 1


def test_a_report_of_before_inputs_were_kept_is_skipped_until_it_is_judged_again(
    results: ResultStore,
) -> None:
    save(results, visit_inputs(), kept=False)
    (skipped,) = results.inputs.cases(None, None, RULES)
    assert isinstance(skipped, Skipped)
    assert (skipped.visit_id, "visitproof nightly --date 2026-05-12" in skipped.reason.en) == ("V1", True)
    save(results, visit_inputs())
    (case,) = results.inputs.cases(None, None, RULES)
    assert isinstance(case, ReplayCase)


def run(database_url: str, statement: str) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        connection.exec_driver_sql(statement)
    database.close()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE judging_inputs SET body = '{' WHERE report_id = 1", "no JSON"),
        ("UPDATE evidence SET body = '{\"schema_version\":1}'", "visits/2026-05-12/V1/entry.jpg"),
        ("DELETE FROM evidence WHERE sha256 < 'b'", "not kept any more"),
    ],
)
def test_one_bad_row_is_named_and_stops_no_other(
    results: ResultStore, database_url: str, damage: str, told: str
) -> None:
    save(results, visit_inputs("V1"))
    run(database_url, damage)
    save(results, visit_inputs("V2", photo="b"))
    skipped, case = results.inputs.cases(None, None, RULES)
    assert isinstance(skipped, Skipped)
    assert isinstance(case, ReplayCase)
    assert told in skipped.reason.en
    assert "visitproof verify V1" in skipped.reason.en
    assert case.inputs.visit.visit_id == "V2"


def test_an_outcome_that_nobody_knows_is_judged_anew(results: ResultStore, database_url: str) -> None:
    save(results, visit_inputs())
    run(database_url, "UPDATE report_items SET outcome = 'odd' WHERE item_id = 'badge.visible'")
    (case,) = results.inputs.cases(None, None, RULES)
    assert isinstance(case, ReplayCase)
    assert case.kept is None
