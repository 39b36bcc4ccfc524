"""Times as they are known: a wall clock to a legible precision, and the interval that it stands for.

A wall clock has no zone until somebody gives it one. `WallTime` is therefore not a datetime: it can't be
compared with an aware time by accident, and it carries no digits that nobody could read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class Precision(StrEnum):
    """How much of a time is legible."""

    DATE = "date"
    MINUTE = "minute"
    SECOND = "second"


_LENGTH: dict[Precision, timedelta] = {
    Precision.DATE: timedelta(days=1),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.SECOND: timedelta(seconds=1),
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """A half-open interval [start, end) of aware times. Raises ValueError if naive or reversed."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a TimeInterval needs aware times")
        if self.end < self.start:
            raise ValueError(f"interval ends before it starts: {self.start} .. {self.end}")

    @classmethod
    def at(cls, moment: datetime, length: timedelta = timedelta(seconds=1)) -> "TimeInterval":
        return cls(moment, moment + length)

    def gap_to(self, other: "TimeInterval") -> timedelta:
        """The least time that lies between the two; zero where they touch or overlap."""
        return max(timedelta(0), other.start - self.end, self.start - other.end)


@dataclass(frozen=True, slots=True)
class WallTime:
    """A local date and time as printed, to its legible precision, without a zone.

    hour and minute come together; second needs both. Raises ValueError for a date or time that no
    calendar has.
    """

    year: int
    month: int
    day: int
    hour: int | None = None
    minute: int | None = None
    second: int | None = None

    def __post_init__(self) -> None:
        if (self.hour is None) != (self.minute is None):
            raise ValueError("hour and minute come together")
        if self.second is not None and self.minute is None:
            raise ValueError("a second needs its minute")
        self.at_zone(UTC)

    @classmethod
    def from_iso(cls, text: str) -> "WallTime":
        """Parse what `isoformat` writes. Raises ValueError for anything else."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"not a wall time: {text!r} (wanted YYYY-MM-DD[THH:MM[:SS]])")
        return cls(*(int(part) if part is not None else None for part in match.groups()))  # type: ignore[arg-type]

    @property
    def precision(self) -> Precision:
        if self.second is not None:
            return Precision.SECOND
        return Precision.MINUTE if self.minute is not None else Precision.DATE

    def isoformat(self) -> str:
        """ISO 8601 without a zone, as long as the precision: 2024-05-12, …T14:35, …T14:35:07."""
        text = f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        if self.hour is not None:
            text += f"T{self.hour:02d}:{self.minute:02d}"
        return text if self.second is None else f"{text}:{self.second:02d}"

    def at_zone(self, zone: tzinfo) -> TimeInterval:
        """The interval that this wall time stands for in a zone, as wide as its precision."""
        start = datetime(
            self.year, self.month, self.day, self.hour or 0, self.minute or 0, self.second or 0, tzinfo=zone
        )
        return TimeInterval(start, start + _LENGTH[self.precision])


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A wall time with the offset from UTC (minutes, east positive) that stands beside it, if one does."""

    wall: WallTime
    utc_offset_minutes: int | None = None
