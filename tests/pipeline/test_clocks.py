"""The clocks of one file: which is believed, where they disagree, and what may explain it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clock_explanations import explain
from pipeline.clock_readings import Tolerances
from pipeline.evidence import Metadata
from pipeline.time_evidence import ClockReading, ClockSource, ExplanationName
from pipeline.times import TimeInterval, WallTime
from pipeline.visit_clocks import reconcile_visit

TOLERANCES = Tolerances(timedelta(seconds=120), timedelta(seconds=900), timedelta(seconds=300))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def times_of(bench, seen, service="repair"):
    return reconcile_visit([seen], bench.visit(service, [seen]).zone, TOLERANCES)[seen[0].key]


def exif(text, offset_min=None):
    return Metadata(
        exif_taken_at=WallTime.from_iso(text), exif_utc_offset_minutes=offset_min, make="Huawei", model="P60"
    )


@dataclass(frozen=True)
class Case:
    name: str
    clock: str | None
    metadata: Metadata
    best: ClockSource | None
    disagreements: int = 0
    explained_by: str | None = None
    uploaded: str = "20:00"


CASES = [
    Case("nothing known", None, Metadata(), None),
    Case("stamp alone", "09:00:00", Metadata(), ClockSource.WATERMARK),
    Case("stamp and EXIF agree", "09:00:00", exif("2026-05-12T09:01:30"), ClockSource.WATERMARK),
    Case(
        "EXIF with its own zone agrees", "09:00:00", exif("2026-05-12T10:00:30", 540), ClockSource.WATERMARK
    ),
    Case("at the tolerance", "09:00:00", exif("2026-05-12T09:02:01"), ClockSource.WATERMARK),
    Case("just beyond it", "09:00:00", exif("2026-05-12T09:02:02"), ClockSource.WATERMARK, 1),
    Case("a day off", "09:00:00", exif("2026-05-11T09:00:00"), ClockSource.WATERMARK, 1),
    Case("17 minutes off", "09:00:00", exif("2026-05-12T09:17:00"), ClockSource.WATERMARK, 1),
    Case(
        "hour off, zone assumed",
        "09:00:00",
        exif("2026-05-12T10:00:00"),
        ClockSource.WATERMARK,
        1,
        "time zone",
    ),
    Case("India", "09:00:00", exif("2026-05-12T06:30:00"), ClockSource.WATERMARK, 1, "2.5 h"),
    Case("no zone is so far east", "19:59:00", exif("2026-05-12T00:59:00"), ClockSource.WATERMARK, 1, "19 h"),
    Case(
        "twelve hours",
        "09:00:00",
        exif("2026-05-12T21:00:00"),
        ClockSource.WATERMARK,
        1,
        "half of the day",
        "23:00",
    ),
    Case("day and month", "09:00:00", exif("2026-12-05T09:00:00"), ClockSource.WATERMARK, 2, "date order"),
    Case(
        "both after the upload",
        "14:00:00",
        exif("2026-05-12T15:00:00"),
        ClockSource.WATERMARK,
        3,
        "?",
        "10:00",
    ),
    Case("date only agrees", "2026-05-12", exif("2026-05-12T09:00:00"), ClockSource.EXIF),
    Case(
        "date only, near midnight",
        "2026-05-12",
        exif("2026-05-11T23:00:00"),
        ClockSource.WATERMARK,
        1,
        "day only",
    ),
    Case("EXIF alone", None, exif("2026-05-12T09:00:00"), ClockSource.EXIF),
    Case("after its upload", "09:00:00", Metadata(), ClockSource.WATERMARK, 1, None, "08:43"),
    Case("upload within the tolerance", "09:00:00", Metadata(), ClockSource.WATERMARK, 0, None, "08:56"),
    Case("uploaded days later", "09:00:00", Metadata(), ClockSource.WATERMARK, 0, None, "2026-05-15T09:00"),
    Case(
        "old GPS fix",
        "09:00:00",
        Metadata(gps_at=datetime(2026, 5, 12, 0, 47, tzinfo=UTC)),
        ClockSource.WATERMARK,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_clocks(bench, build, case):
    seen = build.photo("a.jpg", "entry", case.clock, metadata=case.metadata, uploaded=case.uploaded)
    times = times_of(bench, seen)
    assert (times.best.source if times.best else None) == case.best
    assert len(times.disagreements) == case.disagreements
    reasons = [found.explanation.words.en if found.explanation else None for found in times.disagreements]
    if case.explained_by == "?":
        assert [reason is None for reason in reasons] == [False, True, True]
    elif case.explained_by is None:
        assert all(reason is None for reason in reasons)
    else:
        assert all(case.explained_by in (reason or "") for reason in reasons)


def test_a_zone_is_assumed_or_measured_and_says_so(bench, build):
    assumed = times_of(bench, build.photo("a.jpg", "entry", None, metadata=exif("2026-05-12T09:00:00"))).best
    measured = times_of(
        bench, build.photo("a.jpg", "entry", None, metadata=exif("2026-05-12T09:00:00", 480))
    ).best
    assert assumed is not None
    assert measured is not None
    assert assumed.zone_assumed
    assert not measured.zone_assumed
    assert assumed.interval == measured.interval
    assert "UTC+08:00" in measured.shown


def test_a_videos_clock_is_brought_back_to_its_beginning(bench, build):
    best = times_of(bench, build.video("v.mp4", "during", [(0.0, None), (20.0, "09:00:20")])).best
    assert best is not None
    assert best.interval.start == build.local("09:00:00")


@pytest.mark.parametrize("written", ["beginning", "end"])
def test_a_container_may_name_either_end_of_a_video(bench, build, written):
    created = build.local("09:00:00") + timedelta(minutes=10 if written == "end" else 0)
    metadata = Metadata(container_created_at=created.astimezone(UTC))
    seen = build.video("v.mp4", "during", [(0.0, "09:00:00")], metadata=metadata, duration_s=600.0)
    assert times_of(bench, seen).disagreements == ()


def test_a_container_in_local_time_is_explained(bench, build):
    metadata = Metadata(container_created_at=datetime(2026, 5, 12, 9, 0, tzinfo=UTC))
    found = times_of(
        bench, build.video("v.mp4", "during", [(0.0, "09:00:00")], metadata=metadata)
    ).disagreements
    assert found[0].explanation is not None
    assert "local time" in found[0].explanation.words.en


def test_a_rule_set_without_the_item_asks_for_no_agreement(bench, build):
    rules = bench.rules("repair")
    rules = type(rules)(
        **{name: getattr(rules, name) for name in rules.__dataclass_fields__ if name != "items"},
        items=tuple(item for item in rules.items if item.item_id != "time.consistent"),
    )
    seen = build.photo("a.jpg", "entry", "09:00:00", metadata=exif("2026-05-13T09:00:00"))
    assert reconcile_visit([seen], SHANGHAI, Tolerances.of(rules))[seen[0].key].disagreements == ()


def clock_at(moment, zone_assumed=True, source=ClockSource.WATERMARK):
    return ClockReading(source, TimeInterval.at(moment), zone_assumed, moment.isoformat())


@given(st.integers(-14 * 60, 14 * 60))
def test_clocks_with_measured_zones_are_never_explained_by_a_zone(minutes):
    first = clock_at(datetime(2026, 5, 12, 1, tzinfo=UTC), zone_assumed=False)
    second = clock_at(first.interval.start + timedelta(minutes=minutes), zone_assumed=False)
    words = explain(first, second, SHANGHAI, timedelta(seconds=120))
    assert words is None or words.name is not ExplanationName.OTHER_ZONE


@given(st.integers(1, 60 * 24 * 20))
def test_an_explanation_does_not_depend_on_the_order_of_the_clocks(minutes):
    first = clock_at(datetime(2026, 5, 12, 1, tzinfo=UTC))
    second = clock_at(first.interval.start + timedelta(minutes=minutes))
    tolerance = timedelta(seconds=120)
    assert explain(first, second, SHANGHAI, tolerance) == explain(second, first, SHANGHAI, tolerance)
