"""Evaluations: the list, each one's page with its handles, and their charts."""

from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.auditing import Permission
from pipeline.errors import ReleaseError
from pipeline.rules import BilingualText
from pipeline.tuning.evaluations import Evaluation, EvaluationKind
from review.access import needs
from review.charts import NARROW, WIDE
from review.language import language_of
from review.problems import not_found
from review.rendering import render
from review.routes.media import PLACEHOLDER
from review.site import Site, SiteOf
from review.tuning.background import Background
from review.tuning.dial import Dial, chart_alt, draw
from review.tuning.opening import Measured, measured, named_visits, view_of
from review.tuning.page_file import THUMB_PX
from review.tuning.site_pages import ChartSources, background_of, evaluation_pictures, page_words

router = APIRouter(dependencies=[Depends(needs(Permission.SEE_NUMBERS))], include_in_schema=False)

_PATH = "/tuning"
_MOST_LISTED = 200
KINDS: Mapping[EvaluationKind, BilingualText] = {
    EvaluationKind.DETECTOR: BilingualText("检测模型", "Detector"),
    EvaluationKind.SWEEP: BilingualText("规则参数", "Rule parameter"),
    EvaluationKind.REPLAY: BilingualText("新旧规则重放", "Replay of rules"),
    EvaluationKind.COMPARISON: BilingualText("模型对比", "Comparison of models"),
}


@router.get(_PATH)
def evaluations(request: Request, site: SiteOf, kind: EvaluationKind | Literal[""] = "") -> HTMLResponse:
    """The newest evaluations, of one kind where it is given."""
    found = site.results.evaluations.newest(kind or None, _MOST_LISTED)
    listed = {"evaluations": found, "kinds": KINDS, "kind": kind, "most": _MOST_LISTED}
    return render(request, "tuning/evaluations.html", tab=_PATH, **listed)


@router.get("/tuning/evaluations/{evaluation_id}")
def evaluation(request: Request, site: SiteOf, evaluation_id: int) -> HTMLResponse:
    """One evaluation."""
    head, found = _opened(site, evaluation_id)
    background = background_of(site, named_visits(found))
    view = view_of(found, background)
    of_sets = view if site.set_pictures is not None else None
    words = page_words(_PATH, evaluation_pictures(evaluation_id, of_sets, background))

    def charts_of(dial: Dial) -> list[ChartSources]:
        path = f"/tuning/evaluations/{evaluation_id}/curves/{dial.key}.svg"
        return [ChartSources(path, f"{path}?narrow=1", language_of(request).of(chart_alt(dial)))]

    return render(
        request,
        "tuning/evaluation_page.html",
        view=view,
        head=head,
        charts_of=charts_of,
        kinds=KINDS,
        **words,
    )


@router.get("/tuning/evaluations/{evaluation_id}/curves/{key}.svg")
def curve(request: Request, site: SiteOf, evaluation_id: int, key: str, narrow: bool = False) -> Response:
    """The chart of one handle."""
    dial = view_of(_opened(site, evaluation_id)[1], Background()).dial(key)
    if dial is None:
        raise not_found()
    svg = draw(dial, language_of(request), NARROW if narrow else WIDE)
    return Response(svg, media_type="image/svg+xml")


@router.get("/tuning/evaluations/{evaluation_id}/pictures/{place}")
def set_picture(site: SiteOf, evaluation_id: int, place: int) -> Response:
    """A picture that the evaluation names, of its labelled set; no other one can be asked for."""
    head, found = _opened(site, evaluation_id)
    pictures = view_of(found, Background()).pictures
    if site.set_pictures is None or not 0 <= place < len(pictures):
        raise not_found()
    wanted = pictures[place]
    jpeg = site.set_pictures.picture(f"{head.set_name}/{wanted.media_key}", wanted.second, THUMB_PX)
    if jpeg is None:
        return Response(PLACEHOLDER, 404, {"cache-control": "private, no-store"}, "image/svg+xml")
    return Response(jpeg, headers={"cache-control": "private, max-age=3600"}, media_type="image/jpeg")


def _opened(site: Site, evaluation_id: int) -> tuple[Evaluation, Measured]:
    try:
        head = site.results.evaluations.get(evaluation_id)
        return head, measured(head.kind, site.results.evaluations.body(evaluation_id))
    except ReleaseError as error:
        raise not_found() from error
