"""What the clocks of a visit's files tell together, and what is true of them in all circumstances."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clock_explanations import _OFFSETS_IN_USE_MIN
from pipeline.clock_readings import Tolerances
from pipeline.evidence import Metadata
from pipeline.results import Leaning, Outcome
from pipeline.time_evidence import ClockSource, ExplanationName, ZoneBasis
from pipeline.times import StatedTime, WallTime
from pipeline.visit_clocks import reconcile_visit

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLERANCES = Tolerances(timedelta(seconds=120), timedelta(seconds=900), timedelta(seconds=300))
PHONE = Metadata(make="Huawei", model="P60")


def wall(text):
    return WallTime.from_iso(text if "T" in text else f"2026-05-12T{text}")


def gps(clock):
    """A satellite time, given in the visit's zone."""
    text = clock if "T" in clock else f"2026-05-12T{clock}"
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def times_of(*seen):
    return {
        key.rsplit("/", 1)[-1]: times for key, times in reconcile_visit(seen, SHANGHAI, TOLERANCES).items()
    }


def explanations(times):
    return [found.explanation.name if found.explanation else None for found in times.disagreements]


def one(build, clock, **metadata):
    return times_of(build.photo("a.jpg", "entry", clock, metadata=replace(PHONE, **metadata)))["a.jpg"]


# ---- zones --------------------------------------------------------------------------------------------


def test_offsets_in_use_are_those_of_the_time_zone_database():
    noons = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    offsets = {
        noon.astimezone(ZoneInfo(name)).utcoffset() for name in available_timezones() for noon in noons
    }
    assert {timedelta(minutes=minutes) for minutes in _OFFSETS_IN_USE_MIN} == offsets


@pytest.mark.parametrize(
    ("metadata", "basis", "by"),
    [
        ({}, ZoneBasis.ASSUMED, None),
        ({"exif_taken_at": wall("09:00:20")}, ZoneBasis.ASSUMED, None),
        (
            {"exif_taken_at": wall("09:00:20"), "exif_utc_offset_minutes": 480},
            ZoneBasis.MEASURED,
            ClockSource.EXIF,
        ),
        ({"gps_at": gps("08:55:00")}, ZoneBasis.MEASURED, ClockSource.GPS),
        ({"gps_at": gps("07:55:00")}, ZoneBasis.ASSUMED, None),
    ],
)
def test_a_stamps_zone_is_measured_by_a_clock_that_knows_its_own(build, metadata, basis, by):
    times = one(build, "09:00:00", **metadata)
    assert times.zone is not None
    assert (times.zone.basis, times.zone.by, times.zone.utc_offset_min) == (basis, by, 480)


def test_a_stamp_is_read_in_the_zone_that_its_device_states(build):
    times = one(build, "09:00:00", exif_taken_at=wall("09:00:20"), exif_utc_offset_minutes=540)
    assert times.best is not None
    assert times.best.interval.start == datetime(2026, 5, 12, 0, 0, tzinfo=UTC)
    assert not times.best.zone_assumed
    assert times.best.shown == "2026-05-12 09:00:00 UTC+09:00"
    assert (times.zone.basis, times.zone.by) == (ZoneBasis.MEASURED, ClockSource.EXIF)
    assert times.disagreements == ()


def test_the_zone_of_exif_alone_is_stated_or_assumed(build):
    assert (
        one(build, None, exif_taken_at=wall("09:00:00"), exif_utc_offset_minutes=480).zone.basis
        is ZoneBasis.STATED
    )
    assert one(build, None, exif_taken_at=wall("09:00:00")).zone.basis is ZoneBasis.ASSUMED


def test_apples_creation_date_has_a_zone_of_its_own(build):
    local = datetime(2026, 5, 12, 9, 0, 0, tzinfo=timezone(timedelta(hours=8)))
    seen = build.video(
        "v.mov",
        "during",
        [(0.0, "09:00:00")],
        metadata=replace(PHONE, container_local_at=local, container_created_at=local.astimezone(UTC)),
    )
    times = times_of(seen)["v.mov"]
    assert times.disagreements == ()
    assert (times.zone.basis, times.zone.by) == (ZoneBasis.MEASURED, ClockSource.CONTAINER)


# ---- explanations -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "metadata", "names"),
    [
        ("09:00:00", {"exif_taken_at": wall("06:30:00")}, [ExplanationName.OTHER_ZONE]),
        ("09:00:00", {"exif_taken_at": wall("06:45:00")}, [ExplanationName.OTHER_ZONE]),
        ("09:00:00", {"exif_taken_at": wall("08:30:00")}, [None]),
        ("09:00:00", {"gps_at": gps("10:00:00")}, [ExplanationName.OTHER_ZONE]),
        ("09:00:00", {"gps_at": gps("2006-09-26T09:00:00")}, [ExplanationName.GPS_WEEK_ROLLOVER]),
        ("09:00:00", {"gps_at": gps("2026-05-10T08:59:00")}, [ExplanationName.GPS_DATE_STUCK]),
        ("09:00:00", {"gps_at": gps("2026-05-14T09:00:00")}, [None]),
        (
            "09:00:00",
            {"exif_taken_at": wall("2026-12-05T09:00:00")},
            [ExplanationName.DATE_ORDER, ExplanationName.DATE_ORDER],
        ),
        (
            None,
            {"exif_taken_at": wall("09:00:00"), "exif_modified_at": wall("17:37:00")},
            [ExplanationName.EDITED_LATER],
        ),
        (
            None,
            {"exif_taken_at": wall("09:00:00"), "exif_modified_at": wall("08:25:00")},
            [ExplanationName.EDITED_LATER],
        ),
        (
            None,
            {
                "exif_taken_at": wall("09:00:00"),
                "exif_modified_at": wall("09:00:00"),
                "xmp_modified_at": StatedTime(wall("2026-05-12T04:37:00"), 0),
            },
            [ExplanationName.EDITED_LATER],
        ),
        (
            None,
            {"exif_taken_at": wall("2006-05-12T09:00:00"), "exif_digitized_at": wall("09:17:00")},
            [ExplanationName.SCAN_OR_RESAVE],
        ),
        (
            "09:00:00",
            {"exif_taken_at": wall("15:17:00"), "make": None, "model": None},
            [ExplanationName.SCAN_OR_RESAVE],
        ),
        ("09:00:00", {"exif_taken_at": wall("15:17:00")}, [None]),
        (
            "09:00:00",
            {"exif_taken_at": wall("15:17:00"), "xmp_history": ("Adobe Photoshop 21.1",)},
            [ExplanationName.EDITED_LATER],
        ),
    ],
)
def test_causes_by_name(build, clock, metadata, names):
    found = explanations(one(build, clock, **metadata))
    assert found[: len(names)] == names


def test_equal_dates_of_change_and_digitizing_are_no_news(build):
    same = wall("09:00:00")
    times = one(build, None, exif_taken_at=same, exif_digitized_at=same, exif_modified_at=same)
    assert [clock.source for clock in times.clocks] == [ClockSource.EXIF, ClockSource.UPLOAD]


def test_the_last_change_is_no_time_of_taking(build):
    times = one(build, None, exif_modified_at=wall("09:00:00"))
    assert times.best is None
    assert [clock.source for clock in times.clocks] == [ClockSource.EXIF_MODIFIED, ClockSource.UPLOAD]


def test_a_fraction_of_a_second_narrows_exif(build):
    best = one(build, None, exif_taken_at=wall("09:00:07"), exif_subsec="25").best
    assert best.interval.start.microsecond == 250_000
    assert best.interval.end - best.interval.start == timedelta(milliseconds=10)
    assert best.shown == "2026-05-12 09:00:07.25"


def row(build, fixes, **metadata):
    """Pictures with (stamp, GPS) of one phone."""
    return [
        build.photo(f"{number}.jpg", "entry", clock, metadata=replace(PHONE, gps_at=gps(at), **metadata))
        for number, (clock, at) in enumerate(fixes)
    ]


def test_a_clock_off_by_a_constant(build):
    seen = row(build, [("09:00:00", "09:27:10"), ("09:20:00", "09:47:00"), ("10:01:00", "10:28:40")])
    for times in times_of(*seen).values():
        assert explanations(times) == [ExplanationName.CONSTANT_OFFSET]


@pytest.mark.parametrize(
    "fixes",
    [
        [("09:00:00", "09:27:10"), ("09:20:00", "09:47:00")],
        [("09:00:00", "09:27:10"), ("09:20:00", "09:47:00"), ("10:01:00", "10:01:00")],
        [("09:00:00", "09:27:10"), ("09:20:00", "09:47:00"), ("10:01:00", "11:13:00")],
    ],
    ids=["two files", "one that agrees", "another difference"],
)
def test_no_constant(build, fixes):
    for times in times_of(*row(build, fixes)).values():
        assert set(explanations(times)) <= {None}


def test_the_upload_is_explained_by_what_explains_the_clock(build):
    """A phone half an hour ahead: its stamps lie after the upload as well."""
    seen = [
        build.photo(
            f"{number}.jpg",
            "entry",
            f"{hour}:27:00",
            metadata=replace(PHONE, gps_at=gps(f"{hour}:00:00")),
            uploaded=f"{hour}:01",
        )
        for number, hour in enumerate(("09", "10", "11"))
    ]
    for times in times_of(*seen).values():
        assert explanations(times) == [ExplanationName.CONSTANT_OFFSET] * 2


def test_a_fix_that_repeats_itself_is_stuck(build):
    seen = row(build, [("09:00:00", "08:59:00"), ("09:31:00", "08:59:00"), ("10:01:00", "10:01:00")])
    times = times_of(*seen)
    assert times["0.jpg"].disagreements == ()
    assert explanations(times["1.jpg"]) == [ExplanationName.GPS_STUCK]


def test_one_fix_in_pictures_of_one_moment_is_none(build):
    seen = row(build, [("09:31:00", "08:59:00"), ("09:33:00", "08:59:00")])
    assert {name for times in times_of(*seen).values() for name in explanations(times)} == {None}


# ---- what the rules make of it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "outcome", "leaning"),
    [
        (0, Outcome.FAIL, None),
        (1, Outcome.CONFIRM, Leaning.AGAINST),
        (2, Outcome.CONFIRM, Leaning.FOR),
        (3, Outcome.PASS, None),
    ],
)
def test_a_rule_set_says_what_an_explanation_leads_to(bench, build, level, outcome, leaning):
    seen = build.photo("a", "entry", "09:00:00", metadata=replace(PHONE, exif_taken_at=wall("10:00:00")))
    result = bench.check("time.consistent", seen, params={"explained_other_zone": level})
    assert (result.outcome, result.leaning, result.doubt) == (outcome, leaning, level == 0)
    assert "time zone" in result.reason.en


def test_a_constant_offset_excuses_up_to_a_limit(bench, build):
    seen = row(build, [("09:00:00", "09:27:10"), ("09:20:00", "09:47:00"), ("10:01:00", "10:28:40")])
    for limit, outcome in ((60, Outcome.CONFIRM), (20, Outcome.FAIL)):
        result = bench.check("time.consistent", *seen, params={"constant_offset_max_min": limit})
        assert result.outcome is outcome
        assert "all 3 files" in result.reason.en


@pytest.mark.parametrize(("soften", "outcome"), [(1, Outcome.CONFIRM), (0, Outcome.FAIL)])
def test_a_breach_by_a_clock_with_an_excuse_is_a_question(bench, build, soften, outcome):
    seen = build.photo("a", "arrival", "12:00:00", metadata=replace(PHONE, exif_taken_at=wall("10:00:00")))
    result = bench.check("time.punctual", seen, service="repair", params={"soften_explained": soften})
    assert result.outcome is outcome
    assert ("may be wrong" in result.reason.en) is bool(soften)


# ---- properties ---------------------------------------------------------------------------------------

STAGES = ("arrival", "entry", "before", "after")
ITEMS = ("time.consistent", "time.window", "time.order", "time.punctual")
FILES = st.lists(
    st.tuples(
        st.sampled_from(STAGES),
        st.integers(8 * 60, 20 * 60),
        st.sampled_from((None, -1500, -90, -7, 0, 1, 60, 720)),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def drawn(build, files, days=0, coarse=frozenset()):
    """Photos at minutes of the day, `days` later; those numbered in `coarse` are legible to the day only."""
    seen = []
    for number, (stage, minute, exif_lead, to_second) in enumerate(files):
        moment = datetime(2026, 5, 12) + timedelta(days=days, minutes=minute)  # noqa: DTZ001
        text = moment.isoformat(timespec="seconds" if to_second else "minutes")
        shown = text[:10] if number in coarse else text
        metadata = PHONE
        if exif_lead is not None:
            taken = (moment + timedelta(minutes=exif_lead)).isoformat(timespec="seconds")
            metadata = replace(PHONE, exif_taken_at=WallTime.from_iso(taken))
        uploaded = (moment.replace(hour=22, minute=0)).isoformat(timespec="minutes")
        seen.append(build.photo(f"{number}.jpg", stage, shown, metadata=metadata, uploaded=uploaded))
    return seen


def outcomes(bench, seen, **changes):
    results = [bench.check(item, *seen, service="repair", **changes) for item in ITEMS]
    return {result.item_id: (result.outcome, result.leaning) for result in results}


@settings(deadline=None, max_examples=30)
@given(files=FILES)
def test_the_order_of_the_files_is_of_no_weight(bench, build, files):
    seen = drawn(build, files)
    assert outcomes(bench, seen) == outcomes(bench, seen[::-1])


@settings(deadline=None, max_examples=30)
@given(files=FILES, days=st.integers(1, 9))
def test_shifting_all_clocks_and_the_window_together_changes_nothing(bench, build, files, days):
    """Within the month: which dates can be read with day and month exchanged is a matter of the calendar."""
    by = timedelta(days=days)
    window = bench.visit("repair", []).work_order.window
    moved = replace(window, start=window.start + by, end=window.end + by)
    assert outcomes(bench, drawn(build, files)) == outcomes(bench, drawn(build, files, days), window=moved)


@settings(deadline=None, max_examples=40)
@given(files=FILES, coarse=st.sets(st.integers(0, 4)))
def test_what_is_less_legible_is_never_a_breach(bench, build, files, coarse):
    """Stamps without EXIF beside them, of which some are then legible to the day only."""
    plain = [(stage, minute, None, to_second) for stage, minute, _, to_second in files]
    fine, less = outcomes(bench, drawn(build, plain)), outcomes(bench, drawn(build, plain, coarse=coarse))
    for item in ITEMS:
        assert less[item][0] is not Outcome.FAIL or fine[item][0] is Outcome.FAIL
