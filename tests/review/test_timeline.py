"""Where the marks of the timeline stand."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.results import TimelineEntry, VisitReport
from pipeline.time_evidence import ClockSource
from review.timeline import Row, Timeline, lay_out


def _row(timeline: Timeline, name: str) -> Row:
    return next(row for row in timeline.rows if row.entry.media_key.endswith(name))


def _named(entries: tuple[TimelineEntry, ...], name: str) -> TimelineEntry:
    return next(entry for entry in entries if entry.media_key.endswith(name))


def test_clocks_that_agree_stand_in_a_column(report: VisitReport) -> None:
    watermark, exif, upload = _row(lay_out(report), "before-1.jpg").marks
    assert watermark.x == exif.x < upload.x
    assert watermark.y < exif.y < upload.y
    assert not watermark.off


def test_a_wrong_day_is_off_the_axis_and_joined_to_the_clock_that_it_contradicts(report: VisitReport) -> None:
    row = _row(lay_out(report), "during-2.jpg")
    watermark, exif, _ = row.marks
    assert (watermark.off, watermark.off_label, exif.off) == ("left", "03-11 09:41", "")
    assert [(link.x1, link.y1, link.x2, link.y2) for link in row.links] == [
        (watermark.x, watermark.y, exif.x, exif.y)
    ]


def test_rows_follow_the_stages_and_a_file_without_clocks_comes_last_in_its_stage(
    report: VisitReport,
) -> None:
    rows = lay_out(replace(report, timeline=report.timeline[::-1])).rows
    assert [row.entry.media_key.rsplit("/", 1)[-1] for row in rows] == [
        "notice.jpg", "arrival.jpg", "entry-1.jpg", "before-1.jpg",
        "during-2.jpg", "during.mp4", "IMG_0031.jpg", "after-1.jpg",
    ]  # fmt: skip
    assert [row.opens_stage for row in lay_out(report).rows] == [
        True,
        True,
        True,
        True,
        True,
        False,
        True,
        False,
    ]


def test_lanes_are_those_that_some_file_has(report: VisitReport) -> None:
    photos = tuple(entry for entry in report.timeline if not entry.media_key.endswith(".mp4"))
    assert ClockSource.CONTAINER in lay_out(report).sources
    assert lay_out(replace(report, timeline=photos)).sources == (
        ClockSource.WATERMARK,
        ClockSource.EXIF,
        ClockSource.UPLOAD,
    )


def test_a_date_alone_is_no_mark_but_a_stretch(report: VisitReport) -> None:
    entry = _named(report.timeline, "before-1.jpg")
    reading = entry.times.clocks[0]
    midnight = reading.interval.start.replace(hour=0, minute=0)
    interval = replace(reading.interval, start=midnight, end=midnight + timedelta(days=1))
    day = replace(reading, interval=interval)
    dated = replace(entry, times=replace(entry.times, clocks=(day,)))
    (mark,) = lay_out(replace(report, timeline=(dated,))).rows[0].marks
    assert (mark.off, mark.x) == ("", 5.0)
    assert mark.width == 90.0


@given(
    start_minute=st.integers(0, 3 * 1440),
    window_minutes=st.integers(0, 1440),
    offsets=st.lists(st.integers(-20_000, 20_000), max_size=6),
)
def test_everything_stands_on_the_paper_whatever_the_times(
    report: VisitReport, start_minute: int, window_minutes: int, offsets: list[int]
) -> None:
    timeline = lay_out(_moved(report, start_minute, window_minutes, offsets))
    marks = [mark for row in timeline.rows for mark in row.marks]
    assert all(0 <= mark.x <= mark.x + mark.width <= 100 for mark in marks)
    assert 0 <= timeline.window_x <= timeline.window_x + timeline.window_width <= 100
    assert len(timeline.ticks) <= 7
    assert all(first.x <= second.x for first, second in pairwise(timeline.ticks))
    assert all(0 < mark.y < timeline.row_height for mark in marks)


def _moved(base: VisitReport, start_minute: int, window_minutes: int, offsets: list[int]) -> VisitReport:
    start = base.window_start + timedelta(minutes=start_minute)
    source = base.timeline[1]

    def shifted(minutes: int, number: int) -> TimelineEntry:
        move = timedelta(minutes=start_minute + minutes)
        clocks = tuple(
            replace(
                one,
                interval=replace(one.interval, start=one.interval.start + move, end=one.interval.end + move),
            )
            for one in source.times.clocks
        )
        times = replace(source.times, media_key=str(number), clocks=clocks, best=clocks[0])
        return replace(source, media_key=str(number), times=times)

    entries = tuple(shifted(minutes, number) for number, minutes in enumerate(offsets))
    return replace(
        base, window_start=start, window_end=start + timedelta(minutes=window_minutes), timeline=entries
    )
