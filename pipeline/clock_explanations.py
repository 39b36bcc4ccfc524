"""Innocent reasons for two clocks of one file to differ: what an auditor would think of first.

An explanation never makes a disagreement vanish; it names what to ask about. Each rule looks at two clocks
that already differ by more than the tolerance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.results import ClockReading, ClockSource
from pipeline.rules import BilingualText

_HALF_HOUR = timedelta(minutes=30)
_TWELVE_HOURS = timedelta(hours=12)
_WESTERNMOST, _EASTERNMOST = timedelta(hours=-12), timedelta(hours=14)
"""The offsets from UTC that are in use on earth."""


@dataclass(frozen=True, slots=True)
class _Pair:
    first: ClockReading
    second: ClockReading
    zone: ZoneInfo
    tolerance: timedelta

    @property
    def lead(self) -> timedelta:
        """How far the first clock is ahead of the second, by the beginnings of their intervals."""
        return self.first.interval.start - self.second.interval.start

    @property
    def slack(self) -> timedelta:
        """How far a lead may be from a round value: the tolerance, and what the wider clock hides."""
        widths = (clock.interval.end - clock.interval.start for clock in (self.first, self.second))
        return self.tolerance + max(widths)

    def is_about(self, lead: timedelta) -> bool:
        return abs(self.lead - lead) <= self.slack


def explain(
    first: ClockReading, second: ClockReading, zone: ZoneInfo, tolerance: timedelta
) -> BilingualText | None:
    """The first innocent cause that fits the difference, None where none does."""
    pair = _Pair(first, second, zone, tolerance)
    rules = _RULES_FOR_DATES if is_day_wide(first) or is_day_wide(second) else _RULES
    return next((words for rule in rules if (words := rule(pair)) is not None), None)


def is_day_wide(clock: ClockReading) -> bool:
    """Whether no more than the date is known (a day may lose an hour to summer time)."""
    return clock.interval.end - clock.interval.start >= timedelta(hours=22)


def _date_only(pair: _Pair) -> BilingualText | None:
    """Near midnight a date alone may be that of the neighbouring zone."""
    if pair.first.interval.gap_to(pair.second.interval) <= _EASTERNMOST:
        return BilingualText(
            "其中一个时间只到日，另一个可能按其他时区记录",
            "one is legible to the day only and may be of another time zone",
        )
    return None


def _container_in_local_time(pair: _Pair) -> BilingualText | None:
    """MP4 wants UTC; many phones write their local time there."""
    for clock, sign in ((pair.first, 1), (pair.second, -1)):
        offset = clock.interval.end.astimezone(pair.zone).utcoffset()
        if clock.source is ClockSource.CONTAINER and offset and _container_gap(pair, sign * offset):
            return BilingualText(
                "视频容器把当地时间当作UTC写入（许多手机如此）",
                "the container holds local time where UTC belongs, as many phones do",
            )
    return None


def _container_gap(pair: _Pair, lead: timedelta) -> bool:
    return lead != timedelta(0) and pair.is_about(lead)


def _twelve_hours(pair: _Pair) -> BilingualText | None:
    if pair.is_about(_TWELVE_HOURS) or pair.is_about(-_TWELVE_HOURS):
        return BilingualText(
            "相差十二小时：可能上午、下午设反", "twelve hours apart: a clock set to the wrong half of the day"
        )
    return None


def _other_zone(pair: _Pair) -> BilingualText | None:
    """A whole number of (half) hours, if the assumed zone may be another one that exists."""
    steps = round(pair.lead / _HALF_HOUR)
    lead = steps * _HALF_HOUR
    if steps == 0 or not pair.is_about(lead) or pair.slack >= _HALF_HOUR / 2:
        return None
    if not (_may_be_off(pair.first, lead, pair.zone) or _may_be_off(pair.second, -lead, pair.zone)):
        return None
    hours = f"{abs(lead) / timedelta(hours=1):g}"
    return BilingualText(
        f"相差整{hours}小时：其中一个时钟可能设在其他时区",
        f"{hours} h apart: one of the clocks may be set to another time zone",
    )


def _may_be_off(clock: ClockReading, ahead: timedelta, zone: ZoneInfo) -> bool:
    """Whether this clock, read in an assumed zone, may be `ahead` because its own zone is another."""
    offset = clock.interval.start.astimezone(zone).utcoffset() or timedelta(0)
    return clock.zone_assumed and _WESTERNMOST <= offset + ahead <= _EASTERNMOST


def _day_and_month(pair: _Pair) -> BilingualText | None:
    for clock, other in ((pair.first, pair.second), (pair.second, pair.first)):
        swapped = _exchanged(clock.interval.start.astimezone(pair.zone))
        if swapped is not None and abs(swapped - other.interval.start) <= pair.slack:
            return BilingualText(
                "日与月互换后一致：可能日期格式不同",
                "they agree with day and month exchanged: another date order",
            )
    return None


def _exchanged(moment: datetime) -> datetime | None:
    if moment.day > 12 or moment.day == moment.month:
        return None
    return moment.replace(month=moment.day, day=moment.month)


_Rule = Callable[[_Pair], BilingualText | None]
_RULES_FOR_DATES: tuple[_Rule, ...] = (_date_only, _day_and_month)
_RULES: tuple[_Rule, ...] = (
    _container_in_local_time,
    _twelve_hours,
    _other_zone,
    _day_and_month,
)
