"""Every row is what an OCR engine gave, or could give, for a stamp, and what it may be taken for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.watermark import interpret
from pipeline.watermark.calendar import full_year
from pipeline.watermark.candidates import candidates, parse_segment
from pipeline.watermark.formats import DATE_FORMATS, find_dates, find_weekday, hour_of_day
from pipeline.watermark.lines import SeenLine, Segment
from pipeline.watermark.text import normalised


def times_in(text: str) -> set[str]:
    """All times that one line of text may stand for."""
    line = SeenLine(text, 1.0, 1.0, BoundingBox(0.1, 0.9, 0.6, 0.95))
    found = candidates([parse_segment(Segment((line,)))], 4 / 3)
    return {time.isoformat() for candidate in found if not candidate.doubt for time in candidate.times}


ONE_READING = [
    # plain
    ("2026-05-12 14:35:07", "2026-05-12T14:35:07"),
    ("2026/05/12 14:35", "2026-05-12T14:35"),
    ("2026.05.12 14:35:07", "2026-05-12T14:35:07"),
    ("2026-05-12", "2026-05-12"),
    ("2026_05_12 14:35", "2026-05-12T14:35"),
    ("2026 05 12 14:35", "2026-05-12T14:35"),
    ("2026:05:12 14:35:07", "2026-05-12T14:35:07"),
    ("20260512 143507", "2026-05-12T14:35:07"),
    ("20260512143507", "2026-05-12T14:35:07"),
    ("20260512_14:35:07", "2026-05-12T14:35:07"),
    ("2026-05-12T14:35:07", "2026-05-12T14:35:07"),
    ("2026-05-12 14:35:07.123", "2026-05-12T14:35:07"),
    ("2026-05-12 14:35:07,12", "2026-05-12T14:35:07"),
    ("2026-05-12 14.35.07", "2026-05-12T14:35:07"),
    ("2026/5/12 9:05", "2026-05-12T09:05"),
    # glued
    ("2018-11-251:30:00PM", "2018-11-25T13:30:00"),
    ("2013-05-2017:26", "2013-05-20T17:26"),
    ("03/26/202109:24:48", "2021-03-26T09:24:48"),
    ("2015-08-301:08:21 AM", "2015-08-30T01:08:21"),
    ("12:42:3026/06/2021", "2021-06-26T12:42:30"),
    ("14:5127/06/2021", "2021-06-27T14:51"),
    ("时间：2024.10.0218:10", "2024-10-02T18:10"),
    ("2018-10-19 10:35:09 PMM 2/3", "2018-10-19T22:35:09"),
    ("08.24.2015 04:28:45", "2015-08-24T04:28:45"),
    # twelve hours
    ("2014-11-29 6:00:00 AM", "2014-11-29T06:00:00"),
    ("2014-11-29 12:00:00 AM", "2014-11-29T00:00:00"),
    ("2014-11-29 12:30PM", "2014-11-29T12:30"),
    ("2014-11-29 02:05 p.m.", "2014-11-29T14:05"),
    ("2014-11-29 14:05 PM", "2014-11-29T14:05"),
    ("AM 09:12 2014-11-29", "2014-11-29T09:12"),
    # month names
    ("08 OCT 2018 04:36 pm", "2018-10-08T16:36"),
    ("17-DEC-2025 19:05:50", "2025-12-17T19:05:50"),
    ("12/May/2020 10:48:08", "2020-05-12T10:48:08"),
    ("May 12, 2026 14:35", "2026-05-12T14:35"),
    ("Tue, 12 May 2026 14:35:07 GMT", "2026-05-12T14:35:07"),
    ("Tue May 12 14:35:07 2026", "2026-05-12T14:35:07"),
    ("Tue May 12 14:35:07 CEST 2026", "2026-05-12T14:35:07"),
    ("12th September 2026 2:35 PM", "2026-09-12T14:35"),
    ("2026 May 12 14:35", "2026-05-12T14:35"),
    # Chinese
    ("2024年5月12日 星期日 下午2:35", "2024-05-12T14:35"),
    ("２０２４年５月１２日　１４：３５", "2024-05-12T14:35"),
    ("2024年05月12日14时35分07秒", "2024-05-12T14:35:07"),
    ("2024年05月12日 14点35分", "2024-05-12T14:35"),
    ("2024年05月12日14:35", "2024-05-12T14:35"),
    ("24年5月12日 14:35", "2024-05-12T14:35"),
    ("2024-05-12 上午12:35", "2024-05-12T00:35"),
    ("2024-05-12 中午12:35", "2024-05-12T12:35"),
    ("2024-05-12 凌晨1:35", "2024-05-12T01:35"),
    ("2024-05-12 晚上8:35", "2024-05-12T20:35"),
    # two-digit years that an apostrophe tells
    ("'01 9 6", "2001-09-06"),
    ("'23 06 19", "2023-06-19"),
    ("19 10 '95", "1995-10-19"),
    ("6 27 '02", "2002-06-27"),
    # other numbers in the strip
    ("M 1/3  2016-05-17 9:32:34 PM  22°C", "2016-05-17T21:32:34"),
    ("CAM015 23℃ 73℉ 2023-01-21 18:36:20 0042", "2023-01-21T18:36:20"),
    ("29.69inHg 08 OCT 2018 04:36 pm", "2018-10-08T16:36"),
    ("10:17 10/16/2019 3C", "2019-10-16T10:17"),
    ("22/05/2026 2:35 PM GMT +08:00", "2026-05-22T14:35"),
    ("2026-05-12 14:35:07+08:00", "2026-05-12T14:35:07"),
    ("2026-05-12 14:35:07 +0800", "2026-05-12T14:35:07"),
    ("2013-05-20 28°", "2013-05-20"),
    ("2026-05-12 14:35:0722°C", "2026-05-12T14:35:07"),
    ("28/05/2026-14:35:07", "2026-05-28T14:35:07"),
    ("2026-05-12 T14:35:07Z AXON BODY", "2026-05-12T14:35:07"),
    ("MAY.12.2026 02:35P", "2026-05-12T14:35"),
    ("05/28/2026 TUE 02:35 PM", "2026-05-28T14:35"),
    ("2026/05/12 14:35:07 120KM/H N:22.5412 E:114.0579", "2026-05-12T14:35:07"),
    ("2026. 05. 12 14:35", "2026-05-12T14:35"),
    ("2026/05/12周二14:35", "2026-05-12T14:35"),
    # letters among digits, punctuation for punctuation
    ("2O24-O5-12 14:35", "2024-05-12T14:35"),
    ("2024-05-12 l4:35:O7", "2024-05-12T14:35:07"),
    ("2024-05-12 14;35;07", "2024-05-12T14:35:07"),
    ("06:24.2008 17:59", "2008-06-24T17:59"),
    ("25/05/2024 09:00:44: SAT", "2024-05-25T09:00:44"),
    ("Date/Time:2024-10-0313:30:17", "2024-10-03T13:30:17"),
]


@pytest.mark.parametrize(("text", "iso"), ONE_READING)
def test_one_reading(text: str, iso: str) -> None:
    assert times_in(text) == {iso}


SEVERAL_READINGS = [
    ("07/06/2023 08:05:06AM", {"2023-06-07T08:05:06", "2023-07-06T08:05:06"}),
    ("08.01.2006", {"2006-01-08", "2006-08-01"}),
    ("10 12 2006", {"2006-12-10", "2006-10-12"}),
    ("7 1 '02", {"2002-01-07", "2002-07-01"}),
    ("16:19 16/07/19", {"2019-07-16T16:19", "2016-07-19T16:19"}),
    ("14:51 07/06/20", {"2020-06-07T14:51", "2020-07-06T14:51", "2007-06-20T14:51"}),
    # the year's last digits are a temperature's first
    ("14:51 07/06/2015C", {"2020-06-07T14:51", "2020-07-06T14:51", "2007-06-20T14:51"}),
    # ZoneMinder shipped both orders as its default label
    ("FrontDoor - 13/12/18 19:49:23", {"2018-12-13T19:49:23", "2013-12-18T19:49:23"}),
    # day 1 at 11:30 or day 11 at 1:30
    ("2018-11-111:30:00 PM", {"2018-11-11T13:30:00", "2018-11-01T23:30:00"}),
]


@pytest.mark.parametrize(("text", "isos"), SEVERAL_READINGS)
def test_several_readings_are_all_kept(text: str, isos: set[str]) -> None:
    assert times_in(text) == isos


NO_READING = [
    "2024-13-12 14:35",
    "2024-02-30",
    "31/31/2024",
    "2819-05-12 14:35",
    "1935-1998",
    "©2008",
    "4.00pm",
    "36:15:07",
    "192.168.1.20",
    "12.05.26.7",
    "N51°25'47\" E0°19'21\"",
    "39.92144, 116.44314",
    "01327 860801",
    "86215",
    "007 1998",
    "version 1.2.3456",
    "20180208",
    "2024年5月",
]


@pytest.mark.parametrize("text", NO_READING)
def test_no_reading(text: str) -> None:
    assert times_in(text) == set()


DOUBTED = [
    "20180208 24:40:",
    "2024-05-12 25:61:07",
    "2016-05-17 9:32:34",
    "25/05/2024 09:00:4 SAT",
    "2024-05-12 14:3",
]


@pytest.mark.parametrize("text", DOUBTED)
def test_a_clock_that_is_not_whole_takes_the_date_with_it(text: str) -> None:
    assert times_in(text) == set()


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("星期二 多云 26℃", 1),
        ("周日", 6),
        ("星期天", 6),
        ("週一", 0),
        ("SAT", 5),
        ("Tuesday", 1),
        ("Thurs.", 3),
        ("MONTH", None),
        ("sunny", None),
        ("星期二 星期三", None),
    ],
)
def test_weekdays(text: str, weekday: int | None) -> None:
    assert find_weekday(normalised(text)) == weekday


@pytest.mark.parametrize(
    ("printed", "marker", "hour"),
    [
        (12, "am", 0),
        (12, "pm", 12),
        (1, "pm", 13),
        (11, "am", 11),
        (13, "pm", 13),
        (13, "am", None),
        (24, "", None),
        (12, "下午", 12),
        (12, "凌晨", 0),
        (12, "晚上", None),
        (1, "中午", 13),
        (11, "中午", 11),
    ],
)
def test_twelve_hours(printed: int, marker: str, hour: int | None) -> None:
    assert hour_of_day(printed, marker) == hour


@pytest.mark.parametrize(("short", "full"), [(0, 2000), (26, 2026), (68, 2068), (69, 1969), (95, 1995)])
def test_two_digit_years_follow_posix(short: int, full: int) -> None:
    assert full_year(short) == full


days = st.dates(min_value=date(1970, 1, 1), max_value=date(2199, 12, 31))
clocks = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
DATE_PRINTERS = {
    "chinese": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "year-first": lambda d: f"{d:%Y-%m-%d}",
    "year-last": lambda d: f"{d:%d/%m/%Y}",
    "day-month-name": lambda d: f"{d:%d %b %Y}",
    "month-name-day": lambda d: f"{d:%B} {d.day}, {d.year}",
    "year-month-name": lambda d: f"{d:%Y %b %d}",
    "spaced-year-first": lambda d: f"{d:%Y %m %d}",
    "spaced-year-last": lambda d: f"{d:%m %d %Y}",
}


@given(day=days, clock=clocks, name=st.sampled_from(sorted(DATE_PRINTERS)), twelve=st.booleans())
def test_every_printed_time_is_among_its_readings(
    day: date, clock: tuple[int, int, int], name: str, twelve: bool
) -> None:
    hour, minute, second = clock
    printed = f"{hour:02d}:{minute:02d}:{second:02d}"
    if twelve:
        printed = f"{hour % 12 or 12}:{minute:02d}:{second:02d} {'PM' if hour >= 12 else 'AM'}"
    read = times_in(f"{DATE_PRINTERS[name](day)} {printed}")
    truth = WallTime(day.year, day.month, day.day, hour, minute, second)
    assert truth.isoformat() in read
    assert len(read) <= 2
    if len(read) == 2:
        swapped = read - {truth.isoformat()}
        assert swapped == {WallTime(day.year, day.day, day.month, hour, minute, second).isoformat()}


@given(day=days, clock=clocks, name=st.sampled_from(sorted(DATE_PRINTERS)), seconds=st.booleans())
def test_a_stamp_of_any_format_is_never_read_wrong(
    day: date, clock: tuple[int, int, int], name: str, seconds: bool
) -> None:
    """Through the whole verdict: the true time, or the truth among the alternatives; nothing else."""
    hour, minute, second = clock
    printed = f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if seconds else "")
    truth = WallTime(day.year, day.month, day.day, hour, minute, second if seconds else None)
    box = BoundingBox(0.5, 0.94, 0.98, 0.98)
    stamp = SeenLine(f"{DATE_PRINTERS[name](day)} {printed}", 0.98, 0.95, box, burned_ink=True)
    found = interpret([stamp], 4 / 3)
    assert truth in found.times
    assert len(found.times) <= 2


@given(day=days, clock=clocks)
def test_glued_date_and_clock(day: date, clock: tuple[int, int, int]) -> None:
    hour, minute, second = clock
    text = f"{day:%Y-%m-%d}{hour:02d}:{minute:02d}:{second:02d}"
    truth = WallTime(day.year, day.month, day.day, hour, minute, second).isoformat()
    assert truth in times_in(text)


@given(day=st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)), year_first=st.booleans())
def test_apostrophe_years(day: date, year_first: bool) -> None:
    short = f"'{day:%y}"
    text = f"{short} {day.month} {day.day}" if year_first else f"{day.month} {day.day} {short}"
    assert day.isoformat() in times_in(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    times_in(text)


def test_format_names_are_unique() -> None:
    names = [row.name for row in DATE_FORMATS]
    assert len(set(names)) == len(names)


def test_each_date_is_found_once() -> None:
    assert [found.format_name for found in find_dates("2026-05-12 and 2026-05-13")] == ["year-first"] * 2
