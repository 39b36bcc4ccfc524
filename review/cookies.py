"""The site's cookies: a session's for who signed in, a visitor's for the forms of a stranger.

Both are HttpOnly and SameSite=Lax. Over TLS they are Secure and bear the prefix `__Host-`, by which browsers
take them from this very host only (RFC 6265bis, 4.1.3).
"""

from fastapi import Request, Response

from review.access_settings import AccessSettings

_SESSION = "visitproof_session"
_VISITOR = "visitproof_visitor"


def session_token(request: Request, access: AccessSettings) -> str | None:
    """The token of the session's cookie."""
    return request.cookies.get(_name(_SESSION, access))


def visitor_token(request: Request, access: AccessSettings) -> str | None:
    return request.cookies.get(_name(_VISITOR, access))


def give_session(response: Response, token: str, access: AccessSettings) -> None:
    """A cookie that lasts as long as its session may."""
    _give(response, _SESSION, token, access, round(access.lifetime.total_seconds()))


def give_visitor(response: Response, token: str, access: AccessSettings) -> None:
    _give(response, _VISITOR, token, access, None)


def take_session(response: Response, access: AccessSettings) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(
        _name(_SESSION, access), path="/", secure=access.tls, httponly=True, samesite="lax"
    )


def _give(response: Response, name: str, value: str, access: AccessSettings, max_age_s: int | None) -> None:
    response.set_cookie(
        _name(name, access),
        value,
        max_age=max_age_s,
        path="/",
        secure=access.tls,
        httponly=True,
        samesite="lax",
    )


def _name(name: str, access: AccessSettings) -> str:
    return f"__Host-{name}" if access.tls else name
