"""Settings of the auditors' site: how browsers reach it, sessions, sign-in."""

import json
from datetime import timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PositiveFloat, PositiveInt, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode

from pipeline.auditing import Role
from review.access_settings import AccessSettings, OidcSettings, RateLimits

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def _listed(value: Any) -> Any:
    """In an environment variable names are separated by commas."""
    return (
        tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value
    )


def _mapped(value: Any) -> Any:
    """In an environment variable a mapping is JSON: the names in it may hold any character."""
    return json.loads(value) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
RoleByName = Annotated[dict[str, Role], NoDecode, BeforeValidator(_mapped)]


class SiteSettings(BaseSettings):
    """The part of the settings that `visitproof serve` reads."""

    site_hosts: Names = Field(
        LOOPBACK, description="host names by which browsers reach the site, by commas; others are refused"
    )
    site_tls: bool = Field(
        False, description="browsers reach the site by https, at a proxy before it: cookies are Secure"
    )
    site_proxies: Names = Field(
        (), description="addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    site_idle_minutes: PositiveFloat = Field(
        60.0, description="minutes without a request after which a session is over"
    )
    site_session_hours: PositiveFloat = Field(
        12.0, description="hours after which a session is over in any case"
    )
    sign_in_attempts_per_account: PositiveInt = Field(
        10, description="wrong passwords for one name within the window before it has to wait"
    )
    sign_in_attempts_per_address: PositiveInt = Field(
        50, description="wrong passwords from one client address (IPv6: /64) within the window"
    )
    sign_in_window_minutes: PositiveFloat = Field(15.0, description="the window in which they are counted")
    oidc_issuer: str | None = Field(
        None, description="URL of an OpenID Connect issuer; unset: sign-in by password only"
    )
    oidc_client_id: str | None = Field(None, description="the site's client id at the issuer")
    oidc_client_secret: SecretStr | None = Field(None, description="the site's client secret at the issuer")
    oidc_name: str = Field("OpenID Connect", description="what the sign-in page calls the company's account")
    oidc_scope: str = Field("openid profile email", description="scopes that are asked for")
    oidc_role_claim: str | None = Field(
        None, description="claim that says the role, by name or by path (`realm_access.roles`)"
    )
    oidc_roles: RoleByName = Field(
        {}, description="value of that claim -> role; the first that is there counts; as a variable in JSON"
    )
    oidc_default_role: Role | None = Field(
        None, description="role where the claim names none of them; unset: such people are refused"
    )
    oidc_technician_claim: str | None = Field(
        None, description="claim with a technician's number, as in the manifests"
    )
    oidc_create_users: bool = Field(
        False, description="make a user of everybody whom the issuer vouches for; else only linked ones"
    )

    @model_validator(mode="after")
    def _an_issuer_is_whole(self) -> Self:
        if self.oidc_issuer is None:
            return self
        if not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "oidc_issuer is set without oidc_client_id and oidc_client_secret: set all three"
            )
        parts = urlsplit(self.oidc_issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("oidc_issuer must begin with https://: what it says would travel in clear")
        if self.oidc_role_claim and not self.oidc_roles:
            raise ValueError("oidc_role_claim is set without oidc_roles: say which value is which role")
        return self

    @property
    def access(self) -> AccessSettings:
        """What the site is told of it."""
        limits = RateLimits(
            self.sign_in_attempts_per_account,
            self.sign_in_attempts_per_address,
            timedelta(minutes=self.sign_in_window_minutes),
        )
        return AccessSettings(
            hosts=self.site_hosts,
            tls=self.site_tls,
            idle=timedelta(minutes=self.site_idle_minutes),
            lifetime=timedelta(hours=self.site_session_hours),
            limits=limits,
            oidc=self._oidc,
        )

    @property
    def _oidc(self) -> OidcSettings | None:
        if not (self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret):
            return None
        return OidcSettings(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            name=self.oidc_name,
            scope=self.oidc_scope,
            role_claim=self.oidc_role_claim,
            roles=self.oidc_roles,
            default_role=self.oidc_default_role,
            technician_claim=self.oidc_technician_claim,
            create_users=self.oidc_create_users,
        )
