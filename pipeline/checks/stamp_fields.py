"""Do the fields of a stamp agree with each other and with the work order? Each disagreement is a remark.

Fonts and spacing are not compared: the apps' own vary by phone and version, and no set of real templates was
to be had, so nothing reliable can be said by them.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.checks.context import CheckContext
from pipeline.checks.marks import Stamp
from pipeline.evidence import FieldKind
from pipeline.results import Remark, Strength
from pipeline.rules import BilingualText
from pipeline.watermark.fields import WEEKDAYS
from pipeline.watermark.formats import find_dates
from pipeline.watermark.text import normalised

_ZH = "一二三四五六日"
_OTHERS = ("负责人", "負責人", "责任人", "責任人")
"""Labels that name somebody else than the one who took the picture."""


def weekdays(read: Iterable[Stamp]) -> Iterator[Remark]:
    """`stamp_weekday`: the weekday in the stamp is not that of its date, as no camera would print it."""
    for stamp in read:
        named = stamp.field(FieldKind.WEEKDAY)
        days = _days(stamp)
        if named is None or not days or any(WEEKDAYS[day.weekday()] == named.value for day in days):
            continue
        right = days[0].weekday()
        printed = WEEKDAYS.index(named.value)
        text = BilingualText(
            f"{days[0]}是星期{_ZH[right]}，水印写的是星期{_ZH[printed]}",
            f"{days[0]} is a {WEEKDAYS[right]}, the stamp says {WEEKDAYS[printed]}",
        )
        yield stamp.remark(
            "stamp_weekday", Strength.MEDIUM, text, (WEEKDAYS[printed], WEEKDAYS[right]), named.box
        )


def _days(stamp: Stamp) -> list[date]:
    """The days that the stamp's time may be; of one that is not legible, those that its characters name."""
    reading = stamp.reading
    times = (reading.taken_at,) if reading.taken_at else reading.alternatives
    if times:
        return [date(time.year, time.month, time.day) for time in times]
    found = [found for part in reading.raw_text.split(" | ") for found in find_dates(normalised(part))]
    return [day for dates in found if dates.sure for day in dates.dates]


def names(context: CheckContext, read: Iterable[Stamp]) -> Iterator[Remark]:
    """`stamp_name`: the one who took the picture, by the stamp, is not the technician of the work order."""
    technician = context.visit.technician.name
    for stamp in read:
        named = stamp.field(FieldKind.NAME)
        if named is None or named.label in _OTHERS or not _is_another(named.text, technician):
            continue
        text = BilingualText(
            f"水印中的姓名是“{named.text}”，工单的服务人员是“{technician}”",
            f"the stamp names {named.text!r}, the work order {technician!r}",
        )
        yield stamp.remark("stamp_name", Strength.MEDIUM, text, (named.text, technician), named.box)


def _is_another(printed: str, wanted: str) -> bool:
    """Whether two names are surely not one: no character in common, and of one way of writing.

    A name in Latin letters and one in Chinese can't be compared, nor one in simplified characters and one in
    traditional: which are which shows in the old national character sets, GB 2312 and Big5.
    """
    one, other = _letters(printed), _letters(wanted)
    if not one or not other or _writing(one) is not _writing(other):
        return False
    if _writing(one):
        scripts = _scripts(one), _scripts(other)
        return scripts[0] & scripts[1] != set() and not set(one) & set(other)
    words = {part for part in printed.casefold().split() if part}
    return not words & set(wanted.casefold().split()) and one not in other and other not in one


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalpha())


def _writing(text: str) -> bool:
    """Whether a name is in Chinese characters."""
    return any("㐀" <= character <= "鿿" for character in text)


def _scripts(text: str) -> set[str]:
    return {charset for charset in ("gb2312", "big5") if _fits(text, charset)}


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
