"""Pages of the site: templates under templates/site, in one language at a time.

In a template `say("中文", "English")` and `words_of(text)` give the page's language; `person` is who signed
in, None for a stranger; `csrf_token` goes into every form.
"""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from pipeline.auditing import Permission
from pipeline.rules import BilingualText
from review import auditing_words, wording
from review.language import Language, language_of
from review.layout_drawing import FAULT_COLOURS, FAULTS, as_points
from review.report_view import media_anchor


def render(request: Request, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """A page from `templates/site/<template>`."""
    # `access` puts both into the request's state when it knows who asks.
    person = getattr(request.state, "person", None)
    token = getattr(request.state, "csrf_token", "")
    page = _environment().get_template(template)
    text = page.render(
        language=language_of(request), person=person, csrf_token=token, path=request.url.path, **context
    )
    return HTMLResponse(text, status_code=status)


@cache
def _environment() -> Environment:
    environment = Environment(
        # What both a report and the site show stands beside the report's own templates.
        loader=ChoiceLoader([PackageLoader("review", "templates/site"), PackageLoader("review")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        fault_words=FAULTS,
        fault_colours=FAULT_COLOURS,
        say=_say,
        words_of=_words_of,
        both=_words_of,
        plain=_words_of,
        say_plain=_say,
        words=wording,
        audit_words=auditing_words,
        Permission=Permission,
        Language=Language,
        waiting_time=auditing_words.waiting_time,
    )
    environment.filters.update(as_points=as_points, local=local, points=points, media_anchor=media_anchor)
    return environment


def local(moment: datetime, zone: str, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """A moment as it is written in a visit's zone."""
    return moment.astimezone(ZoneInfo(zone)).strftime(pattern)


def points(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


@pass_context
def _say(context: Context, zh: str, en: str) -> str:
    return _words_of(context, BilingualText(zh, en))


@pass_context
def _words_of(context: Context, text: BilingualText) -> str:
    language: Language = context["language"]
    return language.of(text)
