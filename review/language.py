"""Which language a page speaks: the one that was switched to, else the browser's wish, else Chinese."""

from enum import StrEnum

from fastapi import Request, Response

from pipeline.rules import BilingualText
from review.access_settings import AccessSettings

_A_YEAR_S = 365 * 24 * 3600
COOKIE = "visitproof_language"


class Language(StrEnum):
    """The languages of the site; the value is what `<html lang>` says."""

    CHINESE = "zh-Hans"
    ENGLISH = "en"

    def of(self, text: BilingualText) -> str:
        return text.en if self is Language.ENGLISH else text.zh


def language_of(request: Request) -> Language:
    """The cookie's language, else the first of the browser's that the site speaks."""
    switched = request.cookies.get(COOKIE)
    if switched in tuple(Language):
        return Language(switched)
    return wished(request.headers.get("accept-language", ""))


def remember_language(response: Response, language: str, access: AccessSettings) -> None:
    """Make the browser ask for this language from now on."""
    response.set_cookie(COOKIE, language, max_age=_A_YEAR_S, samesite="lax", httponly=True, secure=access.tls)


def wished(accept_language: str) -> Language:
    """The better wanted of the two languages by an Accept-Language header (RFC 9110, 12.5.4)."""
    weights: dict[Language, float] = {}
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = _spoken(tag.strip().lower())
        if language is not None:
            weights[language] = max(weights.get(language, 0.0), _quality(parameter))
    return max(Language, key=lambda language: weights.get(language, 0.0))


def _spoken(tag: str) -> Language | None:
    primary = tag.partition("-")[0]
    return {"zh": Language.CHINESE, "en": Language.ENGLISH}.get(primary)


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
