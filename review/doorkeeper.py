"""Looks at every request before any route does: who asks, and whether a form came from a page of ours.

Pure ASGI, so that no route can be added past it. A request that may change something must come from this
site (Sec-Fetch-Site, else Origin) and carry its session's token, in the form field `csrf_token` or the header
`X-CSRF-Token` (synchroniser token; OWASP, "Cross-Site Request Forgery Prevention"). A stranger's forms carry
the token of a cookie instead.
"""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.rules import BilingualText
from review.access import Refused, refusal
from review.access_settings import AccessSettings
from review.cookies import give_visitor, session_token, visitor_token
from review.site import Site
from storage.sessions import Session

MOST_BODY_BYTES = 1 << 20
"""Nobody uploads here: a decision with all its words is far smaller."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_STALE = BilingualText(
    "页面已失效或请求并非来自本站：请刷新页面后重试",
    "The page is out of date, or the request did not come from this site: load the page again",
)
_TOO_LARGE = BilingualText("请求过大", "The request is too large")
_MALFORMED = BilingualText("表单格式有误", "The form can't be read")


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """ASGI middleware. Puts `person`, `session_token` and `csrf_token` into the request's state."""

    app: ASGIApp
    site: Site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        receive = _limited(receive)
        request = Request(scope, receive)
        send = await self._introduce(request, send)
        try:
            if request.method not in _SAFE:
                receive = _again(await _checked_body(request), receive)
        except HTTPException as error:
            refused = error if isinstance(error, Refused) else Refused(HTTPStatus.BAD_REQUEST, _MALFORMED)
            await refusal(request, refused)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _introduce(self, request: Request, send: Send) -> Send:
        """Find out who asks; the `send` gives a stranger the cookie that its forms need."""
        access = self.site.access
        token = session_token(request, access)
        session = await run_in_threadpool(self._session, token) if token else None
        request.state.person = session.person if session else None
        request.state.session_token = token if session else None
        if session:
            request.state.csrf_token = session.csrf_token
            return send
        visitor = visitor_token(request, access)
        request.state.csrf_token = visitor or secrets.token_urlsafe(32)
        return send if visitor else _giving_visitor(send, request.state.csrf_token, access)

    def _session(self, token: str) -> Session | None:
        return self.site.results.sessions.find(token, self.site.now(), self.site.access.idle)


async def _checked_body(request: Request) -> bytes:
    """The body of a request that may change something, which its route must be able to read again.

    Raises Refused for one that did not come from a page of ours, HTTPException for a form that is none.
    """
    if not _is_from_here(request):
        raise Refused(HTTPStatus.FORBIDDEN, _STALE)
    body = await request.body()
    sent = request.headers.get("x-csrf-token") or await _form_token(request, body)
    if not secrets.compare_digest(sent.encode(), request.state.csrf_token.encode()):
        raise Refused(HTTPStatus.FORBIDDEN, _STALE)
    return body


def _is_from_here(request: Request) -> bool:
    """By what the browser says of where the request began; a program that says nothing has the token only."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _form_token(request: Request, body: bytes) -> str:
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    async with Request(request.scope, _again(body, request.receive)).form() as form:
        token = form.get("csrf_token")
    return token if isinstance(token, str) else ""


def _limited(receive: Receive) -> Receive:
    """`receive` that raises Refused (413) after MOST_BODY_BYTES."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        return message

    return counted


def _again(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives a body that was read already, and then goes on."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def _giving_visitor(send: Send, token: str, access: AccessSettings) -> Send:
    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = Response()
            give_visitor(cookie, token, access)
            MutableHeaders(scope=message).append("set-cookie", cookie.headers["set-cookie"])
        await send(message)

    return with_cookie
