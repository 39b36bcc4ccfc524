"""The confusion between what the system said and what auditors say is right."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from pipeline.auditing import Permission
from pipeline.tuning.confusion import Judgement, by_item
from review.access import needs
from review.numbers import NumbersQuery
from review.rendering import render
from review.site import SiteOf
from review.tuning.background import NamedVisits
from review.tuning.confusion_view import JUDGEMENTS, WHOSE, gallery_of, grid_of, total_of
from review.tuning.site_pages import background_of, page_words, visit_pictures
from storage.confusions import Words

router = APIRouter(dependencies=[Depends(needs(Permission.SEE_NUMBERS))], include_in_schema=False)

_PATH = "/tuning/confusion"
_SHOWN = (Judgement.WRONG_ACCUSATION, Judgement.WRONG_PASS)


class ConfusionQuery(NumbersQuery):
    """Which visits, and whose words on them."""

    words: Words = Words.ALL

    def numbers_query(self, **changes: object) -> str:
        """The same visits as the numbers are asked for them."""
        return self.query(**{"words": None, **changes})


@router.get(_PATH)
def confusion(request: Request, site: SiteOf, asked: Annotated[ConfusionQuery, Query()]) -> HTMLResponse:
    """The page: by item, the worst mistakes as pictures, and a grid for each item."""
    store = site.results.confusions
    items = by_item(store.cells(asked.filter, asked.words))
    worst = {kind: store.worst(asked.filter, kind, asked.words) for kind in _SHOWN}
    ids = tuple(dict.fromkeys(mistake.visit_id for found in worst.values() for mistake in found))
    seen = background_of(site, NamedVisits(ids, ids))
    return render(
        request,
        "tuning/confusion.html",
        **page_words(_PATH, visit_pictures(seen)),
        asked=asked,
        items=items,
        galleries=[(gallery_of(kind, worst[kind], total_of(kind, items)), kind) for kind in _SHOWN],
        choices=site.results.cases.choices(),
        whose=WHOSE,
        judgements=JUDGEMENTS,
        grid_of=grid_of,
    )
