"""Pages for people: one visit's report, and the table of a night.

Each page is one file that needs nothing from outside: styles and pictures stand in it, there is no script,
and its content policy forbids the browser to load anything else. The language switch is three radio
buttons and a stylesheet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.results import VisitReport
from pipeline.rules import BilingualText, Grade
from review import timeline, wording
from review.layout_drawing import FAULT_COLOURS, FAULTS, as_points
from review.pictures import Album, PictureSource
from review.report_view import arrange, first_reason, item_anchor, media_anchor
from storage.codec import report_digest


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One visit of a night. `href` is a relative path to its page; `score` and `grade` are None where the
    visit could not be judged, and `first_reason` then says why."""

    visit_id: str
    service_type: str
    technician: str
    score: float | None
    grade: Grade | None
    flagged: bool
    spot_check: bool
    first_reason: BilingualText | None
    href: str | None = None


def index_row(report: VisitReport, href: str | None = None) -> IndexRow:
    """A report as a row of the table."""
    return IndexRow(
        visit_id=report.visit_id,
        service_type=report.service_type,
        technician=report.technician_name,
        score=report.score.score,
        grade=report.score.grade,
        flagged=report.is_flagged,
        spot_check=report.spot_check,
        first_reason=first_reason(report),
        href=href,
    )


def render_report(report: VisitReport, pictures: PictureSource) -> str:
    """One visit as a self-contained HTML page, in Chinese and English. Equal inputs give equal pages."""
    album = Album(pictures)
    view = arrange(report, album)
    template = _environment().get_template("report.html")
    return template.render(view=view, report=report, digest=report_digest(report), album=album.embedded)


def render_index(rows: Iterable[IndexRow], title: str = "") -> str:
    """The visits of a night as a table; `title` names the night (a date or a prefix)."""
    listed = tuple(rows)
    grades = [(grade, sum(row.grade is grade for row in listed)) for grade in (*Grade, None)]
    return (
        _environment()
        .get_template("index.html")
        .render(rows=listed, title=title, grades=[pair for pair in grades if pair[1]])
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sheets = ("report.css", "timeline.css", "layout.css")
    style = "".join(files("review").joinpath("static", name).read_text(encoding="utf-8") for name in sheets)
    environment.globals.update(
        # The style sheet is ours and goes into a <style> element, where escapes would be taken literally.
        style=Markup(style),  # noqa: S704
        words=wording,
        lanes=timeline,
        fault_words=FAULTS,
        fault_colours=FAULT_COLOURS,
    )
    environment.filters.update(
        local=_local,
        points=_points,
        relative=quote,
        item_anchor=item_anchor,
        media_anchor=media_anchor,
        as_points=as_points,
    )
    return environment


def _local(moment: datetime, zone: str, pattern: str = "%Y-%m-%d %H:%M") -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime(pattern)


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
