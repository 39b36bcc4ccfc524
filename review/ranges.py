"""Which bytes a player asks for (RFC 9110, 14)."""

import re

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class NotSatisfiable(Exception):
    """The range lies behind the end: 416."""


def wanted_range(header: str | None, size_bytes: int) -> range | None:
    """The bytes that a Range header asks for; None for all: no header, one that makes no sense, or several
    ranges, which a server may answer whole. Raises NotSatisfiable."""
    match = _ONE_RANGE.fullmatch(header.strip().replace(" ", "")) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    wanted = _from(int(first), last, size_bytes) if first else _the_last(int(last), size_bytes)
    if not wanted:
        raise NotSatisfiable
    return wanted


def _from(first: int, last: str, size_bytes: int) -> range:
    return range(first, min(int(last) + 1, size_bytes) if last else size_bytes)


def _the_last(count: int, size_bytes: int) -> range:
    return range(max(0, size_bytes - count), size_bytes)
