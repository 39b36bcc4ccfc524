"""Whatever a file claims, a visit is judged: hostile times, odd boxes, unknown labels, nothing at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.evidence import (
    Detection,
    FailureReason,
    FrameEvidence,
    MediaEvidence,
    MediaFailure,
    Metadata,
    RegionText,
    TextLine,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.results import Leaning, Outcome
from pipeline.times import WallTime
from pipeline.visit import MediaItem, MediaKind, ServiceType, Stage

LABELS = [
    "badge",
    "shoe_cover",
    "shoe",
    "work_cloth",
    "tool",
    "person",
    "document",
    "tool_bag",
    "gas_meter",
    "unknown",
]
fractions = st.floats(0, 1)
boxes = st.builds(BoundingBox.clipped, fractions, fractions, fractions, fractions)
moments = st.one_of(
    st.datetimes(datetime.fromisoformat("2026-05-11"), datetime.fromisoformat("2026-05-13")),
    st.datetimes(datetime.fromisoformat("0001-01-01"), datetime.fromisoformat("9999-12-30")),
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@st.composite
def walls(draw):
    moment = draw(moments)
    parts = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
    return WallTime(*parts[: draw(st.sampled_from([3, 5, 6]))])


@st.composite
def readings(draw):
    status = draw(st.sampled_from(WatermarkStatus))
    taken = draw(walls()) if status is WatermarkStatus.READ else None
    several = draw(st.lists(walls(), min_size=2, max_size=3)) if status is WatermarkStatus.AMBIGUOUS else []
    return WatermarkReading(status, taken, tuple(several), "", 0.99, draw(st.none() | boxes))


aware = st.none() | st.builds(lambda moment, zone: moment.replace(tzinfo=zone), moments, zones)
metadata = st.builds(
    Metadata,
    raw=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=3).map(tuple),
    exif_taken_at=st.none() | walls(),
    exif_utc_offset_minutes=st.none() | st.integers(-3000, 3000),
    gps_at=aware,
    container_created_at=aware,
    container_local_at=aware,
    software=st.none() | st.text(max_size=12),
)
lines = st.builds(TextLine, st.text(max_size=12), fractions, boxes)
texts = st.builds(
    RegionText, st.sampled_from(["badge", "tool_bag"]), boxes, st.lists(lines, max_size=3).map(tuple)
)
frames = st.builds(
    FrameEvidence,
    presentation_s=st.none() | st.floats(0, 1e12),
    detections=st.lists(st.builds(Detection, st.sampled_from(LABELS), fractions, boxes), max_size=8).map(
        tuple
    ),
    watermark=st.none() | readings(),
    region_texts=st.lists(texts, max_size=2).map(tuple),
)
evidence = st.builds(
    MediaEvidence,
    sha256=st.sampled_from(["aa", "bb", "cc"]),
    kind=st.sampled_from(MediaKind),
    width_px=st.integers(1, 9000),
    height_px=st.integers(1, 9000),
    frames=st.lists(frames, max_size=3).map(tuple),
    metadata=metadata,
    perceptual_hash=st.sampled_from(["", "0f0f0f0f0f0f0f0f", "0f0f0f0f0f0f0f0e", "0" * 16]),
    observer_digest=st.just("o"),
    duration_s=st.none() | st.floats(0, 1e12),
)


@st.composite
def observations(draw):
    seen = []
    for number in range(draw(st.integers(0, 5))):
        found = draw(evidence)
        stage, uploaded = draw(st.none() | st.sampled_from(Stage)), draw(aware)
        item = MediaItem(f"v/{number}", found.kind, stage, uploaded_at=uploaded)
        failure = MediaFailure(item.key, draw(st.sampled_from(FailureReason)), "why")
        seen.append((item, failure if draw(st.booleans()) and draw(st.booleans()) else found))
    return seen


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(observations(), st.sampled_from(ServiceType))
def test_every_visit_gets_a_sound_report(bench, seen, service):
    report = bench.report(*seen, service=service.value)
    rules = bench.rules(service.value)
    assert [item.result.item_id for item in report.items] == [rule.item_id for rule in rules.items]
    for item, rule in zip(report.items, rules.items, strict=True):
        result = item.result
        assert not (rule.unproven and result.outcome in (Outcome.PASS, Outcome.FAIL))
        assert (result.outcome is Outcome.CONFIRM) == (result.leaning is not None)
        assert (item.credit is None) == (
            result.outcome in (Outcome.EXEMPT, Outcome.NOT_APPLICABLE, Outcome.NOT_CHECKED)
        )
        assert result.leaning is not Leaning.AGAINST or item.credit == 0
        assert {ref.media_key for ref in result.evidence} <= {item.key for item, _ in seen}
    assert {entry.media_key for entry in report.timeline} == {item.key for item, _ in seen}


@pytest.mark.parametrize("year", [2, 9998])
def test_a_clock_at_the_end_of_the_calendar_is_explained_like_any_other(bench, build, year):
    odd = Metadata(
        exif_taken_at=WallTime(2026, 5, 12, 9, 0, 0), container_created_at=datetime(year, 6, 1, tzinfo=UTC)
    )
    report = bench.report(build.photo("a", "entry", "09:00:00", metadata=odd))
    assert report.timeline[0].times.disagreements


@pytest.mark.parametrize("year", [1, 9999])
def test_a_clock_that_was_never_set_is_no_clock(bench, build, year):
    never = Metadata(exif_taken_at=WallTime(year, 1, 1, 0, 0, 0), gps_at=datetime(year, 1, 1, tzinfo=UTC))
    report = bench.report(build.photo("a", "entry", None, metadata=never))
    assert report.timeline[0].times.best is None
