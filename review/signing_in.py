"""Signing in by name and password, and what becomes of it: a new session, whatever the browser had before."""

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from pipeline.auditing import Person
from pipeline.errors import AccessError
from review.attempts import Attempts
from review.cookies import give_session
from review.language import remember_language
from review.site import Site
from storage.users import User, folded

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignInDesk:
    """Checks passwords, and counts the wrong ones."""

    site: Site
    attempts: Attempts

    def check(self, name: str, password: str, address: str) -> User:
        """The user of that name and password, asked for by a client at `address`.

        Takes equally long for an unknown name, a disabled user and a wrong password. Raises AccessError for
        all three, TooManyAttempts.
        """
        self.attempts.begin(folded(name), address)
        user = self.site.results.users.by_name(name)
        kept = user.password_hash if user is not None and user.disabled_at is None else None
        checked = self.site.passwords.check(password, kept)
        if user is None or kept is None or not checked.right:
            self.attempts.failed(address)
            # A name that nobody has may be a password in the wrong field.
            _log.warning("sign-in failed: %s from %s", user.person.name if user else "unknown name", address)
            raise AccessError("用户名或密码不正确", "The name or the password is wrong")
        self.attempts.succeeded(user.person.name)
        if checked.renewed_hash:
            self.site.results.users.renew_hash(user.person.user_id, kept, checked.renewed_hash)
        return user


def begin_session(request: Request, response: Response, person: Person, site: Site) -> None:
    """Sign `person` in on this browser: a new session and token; the one that it had before ends."""
    now, sessions = site.now(), site.results.sessions
    sessions.purge(now, site.access.idle)
    end_session(request, site)
    give_session(response, sessions.open(person.user_id, now, site.access.lifetime), site.access)
    if person.language:
        remember_language(response, person.language, site.access)
    _log.info("signed in: %s from %s", person.name, address_of(request))


def end_session(request: Request, site: Site) -> None:
    """End the session that the request came with, if it came with one."""
    token: str | None = request.state.session_token
    if token is not None:
        site.results.sessions.close(token)


def address_of(request: Request) -> str:
    """Where the request came from: behind a proxy that the settings name, what it says."""
    return request.client.host if request.client else "unknown"


def get_desk(request: Request) -> SignInDesk:
    return SignInDesk(request.app.state.site, request.app.state.attempts)


DeskOf = Annotated[SignInDesk, Depends(get_desk)]
"""A route's parameter `desk: DeskOf`."""
