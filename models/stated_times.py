"""Times as files write them: EXIF's `2024:05:12 14:35:07`, XMP's ISO 8601, with or without an offset."""

import re

from pipeline.times import StatedTime, WallTime

_TIME = re.compile(
    r"(\d{4})[:/-](\d\d)[:/-](\d\d)"
    r"(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)? ?(Z|[+-]\d\d:?\d\d)?"
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_WIDEST_OFFSET_MINUTES = 14 * 60


def parse_time(text: str, *, needs_clock: bool) -> StatedTime | None:
    """A date with or without a time of day, to the second; None where no calendar has it.

    needs_clock: a date alone is refused too.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    *parts, offset = match.groups()
    if needs_clock and parts[3] is None:
        return None
    try:
        numbers = [int(part) if part is not None else None for part in parts]
        wall = WallTime(int(parts[0]), int(parts[1]), int(parts[2]), *numbers[3:])
    except (ValueError, OverflowError):
        return None
    return StatedTime(wall, parse_offset(offset) if offset else None)


def parse_offset(text: str) -> int | None:
    """Minutes east of UTC of `+08:00`, `-0330` or `Z`; None for what is no offset on earth."""
    if text == "Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if int(match[3]) > 59 or minutes > _WIDEST_OFFSET_MINUTES:
        return None
    return -minutes if match[1] == "-" else minutes
