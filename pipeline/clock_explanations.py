"""Causes other than deceit for two clocks of one file to differ: what an auditor would think of first.

An explanation never makes a disagreement vanish; it names what to ask about, and the rule set says what that
leads to. Each rule looks at two clocks that already differ by more than the tolerance. What only the visit's
other files can show is in `pipeline.visit_clocks`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.clock_readings import is_day_wide
from pipeline.evidence import Metadata
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockExplanation, ClockReading, ClockSource, ExplanationName

_A_DAY = timedelta(days=1)
_TWELVE_HOURS = timedelta(hours=12)
_EASTERNMOST = timedelta(hours=14)
_GPS_ROLLOVER = timedelta(weeks=1024)
"""GPS counts weeks in ten bits (IS-GPS-200): an old receiver takes a date for that of 1024 weeks before."""

_OFFSETS_IN_USE_MIN = frozenset(
    [60 * hours for hours in range(-12, 15)]
    + [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825]
)
"""The offsets from UTC, in minutes, that some zone of the IANA time zone database keeps today, in summer or
winter. Those that are no whole hours: Marquesas, Newfoundland (both), Tehran, Kabul, India, Nepal, Myanmar,
Eucla, Darwin, Lord Howe and Adelaide, Chatham (both)."""

_NEAREST_ZONES = timedelta(minutes=15)
"""No two offsets in use are nearer to each other."""

_SCANNERS = ("scan", "perfection", "coolscan", "plustek", "扫描")
_TRANSCODERS = ("lavf", "handbrake", "ffmpeg")


@dataclass(frozen=True, slots=True)
class FileTraces:
    """What a file's metadata say of its history.

    is_edited: a program other than the camera wrote the file again. is_resaved: it doesn't come from a camera
    as it is: no make and model beside its EXIF, a scanner's name, a transcoder's mark.
    """

    is_edited: bool = False
    is_resaved: bool = False


def traces_of(metadata: Metadata) -> FileTraces:
    """Raises nothing; a file that says nothing has no traces."""
    names = " ".join(filter(None, (metadata.make, metadata.model, metadata.software))).casefold()
    has_exif = metadata.exif_taken_at is not None or metadata.exif_digitized_at is not None
    is_nameless = has_exif and not (metadata.make or metadata.model)
    marks = any(mark in names for mark in (*_SCANNERS, *_TRANSCODERS))
    return FileTraces(is_edited=bool(metadata.xmp_history), is_resaved=is_nameless or marks)


@dataclass(frozen=True, slots=True)
class _Pair:
    first: ClockReading
    second: ClockReading
    zone: ZoneInfo
    tolerance: timedelta
    traces: FileTraces

    @property
    def lead(self) -> timedelta:
        """How far the first clock is ahead of the second, by the beginnings of their intervals."""
        return self.first.interval.start - self.second.interval.start

    @property
    def slack(self) -> timedelta:
        """How far the beginnings may be apart: the tolerance, and what the wider clock hides."""
        widths = (clock.interval.end - clock.interval.start for clock in (self.first, self.second))
        return self.tolerance + max(widths)

    @property
    def later(self) -> ClockReading:
        return self.first if self.lead > timedelta(0) else self.second

    def is_about(self, lead: timedelta) -> bool:
        """Whether the two would agree if the first were `lead` less far ahead."""
        first, second = self.first.interval, self.second.interval
        # Differences instead of a moved interval: a clock at the ends of the calendar can't be moved.
        gap = max(second.start - first.end + lead, first.start - second.end - lead)
        return gap <= self.tolerance

    def of(self, source: ClockSource) -> ClockReading | None:
        return next((clock for clock in (self.first, self.second) if clock.source is source), None)


def explain(
    first: ClockReading,
    second: ClockReading,
    zone: ZoneInfo,
    tolerance: timedelta,
    traces: FileTraces | None = None,
) -> ClockExplanation | None:
    """The first cause that fits the difference, None where none does."""
    pair = _Pair(first, second, zone, tolerance, traces or FileTraces())
    rules = _RULES_FOR_DATES if is_day_wide(first) or is_day_wide(second) else _RULES
    return next((found for rule in rules if (found := rule(pair)) is not None), None)


# ---- one clock read with the wrong zone, half of the day, or order ------------------------------------


def _date_only(pair: _Pair) -> ClockExplanation | None:
    """Near midnight a date alone may be that of the neighbouring zone."""
    if pair.first.interval.gap_to(pair.second.interval) > _EASTERNMOST:
        return None
    return _named(
        ExplanationName.DATE_ONLY,
        "其中一个时间只到日，另一个可能按其他时区记录",
        "one is legible to the day only and may be of another time zone",
    )


def _container_in_local_time(pair: _Pair) -> ClockExplanation | None:
    """MP4 wants UTC; many phones write their local time there."""
    clock = pair.of(ClockSource.CONTAINER)
    if clock is None or clock.utc_offset_min:
        return None
    sign = 1 if clock is pair.first else -1
    offset = clock.interval.end.astimezone(pair.zone).utcoffset()
    if not offset or not pair.is_about(sign * offset):
        return None
    return _named(
        ExplanationName.CONTAINER_IN_LOCAL_TIME,
        "视频容器把当地时间当作UTC写入（许多手机如此）",
        "the container holds local time where UTC belongs, as many phones do",
    )


def _twelve_hours(pair: _Pair) -> ClockExplanation | None:
    if not (pair.is_about(_TWELVE_HOURS) or pair.is_about(-_TWELVE_HOURS)):
        return None
    return _named(
        ExplanationName.TWELVE_HOURS,
        "相差十二小时：可能上午、下午设反",
        "twelve hours apart: a clock set to the wrong half of the day",
    )


def _other_zone(pair: _Pair) -> ClockExplanation | None:
    """One of the clocks was read in the visit's zone, and fits the other in another zone that exists."""
    leads = [
        *_leads_of_zones(pair.first, pair.zone),
        *(-lead for lead in _leads_of_zones(pair.second, pair.zone)),
    ]
    fitting = [lead for lead in leads if lead and pair.is_about(lead)]
    if not fitting or pair.slack >= _NEAREST_ZONES / 2:
        return None
    hours = f"{abs(_nearest(fitting, pair.lead)) / timedelta(hours=1):g}"
    return _named(
        ExplanationName.OTHER_ZONE,
        f"相差整{hours}小时：其中一个时钟可能设在其他时区",
        f"{hours} h apart: one of the clocks may be set to another time zone",
    )


def _leads_of_zones(clock: ClockReading, zone: ZoneInfo) -> Sequence[timedelta]:
    """By how much a clock whose zone was assumed seems ahead, were its zone one of the others."""
    if not clock.zone_assumed:
        return ()
    offset = clock.interval.start.astimezone(zone).utcoffset() or timedelta(0)
    return [timedelta(minutes=minutes) - offset for minutes in sorted(_OFFSETS_IN_USE_MIN)]


def _nearest(leads: Sequence[timedelta], to: timedelta) -> timedelta:
    return min((abs(to - lead), lead) for lead in leads)[1]


def _day_and_month(pair: _Pair) -> ClockExplanation | None:
    for clock, other in ((pair.first, pair.second), (pair.second, pair.first)):
        swapped = _exchanged(clock.interval.start.astimezone(pair.zone))
        if swapped is not None and abs(swapped - other.interval.start) <= pair.slack:
            return _named(
                ExplanationName.DATE_ORDER,
                "日与月互换后一致：可能日期格式不同",
                "they agree with day and month exchanged: another date order",
            )
    return None


def _exchanged(moment: datetime) -> datetime | None:
    if moment.day > 12 or moment.day == moment.month:
        return None
    return moment.replace(month=moment.day, day=moment.month)


# ---- what happened to the file later ------------------------------------------------------------------


def _scan_or_resave(pair: _Pair) -> ClockExplanation | None:
    """The later clock is that of digitizing, or of a file that no camera wrote as it is."""
    later = pair.later.source
    copies = (ClockSource.EXIF, ClockSource.CONTAINER)
    if later is not ClockSource.EXIF_DIGITIZED and not (later in copies and pair.traces.is_resaved):
        return None
    return _named(
        ExplanationName.SCAN_OR_RESAVE,
        "较晚的时间可能是扫描或另存文件的时间",
        "the later one may be when the picture was scanned or saved anew",
    )


def _edited_later(pair: _Pair) -> ClockExplanation | None:
    """One is the time of the last change, or the later one stands in a file that a program wrote again.

    A last change before the taking was written by a program too: no camera does that.
    """
    changed = pair.of(ClockSource.EXIF_MODIFIED)
    if changed is None and not (pair.later.source is ClockSource.EXIF and pair.traces.is_edited):
        return None
    if changed is not None and changed is not pair.later:
        return _named(
            ExplanationName.EDITED_LATER,
            "修改时间早于拍摄时间：文件的时间被程序改写过",
            "last changed before it was taken: a program wrote the file's times anew",
        )
    return _named(
        ExplanationName.EDITED_LATER,
        "文件在拍摄之后被修改过",
        "the file was changed after it was taken",
    )


# ---- satellites ---------------------------------------------------------------------------------------


def _gps_rollover(pair: _Pair) -> ClockExplanation | None:
    if pair.of(ClockSource.GPS) is None or not (
        pair.is_about(_GPS_ROLLOVER) or pair.is_about(-_GPS_ROLLOVER)
    ):
        return None
    return _named(
        ExplanationName.GPS_WEEK_ROLLOVER,
        "GPS日期差1024周：接收机的周计数翻转",
        "the GPS date is 1024 weeks off: its receiver's week count rolled over",
    )


def _gps_date_stuck(pair: _Pair) -> ClockExplanation | None:
    """Whole days behind with the right time of day; the same as if somebody set the device's date forward."""
    gps = pair.of(ClockSource.GPS)
    days = round(abs(pair.lead) / _A_DAY)
    if gps is None or gps is pair.later or days == 0 or not pair.is_about(days * _A_DAY * _sign(pair.lead)):
        return None
    return _named(
        ExplanationName.GPS_DATE_STUCK,
        f"GPS日期早{days}天而时刻一致：GPS日期停住未更新，或设备日期被调后",
        f"the GPS date is {days} d behind at the same time of day: "
        "it stands still, or the device's date was set forward",
    )


def _sign(lead: timedelta) -> int:
    return 1 if lead > timedelta(0) else -1


def _named(name: ExplanationName, zh: str, en: str) -> ClockExplanation:
    return ClockExplanation(name, BilingualText(zh, en))


_Rule = Callable[[_Pair], ClockExplanation | None]
_RULES_FOR_DATES: tuple[_Rule, ...] = (_date_only, _day_and_month, _scan_or_resave, _edited_later)
_RULES: tuple[_Rule, ...] = (
    _container_in_local_time,
    _twelve_hours,
    _other_zone,
    _day_and_month,
    _gps_rollover,
    _gps_date_stuck,
    _scan_or_resave,
    _edited_later,
)
