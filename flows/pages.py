"""Report pages as files: one per visit, and an index beside them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.assembly import Services
from flows.judging import kept_report
from flows.night_summary import NightSummary, page_name
from flows.pictures import StorePictures
from models.isolation import IsolatedOpener
from pipeline.auditing import Person, Role
from pipeline.results import VisitReport
from review.report_page import render_index, render_report
from review.site import Site
from review.trail import trail_of
from review.visit_pdf import visit_pdf
from storage.codec import report_digest

INDEX_NAME = "index.html"
_AT_THE_SHELL = Person(0, "", "", Role.ADMINISTRATOR)
"""Whoever can open the database sees what an administrator sees."""


def write_page(services: Services, report: VisitReport, path: Path) -> None:
    """One visit's report as a page that needs nothing beside it."""
    with _pictures(services) as pictures:
        _write(path, render_report(report, pictures))


def write_pdf(services: Services, report: VisitReport, path: Path) -> None:
    """One visit's report, with what people decided, as a PDF. Raises SettingsError, StorageError."""
    with _pictures(services) as pictures:
        site = Site(services.results, pictures, partial(datetime.now, UTC))
        trail = trail_of(site, report.visit_id, report_digest(report), _AT_THE_SHELL)
        printed = visit_pdf(report, trail, pictures)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(printed)


def write_pages(services: Services, summary: NightSummary, folder: Path) -> Path:
    """A page per judged visit of a night and the index; the index's path. Raises StorageError."""
    with _pictures(services) as pictures:
        for row in summary.rows:
            report = kept_report(services, row.visit_id).report
            _write(folder / page_name(row.visit_id), render_report(report, pictures))
    index = folder / INDEX_NAME
    _write(index, render_index((*summary.rows, *summary.failed_rows), title=summary.prefix))
    return index


@contextmanager
def _pictures(services: Services) -> Iterator[StorePictures]:
    with closing(IsolatedOpener(services.settings.limits)) as opener:
        yield StorePictures(services.store, opener)


def _write(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
