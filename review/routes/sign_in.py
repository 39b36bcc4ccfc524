"""Signing in by password, and out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.auditing import Person
from pipeline.errors import AccessError
from pipeline.rules import BilingualText
from review.access import SIGN_IN, needs, person_of
from review.attempts import TooManyAttempts
from review.cookies import take_session
from review.local_paths import local_path
from review.rendering import render
from review.signing_in import DeskOf, address_of, begin_session, end_session
from review.site import Site, SiteOf

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
def show_sign_in(request: Request, site: SiteOf, next: str = "/") -> Response:
    """The form; whoever is signed in goes where they wanted to."""
    if person_of(request) is not None:
        return RedirectResponse(local_path(next), HTTPStatus.SEE_OTHER)
    return _page(request, site, next)


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    site: SiteOf,
    desk: DeskOf,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """On to `next` with a new session, or the form again with what is wrong."""
    try:
        user = desk.check(name, password, address_of(request))
    except AccessError as error:
        return _page(request, site, next, HTTPStatus.UNAUTHORIZED, error.text)
    except TooManyAttempts as error:
        return _page_to_wait(request, site, next, error.retry_after_s)
    answer = RedirectResponse(local_path(next), HTTPStatus.SEE_OTHER)
    begin_session(request, answer, user.person, site)
    return answer


@router.post("/sign-out")
def sign_out(
    request: Request,
    site: SiteOf,
    person: Annotated[Person, Depends(needs())],  # noqa: ARG001
) -> RedirectResponse:
    """End the session here and in the database."""
    end_session(request, site)
    answer = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    take_session(answer, site.access)
    return answer


def _page_to_wait(request: Request, site: Site, wanted: str, seconds: int) -> Response:
    minutes = -(-seconds // 60)
    text = BilingualText(
        f"尝试次数过多，请 {minutes} 分钟后再试", f"Too many attempts: try again in {minutes} min"
    )
    page = _page(request, site, wanted, HTTPStatus.TOO_MANY_REQUESTS, text)
    page.headers["Retry-After"] = str(seconds)
    return page


def _page(
    request: Request,
    site: Site,
    wanted: str,
    status: HTTPStatus = HTTPStatus.OK,
    problem: BilingualText | None = None,
) -> Response:
    company = site.access.oidc.name if site.access.oidc else None
    return render(request, "sign_in.html", status, next=local_path(wanted), company=company, problem=problem)
