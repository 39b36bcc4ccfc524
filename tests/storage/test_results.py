"""The results database, the same tests on SQLite and on PostgreSQL; two processes at once among them."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from pipeline.errors import SettingsError, StorageError
from pipeline.evidence import FailureReason, FrameEvidence, MediaEvidence, MediaFailure, Metadata
from pipeline.results import (
    CheckResult,
    Flag,
    FlagReason,
    Outcome,
    Score,
    ScoredItem,
    TimelineEntry,
    VisitReport,
)
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import TimeEvidence
from pipeline.visit import MediaKind
from storage.codec import report_digest, report_to_json
from storage.database import Database
from storage.result_values import RunCounts, VisitFailure
from storage.results import ResultStore
from storage.tables import Base
from storage.visits import VisitRef

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
A, B = "a" * 64, "b" * 64
WORDS = BilingualText("工牌", "badge")


def report(
    visit_id: str = "V1", day: str = "2026-11-20", grade: Grade = Grade.GOOD, *flags: Flag, **changes: object
) -> VisitReport:
    failure = MediaFailure("k", FailureReason.TRUNCATED, "cut")
    timeline = TimelineEntry("k", MediaKind.PHOTO, None, False, TimeEvidence("k", None, (), ()), failure)
    item = ScoredItem(CheckResult("badge.visible", Outcome.PASS, WORDS), WORDS, WORDS, ("A",), 1.0, True, 1.0)
    plain = VisitReport(
        visit_id=visit_id,
        day=day,
        service_type="repair",
        work_order="WO",
        technician_name="王",
        technician_number="7",
        zone="Asia/Shanghai",
        window_start=NOON,
        window_end=LATER,
        rule_set="repair",
        rule_version="1",
        rule_digest="r",
        observer_digest="o",
        score=Score(80.0, 70.0, 8.0, 10.0, grade, ()),
        items=(item,),
        flags=flags,
        spot_check=not flags,
        timeline=(timeline,),
        retakes=(),
        manifest_findings=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def results(database_url: str) -> Iterator[ResultStore]:
    store = ResultStore(database_url)
    yield store
    store.close()


def rows(database_url: str, table: str) -> int:
    database = Database(database_url)
    with database.reading() as connection:
        number = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    database.close()
    return int(number)


def test_evidence_is_kept_under_its_digests_and_once(results: ResultStore, database_url: str) -> None:
    evidence = MediaEvidence(
        A,
        MediaKind.PHOTO,
        4,
        3,
        (FrameEvidence(None, (), None),),
        Metadata(raw=(("Make", "手机\x00"),)),
        "0" * 16,
        "o",
    )
    assert results.evidence.get(A, "o") is None
    results.evidence.put(evidence)
    results.evidence.put(replace(evidence, width_px=5))
    results.evidence.put(replace(evidence, observer_digest="p"))
    assert results.evidence.get(A, "o") == evidence
    assert results.evidence.get(B, "o") is None
    assert rows(database_url, "evidence") == 2


def test_equal_inputs_give_one_row_and_one_digest(results: ResultStore, database_url: str) -> None:
    first = results.save_report(report(), A, NOON)
    second = results.save_report(report(), A, LATER)
    assert (first.is_new, second.is_new) == (True, False)
    assert (first.report_id, first.report_digest) == (second.report_id, second.report_digest)
    assert first.report_digest == report_digest(report())
    assert rows(database_url, "reports") == rows(database_url, "report_items") == 1
    stored = results.latest_report("V1")
    assert stored is not None
    assert (stored.report, stored.judged_at, stored.input_digest) == (report(), NOON, A)


def test_other_inputs_supersede_and_old_ones_can_come_back(results: ResultStore) -> None:
    assert results.judged_digest("V1") is None
    assert results.latest_report("V1") is None
    results.save_report(report(), A, NOON)
    results.save_report(report(grade=Grade.FAIL), B, LATER)
    assert results.judged_digest("V1") == B
    results.save_report(report(), A, LATER + timedelta(hours=1))
    assert results.judged_digest("V1") == A
    results.save_report(report(grade=Grade.FAIL), B, NOON)
    assert results.judged_digest("V1") == A, "an older judgement must not overrule a later one"
    assert [each.input_digest for each in results.reports_for_day("2026-11-20")] == [A]


def test_a_report_that_is_not_repeatable_is_told(
    results: ResultStore, caplog: pytest.LogCaptureFixture
) -> None:
    results.save_report(report(), A, NOON)
    assert not results.save_report(report(grade=Grade.FAIL), A, LATER).is_new
    assert "V1: equal inputs gave another report" in caplog.text
    stored = results.latest_report("V1")
    assert stored is not None
    assert stored.report.score.grade is Grade.GOOD


def test_reports_of_a_day_or_of_a_month(results: ResultStore) -> None:
    for visit_id, day in (
        ("V2", "2026-11-20"),
        ("V1", "2026-11-20"),
        ("V3", "2026-11-21"),
        ("V4", "2026-12-01"),
    ):
        results.save_report(report(visit_id, day), A, NOON)

    def ids(day: str) -> list[str]:
        return [stored.report.visit_id for stored in results.reports_for_day(day)]

    assert (ids("2026-11-20"), ids("2026-11"), ids("2025"), ids("%")) == (
        ["V1", "V2"],
        ["V1", "V2", "V3"],
        [],
        [],
    )


def test_the_summary_counts_current_reports_only(results: ResultStore) -> None:
    flags = (Flag(FlagReason.MANIFEST, "x"), Flag(FlagReason.MANIFEST, "y"), Flag(FlagReason.GRADE_FAIL, ""))
    results.save_report(report("V1", "2026-11-20", Grade.EXCELLENT), A, NOON)
    results.save_report(report("V1", "2026-11-20", Grade.FAIL, *flags), B, LATER)
    results.save_report(report("V2", "2026-11-20", Grade.GOOD, items=(), timeline=()), A, NOON)
    failure = VisitFailure(
        "V3", "2026-11-20", "visits/2026-11-20/V3/visit.json", "ManifestError", "no JSON", NOON
    )
    results.record_visit_failure(failure)
    summary = results.summary("2026-11-20")
    assert (summary.visits, summary.flagged, summary.spot_checks) == (2, 1, 1)
    assert summary.by_grade == {"fail": 1, "good": 1}
    assert summary.by_flag == {"grade_fail": 1, "manifest": 1}
    assert summary.by_item == {("badge.visible", "pass"): 1}
    assert summary.media_failures == {"truncated": 1}
    assert summary.visit_failures == (failure,)
    assert results.summary("2020").visits == 0


def test_a_failure_stays_until_the_visit_is_judged(results: ResultStore) -> None:
    failure = VisitFailure(
        "V1", "2026-11-20", "visits/2026-11-20/V1/visit.json", "StorageError", "lost", NOON
    )
    other = replace(failure, visit_id="V2", manifest_key="visits/2026-11-20/V2/visit.json")
    results.record_visit_failure(failure)
    results.record_visit_failure(other)
    again = replace(failure, reason="ManifestError", failed_at=LATER)
    results.record_visit_failure(again)
    assert results.visit_failures("2026-11-20") == (again, other)
    results.save_report(report("V1"), A, LATER)
    assert results.visit_failures("2026-11-20") == (other,)


def test_twins_are_known_over_the_nights(results: ResultStore) -> None:
    first = VisitRef("V1", date(2026, 11, 20), "visits/2026-11-20/V1/visit.json")
    second = VisitRef("V1", date(2026, 11, 21), "visits/2026-11-21/V1/visit.json")
    assert results.record_visits([first], NOON) == [first]
    assert results.record_visits([second], LATER) == [replace(second, twins=(first.manifest_key,))]
    assert results.record_visits([first], LATER) == [replace(first, twins=(second.manifest_key,))]
    assert results.record_visits([], NOON) == []


def test_many_visits_are_recorded_at_once(results: ResultStore, database_url: str) -> None:
    refs = [VisitRef(f"V{n % 2500}", date(2026, 11, 20), f"key-{n:05d}") for n in range(2600)]
    recorded = results.record_visits(refs, NOON)
    assert [ref.manifest_key for ref in recorded] == [ref.manifest_key for ref in refs]
    assert recorded[0].twins == ("key-02500",)
    assert recorded[2500].twins == ("key-00000",)
    assert recorded[100].twins == ()
    assert rows(database_url, "visits") == 2600


def test_runs_begin_and_end(results: ResultStore, database_url: str) -> None:
    run_id = results.start_run("2026-11-20", NOON)
    assert results.start_run("2026-11-20", NOON) != run_id
    results.finish_run(run_id, LATER, RunCounts(judged=3, skipped=2, failed=1))
    database = Database(database_url)
    with database.reading() as connection:
        found = connection.execute(text("SELECT judged, skipped, failed FROM runs ORDER BY id")).all()
    database.close()
    assert [tuple(row) for row in found] == [(3, 2, 1), (0, 0, 0)]


def test_a_naive_time_is_refused(results: ResultStore) -> None:
    with pytest.raises(Exception, match="naive time"):
        results.save_report(report(), A, NOON.replace(tzinfo=None))


def test_opening_again_keeps_everything(database_url: str) -> None:
    first = ResultStore(database_url)
    first.save_report(report(), A, NOON)
    first.close()
    second = ResultStore(database_url)
    assert second.judged_digest("V1") == A
    second.close()


def test_the_migrations_make_the_tables_that_the_code_knows(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert {"reports", "evidence", "alembic_version"} <= set(inspect(connection).get_table_names())
    database.close()


def test_a_database_of_a_newer_program_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StorageError, match="newer version"):
        Database(database_url)


RACE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
from pathlib import Path
from pipeline.fingerprint import MediaUse
from storage.codec import report_from_json
from storage.results import ResultStore
from storage.visits import VisitRef
url, report, start = sys.argv[2], report_from_json(Path(sys.argv[3]).read_text()), float(sys.argv[4])
time.sleep(max(0.0, start - time.time()))
store, now, new = ResultStore(url), datetime.now(UTC), 0
for number in range(12):
    digest = f"{number:064d}"
    uses = [MediaUse(report.visit_id, f"m{n}", digest, "0" * 16, now) for n in range(5)]
    store.record_visits([VisitRef(f"V{n}", now.date(), f"key-{n}") for n in range(5)], now)
    store.record_uses(report.visit_id, uses)
    store.earlier_uses(uses)
    new += store.save_report(report, digest, now).is_new
print(new)
"""


@pytest.mark.slow
def test_processes_that_race_for_one_visit_leave_one_row_each(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "race.py").write_text(RACE)
    (tmp_path / "report.json").write_text(report_to_json(report()), encoding="utf-8")
    command = [
        sys.executable,
        str(tmp_path / "race.py"),
        str(ROOT),
        database_url,
        str(tmp_path / "report.json"),
    ]
    start = str(time() + 3)
    racers = [subprocess.Popen([*command, start], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    written = [int(racer.communicate(timeout=120)[0]) for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert sum(written) == rows(database_url, "reports") == rows(database_url, "report_items") == 12
    assert rows(database_url, "media_uses") == 5


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:p@host/db", "results.db"]
)
def test_urls_that_can_not_work(url: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///"):
        ResultStore(url)


def test_a_database_that_is_gone_is_named_without_its_password() -> None:
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:9.*run again") as caught:
        ResultStore("postgresql://me:secret@127.0.0.1:9/db")
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "results.db").write_bytes(b"something else entirely, and long enough to be read" * 100)
    with pytest.raises(StorageError, match=r"results\.db"):
        ResultStore(f"sqlite:///{tmp_path / 'results.db'}")


def test_sqlite_runs_in_wal_with_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'results.db'}")
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    database.close()


def test_evidence_is_found_by_the_objects_that_it_is_of(results: ResultStore) -> None:
    evidence = MediaEvidence(A, MediaKind.PHOTO, 4, 3, (), Metadata(), "0" * 16, "o")
    results.evidence.put(evidence)
    results.evidence.put(replace(evidence, observer_digest="p", width_px=5))
    results.seen_objects.put("k/a.jpg", "e", "o", A)
    results.seen_objects.put("k/same.jpg", "e", "o", A)
    results.seen_objects.put("k/unobserved.jpg", "e", "o", B)
    results.seen_objects.put("k/other.jpg", "e", "o", A)
    keys = ("k/a.jpg", "k/same.jpg", "k/unobserved.jpg", "k/never.jpg")
    assert results.evidence.of_objects(keys, "o") == {"k/a.jpg": evidence, "k/same.jpg": evidence}
    assert results.evidence.of_objects(keys, "p") == {}
