"""The sample visits with the shipped models, from object storage to verdict, against their known truth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.assembly import Services, open_services
from flows.night import run_directly, run_night
from flows.settings import Settings
from models.fingerprints import sha256_of
from models.samples import DEFAULT_DAY, SampleVisit, build_sample_visits
from pipeline.evidence import MediaEvidence
from pipeline.results import CheckResult, Outcome, VisitReport
from storage.results import ResultStore
from storage.upload import upload_visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
SEED = 1


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleVisit, ...]:
    return build_sample_visits(tmp_path_factory.mktemp("samples"), SEED)


@pytest.fixture(scope="module")
def services(
    tmp_path_factory: pytest.TempPathFactory, samples: tuple[SampleVisit, ...]
) -> Iterator[Services]:
    with open_services(Settings(data_folder=tmp_path_factory.mktemp("data"))) as opened:
        for sample in samples:
            upload_visit(opened.store, sample.folder)
        run_night(opened, DEFAULT_DAY.isoformat(), run_directly)
        yield opened


def report_on(results: ResultStore, visit_id: str) -> VisitReport:
    kept = results.latest_report(visit_id)
    assert kept is not None, f"no verdict on {visit_id}"
    return kept.report


def results_of(report: VisitReport) -> dict[str, CheckResult]:
    return {item.result.item_id: item.result for item in report.items}


def test_every_outcome_tells_the_truth(services: Services, samples: tuple[SampleVisit, ...]) -> None:
    untrue = [
        f"{sample.visit_id} {item_id}: {got.outcome.value}, not one of {sorted(expected)}: {got.reason.en}"
        for sample in samples
        for item_id, expected in sample.expected.items()
        if (got := results_of(report_on(services.results, sample.visit_id))[item_id]).outcome not in expected
    ]
    assert untrue == []


def test_what_a_person_is_asked_leans_the_right_way(
    services: Services, samples: tuple[SampleVisit, ...]
) -> None:
    for sample in samples:
        got = results_of(report_on(services.results, sample.visit_id))
        for item_id, leaning in sample.leanings.items():
            if got[item_id].outcome is Outcome.CONFIRM:
                assert got[item_id].leaning is leaning, f"{sample.visit_id} {item_id}"


def test_grades_and_flags(services: Services, samples: tuple[SampleVisit, ...]) -> None:
    for sample in samples:
        report = report_on(services.results, sample.visit_id)
        assert report.score.grade in sample.grades, sample.visit_id
        assert sample.flagged in (None, report.is_flagged), sample.visit_id


def test_no_sample_stamp_is_read_wrongly(services: Services, samples: tuple[SampleVisit, ...]) -> None:
    """Of those that are read, each equals its truth; and at most one in ten is not read."""
    read = 0
    stamps = [(sample, name, truth) for sample in samples for name, truth in sample.stamps.items()]
    for sample, name, truth in stamps:
        evidence = evidence_of(services, sample.folder / name)
        first = evidence.frames[0].watermark if evidence is not None else None
        if first is not None and first.taken_at is not None:
            assert first.taken_at == truth, f"{sample.visit_id} {name}"
            read += 1
    assert read >= 0.9 * len(stamps)


def evidence_of(services: Services, file: Path) -> MediaEvidence | None:
    return services.results.evidence.get(sha256_of(file), services.observer().digest)
