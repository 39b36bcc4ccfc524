"""Stamps with several readings: what may decide between them, and what may not."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock_readings import Tolerances
from pipeline.evidence import Metadata, WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.results import Outcome
from pipeline.stamp_choice import settled_stamps
from pipeline.time_evidence import ChoiceBasis
from pipeline.times import WallTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLERANCES = Tolerances(timedelta(seconds=120), timedelta(seconds=900), timedelta(seconds=300))
LOWER_LEFT, UPPER_RIGHT = BoundingBox(0.02, 0.9, 0.4, 0.97), BoundingBox(0.6, 0.02, 0.98, 0.06)
PHONE = Metadata(make="Huawei", model="P60")
JUNE_OR_MAY = ("05/06/2026 09:00:00", "2026-06-05T09:00:00", "2026-05-06T09:00:00")


def stamped(build, name, text, *walls, metadata=PHONE, box=LOWER_LEFT, uploaded="2026-12-30T20:00"):
    """A photo whose stamp reads `text`, as one time or as several."""
    times = tuple(WallTime.from_iso(wall) for wall in walls)
    reading = (
        WatermarkReading(WatermarkStatus.READ, times[0], (), text, 0.99, box)
        if len(times) == 1
        else WatermarkReading(WatermarkStatus.AMBIGUOUS, None, times, text, 0.99, box)
    )
    item, seen = build.photo(name, "entry", None, metadata=metadata, uploaded=uploaded)
    return item, replace(seen, frames=(replace(seen.frames[0], watermark=reading),))


def settled(*seen):
    """Name -> (time, what decided) of the stamps that are settled; the order of the files is of no weight."""
    results = [settled_stamps(files, SHANGHAI, TOLERANCES) for files in (seen, seen[::-1])]
    assert results[0] == results[1]
    return {
        key.rsplit("/", 1)[-1]: (stamp.wall.isoformat(), stamp.choice and stamp.choice.bases)
        for key, stamp in results[0].items()
    }


@dataclass(frozen=True)
class Case:
    name: str
    metadata: Metadata
    month: str | None
    bases: tuple[ChoiceBasis, ...] = ()
    uploaded: str | None = "2026-12-30T20:00"


OWN = [
    Case("nothing decides", PHONE, None),
    Case(
        "EXIF",
        replace(PHONE, exif_taken_at=WallTime.from_iso("2026-05-06T09:00:20")),
        "05",
        (ChoiceBasis.EXIF,),
    ),
    Case(
        "EXIF an hour off, but no month",
        replace(PHONE, exif_taken_at=WallTime.from_iso("2026-06-05T10:00:20")),
        "06",
        (ChoiceBasis.EXIF,),
    ),
    Case("GPS", replace(PHONE, gps_at=datetime(2026, 6, 5, 0, 55, tzinfo=UTC)), "06", (ChoiceBasis.GPS,)),
    Case(
        "both",
        replace(
            PHONE,
            exif_taken_at=WallTime.from_iso("2026-06-05T09:00:20"),
            gps_at=datetime(2026, 6, 5, 1, 0, tzinfo=UTC),
        ),
        "06",
        (ChoiceBasis.EXIF, ChoiceBasis.GPS),
    ),
    Case(
        "two that contradict each other",
        replace(
            PHONE,
            exif_taken_at=WallTime.from_iso("2026-05-06T09:00:20"),
            gps_at=datetime(2026, 6, 5, 1, 0, tzinfo=UTC),
        ),
        None,
    ),
    Case("EXIF of another day", replace(PHONE, exif_taken_at=WallTime.from_iso("2026-05-20T09:00:20")), None),
    Case("the upload excludes one", PHONE, "05", (ChoiceBasis.UPLOAD,), "2026-05-06T21:00"),
    Case("the upload excludes both", PHONE, None, (), "2026-01-06T21:00"),
    Case("an unknown upload excludes none", PHONE, None, (), None),
    Case(
        "EXIF tells what the upload excludes",
        replace(PHONE, exif_taken_at=WallTime.from_iso("2026-06-05T09:00:20")),
        None,
        (),
        "2026-05-06T21:00",
    ),
]


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.name)
def test_a_files_own_clocks(build, case):
    found = settled(stamped(build, "a.jpg", *JUNE_OR_MAY, metadata=case.metadata, uploaded=case.uploaded))
    day = {"05": "06", "06": "05"}.get(case.month or "")
    assert found == ({"a.jpg": (f"2026-{case.month}-{day}T09:00:00", case.bases)} if case.month else {})


SURE_DAY_FIRST = ("25/05/2026 10:00:00", "2026-05-25T10:00:00")
SURE_MONTH_FIRST = ("05/25/2026 10:00:00", "2026-05-25T10:00:00")


@pytest.mark.parametrize(
    ("sure", "month", "day"), [(SURE_DAY_FIRST, "06", "05"), (SURE_MONTH_FIRST, "05", "06")]
)
def test_the_order_of_the_devices_other_stamps(build, sure, month, day):
    found = settled(stamped(build, "a.jpg", *JUNE_OR_MAY), stamped(build, "b.jpg", *sure))
    assert found["a.jpg"] == (f"2026-{month}-{day}T09:00:00", (ChoiceBasis.OTHER_PICTURES,))


def test_a_stamp_settled_by_its_exif_settles_others(build):
    taken = replace(PHONE, exif_taken_at=WallTime.from_iso("2026-05-06T09:00:20"))
    found = settled(
        stamped(build, "a.jpg", *JUNE_OR_MAY),
        stamped(build, "b.jpg", *JUNE_OR_MAY, metadata=taken),
    )
    assert found["a.jpg"] == ("2026-05-06T09:00:00", (ChoiceBasis.OTHER_PICTURES,))
    assert found["b.jpg"] == ("2026-05-06T09:00:00", (ChoiceBasis.EXIF,))


OTHER_PHONE = Metadata(make="Xiaomi", model="14")
NO_NAME = Metadata()


@pytest.mark.parametrize(
    ("others", "metadata"),
    [
        ([("25/05/2026 10:00:00", "2026-05-25T10:00:00", OTHER_PHONE)], PHONE),
        ([("25.05.2026 10:00:00", "2026-05-25T10:00:00", PHONE)], PHONE),
        ([("05/05/2026 10:00:00", "2026-05-05T10:00:00", PHONE)], PHONE),
        ([("2026-05-25 10:00:00", "2026-05-25T10:00:00", PHONE)], PHONE),
        ([(*SURE_DAY_FIRST, PHONE), (*SURE_MONTH_FIRST, PHONE)], PHONE),
        ([("10:11:12", "2026-05-25T10:00:00", PHONE)], PHONE),
    ],
    ids=["another device", "another shape", "says nothing", "year first", "they differ", "no date"],
)
def test_others_that_decide_nothing(build, others, metadata):
    seen = [
        stamped(build, f"{number}.jpg", text, wall, metadata=of)
        for number, (text, wall, of) in enumerate(others)
    ]
    assert "a.jpg" not in settled(stamped(build, "a.jpg", *JUNE_OR_MAY, metadata=metadata), *seen)


@pytest.mark.parametrize(("box", "is_settled"), [(LOWER_LEFT, True), (UPPER_RIGHT, False)])
def test_without_a_devices_name_its_layout_tells_it(build, box, is_settled):
    found = settled(
        stamped(build, "a.jpg", *JUNE_OR_MAY, metadata=NO_NAME),
        stamped(build, "b.jpg", *SURE_DAY_FIRST, metadata=NO_NAME, box=box),
    )
    assert ("a.jpg" in found) is is_settled


def test_a_files_own_clock_against_its_devices_order_decides_nothing(build):
    taken = replace(PHONE, exif_taken_at=WallTime.from_iso("2026-05-06T09:00:20"))
    found = settled(
        stamped(build, "a.jpg", *JUNE_OR_MAY, metadata=taken), stamped(build, "b.jpg", *SURE_DAY_FIRST)
    )
    assert "a.jpg" not in found


def test_two_digit_years_likewise(build):
    either = ("24-05-23 09:00:00", "2024-05-23T09:00:00", "2023-05-24T09:00:00")
    found = settled(
        stamped(build, "a.jpg", *either), stamped(build, "b.jpg", "24-05-31 10:00:00", "2024-05-31T10:00:00")
    )
    assert found["a.jpg"][0] == "2024-05-23T09:00:00"


def test_a_clock_before_the_date_is_not_taken_for_it(build):
    either = ("09:00 05/06/2026", "2026-06-05T09:00", "2026-05-06T09:00")
    found = settled(
        stamped(build, "a.jpg", *either), stamped(build, "b.jpg", "10:11 25/05/2026", "2026-05-25T10:11")
    )
    assert found["a.jpg"][0] == "2026-06-05T09:00"


def test_neither_the_window_nor_the_dates_of_other_pictures_choose(bench, build):
    """One of the readings is the visit's day, and another picture's: that proves nothing of this one."""
    either = ("05/12/2026 09:00:00", "2026-05-12T09:00:00", "2026-12-05T09:00:00")
    seen = [
        stamped(build, "a.jpg", *either, uploaded="2026-12-30T20:00"),
        stamped(build, "b.jpg", "2026-05-12 09:05:00", "2026-05-12T09:05:00"),
    ]
    result = bench.check("time.watermark", *seen, service="repair")
    assert result.outcome is Outcome.UNREADABLE
    assert "a.jpg" in result.reason.en


def test_the_report_says_what_decided(bench, build):
    seen = [stamped(build, "a.jpg", *JUNE_OR_MAY), stamped(build, "b.jpg", *SURE_DAY_FIRST)]
    result = bench.check("time.watermark", *seen, service="repair")
    assert result.outcome is Outcome.PASS
    assert "2026-06-05 09:00:00 / 2026-05-06 09:00:00" in result.reason.en
    assert "decided by the stamps of b.jpg" in result.reason.en
    entry = next(e for e in bench.report(*seen, service="repair").timeline if e.media_key.endswith("a.jpg"))
    assert entry.times.best is not None
    assert entry.times.best.choice is not None
    assert entry.times.best.choice.files == ("b.jpg",)
