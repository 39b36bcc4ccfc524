"""One visit: its page, its JSON, the photos still wanted; and a technician's own visits."""

import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from pipeline.auditing import Permission, Person
from pipeline.results import Retake, VisitReport
from review.access import needs
from review.local_paths import visit_path
from review.problems import not_found
from review.rendering import render
from review.retake_text import retakes_of, retakes_text
from review.routes.queue import case_as_json
from review.site import Site, SiteOf
from review.timeline import lay_out
from review.trail import trail_as_json, trail_of
from review.visit_files import files_of
from review.visit_opening import Opened, open_visit
from review.visit_page import Asked, visit_page
from storage.codec import report_to_json

router = APIRouter()

Reader = Annotated[Person, Depends(needs(Permission.SEE_VISITS, Permission.SEE_OWN_VISITS))]
Short = Annotated[str, Query(max_length=2000)]


@router.get("/visits/{visit_id}", include_in_schema=False)
def visit(
    request: Request,
    site: SiteOf,
    person: Reader,
    visit_id: str,
    queue: Short = "",
    again: bool = False,
    done: Short = "",
) -> HTMLResponse:
    """The page on which a visit is decided. `again` opens the form on one that nobody waits for."""
    return visit_page(request, site, person, open_visit(site, person, visit_id), Asked(queue, again, done))


@router.get("/visits/{visit_id}/retakes.txt", include_in_schema=False)
def retakes_as_text(site: SiteOf, person: Reader, visit_id: str) -> PlainTextResponse:
    """The photos still wanted, as a message to the technician in Chinese and English."""
    opened, retakes = _wanted(site, person, visit_id)
    return PlainTextResponse(retakes_text(opened.stored.report, retakes))


@router.get("/api/v1/visits/{visit_id}/retakes", tags=["visits"])
def retakes_as_json(site: SiteOf, person: Reader, visit_id: str) -> dict[str, Any]:
    """The photos still wanted, without those that the last decision settled; 404 where it isn't told yet."""
    opened, retakes = _wanted(site, person, visit_id)
    return {
        "visit_id": visit_id,
        "report_digest": opened.stored.report_digest,
        "technician_number": opened.stored.report.technician_number,
        "retakes": [asdict(retake) for retake in retakes],
    }


@router.get("/api/v1/visits/{visit_id}", tags=["visits"])
def visit_as_json(site: SiteOf, person: Reader, visit_id: str) -> dict[str, Any]:
    """The current report, its case, its files and everything that was decided.

    A case that is asked blind has `questions` in the place of `report` until it is decided.
    """
    opened = open_visit(site, person, visit_id)
    trail = trail_of(site, visit_id, opened.stored.report_digest, person)
    return {
        "visit_id": visit_id,
        "report_digest": opened.stored.report_digest,
        "hides_verdict": opened.hides_verdict,
        **({"questions": _questions(opened.shown)} if opened.hides_verdict else {}),
        "report": None if opened.hides_verdict else json.loads(report_to_json(opened.stored.report)),
        "case": case_as_json(opened.case) if opened.case else None,
        "media": _media(opened.shown),
        "trail": trail_as_json(trail),
    }


@router.get("/own-visits", include_in_schema=False)
def own_visits(
    request: Request, site: SiteOf, person: Annotated[Person, Depends(needs(Permission.SEE_OWN_VISITS))]
) -> HTMLResponse:
    """A technician's visits, the latest first."""
    visits = site.results.own_visits(person.technician_number) if person.technician_number else ()
    return render(request, "own_visits.html", visits=visits, visit_path=visit_path)


def _wanted(site: Site, person: Person, visit_id: str) -> tuple[Opened, tuple[Retake, ...]]:
    opened = open_visit(site, person, visit_id)
    if opened.hides_verdict:
        raise not_found()
    latest = trail_of(site, visit_id, opened.stored.report_digest, person).latest
    return opened, retakes_of(opened.stored.report, latest)


def _questions(report: VisitReport) -> list[dict[str, Any]]:
    return [
        {"item_id": item.result.item_id, "title": asdict(item.title), "clause": asdict(item.clause)}
        for item in report.items
    ]


def _media(report: VisitReport) -> list[dict[str, Any]]:
    path = visit_path(report.visit_id)
    return [
        {
            "number": file.number,
            "name": file.name,
            "kind": file.entry.kind,
            "stage": file.entry.stage,
            "failure": file.entry.failure.reason if file.entry.failure else None,
            "picture": f"{path}/media/{file.number}/picture",
            "video": f"{path}/media/{file.number}/video" if file.is_video else None,
        }
        for file in files_of(report, (row.entry for row in lay_out(report).rows), {})
    ]
