"""The auditors' site: `create_app(site)` is the whole of it, ready for any ASGI server."""

from importlib.resources import files
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipeline.auditing import Person, Role
from review.access import answer_refusals, needs
from review.attempts import Attempts
from review.doorkeeper import Doorkeeper
from review.headers import SecurityHeaders
from review.numbers import KeptNumbers
from review.oidc import make_provider, state_cookie
from review.problems import answer_problems
from review.routes import (
    account,
    company,
    confusion,
    decisions,
    drift,
    evaluations,
    exports,
    language,
    media,
    numbers,
    queue,
    releases,
    sign_in,
    users,
    visit,
)
from review.site import Site

_PARTS = (
    account,
    confusion,
    decisions,
    drift,
    evaluations,
    exports,
    language,
    media,
    numbers,
    queue,
    releases,
    sign_in,
    users,
    visit,
)


def create_app(site: Site) -> FastAPI:
    """The site's pages and its JSON under /api/v1."""
    app = FastAPI(title="VisitProof", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.numbers = KeptNumbers()
    app.state.attempts = Attempts(site.access.limits)
    app.mount("/static", StaticFiles(directory=str(files("review") / "static")), name="static")
    for part in _PARTS:
        app.include_router(part.router)
    app.add_api_route("/", _home, include_in_schema=False)
    app.add_api_route(
        "/api/v1/openapi.json", _openapi, dependencies=[Depends(needs())], include_in_schema=False
    )
    if site.access.oidc is not None:
        app.state.provider = make_provider(site.access.oidc)
        app.include_router(company.router)
        app.add_middleware(SessionMiddleware, **state_cookie(site.access, site.access.oidc))
    _guard(app, site)
    return app


def _guard(app: FastAPI, site: Site) -> None:
    """What every request passes, the outermost last."""
    answer_problems(app)
    answer_refusals(app)
    app.add_middleware(Doorkeeper, site=site)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=site.access.hosts, www_redirect=False)
    app.add_middleware(SecurityHeaders, access=site.access)


def _openapi(request: Request) -> dict[str, Any]:
    """What the JSON routes take and give; for those who may sign in."""
    app: FastAPI = request.app
    return app.openapi()


def _home(person: Annotated[Person, Depends(needs())]) -> RedirectResponse:
    return RedirectResponse("/own-visits" if person.role is Role.TECHNICIAN else "/queue", 303)
