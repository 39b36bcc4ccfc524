"""Who may come in: `needs(...)` for every route, and what is said to those who may not.

`doorkeeper` has found out who asks before a route is reached; here a route says what it asks of them.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.auditing import Permission, Person
from pipeline.rules import BilingualText
from review.problems import problem, wants_page

SIGN_IN = "/sign-in"
_SIGN_IN_NEEDED = BilingualText("请先登录", "Sign in first")
_NOT_PERMITTED = BilingualText("您没有查看此页面或执行此操作的权限", "You may not see or do this")
_NOT_YOURS = BilingualText("这不是您的上门记录", "This visit is not one of yours")


class Refused(HTTPException):
    """A request that is turned away: 401 where signing in would help, 403 and others with why."""

    def __init__(self, status: HTTPStatus, text: BilingualText) -> None:
        super().__init__(status, text.en)
        self.text = text


def needs(*permissions: Permission) -> Callable[[Request], Awaitable[Person]]:
    """A dependency that gives the person who asks, if they have any of `permissions`.

    Without permissions it is enough to be signed in. Raises Refused: a stranger's browser is led to the
    sign-in page, everything else of a stranger gets 401, whoever lacks the permission 403.
    """

    async def person_with_permission(request: Request) -> Person:
        person = person_of(request)
        if person is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, _SIGN_IN_NEEDED)
        if permissions and not any(person.may(permission) for permission in permissions):
            raise Refused(HTTPStatus.FORBIDDEN, _NOT_PERMITTED)
        return person

    return person_with_permission


def person_of(request: Request) -> Person | None:
    """Who asks; None for a stranger."""
    person: Person | None = getattr(request.state, "person", None)
    return person


def check_may_see_visit(person: Person, technician_number: str) -> None:
    """Raises Refused (403) for a technician who is not the one of the visit, and whoever may see none."""
    own = person.may(Permission.SEE_OWN_VISITS) and person.technician_number == technician_number
    if not own and not person.may(Permission.SEE_VISITS):
        raise Refused(HTTPStatus.FORBIDDEN, _NOT_YOURS)


def answer_refusals(app: FastAPI) -> None:
    """Make `app` answer Refused as a page or as JSON, whichever was asked for."""
    app.add_exception_handler(Refused, _answer)


def refusal(request: Request, refused: Refused) -> Response:
    """The answer to a request that is turned away."""
    if refused.status_code == HTTPStatus.UNAUTHORIZED and wants_page(request):
        return RedirectResponse(_way_in(request), HTTPStatus.SEE_OTHER)
    return problem(request, refused.status_code, refused.text)


async def _answer(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return refusal(request, error)


def _way_in(request: Request) -> str:
    if request.method != "GET":
        return SIGN_IN
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{SIGN_IN}?next={quote(request.url.path + query, safe='/')}"
