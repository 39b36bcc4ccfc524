"""Which text of a picture is its watermark, and what it says: on lines as an OCR engine gives them."""

from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.times import WallTime
from pipeline.watermark import SeenLine, interpret

LANDSCAPE = 4 / 3


def line(
    text: str, left: float, top: float, right: float, bottom: float, tilt: float = 0.0, light: bool = True
) -> SeenLine:
    return SeenLine(text, 0.98, 0.95, BoundingBox(left, top, right, bottom), tilt, light)


def verdict(*lines: SeenLine, hints: tuple[WallTime, ...] = ()) -> WatermarkReading:
    return interpret(lines, LANDSCAPE, hints).reading


def iso(reading: WatermarkReading) -> str | None:
    return reading.taken_at.isoformat() if reading.taken_at else None


def test_nothing_is_absent() -> None:
    assert verdict().status is WatermarkStatus.ABSENT


def test_a_stamp_in_the_corner() -> None:
    reading = verdict(line("2026-05-12 14:35:07", 0.7, 0.94, 0.98, 0.98))
    assert iso(reading) == "2026-05-12T14:35:07"
    assert reading.box == BoundingBox(0.7, 0.94, 0.98, 0.98)
    assert reading.raw_text == "2026-05-12 14:35:07"


def test_clock_and_date_on_one_strip() -> None:
    reading = verdict(
        line("14:35", 0.38, 0.955, 0.46, 0.99),
        line("28/05/2026", 0.55, 0.955, 0.68, 0.99),
        line("STEALTH CAM", 0.75, 0.955, 0.95, 0.99),
    )
    assert iso(reading) == "2026-05-28T14:35"


BLOCK = (
    line("14:35", 0.03, 0.70, 0.22, 0.79),
    line("2026年05月12日", 0.25, 0.70, 0.45, 0.735),
    line("星期二 多云 26℃", 0.25, 0.75, 0.47, 0.785),
    line("金沙洲环洲三路", 0.03, 0.82, 0.3, 0.855),
)


def test_a_big_clock_beside_its_date() -> None:
    assert iso(verdict(*BLOCK)) == "2026-05-12T14:35"


def test_a_clock_above_its_date() -> None:
    reading = verdict(
        line("打卡", 0.04, 0.7, 0.12, 0.76),
        line("14:35", 0.14, 0.7, 0.26, 0.76),
        line("2026/05/12 星期二", 0.04, 0.8, 0.4, 0.85),
    )
    assert iso(reading) == "2026-05-12T14:35"


def test_the_bar_behind_the_clock_is_no_digit() -> None:
    assert iso(verdict(line("14:351", 0.03, 0.70, 0.24, 0.79), *BLOCK[1:])) == "2026-05-12T14:35"


def test_a_weekday_decides_the_order() -> None:
    reading = verdict(line("07/06/2023 08:05:06 WED", 0.6, 0.95, 0.98, 0.99))
    assert iso(reading) == "2023-06-07T08:05:06"
    assert "weekday" in reading.note


def test_a_weekday_that_fits_no_order_is_not_overheard() -> None:
    reading = verdict(line("2026-05-12 14:35:07 SUN", 0.6, 0.95, 0.98, 0.99))
    assert reading.status is WatermarkStatus.UNREADABLE
    assert "weekday" in reading.note


AMERICAN_OR_NOT = line("07/06/2023 08:05:06AM", 0.7, 0.95, 0.98, 0.99)


def test_an_open_order_stays_open() -> None:
    reading = verdict(AMERICAN_OR_NOT)
    assert reading.status is WatermarkStatus.AMBIGUOUS
    assert {time.isoformat() for time in reading.alternatives} == {
        "2023-06-07T08:05:06",
        "2023-07-06T08:05:06",
    }


def test_a_hint_chooses_between_alternatives() -> None:
    reading = verdict(AMERICAN_OR_NOT, hints=(WallTime(2023, 7, 6, 8, 5, 9),))
    assert iso(reading) == "2023-07-06T08:05:06"


def test_a_hint_makes_nothing() -> None:
    hints = (WallTime(2023, 7, 6, 8, 5, 9),)
    assert verdict(AMERICAN_OR_NOT, hints=(WallTime(2024, 1, 1),)).status is WatermarkStatus.AMBIGUOUS
    assert verdict(hints=hints).status is WatermarkStatus.ABSENT
    stamp = line("2026-05-12 14:35:07", 0.7, 0.94, 0.98, 0.98)
    assert iso(verdict(stamp, hints=hints)) == "2026-05-12T14:35:07"


def test_an_alternative_after_the_upload_falls_away() -> None:
    def before(day: WallTime) -> WatermarkReading:
        return interpret((AMERICAN_OR_NOT,), LANDSCAPE, not_after=day).reading

    assert iso(before(WallTime(2023, 6, 20))) == "2023-06-07T08:05:06"
    assert before(WallTime(2023, 7, 20)).status is WatermarkStatus.AMBIGUOUS
    # The device's zone may be a day ahead of the upload's.
    assert before(WallTime(2023, 7, 5)).status is WatermarkStatus.AMBIGUOUS


def test_the_upload_takes_no_reading_away() -> None:
    """A stamp of a day to come is what it says: the clocks disagree about it later."""
    stamp = line("2026-05-12 14:35:07", 0.7, 0.94, 0.98, 0.98)
    assert (
        iso(interpret((stamp,), LANDSCAPE, not_after=WallTime(2025, 1, 1)).reading) == "2026-05-12T14:35:07"
    )
    none_left = interpret((AMERICAN_OR_NOT,), LANDSCAPE, not_after=WallTime(2022, 1, 1)).reading
    assert none_left.status is WatermarkStatus.AMBIGUOUS


def test_the_upload_goes_before_a_hint() -> None:
    """EXIF may be wrong; that nothing is filmed after its upload can't be."""
    hint = WallTime(2023, 7, 6, 8, 5, 9)
    reading = interpret((AMERICAN_OR_NOT,), LANDSCAPE, (hint,), WallTime(2023, 6, 20)).reading
    assert iso(reading) == "2023-06-07T08:05:06"


def test_a_clock_without_a_date_is_unreadable() -> None:
    reading = verdict(line("14:00:49", 0.85, 0.02, 0.99, 0.08))
    assert reading.status is WatermarkStatus.UNREADABLE
    assert iso(reading) is None


def test_a_date_beside_a_broken_clock_is_not_a_date() -> None:
    reading = verdict(line("20180208 24:40:", 0.01, 0.01, 0.2, 0.04), line("25:00", 0.01, 0.05, 0.2, 0.08))
    assert reading.taken_at is None


def test_two_clocks_equally_near_leave_it_open() -> None:
    reading = verdict(
        line("14:35", 0.40, 0.955, 0.46, 0.99),
        line("28/05/2026", 0.50, 0.955, 0.63, 0.99),
        line("03:57", 0.67, 0.955, 0.73, 0.99),
    )
    assert reading.status is WatermarkStatus.AMBIGUOUS


def test_the_status_bar_of_a_telephone_is_not_the_stamp() -> None:
    reading = verdict(
        line("13:31", 0.14, 0.0175, 0.24, 0.036),
        line("Date/Time: 2024-10-03 13:30:17", 0.15, 0.62, 0.49, 0.63),
    )
    assert iso(reading) == "2024-10-03T13:30:17"


TICKET = (
    line("Z31C014941 检票:B1", 0.2, 0.3, 0.5, 0.34),
    line("南昌站 D6262 九江站", 0.2, 0.36, 0.7, 0.4),
    line("2019年06月07日06:56开", 0.2, 0.45, 0.5, 0.49),
    line("¥39.5元 二等座", 0.2, 0.5, 0.5, 0.54),
)


def test_a_ticket_is_no_watermark() -> None:
    assert verdict(*TICKET).taken_at is None


def test_a_ticket_in_a_stamped_picture() -> None:
    assert iso(verdict(*TICKET, line("2026-05-12 14:35:07", 0.7, 0.94, 0.98, 0.98))) == "2026-05-12T14:35:07"


def test_two_stamps_that_differ_leave_it_open() -> None:
    app = line("2026-05-12 14:35:07", 0.7, 0.94, 0.98, 0.98)
    other = line("2026-05-10 09:12:44", 0.02, 0.02, 0.3, 0.06)
    assert len(verdict(app, other).alternatives) == 2
    recorder = line("2026-05-12 14:35:11", 0.02, 0.02, 0.3, 0.06)
    assert verdict(app, recorder).status is WatermarkStatus.READ


def test_a_best_before_date_is_no_watermark() -> None:
    assert verdict(line("BEST BEFORE 2026-05-12", 0.3, 0.5, 0.6, 0.55)).taken_at is None
    assert verdict(line("有效期至 2026-05-12", 0.3, 0.95, 0.6, 0.99)).taken_at is None


def test_print_in_the_middle_is_no_watermark_but_light_ink_may_be() -> None:
    place = (0.4, 0.75, 0.64, 0.77)
    assert verdict(line("2012-05-20 17:18", *place, light=False)).taken_at is None
    assert iso(verdict(line("2012-05-20 17:18", *place))) == "2012-05-20T17:18"


def test_what_stands_beside_a_watermark_speaks_for_it() -> None:
    date_line = line("2013-05-20", 0.3, 0.68, 0.46, 0.71, light=False)
    weekday = line("星期一", 0.3, 0.64, 0.4, 0.67, light=False)
    weather = line("28℃", 0.5, 0.68, 0.55, 0.71, light=False)
    assert iso(verdict(date_line, weekday, weather)) == "2013-05-20"
    assert verdict(date_line, weekday).taken_at is None


def test_a_till_slip_is_no_watermark() -> None:
    rows = (
        line("MON 12 MAY 2026 14:35", 0.3, 0.4, 0.6, 0.43, light=False),
        line("Date 2026-05-12 Time 14:35:07", 0.3, 0.5, 0.6, 0.53, light=False),
        line("时间: 2026-05-12 14:35:07", 0.3, 0.6, 0.6, 0.63, light=False),
    )
    for row in rows:
        assert verdict(row).taken_at is None


def test_a_date_that_leans_in_the_middle_is_no_watermark() -> None:
    assert verdict(line("2026-05-12 14:35", 0.3, 0.5, 0.6, 0.6, tilt=9)).taken_at is None


def test_a_page_of_dates_is_no_watermark() -> None:
    rows = [line(f"2026-05-{day:02d} 登记", 0.3, 0.1 + day / 20, 0.6, 0.13 + day / 20) for day in range(1, 9)]
    assert verdict(*rows).taken_at is None


def test_three_short_numbers_need_a_line_of_their_own() -> None:
    assert verdict(line("Size 10-12-06 blue", 0.02, 0.95, 0.3, 0.99)).taken_at is None


def test_a_clock_on_the_wall_is_no_watermark() -> None:
    """Its date has no separators and its time stands on a line of its own."""
    shown = (line("2023 12 09", 0.38, 0.85, 0.52, 0.9), line("23:56", 0.37, 0.72, 0.56, 0.83))
    assert verdict(*shown).status is not WatermarkStatus.READ
    assert iso(verdict(line("2023 12 09 23:56", 0.38, 0.92, 0.7, 0.96))) == "2023-12-09T23:56"
    dashed = (line("2023-12-09", 0.38, 0.85, 0.52, 0.9), shown[1])
    assert iso(verdict(*dashed)) == "2023-12-09T23:56"
