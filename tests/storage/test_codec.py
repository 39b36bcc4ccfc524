"""Evidence, reports and visits to JSON and back; the committed schemas hold for what is written."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipeline.errors import StorageError
from pipeline.evidence import (
    ClockSample,
    Detection,
    FailureReason,
    FieldKind,
    MediaEvidence,
    MediaFailure,
    ThumbnailTrace,
    VideoClock,
    WatermarkField,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.layout.measuring import measure
from pipeline.layout.values import (
    ClothFailure,
    ClothOutline,
    ClothSize,
    LayoutObservation,
    MeasuredLayout,
    ToolOutline,
)
from pipeline.results import CheckResult, Leaning, Outcome, VisitReport
from pipeline.times import TimeInterval, WallTime
from pipeline.visit import AppointmentWindow, GeoPoint, Visit
from storage.codec import (
    canonical_json,
    evidence_from_json,
    evidence_to_json,
    observation_digest,
    report_digest,
    report_from_json,
    report_to_json,
    visit_digest,
)
from storage.schemas import as_text, main, schemas

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"

shares = st.floats(0, 1)
moments = st.integers(631_152_000, 4_102_444_800).flatmap(
    lambda seconds: st.sampled_from([UTC, timezone(timedelta(hours=8))]).map(
        lambda zone: datetime.fromtimestamp(seconds, zone)
    )
)
wall_times = moments.map(
    lambda time: WallTime(time.year, time.month, time.day, time.hour, time.minute, time.second)
)
boxes = st.tuples(shares, shares, shares, shares).map(lambda corners: BoundingBox.clipped(*corners))
outcomes = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.CONFIRM])


def readings(found: WallTime, others: list[WallTime], box: BoundingBox | None, text: str) -> WatermarkReading:
    if len(others) >= 2:
        return WatermarkReading(WatermarkStatus.AMBIGUOUS, None, tuple(others), text, 0.25, box)
    return WatermarkReading(WatermarkStatus.READ, found, tuple(others), text, 0.5, box)


points = st.tuples(st.floats(-100, 5000), st.floats(-100, 5000))
outlines = st.builds(
    ToolOutline, st.text(max_size=8), shares, st.lists(points, min_size=3, max_size=4).map(tuple), boxes
)
cloths = st.floats(1, 1000).map(
    lambda side: ClothOutline(((0, 0), (2 * side, 0), (2 * side, side), (0, side)), (1, 1, 2, 2), (3,))
)


CLOTH = ClothOutline(((300, 300), (1300, 310), (1290, 800), (310, 790)), (1.0, 1.0, 2.0, 2.0))
BAR = ToolOutline("tool", 0.9, ((500, 400), (540, 400), (540, 700)), BoundingBox(0.3, 0.3, 0.4, 0.6))


def layouts(cloth: ClothOutline | None, tools: list[ToolOutline]) -> LayoutObservation:
    failure = None if cloth else ClothFailure.NO_CLOTH
    return LayoutObservation(1600, 1200, None, cloth, failure, tuple(tools))


def measured(observation: LayoutObservation) -> MeasuredLayout:
    return measure(observation, ClothSize(60.0, 30.0))


# What the plain types of the fields don't say.
CONSTRAINED: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(-1000, 10**12),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    type(None): st.none(),
    date: st.dates(),
    datetime: moments,
    BoundingBox: boxes,
    WallTime: wall_times,
    Detection: st.builds(Detection, st.text(max_size=8), shares, boxes),
    GeoPoint: st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    TimeInterval: st.builds(TimeInterval.at, moments),
    ThumbnailTrace: st.builds(
        ThumbnailTrace, st.just(2), st.just(1), st.tuples(st.integers(0, 255), st.integers(0, 255))
    ),
    WatermarkField: st.builds(
        WatermarkField, st.sampled_from(FieldKind), st.text(max_size=8).map("x".__add__), boxes, shares
    ),
    AppointmentWindow: moments.map(lambda start: AppointmentWindow(start, start, "Asia/Shanghai")),
    VideoClock: st.builds(
        lambda box, samples: VideoClock(box, tuple(sorted(samples, key=lambda one: one.presentation_s))),
        boxes,
        st.lists(
            st.builds(ClockSample, st.floats(0, 10), st.none() | wall_times, shares, st.none() | shares),
            max_size=3,
            unique_by=lambda sample: sample.presentation_s,
        ),
    ),
    LayoutObservation: st.builds(layouts, st.none() | cloths, st.lists(outlines, max_size=2)),
    MeasuredLayout: st.sampled_from(
        [
            measured(LayoutObservation(1600, 1200, None, None, ClothFailure.NO_EDGES)),
            measured(LayoutObservation(1600, 1200, None, CLOTH, None, (BAR,))),
        ]
    ),
    WatermarkReading: st.builds(
        readings, wall_times, st.lists(wall_times, max_size=3), st.none() | boxes, st.text(max_size=8)
    ),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the pipeline, down through its dataclasses; tuples stay short."""
    if kind in CONSTRAINED:
        return CONSTRAINED[kind]
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        if parts[1:] == (...,):
            return st.lists(any_of(parts[0]), max_size=2).map(tuple)
        return st.tuples(*map(any_of, parts))
    if get_origin(kind) is UnionType:
        return st.one_of(*map(any_of, get_args(kind)))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    fields = {name: any_of(hint) for name, hint in get_type_hints(kind).items()}
    if kind is CheckResult:
        told = st.builds(CheckResult, **{**fields, "outcome": outcomes, "leaning": st.none()})
        asked = {"outcome": st.just(Outcome.CONFIRM), "leaning": st.sampled_from(Leaning)}
        return told | st.builds(CheckResult, **{**fields, **asked})
    return st.builds(kind, **fields)


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def holds(name: str, text: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(text))


@few
@given(any_of(MediaEvidence))
def test_evidence_comes_back_as_it_went(evidence: MediaEvidence) -> None:
    text = evidence_to_json(evidence)
    assert evidence_from_json(text) == evidence
    assert evidence_to_json(evidence_from_json(text.encode())) == text
    holds("evidence", text)


@few
@given(any_of(VisitReport))
def test_a_report_comes_back_as_it_went_with_the_same_digest(report: VisitReport) -> None:
    text = report_to_json(report)
    assert report_from_json(text) == report
    assert report_digest(report_from_json(text)) == report_digest(report)
    assert report_digest(replace(report, work_order=report.work_order + "x")) != report_digest(report)
    holds("report", text)


@few
@given(any_of(Visit))
def test_a_visits_digest_changes_with_it(visit: Visit) -> None:
    assert visit_digest(visit) == visit_digest(replace(visit))
    assert visit_digest(visit) != visit_digest(replace(visit, key=visit.key + "x"))


def test_a_failure_has_a_digest_too() -> None:
    failures = [MediaFailure("k", reason, "d") for reason in FailureReason]
    assert len({observation_digest(failure) for failure in failures}) == len(failures)


def test_canonical_json_has_one_form_and_no_holes() -> None:
    assert canonical_json({"b": 1.50, "a": "王"}) == '{"a":"王","b":1.5}'
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(float("nan"))
    assert canonical_json("\udc80|") == '"?|"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "schema_version is None"),
        ('{"schema_version": 2}', "schema_version is 2, this program reads 1"),
        ('{"schema_version": 1}', "sha256 is missing"),
    ],
)
def test_what_was_not_written_here_is_refused(text: str, words: str) -> None:
    with pytest.raises(StorageError, match="evidence") as caught:
        evidence_from_json(text)
    assert words in str(caught.value)


def test_the_committed_schemas_are_up_to_date(tmp_path: Path) -> None:
    main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(schemas())
    for name, schema in schemas().items():
        Draft202012Validator.check_schema(schema)
        committed = (SCHEMAS / name).read_text(encoding="utf-8")
        assert committed == as_text(schema), f"docs/schemas/{name}: run `make schemas`"
