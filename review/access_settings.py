"""What the site's doors must be told; the flows make it from the global settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import SecretStr

from pipeline.auditing import Role


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How often a sign-in may fail: per account and per client address, within `window`."""

    per_account: int = 10
    per_address: int = 50
    window: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """A company's own sign-in, by OpenID Connect.

    issuer: its URL, below which /.well-known/openid-configuration lies. name: what the button calls it.
    role_claim: the claim that says the role, by `roles`; without one, or where it names none of `roles`,
    `default_role` counts, and without that the person is refused. create_users: whether a subject that no
    user is linked to becomes a new user.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    name: str = "OpenID Connect"
    scope: str = "openid profile email"
    role_claim: str | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    default_role: Role | None = None
    technician_claim: str | None = None
    create_users: bool = False


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Hosts, cookies, sessions and sign-in.

    hosts: the names by which browsers reach the site; all others are refused. tls: browsers speak TLS with
    it, directly or with a proxy before it. store_origin: where presigned pictures come from, if anywhere.
    """

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    tls: bool = False
    idle: timedelta = timedelta(minutes=60)
    lifetime: timedelta = timedelta(hours=12)
    limits: RateLimits = RateLimits()
    oidc: OidcSettings | None = None
    store_origin: str | None = None
