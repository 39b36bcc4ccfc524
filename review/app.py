"""The auditors' site: `create_app(site)` is the whole of it, ready for any ASGI server."""

from importlib.resources import files
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipeline.auditing import Person, Role
from review.access import answer_refusals, needs
from review.doorkeeper import Doorkeeper
from review.headers import SecurityHeaders
from review.problems import answer_problems
from review.routes import language, queue
from review.site import Site


def create_app(site: Site) -> FastAPI:
    """The site's pages and its JSON under /api/v1."""
    app = FastAPI(title="VisitProof", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.mount("/static", StaticFiles(directory=str(files("review") / "static")), name="static")
    for part in (language, queue):
        app.include_router(part.router)
    app.add_api_route("/", _home, include_in_schema=False)
    _guard(app, site)
    return app


def _guard(app: FastAPI, site: Site) -> None:
    """What every request passes, the outermost last."""
    answer_problems(app)
    answer_refusals(app)
    app.add_middleware(Doorkeeper, site=site)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=site.access.hosts, www_redirect=False)
    app.add_middleware(SecurityHeaders, access=site.access)


def _home(person: Annotated[Person, Depends(needs())]) -> RedirectResponse:
    return RedirectResponse("/own-visits" if person.role is Role.TECHNICIAN else "/queue", 303)
