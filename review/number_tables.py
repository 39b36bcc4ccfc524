"""The tables of the numbers as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from pipeline.auditing_numbers import GroupNumbers
from pipeline.results import FlagReason, Outcome
from pipeline.rules import Grade
from pipeline.shares import Share
from review.numbers import Numbers

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHARE = ("hits", "total", "share", "low_95", "high_95")

Row = Sequence[object]


class NumberTable(StrEnum):
    """What can be downloaded."""

    GROUPS = "groups"
    WEEKS = "weeks"
    ITEMS = "items"
    MISSED = "missed"


def as_csv(numbers: Numbers, table: NumberTable) -> str:
    """The table with a byte order mark, by which Excel knows UTF-8. A text that a spreadsheet would take
    for a formula gets an apostrophe before it (OWASP, CSV Injection)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([_safe(cell) for cell in row] for row in _rows(numbers, table))
    return "\ufeff" + file.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(numbers: Numbers, table: NumberTable) -> Iterator[Row]:
    if table is NumberTable.ITEMS:
        yield from _items(numbers)
    elif table is NumberTable.MISSED:
        yield ("item_id", "title_zh", "title_en", *_SHARE)
        for item_id, share in numbers.missed.by_item:
            title = numbers.title(item_id)
            yield (item_id, title.zh, title.en, *_share(share))
    else:
        yield from _groups(numbers.groups if table is NumberTable.GROUPS else numbers.weeks)


def _groups(groups: Iterable[GroupNumbers]) -> Iterator[Row]:
    yield (
        *("key", "label", "visits", "flagged", "mean_score"),
        *(f"grade_{grade.value}" for grade in Grade),
        *(f"reason_{reason.value}" for reason in FlagReason),
        *(f"overturned_{name}" for name in _SHARE),
    )
    for group in groups:
        mean = round(group.mean_score, 2) if group.mean_score is not None else ""
        yield (
            *(group.key, group.label, group.visits, group.flagged, mean),
            *(group.grades.get(grade, 0) for grade in Grade),
            *(group.reasons.get(reason, 0) for reason in FlagReason),
            *_share(group.overturned),
        )


def _items(numbers: Numbers) -> Iterator[Row]:
    outcomes = tuple(Outcome)
    yield ("item_id", "title_zh", "title_en", *(f"overturned_{name}" for name in _SHARE), *outcomes)
    for item in numbers.items:
        title = numbers.title(item.item_id)
        counts = (item.outcomes.get(outcome, 0) for outcome in outcomes)
        yield (item.item_id, title.zh, title.en, *_share(item.overturned), *counts)


def _share(share: Share) -> Row:
    if share.value is None:
        return share.hits, share.total, "", "", ""
    return (share.hits, share.total, *(round(value, 4) for value in (share.value, *share.interval)))
