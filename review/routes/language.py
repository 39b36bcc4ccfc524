"""The language switch: a cookie, a lasting wish of whoever is signed in, and back to where it was pressed."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from review.access import person_of
from review.language import Language, remember_language
from review.local_paths import local_path
from review.site import SiteOf

router = APIRouter()


@router.post("/language", include_in_schema=False)
def switch_language(
    request: Request, site: SiteOf, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Speak another language from now on; `back` is a path of this site."""
    answer = RedirectResponse(local_path(back), status_code=303)
    remember_language(answer, language.value, site.access)
    person = person_of(request)
    if person is not None:
        site.results.users.set_language(person.user_id, language.value)
    return answer
