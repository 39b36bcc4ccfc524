"""Headers of every answer: what a browser may load and do with it (OWASP Secure Headers Project)."""

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.access_settings import AccessSettings

_A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """ASGI middleware, the outermost. What people's homes are seen in stays out of every shared cache."""

    app: ASGIApp
    access: AccessSettings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cached = scope["path"].startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_headers(self.access))
                headers.setdefault("cache-control", "no-cache" if cached else "private, no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


def content_policy(access: AccessSettings) -> str:
    """Everything from this site and nothing inline; pictures also from the store, where it is presigned."""
    store = f" {access.store_origin}" if access.store_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{store}",
            f"media-src 'self'{store}",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def _headers(access: AccessSettings) -> dict[str, str]:
    headers = {
        "content-security-policy": content_policy(access),
        "x-content-type-options": "nosniff",
        # Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if access.tls:
        headers["strict-transport-security"] = f"max-age={_A_YEAR_S}"
    return headers
