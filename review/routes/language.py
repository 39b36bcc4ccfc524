"""The language switch: a cookie, and back to where it was pressed."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse

from review.language import COOKIE, Language
from review.site import SiteOf

router = APIRouter()
_A_YEAR_S = 365 * 24 * 3600


@router.post("/language", include_in_schema=False)
def switch_language(
    site: SiteOf, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Speak another language from now on; `back` is a path of this site."""
    answer = RedirectResponse(local_path(back), status_code=303)
    secure = site.access.tls
    answer.set_cookie(COOKIE, language.value, max_age=_A_YEAR_S, samesite="lax", httponly=True, secure=secure)
    return answer


def local_path(wanted: str) -> str:
    """A path of this site with its query, `/` in the place of anything that leads elsewhere."""
    parts = urlsplit(wanted)
    is_local = not parts.scheme and not parts.netloc and wanted.startswith("/")
    return wanted if is_local and not wanted.startswith(("//", "/\\")) else "/"
