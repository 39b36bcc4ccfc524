"""Signing in with the company's account; only where the settings name a provider."""

import logging
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from pipeline.errors import AccessError
from pipeline.rules import BilingualText
from review.access import SIGN_IN, Refused
from review.local_paths import local_path
from review.oidc import Claims, Provider, ProviderFailed, person_of_claims
from review.signing_in import begin_session
from review.site import Site, SiteOf

router = APIRouter(prefix=f"{SIGN_IN}/company", include_in_schema=False)
_log = logging.getLogger(__name__)
_FAILED = BilingualText(
    "企业账号登录未完成：请重试，或联系管理员",
    "Signing in with the company account did not work: try again, or ask an administrator",
)


def get_provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


ProviderOf = Annotated[Provider, Depends(get_provider)]


@router.get("")
async def leave(request: Request, site: SiteOf, provider: ProviderOf, next: str = "/") -> Response:
    """Off to the provider, which sends the browser back to `come_back`."""
    back = request.url_for("come_back")
    if site.access.tls:
        back = back.replace(scheme="https")
    request.session["next"] = local_path(next)
    try:
        return await provider.redirect(request, str(back))
    except ProviderFailed as error:
        raise _refused(error) from error


@router.get("/back")
async def come_back(request: Request, site: SiteOf, provider: ProviderOf) -> Response:
    """A session for whom the provider vouches for."""
    try:
        claims = await provider.claims(request)
    except ProviderFailed as error:
        raise _refused(error) from error
    wanted = request.session.pop("next", "/")
    return await run_in_threadpool(_sign_in, request, site, provider, claims, local_path(wanted))


def _sign_in(request: Request, site: Site, provider: Provider, claims: Claims, wanted: str) -> Response:
    try:
        person = person_of_claims(site, provider.settings, claims)
    except AccessError as error:
        _log.warning("company sign-in refused: %s", error)
        raise Refused(HTTPStatus.FORBIDDEN, error.text) from error
    answer = RedirectResponse(wanted, HTTPStatus.SEE_OTHER)
    begin_session(request, answer, person, site)
    return answer


def _refused(error: ProviderFailed) -> Refused:
    _log.warning("company sign-in failed: %s", error)
    return Refused(HTTPStatus.BAD_GATEWAY, _FAILED)
