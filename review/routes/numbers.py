"""The numbers: page, charts, JSON, CSV, and the visits behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.auditing import ITEM_REASONS, ItemWord, Permission
from pipeline.auditing_numbers import GroupNumbers
from pipeline.results import Outcome
from pipeline.rules import BilingualText
from review.access import needs
from review.charts import NARROW, WIDE
from review.language import language_of
from review.number_charts import NumberChart, draw, group_name
from review.number_tables import NumberTable, as_csv
from review.numbers import KeptNumbers, Numbers, NumbersQuery, as_json
from review.rendering import render
from review.site import Site, SiteOf
from storage.number_values import GroupBy

router = APIRouter(dependencies=[Depends(needs(Permission.SEE_NUMBERS))])

_FIRST_SHOWN = timedelta(days=30)
_MOST_GROUPS = 100
_VISITS_A_PAGE = 100
_SHOWN_OUTCOMES = (Outcome.PASS, Outcome.FAIL, Outcome.MISSING, Outcome.UNREADABLE, Outcome.CONFIRM)
_QUEUE_FIELDS: Mapping[GroupBy, str] = {
    GroupBy.TECHNICIAN: "technician",
    GroupBy.TEAM: "team",
    GroupBy.CITY: "city",
    GroupBy.SERVICE: "service_type",
}
_SIX_DAYS = timedelta(days=6)

Asked = Annotated[NumbersQuery, Query()]


class ChartQuery(NumbersQuery):
    """A chart of the numbers; `narrow` for a phone."""

    narrow: bool = False


class VisitsQuery(NumbersQuery):
    """The visits behind a number: those whose item's last word is `word`, from before a decision on."""

    item: Annotated[str, Query(max_length=100)]
    word: ItemWord = ItemWord.OVERTURN
    before: int | None = None


@router.get("/numbers", include_in_schema=False)
def numbers(request: Request, site: SiteOf, asked: Asked) -> Response:
    """The page. Without any query it shows the last thirty days."""
    if not request.url.query:
        day = (site.now() - _FIRST_SHOWN).date()
        return RedirectResponse(f"/numbers?{NumbersQuery(day_from=day).query()}", 303)
    found = _kept(request, site, asked)
    return render(
        request,
        "numbers.html",
        numbers=found,
        groups=[_group_row(asked, group) for group in found.groups[:_MOST_GROUPS]],
        weeks=[_week_row(asked, week) for week in found.weeks],
        asked=asked,
        choices=site.results.cases.choices(),
        most_groups=_MOST_GROUPS,
        shown_outcomes=_SHOWN_OUTCOMES,
    )


@router.get("/numbers/chart/{chart}.svg", include_in_schema=False)
def chart(
    request: Request, site: SiteOf, chart: NumberChart, asked: Annotated[ChartQuery, Query()]
) -> Response:
    """One chart."""
    frame = NARROW if asked.narrow else WIDE
    svg = draw(_kept(request, site, asked), chart, language_of(request), frame)
    return Response(svg, media_type="image/svg+xml")


@router.get("/numbers/{table}.csv", include_in_schema=False)
def table(request: Request, site: SiteOf, table: NumberTable, asked: Asked) -> Response:
    """One table as a file."""
    name = f'attachment; filename="visitproof-{table.value}.csv"'
    text = as_csv(_kept(request, site, asked), table)
    return Response(text, headers={"content-disposition": name}, media_type="text/csv; charset=utf-8")


@router.get("/numbers/visits", include_in_schema=False)
def visits(request: Request, site: SiteOf, asked: Annotated[VisitsQuery, Query()]) -> HTMLResponse:
    """The visits in which people overturned, or confirmed, an item; the newest decision first."""
    store = site.results.numbers
    found = store.visits_with_word(
        asked.filter, asked.item, asked.word, asked.before, size=_VISITS_A_PAGE + 1
    )
    shown = found[:_VISITS_A_PAGE]
    after = shown[-1].decision_id if len(found) > _VISITS_A_PAGE else None
    title = store.titles(asked.filter).get(asked.item)
    context = {"asked": asked, "visits": shown, "after": after, "title": title, "item_reasons": ITEM_REASONS}
    return render(request, "number_visits.html", **context)


@router.get("/api/v1/numbers", tags=["numbers"])
def numbers_as_json(request: Request, site: SiteOf, asked: Asked) -> dict[str, Any]:
    """Grades, reasons and overturned items by group and week; what spot checks found missed; agreement.

    Every share comes with its counts and its 95 % interval. Numbers are up to a minute old.
    """
    return as_json(_kept(request, site, asked))


@dataclass(frozen=True, slots=True)
class _GroupRow:
    """A group with its name and the queue's query for its cases; None where the queue can't be asked."""

    group: GroupNumbers
    name: BilingualText
    queue: str | None


def _group_row(asked: NumbersQuery, group: GroupNumbers) -> _GroupRow:
    key = group.key
    limits = {"day_from": key, "day_to": key} if asked.by is GroupBy.DAY else {_QUEUE_FIELDS[asked.by]: key}
    return _GroupRow(group, group_name(group, asked.by), asked.queue_query(**limits) if key else None)


def _week_row(asked: NumbersQuery, week: GroupNumbers) -> _GroupRow:
    monday = date.fromisoformat(f"{week.key}-1")
    limits = {"day_from": monday.isoformat(), "day_to": (monday + _SIX_DAYS).isoformat()}
    return _GroupRow(week, BilingualText(week.key, week.key), asked.queue_query(**limits))


def _kept(request: Request, site: Site, asked: NumbersQuery) -> Numbers:
    kept: KeptNumbers = request.app.state.numbers
    return kept.get(site, asked.plain)
