"""Report pages as files: one per visit, and an index beside them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flows.assembly import Services
from flows.judging import kept_report
from flows.night_summary import NightSummary, page_name
from flows.pictures import StorePictures
from models.isolation import IsolatedOpener
from pipeline.results import VisitReport
from review.report_page import render_index, render_report

INDEX_NAME = "index.html"


def write_page(services: Services, report: VisitReport, path: Path) -> None:
    """One visit's report as a page that needs nothing beside it."""
    with _pictures(services) as pictures:
        _write(path, render_report(report, pictures))


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
