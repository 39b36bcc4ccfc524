"""A visit as a PDF that can be put into a file: WeasyPrint's only home.

Nothing is fetched from anywhere: the pictures are handed over, and every other address is refused. Equal
inputs give equal bytes on one machine; the fonts that are installed decide how it looks on another.
"""

import logging
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from threading import Lock
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.auditing import ITEM_REASONS, ItemDecision
from pipeline.errors import SettingsError
from pipeline.results import VisitReport
from pipeline.rules import BilingualText
from review import auditing_words, wording
from review.layout_drawing import FAULT_COLOURS, FAULTS, as_points
from review.pictures import Album, EmbeddedPicture, PictureSource, Rectangle
from review.rendering import local, points
from review.report_view import arrange
from review.trail import Trail
from storage.codec import report_digest

_SCHEME = "picture:"
# Pango and fontconfig keep state of their own, and one document at a time is enough for two cores.
_one_at_a_time = Lock()


def visit_pdf(report: VisitReport, trail: Trail, pictures: PictureSource) -> bytes:
    """The report, its pictures and what people decided, in Chinese and English, on A4.

    Raises SettingsError where a system library that WeasyPrint needs is missing.
    """
    album = Album(pictures)
    digest = report_digest(report)
    page = _page(report, trail, album, digest)
    with _one_at_a_time:
        return _printed(page, {one.picture_id: one for one in album.embedded}, digest)


def renderer() -> str:
    """What prints PDFs here. Raises SettingsError where it can't."""
    return f"WeasyPrint {_weasyprint().__version__}"


def _page(report: VisitReport, trail: Trail, album: Album, digest: str) -> str:
    decided = [line for line in trail.lines if line.decision is not None]
    return (
        _environment()
        .get_template("visit.html")
        .render(
            report=report,
            view=arrange(report, album),
            trail=trail,
            latest=decided[-1] if decided else None,
            last_words=_last_words(trail, digest),
            titles={item.result.item_id: item.title for item in report.items},
            digest=digest,
        )
    )


def _last_words(trail: Trail, digest: str) -> Mapping[str, ItemDecision]:
    """The newest word on each item, of the decisions on this very report."""
    return {
        item.item_id: item
        for decision in trail.decisions
        if decision.report_digest == digest
        for item in decision.items
    }


def _printed(page: str, pictures: Mapping[str, EmbeddedPicture], digest: str) -> bytes:
    weasyprint = _weasyprint()
    document = weasyprint.HTML(string=page, url_fetcher=_fetcher(pictures), base_url=None)
    printed: bytes = document.write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True, pdf_identifier=digest.encode())
    return printed


def _fetcher(pictures: Mapping[str, EmbeddedPicture]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurPictures(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            picture = pictures.get(url.removeprefix(_SCHEME)) if url.startswith(_SCHEME) else None
            if picture is None:
                raise ValueError(f"nothing is fetched for a report: {url}")
            body = b64decode(picture.data_uri.partition(",")[2])
            return URLFetcherResponse(url, body, {"Content-Type": "image/jpeg"})

    return OnlyOurPictures()


def _weasyprint() -> Any:
    # It loads Pango when it is imported: a site without it still works, but for its PDFs.
    try:
        import weasyprint
    except OSError as error:
        raise SettingsError(
            f"PDFs can't be printed: {error}: run make setup, or apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    # Every refused address would be a line of its own, and there is nothing to be done about it.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return weasyprint


@cache
def _environment() -> Environment:
    environment = Environment(
        # What report and print both show stands beside the report's own templates.
        loader=ChoiceLoader([PackageLoader("review", "templates/pdf"), PackageLoader("review")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("review").joinpath("templates", "pdf", "visit.css").read_text(encoding="utf-8")
    environment.globals.update(
        fault_words=FAULTS,
        fault_colours=FAULT_COLOURS,
        # The style sheet is ours and goes into a <style> element, where escapes would be taken literally.
        style=Markup(style),  # noqa: S704
        words=wording,
        audit_words=auditing_words,
        item_reasons=ITEM_REASONS,
        program_version=version("visitproof"),
        words_alike=_alike,
    )
    environment.filters.update(as_points=as_points, local=local, points=points, fitted_mm=_fitted_mm)
    return environment


def _alike(text: str) -> BilingualText:
    return BilingualText(text, text)


def _fitted_mm(picture: EmbeddedPicture | Rectangle, width_mm: float, height_mm: float) -> float:
    """How wide a picture, or a part of one, is so that it fits into a frame."""
    return round(min(width_mm, height_mm * picture.width / picture.height), 2)
