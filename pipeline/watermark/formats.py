"""The table of named formats: how the market's cameras print dates, clocks and weekdays.

A new format is a new row. Patterns work on normalised text (see `text`); fields of a date are taken by
name, and a row names the orders that its fields may have. Where more than one order makes a date, all are
kept: deciding is not this module's business.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.watermark.calendar import Order, possible_dates
from pipeline.watermark.text import normalised

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
# The century is a check on misread digits: a stamp of the year 2819 is an 0 taken for an 8.
_YEAR = r"(?:19|20|21)\d\d"
_SEPARATOR = r"\s?[-/.:,_]\s?"
_START, _END = r"(?<!\d)(?<!\d[.:/-])", r"(?!\d)"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One way to print a date. `sure` formats are dates by themselves; the others need a clock beside
    them or a line of their own."""

    name: str
    pattern: re.Pattern[str]
    orders: tuple[Order, ...]
    sure: bool = True


def _format(name: str, pattern: str, *orders: Order, sure: bool = True) -> DateFormat:
    return DateFormat(name, re.compile(_START + pattern, re.IGNORECASE), orders, sure)


_D2, _Y4, _Y2 = r"\d{1,2}", rf"{_YEAR}", r"\d\d"
DATE_FORMATS: tuple[DateFormat, ...] = (
    _format(
        "chinese",
        rf"(?P<a>{_Y4}|\d\d)\s?[年]\s?(?P<b>{_D2})\s?[月]\s?(?P<c>{_D2})\s?[日号號曰]?{_END}",
        Order.YMD,
    ),
    _format("year-first", rf"(?P<a>{_Y4}){_SEPARATOR}(?P<b>{_D2}){_SEPARATOR}(?P<c>{_D2}){_END}", Order.YMD),
    _format(
        "year-last",
        rf"(?P<a>{_D2}){_SEPARATOR}(?P<b>{_D2}){_SEPARATOR}(?P<c>{_Y4}){_END}",
        Order.DMY,
        Order.MDY,
    ),
    _format(
        "day-month-name",
        rf"(?P<d>{_D2})(?:st|nd|rd|th)?[\s./,-]*{_MONTH_NAME}[\s./,'-]*(?P<y>{_Y4}|\d\d){_END}(?!:\d)",
    ),
    _format(
        "month-name-day",
        rf"{_MONTH_NAME}[\s./,-]*(?P<d>{_D2})(?:st|nd|rd|th)?(?:\s?[,./-]\s?|\s)(?P<y>{_Y4}){_END}",
    ),
    _format("year-month-name", rf"(?P<y>{_Y4})[\s./,-]*{_MONTH_NAME}[\s./,-]*(?P<d>{_D2}){_END}"),
    # ctime: May 12 14:35:07 2026
    _format(
        "ctime", rf"{_MONTH_NAME}\s(?P<d>{_D2})\s(?=\d\d?:\d\d)(?:\S+\s)(?:[A-Z]{{3,4}}\s)?(?P<y>{_Y4}){_END}"
    ),
    _format(
        "apostrophe-first",
        rf"'\s?(?P<a>{_Y2})(?:{_SEPARATOR}|\s+)(?P<b>{_D2})(?:{_SEPARATOR}|\s+)(?P<c>{_D2}){_END}",
        Order.YMD,
    ),
    _format(
        "apostrophe-last",
        rf"(?P<a>{_D2})(?:{_SEPARATOR}|\s+)(?P<b>{_D2})(?:{_SEPARATOR}|\s*)'\s?(?P<c>{_Y2}){_END}",
        Order.DMY,
        Order.MDY,
    ),
    _format("spaced-year-first", rf"(?P<a>{_Y4})\s+(?P<b>{_D2})\s+(?P<c>{_D2}){_END}", Order.YMD),
    _format("spaced-year-last", rf"(?P<a>{_D2})\s+(?P<b>{_D2})\s+(?P<c>{_Y4}){_END}", Order.DMY, Order.MDY),
    _format(
        "short-year",
        rf"(?P<a>\d\d?)\s?(?P<s>[-/.])\s?(?P<b>{_D2})\s?(?P=s)\s?(?P<c>\d\d?){_END}(?![-/.]\d)",
        Order.DMY,
        Order.MDY,
        Order.YMD,
        sure=False,
    ),
    _format(
        "spaced-short",
        rf"(?P<a>\d\d)\s+(?P<b>{_D2})\s+(?P<c>\d\d){_END}",
        Order.DMY,
        Order.MDY,
        Order.YMD,
        sure=False,
    ),
    _format(
        "compact",
        rf"(?P<a>{_Y4})(?P<b>\d\d)(?P<c>\d\d)(?=[\s_-]?\d{{6}}(?!\d)|[\s_-]\d\d:\d\d)",
        Order.YMD,
        sure=False,
    ),
)


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a line: where, by which format, and all the dates it may be."""

    format_name: str
    start: int
    end: int
    dates: tuple[date, ...]
    sure: bool
    padded: bool | None
    """Whether one-digit fields have a leading zero; None where no field shows it."""
    even: bool
    """False where one field has a leading zero and another lacks one: a digit is lost or not its own."""


def find_dates(text: str) -> tuple[DateFound, ...]:
    """The dates in a normalised text, left to right; where two formats overlap, the table's first wins."""
    found: list[DateFound] = []
    for row in DATE_FORMATS:
        for match in row.pattern.finditer(text):
            dates = _dates(row, match)
            if dates and not any(match.start() < other.end and other.start < match.end() for other in found):
                single, zero = _field_shapes(match.groupdict())
                padded = None if single == zero else zero
                found.append(
                    DateFound(
                        row.name, match.start(), match.end(), dates, row.sure, padded, not (single and zero)
                    )
                )
    return tuple(sorted(found, key=lambda item: item.start))


def _dates(row: DateFormat, match: re.Match[str]) -> tuple[date, ...]:
    fields = match.groupdict()
    if "name" in fields:
        month = str(_MONTHS.index(fields["name"][:3].lower()) + 1)
        return possible_dates(fields["y"], month, fields["d"], (Order.YMD,))
    return possible_dates(fields["a"], fields["b"], fields["c"], row.orders)


def _field_shapes(fields: dict[str, str | None]) -> tuple[bool, bool]:
    """Whether a date's short fields have one of a single digit, and one with a leading zero."""
    parts = [
        value for key, value in fields.items() if key in "abcd" and value is not None and len(value) <= 2
    ]
    return any(len(part) == 1 for part in parts), any(part.startswith("0") for part in parts)


@dataclass(frozen=True, slots=True)
class ClockFound:
    """A time of day in a line. `unmarked_twelve`: an hour of one digit without am or pm beside it."""

    start: int
    end: int
    hour: int
    minute: int
    second: int | None
    marked: bool
    one_digit_hour: bool


_BEFORE = r"(?P<before>上午|下午|中午|晚上|凌晨|早上|早晨|傍晚|清晨|(?:am|pm)(?![a-z]))?\s?"
_AFTER = r"(?:\s?(?P<after>[ap]\.?\s?m\b\.?|[ap]\.?m|(?<=\d)[ap]\b|上午|下午))?"
_SECONDS = r"(?:\s?[:.]\s?(?P<second>[0-5]\d)(?:[.,]\d{1,6})?)?"
_COMPACT_CLOCK = re.compile(
    r"(?P<before>)(?<=\d{8})[\s_-]?(?P<hour>\d\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?!\d)(?P<after>)"
)
_CLOCKS: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"{_BEFORE}{_START}(?P<hour>\d{{1,2}})\s?:\s?(?P<minute>[0-5]\d){_SECONDS}(?!:?\d){_AFTER}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_BEFORE}(?<!\d)(?P<hour>\d{{1,2}})\s?[时時点點]\s?(?P<minute>[0-5]\d)(?:\s?分)?(?:\s?(?P<second>[0-5]\d)\s?秒)?(?P<after>)"
    ),
    re.compile(
        r"(?P<before>)(?<=\d{8})[\s_-]?(?P<hour>\d\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?!\d)(?P<after>)"
    ),
    # Dots only where am or pm or all three fields make it a clock: 2.35 pm, 14.35.07
    re.compile(
        rf"{_BEFORE}{_START}(?P<hour>\d{{1,2}})\.(?P<minute>[0-5]\d)(?:\.(?P<second>[0-5]\d))?\s?(?P<after>[ap]\.?m)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<before>){_START}(?P<hour>[01]\d|2[0-3])[.-](?P<minute>[0-5]\d)[.-](?P<second>[0-5]\d)(?![\d.])(?P<after>)"
    ),
)


def find_clocks(text: str, dates: tuple[DateFound, ...]) -> tuple[ClockFound, ...]:
    """The times of day in a normalised text outside the dates, left to right."""
    found: list[ClockFound] = []
    # A compact clock is known by the date before it, and a ctime date holds its clock.
    rest = blanked(text, [(day.start, day.end) for day in dates if day.format_name != "ctime"])
    for pattern in _CLOCKS:
        for match in pattern.finditer(text if pattern is _COMPACT_CLOCK else rest):
            clock = _clock(match)
            if clock and not any(clock.start < other.end and other.start < clock.end for other in found):
                found.append(clock)
    return tuple(sorted(found, key=lambda item: item.start))


def holds_time(text: str) -> bool:
    """Whether a text, as an OCR engine gives it, holds a date or a time of day."""
    plain = normalised(text)
    dates = find_dates(plain)
    return bool(dates or find_clocks(plain, dates))


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans made unreadable, so that nothing is read twice."""
    for start, end in spans:
        text = f"{text[:start]}{'~' * (end - start)}{text[end:]}"
    return text


def _clock(match: re.Match[str]) -> ClockFound | None:
    marker = (match["before"] or match["after"] or "").lower().replace(".", "").replace(" ", "")
    printed = int(match["hour"])
    hour = hour_of_day(printed, marker)
    if hour is None:
        return None
    second = int(match["second"]) if match["second"] else None
    single = len(match["hour"]) == 1
    return ClockFound(match.start(), match.end(), hour, int(match["minute"]), second, bool(marker), single)


def hour_of_day(printed: int, marker: str) -> int | None:
    """The hour 0-23 that a printed hour and its marker (am, pm, 上午 …) stand for; None where they don't fit.

    12 AM is 0 and 12 PM is 12; firmware that prints `14:35 PM` means 14. Midnight as 晚上12 could be the
    start or the end of the day: it is refused.
    """
    if printed > 23:
        return None
    if not marker:
        return printed
    if marker in ("a", "am", "上午", "早上", "早晨", "凌晨", "清晨"):
        return printed % 12 if printed <= 12 else None
    if marker == "中午":
        return printed if printed >= 11 else printed + 12
    if printed == 12 and marker == "晚上":
        return None
    return printed % 12 + 12 if printed <= 12 else printed


_WEEKDAY_ZH = re.compile(r"(?:星期|周|週|礼拜|禮拜)\s?([一二三四五六日天])")
_WEEKDAY_EN = re.compile(
    r"(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?\.?(?![a-z])",
    re.IGNORECASE,
)
_ZH_DAYS = "一二三四五六日"


def find_weekday(text: str) -> int | None:
    """The weekday that a text names (Monday is 0), None where it names none or two that differ."""
    found = {_ZH_DAYS.find(name) % 7 for name in _WEEKDAY_ZH.findall(text)}
    found |= {
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(n.lower()) for n in _WEEKDAY_EN.findall(text)
    }
    return found.pop() if len(found) == 1 else None
