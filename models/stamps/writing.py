"""How cameras write a moment: dates, clocks and weekdays in the forms that the market's apps print."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.times import WallTime

WEEKDAYS_ZH = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAYS_SHORT_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_SHORT_ZH_HANT = ("週一", "週二", "週三", "週四", "週五", "週六", "週日")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Language(StrEnum):
    """The languages that watermarks are drawn in."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"

    @property
    def is_chinese(self) -> bool:
        return self is not Language.EN


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the words of one watermark. `truth` is what of it can be read off them.

    `open_order`: day and month could be taken for each other by these words alone.
    """

    date: str
    clock: str
    weekday: str
    truth: WallTime
    open_order: bool


DATES_ZH = (
    "{y}-{m:02}-{d:02}",
    "{y}.{m:02}.{d:02}",
    "{y}/{m:02}/{d:02}",
    "{y}年{m:02}月{d:02}日",
    "{y}年{m}月{d}日",
)
DATES_EN = ("{B} {d}, {y}", "{d} {B} {y}", "{b} {d}, {y}", "{d} {b} {y}", "{d:02} {b} {y}")
DATES_PLAIN = ("{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}", "{y}.{m:02}.{d:02}")
DATES_DAY_FIRST = ("{d:02}/{m:02}/{y}", "{d:02}/{m:02}/{yy:02}", "{d:02}-{m:02}-{y}", "{d:02}.{m:02}.{y}")
DATES_MONTH_FIRST = ("{m:02}/{d:02}/{y}", "{m}/{d}/{y}")
CLOCK_24 = "{H:02}:{M:02}"
CLOCK_24_S = "{H:02}:{M:02}:{S:02}"
CLOCKS_12_EN = ("{h:02}:{M:02} {P}", "{h}:{M:02} {P}")
CLOCKS_12_EN_S = ("{h:02}:{M:02}:{S:02} {P}", "{h}:{M:02}:{S:02} {P}")
CLOCKS_12_ZH = ("{Z}{h}:{M:02}", "{Z}{h:02}:{M:02}", "{Z} {h:02}:{M:02}")
CLOCKS_12_ZH_S = ("{Z}{h}:{M:02}:{S:02}", "{Z}{h:02}:{M:02}:{S:02}")


def written(
    time: WallTime, date_form: str, clock_form: str, language: Language, short_weekday: bool = False
) -> Moment:
    """A time to the second in these forms; without a clock where `clock_form` is empty."""
    hour, minute, second = time.hour or 0, time.minute or 0, time.second or 0
    parts = {
        "y": time.year,
        "yy": time.year % 100,
        "m": time.month,
        "d": time.day,
        "B": _MONTHS_EN[time.month - 1],
        "b": _MONTHS_EN[time.month - 1][:3],
        "H": hour,
        "h": hour % 12 or 12,
        "M": minute,
        "S": second,
        "P": "PM" if hour >= 12 else "AM",
        "Z": "下午" if hour >= 12 else "上午",
    }
    return Moment(
        date_form.format(**parts),
        clock_form.format(**parts),
        weekday(time, language, short_weekday),
        _printed(time, clock_form),
        date_form in (*DATES_DAY_FIRST, *DATES_MONTH_FIRST) and time.day <= 12 and time.day != time.month,
    )


def weekday(time: WallTime, language: Language, short: bool = False) -> str:
    index = date(time.year, time.month, time.day).weekday()
    if language is Language.EN:
        return _WEEKDAYS_EN[index][: 3 if short else None]
    if not short:
        return WEEKDAYS_ZH[index]
    return (_WEEKDAYS_SHORT_ZH if language is Language.ZH_HANS else _WEEKDAYS_SHORT_ZH_HANT)[index]


def clock_forms(language: Language, seconds: bool, twelve_hours: bool) -> Sequence[str]:
    if not twelve_hours:
        return (CLOCK_24_S,) if seconds else (CLOCK_24,)
    if language is Language.EN:
        return CLOCKS_12_EN_S if seconds else CLOCKS_12_EN
    return CLOCKS_12_ZH_S if seconds else CLOCKS_12_ZH


def pick(rng: random.Random, forms: Sequence[str]) -> str:
    """One of the forms, the earlier ones more often: they stand first because they are the usual ones."""
    return forms[min(int(rng.expovariate(0.7)), len(forms) - 1)]


def _printed(time: WallTime, clock_form: str) -> WallTime:
    if not clock_form:
        return WallTime(time.year, time.month, time.day)
    second = time.second if "{S" in clock_form else None
    return WallTime(time.year, time.month, time.day, time.hour, time.minute, second)
