"""Does a candidate stand where and how a watermark stands, or is it a date on a thing in the picture?

A date on a receipt, a label or a screen is a date of the scene. No single trait tells: each speaks for or
against with a small whole number, and the sum is held against a threshold. The numbers were set by
reasoning and checked on pictures; they are not fitted.
"""

import re
from collections.abc import Sequence

from pipeline.geometry import BoundingBox
from pipeline.watermark.candidates import Candidate, ParsedSegment
from pipeline.watermark.lines import SeenLine, near

NEEDED_WITH_CLOCK = 2
NEEDED_DATE_ONLY = 3
_AT_EDGE = 0.05  # of the picture's width or height
_NEAR_EDGE = 0.16
_LEANING_DEG = 2.5
_MANY_LINES, _VERY_MANY_LINES = 12, 24

_WEEKDAY = r"星期|周[一二三四五六日]|\b(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?\b"
# What watermarks print beside the time. Labels like 时间 or Date stand on receipts just as well.
_COMPANIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[°℃℉]|天\s*气|inhg|\b\d{1,3}\s?[CF]\b",
        r"经度|纬度|经纬|\blat(?:itude)?\b\W*\d|\blong?(?:itude)?\b\W*-?\d|\d°\s?\d",
        r"\d\s?(?:mph|km/?h)\b",
        r"打卡|水印|相机|拍摄|timestamp|camera|\bcam\w{0,3}\d|\bgmt\b|\butc\b",
        r"地\s*点|位\s*置",
        _WEEKDAY,
    )
)
_BLANK_DATE = re.compile(r"\d{2,4} +\d{1,2} +\d{2,4}")
_PRINT_WORDS = re.compile(
    r"\bexp(?:iry|ires?)?\b|\bbest (?:before|by)|\bmfg\b|\bmfd\b|\blot\s?(?:no|#|\d)|\bbatch|\buse by|\bvalid"
    r"|\bissued?\b|\bbirth|\bdob\b|invoice|receipt|\btotal\W*\d|\btax\b|cashier|order\s*(?:no|#)|ticket"
    r"|published|due date"
    r"|有效|生产日期|保质|到期|出生|签发|发票|收据|合计|金额|登记|车票|门票|检票|小票|车次|[¥￥$€£]\s?\d|\d日?\d\d:\d\d开",
    re.IGNORECASE,
)


def standing(candidate: Candidate, parsed: Sequence[ParsedSegment], shape: float) -> int:
    """How much speaks for a watermark; to be held against the NEEDED_ constants."""
    block = [item for item in parsed if near(candidate.box, item.box, shape)]
    others = [item for item in parsed if item not in block and not _on_edge_strip(item.box)]
    lines = [line for segment in candidate.segments for line in segment.lines]
    return (
        _edge(candidate.box)
        + _level(lines)
        + int(all(line.burned_ink for line in lines))
        + _company(block)
        + _crowd(len(others))
        + _other_dates(candidate, parsed)
        + _display(candidate)
    )


def needed(candidate: Candidate) -> int:
    return NEEDED_WITH_CLOCK if candidate.has_clock else NEEDED_DATE_ONLY


def edge_distance(box: BoundingBox) -> float:
    """The least distance of a box to an edge of the picture, as a share of the width or height."""
    return min(box.x_min, box.y_min, 1 - box.x_max, 1 - box.y_max)


def _on_edge_strip(box: BoundingBox) -> bool:
    return min(box.y_min, 1 - box.y_max) < _AT_EDGE


def _edge(box: BoundingBox) -> int:
    gap = edge_distance(box)
    if gap < _AT_EDGE:
        return 2
    return 1 if gap < _NEAR_EDGE else 0


def _level(lines: Sequence[SeenLine]) -> int:
    return -2 if max(abs(line.tilt_deg) for line in lines) > _LEANING_DEG else 1


def _company(block: Sequence[ParsedSegment]) -> int:
    """Weather, coordinates, a camera's name and the like speak for a stamp; a shop's words against.

    A weekday alone says nothing: it stands on calendars, screens and receipts too.
    """
    text = "\n".join(item.text for item in block)
    kinds = [pattern for pattern in _COMPANIONS if pattern.search(text)]
    company = 0 if [kind.pattern for kind in kinds] == [_WEEKDAY] else min(2, len(kinds))
    return company - 3 * bool(_PRINT_WORDS.search(text))


def _display(candidate: Candidate) -> int:
    """A date without separators and its clock on another line: so a clock on the wall shows them.

    Cameras that print the two apart print the date with separators; those that print blanks use one line.
    """
    apart = len(candidate.segments) > 1
    return -2 if apart and any(_BLANK_DATE.fullmatch(s.text.strip()) for s in candidate.segments) else 0


def _crowd(lines_elsewhere: int) -> int:
    if lines_elsewhere >= _VERY_MANY_LINES:
        return -2
    return -1 if lines_elsewhere >= _MANY_LINES else 0


def _other_dates(candidate: Candidate, parsed: Sequence[ParsedSegment]) -> int:
    """Other dates in the picture speak for a document."""
    days = {(t.year, t.month, t.day) for t in candidate.times}
    others = {
        day
        for item in parsed
        for found in item.dates
        if found.sure
        for day in found.dates[:1]
        if (day.year, day.month, day.day) not in days
    }
    return -min(2, len(others))
