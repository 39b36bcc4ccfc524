"""Drift by week: what is missing, unreadable or overturned more often than before, and the detector's
confidence."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from pipeline.auditing import Permission
from pipeline.results import Outcome
from review.access import needs
from review.charts import NARROW, WIDE, Frame
from review.language import language_of
from review.numbers import NumbersQuery
from review.rendering import render
from review.site import SiteOf
from review.tuning.background import item_title
from review.tuning.drift_view import draw_item, draw_label, item_drifts, label_drifts
from review.tuning.page_file import data_uri

router = APIRouter(dependencies=[Depends(needs(Permission.SEE_NUMBERS))], include_in_schema=False)

_PATH = "/tuning/drift"
_FIRST_SHOWN = timedelta(weeks=12)


class DriftQuery(NumbersQuery):
    """Which visits, and the item and label whose charts are shown; the first ones without."""

    item: Annotated[str, Query(max_length=100)] = ""
    label: Annotated[str, Query(max_length=100)] = ""


@router.get(_PATH)
def drift(request: Request, site: SiteOf, asked: Annotated[DriftQuery, Query()]) -> HTMLResponse:
    """The page. Without a first day it shows the last twelve weeks."""
    if asked.day_from is None:
        asked = asked.model_copy(update={"day_from": (site.now() - _FIRST_SHOWN).date()})
    items = item_drifts(site.results.drift.items(asked.filter))
    labels = label_drifts(site.results.drift.labels(asked.filter))
    item = next((one for one in items if one.item_id == asked.item), items[0] if items else None)
    label = next((one for one in labels if one.label == asked.label), labels[0] if labels else None)
    language = language_of(request)

    def item_chart(frame: Frame) -> str:
        return data_uri("image/svg+xml", draw_item(item, language, frame)) if item else ""

    def label_chart(frame: Frame) -> str:
        return data_uri("image/svg+xml", draw_label(label, language, frame)) if label else ""

    return render(
        request,
        "tuning/drift.html",
        tab=_PATH,
        asked=asked,
        items=items,
        labels=labels,
        item=item,
        label=label,
        item_chart=item_chart,
        label_chart=label_chart,
        frames=(WIDE, NARROW),
        choices=site.results.cases.choices(),
        item_title=item_title,
        shown_outcomes=(Outcome.MISSING, Outcome.UNREADABLE),
    )
