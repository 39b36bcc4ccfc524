"""Which date three numbers name: the order of day and month is decided by evidence or left open."""

from datetime import date
from enum import StrEnum

_POSIX_PIVOT = 69  # strptime's %y: 69-99 are 1969-1999, 00-68 are 2000-2068


class Order(StrEnum):
    """The order of day, month and year in a date."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


def full_year(two_digits: int) -> int:
    """The year that two digits stand for, as POSIX has it."""
    return two_digits + (1900 if two_digits >= _POSIX_PIVOT else 2000)


def possible_dates(first: str, second: str, third: str, orders: tuple[Order, ...]) -> tuple[date, ...]:
    """All dates that exist among the orders, without doubles, in the orders' order.

    A field of four digits is a year and nothing else; a year of two digits is completed by `full_year`.
    """
    dates = []
    for order in orders:
        named = dict(zip(order.value, (first, second, third), strict=True))
        found = _date(named["y"], named["m"], named["d"])
        if found is not None and found not in dates:
            dates.append(found)
    return tuple(dates)


def _date(year: str, month: str, day: str) -> date | None:
    if len(month) > 2 or len(day) > 2 or len(year) not in (2, 4):
        return None
    try:
        return date(int(year) if len(year) == 4 else full_year(int(year)), int(month), int(day))
    except ValueError:
        return None
