"""For administrators: who may sign in."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.auditing import Permission, Person, Role
from pipeline.errors import AccessError
from pipeline.rules import BilingualText
from review.access import needs
from review.passwords import LEAST_LENGTH
from review.problems import not_found
from review.rendering import render
from review.site import Site, SiteOf
from storage.users import NewUser, User

router = APIRouter(prefix="/users", include_in_schema=False)
Administrator = Annotated[Person, Depends(needs(Permission.MANAGE_USERS))]
_NOT_ONESELF = AccessError(
    "不能停用自己或修改自己的角色：请另一位管理员操作",
    "You can't disable yourself or change your own role: another administrator can",
)


@router.get("")
def show_users(request: Request, site: SiteOf, person: Administrator) -> Response:  # noqa: ARG001
    return _page(request, site)


@router.post("")
def add_user(
    request: Request,
    site: SiteOf,
    person: Administrator,  # noqa: ARG001
    role: Annotated[Role, Form()],
    name: Annotated[str, Form()] = "",
    display_name: Annotated[str, Form()] = "",
    technician_number: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """A new user with a first password, who should change it."""

    def add() -> None:
        kept = site.passwords.hash(password, name)
        new = NewUser(name, role, display_name, technician_number, kept)
        site.results.users.add(new, site.now())

    return _done(request, site, add)


@router.post("/{user_id}/role")
def change_role(
    request: Request,
    site: SiteOf,
    person: Administrator,
    user_id: int,
    role: Annotated[Role, Form()],
    technician_number: Annotated[str, Form()] = "",
) -> Response:
    """Another role; for a technician with the number of the manifests."""
    user = _user(site, user_id)

    def change() -> None:
        _check_is_another(user, person)
        site.results.users.set_role(user_id, role, technician_number)

    return _done(request, site, change)


@router.post("/{user_id}/password")
def set_password(
    request: Request,
    site: SiteOf,
    person: Administrator,  # noqa: ARG001
    user_id: int,
    password: Annotated[str, Form()] = "",
) -> Response:
    """A new first password for somebody who forgot theirs; their sessions end."""
    user = _user(site, user_id)

    def change() -> None:
        site.results.users.set_password(user_id, site.passwords.hash(password, user.person.name))

    return _done(request, site, change)


@router.post("/{user_id}/disable")
def disable(request: Request, site: SiteOf, person: Administrator, user_id: int) -> Response:
    """Lock somebody out at once; what they decided stays."""
    user = _user(site, user_id)

    def change() -> None:
        _check_is_another(user, person)
        site.results.users.disable(user_id, site.now())

    return _done(request, site, change)


@router.post("/{user_id}/enable")
def enable(request: Request, site: SiteOf, person: Administrator, user_id: int) -> Response:  # noqa: ARG001
    user = _user(site, user_id)
    return _done(request, site, lambda: site.results.users.enable(user.person.user_id))


def _done(request: Request, site: Site, change: Callable[[], None]) -> Response:
    """The list after a change, or with why it could not be made."""
    try:
        change()
    except AccessError as error:
        return _page(request, site, HTTPStatus.UNPROCESSABLE_ENTITY, error.text)
    return RedirectResponse("/users", HTTPStatus.SEE_OTHER)


def _user(site: Site, user_id: int) -> User:
    user = site.results.users.by_id(user_id)
    if user is None:
        raise not_found()
    return user


def _check_is_another(user: User, person: Person) -> None:
    if user.person.user_id == person.user_id:
        raise _NOT_ONESELF


def _page(
    request: Request, site: Site, status: HTTPStatus = HTTPStatus.OK, problem: BilingualText | None = None
) -> Response:
    return render(
        request,
        "users.html",
        status,
        users=site.results.users.all(),
        roles=tuple(Role),
        least_length=LEAST_LENGTH,
        problem=problem,
    )
