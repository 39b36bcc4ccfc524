"""What leaves the site as a file: a visit as PDF or zip, the queue as a sheet for Excel."""

from collections.abc import Iterator
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from pipeline.auditing import Permission, Person
from pipeline.errors import SettingsError
from pipeline.rules import BilingualText
from review.access import Refused, check_may_see_visit, needs
from review.case_sheet import MEDIA_TYPE, write_cases
from review.language import language_of
from review.problems import not_found
from review.queue_filters import CaseQuery
from review.site import Site, SiteOf
from review.trail import trail_of
from review.visit_pdf import visit_pdf
from review.visit_zip import write_zip
from storage.result_values import StoredReport

router = APIRouter(include_in_schema=False)

_PIECE_BYTES = 1 << 16
_BLIND = BilingualText(
    "盲审尚未完成：作出决定之后才能导出",
    "This visit is decided blind: it can be exported after the decision",
)
_NO_PDF = BilingualText("服务器缺少打印 PDF 的系统库", "The server lacks a system library that PDFs need")

Reader = Annotated[Person, Depends(needs(Permission.SEE_VISITS, Permission.SEE_OWN_VISITS))]
Exporter = Annotated[Person, Depends(needs(Permission.EXPORT))]


@router.get("/visits/{visit_id}/report.pdf")
def report_as_pdf(site: SiteOf, person: Reader, visit_id: str) -> Response:
    """The report with its pictures and all decisions; technicians get those of their own visits."""
    stored = _readable(site, person, visit_id)
    trail = trail_of(site, visit_id, stored.report_digest, person)
    try:
        printed = visit_pdf(stored.report, trail, site.pictures)
    except SettingsError as error:
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, _NO_PDF) from error
    return Response(printed, headers=_named(f"{visit_id}.pdf"), media_type="application/pdf")


@router.get("/visits/{visit_id}/export.zip")
def visit_as_zip(site: SiteOf, person: Exporter, visit_id: str, pictures: bool = False) -> Response:
    """Report, decisions, evidence and PDF with their digests; `pictures` adds them, reduced."""
    stored = _readable(site, person, visit_id)
    trail = trail_of(site, visit_id, stored.report_digest, person)
    file = TemporaryFile()  # noqa: SIM115  closed when it was sent, or nobody holds it any more
    try:
        write_zip(file, site, stored.report, trail, pictures)
    except SettingsError as error:
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, _NO_PDF) from error
    return StreamingResponse(_pieces(file), headers=_named(f"{visit_id}.zip"), media_type="application/zip")


@router.get("/queue/export.xlsx", dependencies=[Depends(needs(Permission.EXPORT))])
def queue_as_sheet(request: Request, site: SiteOf, asked: Annotated[CaseQuery, Query()]) -> Response:
    """The cases that the queue shows under these filters, on all its pages, with thumbnails."""
    file = TemporaryFile()  # noqa: SIM115  closed when it was sent, or nobody holds it any more
    write_cases(file, site, asked.filter, language_of(request))
    return StreamingResponse(_pieces(file), headers=_named("visitproof-queue.xlsx"), media_type=MEDIA_TYPE)


def _readable(site: Site, person: Person, visit_id: str) -> StoredReport:
    """Raises HTTPException (404) for an unknown visit, Refused for one that this person must not read yet."""
    stored = site.results.latest_report(visit_id)
    if stored is None:
        raise not_found()
    check_may_see_visit(person, stored.report.technician_number)
    case = site.results.cases.case(visit_id)
    if case is not None and case.hides_verdict:
        raise Refused(HTTPStatus.CONFLICT, _BLIND)
    return stored


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece
