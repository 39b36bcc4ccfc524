"""A company's own sign-in by OpenID Connect: authorization code flow with PKCE, by Authlib.

Authlib checks state, nonce, signature, issuer, audience and times of the ID token (OpenID Connect Core 1.0,
3.1.3.7). Here is what becomes of its claims: a person of ours, or a refusal that says what to do.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from fastapi import Request, Response
from httpx2 import HTTPError
from joserfc.errors import JoseError

from pipeline.auditing import Person, Role
from pipeline.errors import AccessError
from review.access_settings import AccessSettings, OidcSettings
from review.site import Site
from storage.users import NewUser, User

_TIMEOUT_S = 10.0
_FAILURES = (AuthlibBaseError, JoseError, HTTPError, ValueError, RuntimeError)
"""What Authlib raises where the provider is away, answers nonsense, refuses, or the token is not sound."""

Claims = Mapping[str, Any]


class ProviderFailed(Exception):
    """The company's sign-in did not come to an end; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A company's OpenID Connect provider."""

    settings: OidcSettings
    client: StarletteOAuth2App

    async def redirect(self, request: Request, back: str) -> Response:
        """Send the browser to the provider, which sends it `back`. Raises ProviderFailed."""
        try:
            answer: Response = await self.client.authorize_redirect(request, back)
        except _FAILURES as error:
            raise ProviderFailed(str(error)) from error
        return answer

    async def claims(self, request: Request) -> Claims:
        """What the provider says of whoever came back from it. Raises ProviderFailed."""
        try:
            token = await self.client.authorize_access_token(request)
            return await self._completed(token)
        except _FAILURES as error:
            raise ProviderFailed(str(error)) from error

    async def _completed(self, token: Mapping[str, Any]) -> Claims:
        """The ID token's claims, and from the userinfo endpoint those that it left out."""
        signed: Claims = token.get("userinfo") or {}
        if signed.get("iss") != self.settings.issuer:
            raise ValueError(f"the ID token is of {signed.get('iss')!r}, wanted {self.settings.issuer!r}")
        wanted = (self.settings.role_claim, self.settings.technician_claim)
        if all(name is None or claim(signed, name) is not None for name in wanted):
            return signed
        told = await self.client.userinfo(token=token)
        if told.get("sub") != signed["sub"]:
            raise ValueError("the userinfo endpoint speaks of another subject than the ID token")
        return {**told, **signed}


def make_provider(settings: OidcSettings) -> Provider:
    """Nothing is fetched before somebody signs in."""
    client = OAuth().register(
        "company",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scope,
            "code_challenge_method": "S256",
            "timeout": _TIMEOUT_S,
        },
    )
    return Provider(settings, client)


def state_cookie(access: AccessSettings, settings: OidcSettings) -> dict[str, Any]:
    """How Starlette's SessionMiddleware keeps state, nonce and PKCE verifier while the browser is away.

    Its key follows from the client's secret: every process of the site has the same one, and nobody else.
    """
    secret = settings.client_secret.get_secret_value().encode()
    return {
        "secret_key": hmac.new(secret, b"visitproof: state of a company sign-in", sha256).hexdigest(),
        "session_cookie": "__Host-visitproof_company" if access.tls else "visitproof_company",
        "max_age": 600,
        "same_site": "lax",
        "https_only": access.tls,
    }


def person_of_claims(site: Site, oidc: OidcSettings, claims: Claims) -> Person:
    """The user to whom the claims' subject belongs, with the role that the claims say.

    Raises AccessError for a disabled user, for a subject without a user where none may be made, and where
    neither claims nor settings say a role.
    """
    user = site.results.users.by_subject(oidc.issuer, str(claims["sub"]))
    if user is None:
        return _new_person(site, oidc, claims)
    if user.disabled_at is not None:
        raise AccessError("此账号已停用：请联系管理员", "This account is disabled: ask an administrator")
    return _brought_up_to_date(site, oidc, user, claims)


def role_of_claims(oidc: OidcSettings, claims: Claims) -> Role | None:
    """The first of the settings' roles that the role claim names, else the default role."""
    said = claim(claims, oidc.role_claim) if oidc.role_claim else None
    values = {str(value) for value in (said if isinstance(said, list | tuple) else [said])}
    return next((role for name, role in oidc.roles.items() if name in values), oidc.default_role)


def claim(claims: Claims, name: str) -> Any:
    """A claim by its name, or by a path with dots (`realm_access.roles`); None where there is none."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _new_person(site: Site, oidc: OidcSettings, claims: Claims) -> Person:
    subject = str(claims["sub"])
    if not oidc.create_users:
        raise AccessError(
            f"此企业账号尚未关联用户：请把标识 {subject} 告知管理员",
            f"No user is linked to this company account: tell an administrator its subject, {subject}",
        )
    new = NewUser(
        name=str(claims.get("preferred_username") or claims.get("email") or subject),
        role=_role(oidc, claims),
        display_name=str(claims.get("name") or ""),
        technician_number=_technician_number(oidc, claims),
        oidc_issuer=oidc.issuer,
        oidc_subject=subject,
    )
    return site.results.users.add(new, site.now())


def _brought_up_to_date(site: Site, oidc: OidcSettings, user: User, claims: Claims) -> Person:
    """With a role claim the company's directory rules; without one a user stays what they are here."""
    person = user.person
    role = _role(oidc, claims) if oidc.role_claim else person.role
    number = _technician_number(oidc, claims) or person.technician_number
    if (role, number) == (person.role, person.technician_number):
        return person
    site.results.users.set_role(person.user_id, role, number)
    return Person(person.user_id, person.name, person.display_name, role, number, person.language)


def _role(oidc: OidcSettings, claims: Claims) -> Role:
    role = role_of_claims(oidc, claims)
    if role is None:
        raise AccessError(
            "您的企业账号没有使用本站的角色：请联系管理员",
            "Your company account has no role on this site: ask an administrator",
        )
    return role


def _technician_number(oidc: OidcSettings, claims: Claims) -> str | None:
    number = claim(claims, oidc.technician_claim) if oidc.technician_claim else None
    return None if number is None else str(number)
