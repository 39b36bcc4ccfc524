"""Which charts the numbers have, and what each draws."""

from collections.abc import Sequence
from enum import StrEnum

from pipeline.auditing_numbers import GroupNumbers
from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share
from review import charts
from review.language import Language
from review.numbers import Numbers
from review.wording import GRADES, service_name
from storage.number_values import GroupBy

MOST_ROWS = 15

_NONE_NAMED = BilingualText("（未填写）", "(none named)")


class NumberChart(StrEnum):
    """What is drawn."""

    OVERTURNED = "overturned"
    MISSED = "missed"
    GROUPS = "groups"
    WEEKS = "weeks"


def draw(numbers: Numbers, chart: NumberChart, language: Language, frame: charts.Frame) -> bytes:
    """An SVG picture."""
    if chart is NumberChart.OVERTURNED:
        rows = [(item.item_id, item.overturned) for item in numbers.items if item.overturned.total]
        return charts.dots(
            _dots(numbers, rows, language), language.of(BilingualText("推翻率", "Overturned")), frame
        )
    if chart is NumberChart.MISSED:
        axis = BilingualText("漏检率", "Fault missed")
        return charts.dots(_dots(numbers, numbers.missed.by_item, language), language.of(axis), frame)
    axis = BilingualText("占上门的比例", "Share of visits")
    if chart is NumberChart.GROUPS:
        shown = numbers.groups[:MOST_ROWS]
        labels = [(language.of(group_name(one, numbers.asked.by)), f"{one.visits:,}") for one in shown]
        return charts.shares(labels, _by_grade(shown, language), language.of(axis), frame)
    visits = language.of(BilingualText("上门次数", "Visits"))
    return charts.columns(
        [week.key for week in numbers.weeks], _by_grade(numbers.weeks, language), visits, frame
    )


def group_name(group: GroupNumbers, by: GroupBy) -> BilingualText:
    """What a group is called."""
    if not group.key:
        return _NONE_NAMED
    if by is GroupBy.SERVICE:
        return service_name(group.key)
    return BilingualText(group.label, group.label)


def _dots(numbers: Numbers, rows: Sequence[tuple[str, Share]], language: Language) -> tuple[charts.Dot, ...]:
    return tuple(
        charts.Dot(
            language.of(numbers.title(item_id)),
            f"{share.hits}/{share.total}",
            share.value or 0.0,
            *share.interval,
        )
        for item_id, share in rows[:MOST_ROWS]
    )


def _by_grade(groups: Sequence[GroupNumbers], language: Language) -> tuple[charts.Series, ...]:
    return tuple(
        charts.Series(
            language.of(GRADES[grade]),
            charts.GRADE_COLOURS[grade.value],
            tuple(float(group.grades.get(grade, 0)) for group in groups),
        )
        for grade in Grade
    )
