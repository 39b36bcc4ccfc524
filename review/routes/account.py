"""One's own account: who the site takes one for, and another password."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.auditing import Person
from pipeline.errors import AccessError
from pipeline.rules import BilingualText
from review.access import needs
from review.attempts import TooManyAttempts
from review.passwords import LEAST_LENGTH
from review.rendering import render
from review.signing_in import DeskOf, SignInDesk, address_of, begin_session
from review.site import Site, SiteOf

router = APIRouter(include_in_schema=False)
SignedIn = Annotated[Person, Depends(needs())]
_NOT_THE_SAME = AccessError(
    "两次输入的新密码不一致", "The new password was typed differently the second time"
)


@router.get("/account")
def show_account(request: Request, site: SiteOf, person: SignedIn, changed: bool = False) -> Response:
    return _page(request, site, person, changed=changed)


@router.post("/account/password")
def change_password(
    request: Request,
    site: SiteOf,
    desk: DeskOf,
    person: SignedIn,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Needs the present password, so that an open browser is not enough. All other sessions end."""
    try:
        _change(desk, person, current, (new, again), address_of(request))
    except AccessError as error:
        return _page(request, site, person, HTTPStatus.UNPROCESSABLE_ENTITY, error.text)
    except TooManyAttempts as error:
        text = BilingualText("尝试次数过多，请稍后再试", "Too many attempts: try again later")
        page = _page(request, site, person, HTTPStatus.TOO_MANY_REQUESTS, text)
        page.headers["Retry-After"] = str(error.retry_after_s)
        return page
    answer = RedirectResponse("/account?changed=true", HTTPStatus.SEE_OTHER)
    begin_session(request, answer, person, site)
    return answer


def _change(desk: SignInDesk, person: Person, current: str, new: tuple[str, str], address: str) -> None:
    if new[0] != new[1]:
        raise _NOT_THE_SAME
    desk.check(person.name, current, address)
    site = desk.site
    site.results.users.set_password(person.user_id, site.passwords.hash(new[0], person.name))


def _page(
    request: Request,
    site: Site,
    person: Person,
    status: HTTPStatus = HTTPStatus.OK,
    problem: BilingualText | None = None,
    changed: bool = False,
) -> Response:
    user = site.results.users.by_id(person.user_id)
    return render(
        request,
        "account.html",
        status,
        has_password=user is not None and user.password_hash is not None,
        least_length=LEAST_LENGTH,
        problem=problem,
        changed=changed,
    )
