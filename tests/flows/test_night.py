"""A night over a real store and database: what is done once, what goes on, and what is said of failures."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows.assembly import Services
from flows.judging import find_visit, kept_report, verify
from flows.night import run_directly, run_night
from flows.night_summary import as_markdown
from pipeline.errors import ManifestError, SettingsError, StorageError
from pipeline.evidence import FailureReason
from pipeline.tuning.replay import Skipped
from pipeline.tuning.replaying import ReplayCase
from pipeline.tuning.verdicts import verdict_of
from pipeline.visit import ManifestFindingCode
from storage.database import Database
from storage.result_values import RunCounts
from storage.upload import upload_visit
from tests.flows.fakes import DAY, FakeObserver, upload_small_visits, write_visit


def test_every_visit_is_judged_once_and_the_second_night_changes_nothing(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    ids = upload_small_visits(services.store, tmp_path / "visits", count=6)
    first = run_night(services, DAY, run_directly)
    assert (first.counts, [row.visit_id for row in first.rows]) == (RunCounts(6, 0, 0), ids)
    assert set(Counter(observer.observed()).values()) == {1}
    digests = [kept_report(services, visit_id).report_digest for visit_id in ids]

    second = run_night(services, DAY, run_directly)
    assert second.counts == RunCounts(judged=0, skipped=6, failed=0)
    assert len(observer.observed()) == 12
    assert [kept_report(services, visit_id).report_digest for visit_id in ids] == digests


def test_judged_visits_can_be_judged_again_without_the_store(services: Services, tmp_path: Path) -> None:
    media = {"1.jpg": b"a picture", "2.jpg": b"BROKEN"}
    upload_visit(services.store, write_visit(tmp_path, "V-1", media))
    upload_visit(services.store, write_visit(tmp_path, "V-2", media))
    run_night(services, DAY, run_directly)
    cases = list(services.results.inputs.cases(None, None, services.rules))
    assert len(cases) == 2
    for case in cases:
        assert isinstance(case, ReplayCase)
        visit = case.inputs.visit
        kept = kept_report(services, visit.visit_id).report
        assert case.inputs.report(services.rules[visit.work_order.service_type]) == kept
        assert case.kept is not None
        assert case.kept.verdict == verdict_of(kept)


def test_a_visit_of_before_inputs_were_kept_is_judged_once_more(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    upload_small_visits(services.store, tmp_path / "visits", count=2, photos=1)
    run_night(services, DAY, run_directly)
    with closing(Database(services.settings.results_url)) as database, database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM judging_inputs")
    skipped = list(services.results.inputs.cases(None, None, services.rules))
    assert [isinstance(one, Skipped) for one in skipped] == [True, True]
    assert run_night(services, DAY, run_directly).counts == RunCounts(0, 2, 0)
    again = list(services.results.inputs.cases(None, None, services.rules))
    assert [isinstance(one, ReplayCase) for one in again] == [True, True]
    assert len(observer.observed()) == 2


def test_the_second_night_fetches_no_media(services: Services, tmp_path: Path) -> None:
    upload_small_visits(services.store, tmp_path / "visits", count=2)
    run_night(services, DAY, run_directly)
    thrifty = replace(services, settings=services.settings.model_copy(update={"max_photo_bytes": 1}))
    # No photo could be fetched under this limit: each one is known by its ETag.
    assert run_night(thrifty, DAY, run_directly).counts == RunCounts(0, 2, 0)


def test_a_replaced_photo_is_looked_at_and_its_visit_judged_again(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    upload_small_visits(services.store, tmp_path / "visits", count=3, photos=1)
    run_night(services, DAY, run_directly)
    services.store.put(f"visits/{DAY}/V-01/0.jpg", b"another picture", "image/jpeg")
    assert run_night(services, DAY, run_directly).counts == RunCounts(judged=1, skipped=2, failed=0)
    assert len(observer.observed()) == 4


def test_equal_bytes_are_observed_once_wherever_they_lie(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    for visit_id in ("V-A", "V-B"):
        media = {"1.jpg": b"one picture", "2.jpg": b"one picture"}
        upload_visit(services.store, write_visit(tmp_path, visit_id, media))
    run_night(services, DAY, run_directly)
    assert len(observer.observed()) == 1
    for visit_id in ("V-A", "V-B"):
        flags = {flag.reason.value for flag in kept_report(services, visit_id).report.flags}
        assert flags, "a picture that was used twice goes to a person"


def test_bad_visits_are_named_and_the_night_goes_on(services: Services, tmp_path: Path) -> None:
    store = services.store
    upload_small_visits(store, tmp_path / "visits", count=5)
    store.put(f"visits/{DAY}/V-broken/visit.json", b'{"visit_id": "V-broken", ', "application/json")
    store.put(f"visits/{DAY}/V-unfinished/0.jpg", b"no manifest yet", "image/jpeg")
    summary = run_night(services, DAY, run_directly)
    assert summary.counts == RunCounts(judged=5, skipped=0, failed=2)
    assert [failure.visit_id for failure in summary.failures] == ["V-broken", "V-unfinished"]
    assert all(failure.reason == "ManifestError" for failure in summary.failures)
    assert "V-broken/visit.json" in as_markdown(summary)


def test_a_visit_that_was_repaired_loses_its_failure(services: Services, tmp_path: Path) -> None:
    services.store.put(f"visits/{DAY}/V-1/visit.json", b"{", "application/json")
    assert run_night(services, DAY, run_directly).failures
    upload_visit(services.store, write_visit(tmp_path, "V-1", {"0.jpg": b"picture"}))
    summary = run_night(services, DAY, run_directly)
    assert (summary.failures, summary.counts.judged) == ((), 1)


def test_files_that_nobody_can_look_at_do_not_stop_their_visit(services: Services, tmp_path: Path) -> None:
    media = {"good.jpg": b"picture", "cut.jpg": b"BROKEN", "gone.jpg": b"", "huge.jpg": bytes(300)}
    folder = write_visit(tmp_path, "V-1", media)
    (folder / "gone.jpg").unlink()
    limited = services.settings.model_copy(update={"max_photo_bytes": 200})
    services = replace(services, settings=limited)
    upload_visit(services.store, folder)
    summary = run_night(services, DAY, run_directly)
    reasons = {key.rpartition("/")[2]: reason for _, key, reason, _ in summary.media_failures}
    assert reasons == {
        "cut.jpg": FailureReason.TRUNCATED,
        "gone.jpg": FailureReason.NOT_FOUND,
        "huge.jpg": FailureReason.TOO_MANY_BYTES,
    }
    assert summary.counts == RunCounts(1, 0, 0)


def test_a_file_that_is_not_the_promised_one_is_not_judged_by_its_content(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    media = [{"key": "0.jpg", "kind": "photo", "sha256": "0" * 64}]
    upload_visit(services.store, write_visit(tmp_path, "V-1", {"0.jpg": b"picture"}, media=media))
    (failure,) = run_night(services, DAY, run_directly).media_failures
    assert failure[2] == FailureReason.CHECKSUM_MISMATCH
    assert observer.observed() == []


def test_two_visits_with_one_id_are_a_finding_of_both(services: Services, tmp_path: Path) -> None:
    other_day = "2026-05-13"
    upload_visit(services.store, write_visit(tmp_path / "a", "V-1", {"0.jpg": b"one"}))
    upload_visit(services.store, write_visit(tmp_path / "b", "V-1", {"0.jpg": b"two"}, day=other_day))
    run_night(services, "visits/2026-05", run_directly)
    report = kept_report(services, "V-1").report
    assert [finding.code for finding in report.manifest_findings] == [ManifestFindingCode.DUPLICATE_VISIT_ID]


def test_visits_wait_for_the_next_run_while_the_store_is_away(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    upload_small_visits(services.store, tmp_path / "visits", count=6)

    def vanish(key: str) -> None:
        if "/V-03/" in key:
            raise StorageError(f"{key!r}: lost the connection")

    observer.before_each = vanish
    summary = run_night(services, DAY, run_directly)
    assert summary.counts == RunCounts(judged=5, skipped=0, failed=1)
    assert "lost the connection" in summary.failures[0].detail
    observer.before_each = lambda _: None
    assert run_night(services, DAY, run_directly).counts == RunCounts(judged=1, skipped=5, failed=0)


def test_a_bucket_that_vanishes_half_way_costs_no_verdict(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    upload_small_visits(services.store, tmp_path / "visits", count=8, photos=1)

    def remove_the_bucket(key: str) -> None:
        if "/V-05/" in key:
            for found in services.store.list_objects(""):
                services.store.remove(found.key)

    observer.before_each = remove_the_bucket
    summary = run_night(services, DAY, run_directly)
    assert summary.counts.judged == 0
    assert len(summary.failures) == 8
    observer.before_each = lambda _: None
    for folder in sorted((tmp_path / "visits").iterdir()):
        upload_visit(services.store, folder)
    assert run_night(services, DAY, run_directly).counts == RunCounts(judged=8, skipped=0, failed=0)
    assert len(observer.observed()) == 8, "what was seen before the bucket went away was kept"


def test_a_bug_in_one_visit_is_recorded_and_the_others_are_judged(
    services: Services, observer: FakeObserver, tmp_path: Path
) -> None:
    def stumble(key: str) -> None:
        if "/V-02/" in key:
            raise KeyError("a bug")

    observer.before_each = stumble
    upload_small_visits(services.store, tmp_path, count=4)
    summary = run_night(services, DAY, run_directly)
    assert summary.counts == RunCounts(judged=3, skipped=0, failed=1)
    assert [(failure.visit_id, failure.reason) for failure in summary.failures] == [("V-02", "KeyError")]


def test_without_models_nothing_is_recorded_as_the_visits_fault(services: Services, tmp_path: Path) -> None:
    def no_models() -> FakeObserver:
        raise SettingsError("Tesseract is not installed: apt-get install tesseract-ocr")

    upload_small_visits(services.store, tmp_path, count=2)
    with pytest.raises(SettingsError, match="apt-get install"):
        run_night(replace(services, observer=no_models), DAY, run_directly)
    assert services.results.visit_failures(DAY) == ()


def test_verifying_one_visit_gives_the_report_that_a_night_gives(services: Services, tmp_path: Path) -> None:
    upload_small_visits(services.store, tmp_path, count=2)
    alone = verify(services, find_visit(services, "V-01"))
    run_night(services, DAY, run_directly)
    assert kept_report(services, "V-01").report_digest == alone.report_digest


def test_an_unknown_visit_is_an_error_that_says_so(services: Services) -> None:
    with pytest.raises(ManifestError, match="no visit 'V-404'"):
        find_visit(services, "V-404")
    with pytest.raises(ManifestError, match="visitproof verify V-404"):
        kept_report(services, "V-404")
