"""The auditors' site for tests: a clock that can be turned, and browsers of people with each role."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2.profiles import CHEAPEST
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.auditing import Person, Role
from review.access_settings import AccessSettings
from review.app import create_app
from review.passwords import PasswordKeeper
from review.site import Site
from storage.results import ResultStore
from storage.users import NewUser

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TECHNICIAN_NUMBER = "T-7"
PASSWORDS = PasswordKeeper(CHEAPEST)
PAGE = {"accept": "text/html,application/xhtml+xml"}


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def turn(self, by: timedelta) -> None:
        self.time += by


class NoPictures:
    """A `PictureSource` without pictures."""

    def picture(
        self, media_key: str, presentation_s: float | None, longest_side_px: int = 900
    ) -> bytes | None:
        return None


@dataclass
class Town:
    """A site with its people; `browser` gives one who has signed in, or a stranger's."""

    site: Site
    app: FastAPI
    clock: Clock

    def person(self, role: Role, name: str = "", password_hash: str | None = None) -> Person:
        number = TECHNICIAN_NUMBER if role is Role.TECHNICIAN else None
        name = name or role.value
        known = self.site.results.users.by_name(name)
        if known is not None:
            return known.person
        new = NewUser(name, role, technician_number=number, password_hash=password_hash)
        return self.site.results.users.add(new, self.clock())

    def browser(self, person: Person | None = None) -> TestClient:
        """A client that follows no redirects, with the session's cookie and token where there is a person."""
        secure = self.site.access.tls
        client = TestClient(
            self.app, base_url=f"http{'s' * secure}://localhost", headers=PAGE, follow_redirects=False
        )
        if person is not None:
            sessions = self.site.results.sessions
            token = sessions.open(person.user_id, self.clock(), self.site.access.lifetime)
            session = sessions.find(token, self.clock(), self.site.access.idle)
            assert session is not None
            name = "__Host-visitproof_session" if secure else "visitproof_session"
            client.cookies.set(name, token, domain="localhost.local", path="/")
            client.headers["x-csrf-token"] = session.csrf_token
        return client

    def browser_of(self, role: Role) -> TestClient:
        return self.browser(self.person(role))


def make_town(results: ResultStore, access: AccessSettings | None = None) -> Town:
    clock = Clock()
    site = Site(results, NoPictures(), clock, access or AccessSettings(), PASSWORDS)
    return Town(site, create_app(site), clock)
