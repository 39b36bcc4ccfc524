from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.times import Precision, TimeInterval, WallTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "precision", "length"),
    [
        ("2024-05-12", Precision.DATE, timedelta(days=1)),
        ("2024-05-12T14:35", Precision.MINUTE, timedelta(minutes=1)),
        ("2024-02-29T00:00:59", Precision.SECOND, timedelta(seconds=1)),
    ],
)
def test_a_wall_time_is_as_wide_as_its_precision(text: str, precision: Precision, length: timedelta) -> None:
    wall = WallTime.from_iso(text)
    interval = wall.at_zone(SHANGHAI)
    assert wall.isoformat() == text
    assert wall.precision is precision
    assert interval.end - interval.start == length
    assert interval.start.utcoffset() == timedelta(hours=8)


@given(st.datetimes(min_value=datetime(1, 1, 1)), st.sampled_from(Precision))  # noqa: DTZ001
def test_iso_round_trip(moment: datetime, precision: Precision) -> None:
    length = {Precision.DATE: 10, Precision.MINUTE: 16, Precision.SECOND: 19}[precision]
    text = moment.isoformat()[:length]
    assert WallTime.from_iso(text).isoformat() == text


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "2024-05-12T24:00", "2024-05-12 14:35", "2024-05-12T14", "24-05-12", ""],
)
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"wall time|must be in|day is out of range|hour must"):
        WallTime.from_iso(text)


def test_parts_come_together() -> None:
    with pytest.raises(ValueError, match="come together"):
        WallTime(2024, 5, 12, hour=3)
    with pytest.raises(ValueError, match="needs its minute"):
        WallTime(2024, 5, 12, second=3)


@pytest.mark.parametrize(("shift_s", "gap_s"), [(0, 0), (60, 0), (61, 1), (-60, 0), (-90, 30), (3600, 3540)])
def test_gap_between_minutes(shift_s: int, gap_s: int) -> None:
    minute = timedelta(minutes=1)
    first = TimeInterval.at(NOON, minute)
    second = TimeInterval.at(NOON + timedelta(seconds=shift_s), minute)
    assert first.gap_to(second) == second.gap_to(first) == timedelta(seconds=gap_s)


def test_intervals_are_aware_and_run_forward() -> None:
    with pytest.raises(ValueError, match="aware"):
        TimeInterval(NOON.replace(tzinfo=None), NOON)
    with pytest.raises(ValueError, match="ends before"):
        TimeInterval(NOON, NOON - timedelta(seconds=1))
