"""Repairs of OCR text before it is parsed, none of which can turn one digit into another.

Letters are taken for digits only where they stand among digits (`2O24`, `1l:30`), and runs of digits that
swallowed a space are offered in every way in which they could be cut; the grammar decides which are times.
"""

import re
import unicodedata
from collections.abc import Iterator

_PUNCTUATION = str.maketrans(
    {
        "；": ":",
        ";": ":",
        "∶": ":",
        "ː": ":",
        "，": ",",
        "。": ".",
        "·": ".",
        "•": ".",
        "、": ".",
        "—": "-",
        "–": "-",
        "‐": "-",
        "−": "-",
        "⁄": "/",
        "∕": "/",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "′": "'",
    }
)
# 一 is a dash only between digits: 星期一 must stay Monday.
_DASH_BETWEEN_DIGITS = re.compile(r"(?<=\d)一(?=\d)")
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1"})
_AMONG_DIGITS = re.compile(
    r"(?<=[\d:/.\-])[OoQlI|]+(?=[\d:/.\-])|(?<=\d)[OoQlI|]+(?=[:/.\-])|(?<=\d[:/.\-])[OoQlI|](?=\d)"
    r"|(?<![A-Za-z])[OoQlI|](?=\d:\d)"
)
# The upright bar beside a watermark camera's big clock, taken for a character: 13:12|
_BAR_BEHIND_CLOCK = re.compile(r"(?<![\d:])(\d?\d:[0-5]\d(?::[0-5]\d)?)(?:1|\s?[Il|]\d?)(?=$|\s)")
# Tesseract sets Chinese apart: 下 午 2:35 would be no afternoon.
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_SPACES = re.compile(r"\s+")
_ZONE = re.compile(
    r"(?:\b(?:GMT|UTC)|格林尼治)\s*[+\-]?\s*\d{1,2}(?::?\d\d)?(?!\d)"
    r"|(?<=:\d\d)\s?[+\-]\d\d:?\d\d(?![\d:/.\-])"
)
_CLOCK_AND_DEGREES = re.compile(r"(?<=:\d\d)(?=-?\d{1,3}\s?°)")
_TEMPERATURE = re.compile(r"-?\d{1,3}\s*(?:[°º˚]\s*[CFc]?|[℃℉])|(?<![\d:/.])-?\d{1,3}\s?[CF](?![A-Za-z])")
_GLUED_YEAR_AND_DEGREES = re.compile(
    r"(?P<head>\d{1,2}[-/.]\d{1,2}[-/.])(?P<year>(?:19|20|21)\d\d|\d\d)(?P<degrees>\d{1,2}\s?(?:[°º˚]\s*[CF]?|[℃℉]|[CF](?![A-Za-z])))"
)
_DAY_AND_HOUR = re.compile(r"(?<=[-/.月])(?P<run>\d{3,4})(?=:\d\d)")
_YEAR_AND_HOUR = re.compile(r"(?<=[-/.])(?P<run>\d{5,6})(?=:\d\d)")
_CLOCK_AND_DATE = re.compile(r"(?<=\d:)(?P<run>\d{3,6})(?=[-/.]\d)")


def normalised(text: str) -> str:
    """Full-width forms, look-alike punctuation and stray blanks made plain; letters among digits: digits."""
    text = _BETWEEN_HAN.sub("", unicodedata.normalize("NFKC", text))
    text = _DASH_BETWEEN_DIGITS.sub("-", text)
    text = text.translate(_PUNCTUATION)
    text = _AMONG_DIGITS.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    return _BAR_BEHIND_CLOCK.sub(r"\1", _SPACES.sub(" ", text).strip())


def without_other_numbers(text: str) -> str:
    """The text with zone offsets and temperatures blanked out: they are no clock and no year."""
    text = _CLOCK_AND_DEGREES.sub(" ", text)
    text = _GLUED_YEAR_AND_DEGREES.sub(lambda m: f"{m['head']}{m['year']} {_blank(m['degrees'])}", text)
    for pattern in (_ZONE, _TEMPERATURE):
        text = pattern.sub(lambda match: _blank(match[0]), text)
    return text


def _blank(text: str) -> str:
    return "~" * len(text)


def readings(text: str) -> Iterator[str]:
    """The text as it stands and with swallowed spaces put back, each way in which that is possible."""
    seen = set()
    for candidate in _with_clock_cut(text):
        for result in _with_hour_cut(candidate):
            if result not in seen:
                seen.add(result)
                yield result


def _with_clock_cut(text: str) -> Iterator[str]:
    """Minutes and seconds have two digits: what follows in the same run begins a date."""
    yield _CLOCK_AND_DATE.sub(lambda match: f"{match['run'][:2]} {match['run'][2:]}", text)


def _with_hour_cut(text: str) -> Iterator[str]:
    """`-2017:26` is a day and an hour, `/202117:26` a year and an hour; an hour has one digit or two."""
    for pattern, head_lengths in ((_YEAR_AND_HOUR, (4,)), (_DAY_AND_HOUR, (1, 2))):
        match = pattern.search(text)
        if match is None:
            continue
        for length in head_lengths:
            if 1 <= len(match["run"]) - length <= 2:
                cut = match.start() + length
                yield f"{text[:cut]} {text[cut:]}"
        return
    yield text
