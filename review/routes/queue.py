"""The queue: which visits wait for a person, and "take the next one"."""

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from pipeline.auditing import Permission, Person
from review.access import needs
from review.just_decided import just_decided
from review.local_paths import visit_path
from review.queue_filters import CaseQuery, PageQuery, encoded, path_of_visit, path_to_next, query_from
from review.rendering import render
from review.site import SiteOf
from storage.case_values import Case, CasePage

router = APIRouter()

Auditor = Annotated[Person, Depends(needs(Permission.DECIDE))]
Asked = Annotated[PageQuery, Query()]


@router.get("/queue", include_in_schema=False)
def queue(request: Request, site: SiteOf, person: Auditor, asked: Asked) -> HTMLResponse:
    """The cases as a table, with filters and a button that takes the first one."""
    page = site.results.cases.page(asked.filter, asked.after, asked.size)
    return render(
        request,
        "queue.html",
        asked=asked,
        page=page,
        found=site.results.cases.count(asked.filter),
        choices=site.results.cases.choices(),
        next_query=_next_query(asked, page),
        path_of=partial(path_of_visit, query=asked),
        done=just_decided(site, person, asked.done),
        visit_path=visit_path,
        now=site.now(),
        me=person.user_id,
    )


@router.post("/queue/next", include_in_schema=False)
def take_next(site: SiteOf, person: Auditor, queue: Annotated[str, Form()] = "") -> RedirectResponse:
    """Take the first free case; `queue` is the query of the page that it was asked from."""
    return RedirectResponse(path_to_next(site, person, query_from(queue)), status_code=303)


@router.get("/api/v1/queue", tags=["queue"], dependencies=[Depends(needs(Permission.DECIDE))])
def queue_as_json(site: SiteOf, asked: Asked) -> dict[str, Any]:
    """A page of the queue. `after` of one answer asks for the next; it is null on the last page.

    A blind case shows nothing of its verdict before it is decided.
    """
    page = site.results.cases.page(asked.filter, asked.after, asked.size)
    return {
        "found": site.results.cases.count(asked.filter),
        "cases": [case_as_json(case) for case in page.cases],
        "after": encoded(page.after) if page.after else None,
    }


def case_as_json(case: Case) -> dict[str, Any]:
    """A case as plain values, without what a blind one hides."""
    hidden = ("score", "grade", "flagged", "first_reason", "first_subject") if case.hides_verdict else ()
    return {name: value for name, value in asdict(case).items() if name not in hidden}


def _next_query(asked: CaseQuery, page: CasePage) -> str | None:
    return asked.query(after=encoded(page.after)) if page.after else None
