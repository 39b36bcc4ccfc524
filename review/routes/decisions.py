"""Decisions and objections: kept, or given back with all that was entered and what happened meanwhile."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from pipeline.auditing import Decision, Permission, Person
from pipeline.errors import (
    AuditConflict,
    ClaimedByOther,
    DecidedMeanwhile,
    NotThisPerson,
    ReportChanged,
)
from pipeline.rules import BilingualText
from review.access import needs
from review.decision_draft import LONGEST_TEXT, Entered, Incomplete, draft_of, from_form
from review.local_paths import visit_path
from review.problems import problem
from review.queue_filters import path_to_next, query_from
from review.site import Site, SiteOf
from review.trail import trail_as_json, trail_of
from review.visit_opening import Opened, open_visit
from review.visit_page import Asked, visit_page

router = APIRouter()

Auditor = Annotated[Person, Depends(needs(Permission.DECIDE))]
Technician = Annotated[Person, Depends(needs(Permission.OBJECT))]

CONFLICTS: dict[type[AuditConflict], BilingualText] = {
    ReportChanged: BilingualText(
        "这次上门刚刚被重新核验：下面是新的报告，您填写的内容都保留着，请核对后再提交",
        "This visit was judged anew meanwhile: below is the new report, with all that you had entered. Look "
        "at it again, then record",
    ),
    DecidedMeanwhile: BilingualText(
        "别人刚刚对这次上门作了决定（见“记录”）：您填写的内容都保留着；再次提交即取代前一决定，"
        "前一决定仍留在记录中",
        "Somebody decided on this visit meanwhile (see the trail). All that you had entered is kept: record "
        "it to supersede their decision, which stays in the trail",
    ),
    ClaimedByOther: BilingualText(
        "另一位审核员正在看这次上门：您填写的内容都保留着，对方完成或超时后可再提交",
        "Another auditor is looking at this visit. All that you had entered is kept: record it when they are "
        "done or their time is up",
    ),
    NotThisPerson: BilingualText(
        "这次上门在等另一个人来决定", "It waits for somebody else than the one who decided last"
    ),
}
_NOT_READ = BilingualText("表单内容不合要求，请重新填写", "The form can't be read: fill it in again")
_ONCE = BilingualText(
    "不能提出异议：只能由本人、在作出决定之后、提出一次",
    "No objection can be kept: only the technician of the visit can object, once, after a decision",
)
_NO_TEXT = BilingualText("请写明异议的内容", "Say what you object to")


async def _sent(request: Request) -> FormData:
    return await request.form()


@router.post("/visits/{visit_id}/decision", include_in_schema=False)
def decide_by_form(
    request: Request, site: SiteOf, person: Auditor, visit_id: str, sent: Annotated[FormData, Depends(_sent)]
) -> Response:
    """Keep a decision and go on to the next case; where it was blind, show what the report says first."""
    opened = open_visit(site, person, visit_id)
    queue, again = str(sent.get("queue", "")), bool(sent.get("again"))
    try:
        entered = from_form(sent)
    except ValidationError:
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, _NOT_READ)
    try:
        decision = _decide(site, person, opened, entered)
    except Incomplete as lacking:
        asked = Asked(queue, again, entered=entered, problems=lacking.problems)
        return visit_page(request, site, person, opened, asked, HTTPStatus.UNPROCESSABLE_ENTITY)
    except AuditConflict as conflict:
        now = open_visit(site, person, visit_id)
        asked = Asked(queue, again=True, entered=entered, conflict=CONFLICTS[type(conflict)])
        return visit_page(request, site, person, now, asked, HTTPStatus.CONFLICT)
    return RedirectResponse(_onward(site, person, decision, queue), HTTPStatus.SEE_OTHER)


@router.post(
    "/api/v1/visits/{visit_id}/decisions",
    tags=["visits"],
    status_code=201,
    responses={409: {"description": "Something happened meanwhile; nothing was kept"}},
)
def decide_by_json(site: SiteOf, person: Auditor, visit_id: str, entered: Entered) -> JSONResponse:
    """Keep a decision. 409 says what happened meanwhile and gives the trail, 422 what is lacking.

    The same token again gives the decision that it made.
    """
    opened = open_visit(site, person, visit_id)
    try:
        _decide(site, person, opened, entered)
    except Incomplete as lacking:
        words = [{"zh": text.zh, "en": text.en} for text in lacking.problems]
        return JSONResponse({"detail": str(lacking), "problems": words}, HTTPStatus.UNPROCESSABLE_ENTITY)
    except AuditConflict as conflict:
        told = CONFLICTS[type(conflict)]
        now = _as_json(site, person, visit_id)
        kind = {"conflict": type(conflict).__name__, "detail": told.en, "detail_zh": told.zh}
        return JSONResponse({**kind, **now}, HTTPStatus.CONFLICT)
    return JSONResponse(_as_json(site, person, visit_id), HTTPStatus.CREATED)


@router.post("/visits/{visit_id}/release", include_in_schema=False)
def release(
    site: SiteOf, person: Auditor, visit_id: str, queue: Annotated[str, Form(max_length=2000)] = ""
) -> RedirectResponse:
    """Give a visit back undecided."""
    site.results.cases.release(visit_id, person.user_id)
    asked = query_from(queue).query()
    return RedirectResponse(f"/queue?{asked}" if asked else "/queue", HTTPStatus.SEE_OTHER)


@router.post("/visits/{visit_id}/claim", include_in_schema=False, status_code=204)
def keep_claim(site: SiteOf, person: Auditor, visit_id: str) -> Response:
    """Keep a visit for a while longer: its page is still open. 409 where another person has it."""
    kept = site.results.cases.claim(visit_id, person.user_id, site.now())
    return Response(status_code=HTTPStatus.NO_CONTENT if kept else HTTPStatus.CONFLICT)


@router.post("/visits/{visit_id}/objection", include_in_schema=False)
def object_to(
    request: Request,
    site: SiteOf,
    person: Technician,
    visit_id: str,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
) -> Response:
    """Keep a technician's objection; the visit returns to the queue."""
    opened = open_visit(site, person, visit_id)
    if not text.strip():
        asked = Asked(problems=(_NO_TEXT,))
        return visit_page(request, site, person, opened, asked, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        site.results.decisions.object(visit_id, person, text.strip(), site.now())
    except NotThisPerson:
        asked = Asked(conflict=_ONCE)
        return visit_page(request, site, person, opened, asked, HTTPStatus.CONFLICT)
    return RedirectResponse(visit_path(visit_id), HTTPStatus.SEE_OTHER)


def _decide(site: Site, person: Person, opened: Opened, entered: Entered) -> Decision:
    """Raises Incomplete, AuditConflict."""
    if entered.report_digest != opened.stored.report_digest:
        raise ReportChanged(f"{opened.stored.report.visit_id}: judged anew meanwhile")
    draft = draft_of(entered, opened.stored.report, opened.hides_verdict)
    return site.results.decisions.decide(draft, person, site.now())


def _onward(site: Site, person: Person, decision: Decision, queue: str) -> str:
    if decision.blind:
        return f"{visit_path(decision.visit_id)}?{urlencode({'queue': queue, 'done': decision.visit_id})}"
    path = path_to_next(site, person, query_from(queue))
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'done': decision.visit_id})}"


def _as_json(site: Site, person: Person, visit_id: str) -> dict[str, Any]:
    opened = open_visit(site, person, visit_id)
    trail = trail_of(site, visit_id, opened.stored.report_digest, person)
    return {"report_digest": opened.stored.report_digest, "trail": trail_as_json(trail)}
