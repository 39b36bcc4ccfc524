"""What leaves the site as a file, opened and read back."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.auditing import Draft, ItemDecision, ItemWord, Role, Verdict
from pipeline.results import Outcome, VisitReport
from review.case_sheet import write_cases
from review.language import Language
from review.pictures import Album, PictureSource
from review.trail import trail_of
from review.visit_pdf import _fetcher, _page, visit_pdf
from review.visit_zip import write_zip
from storage.case_values import CaseFilter, CaseView
from storage.codec import report_digest, report_from_json
from tests.review.site_parts import TECHNICIAN_NUMBER, Town


@pytest.fixture
def judged(town: Town, report: VisitReport) -> VisitReport:
    said = replace(report, technician_number=TECHNICIAN_NUMBER, technician_name="=HYPERLINK(1)", blind=False)
    town.site.results.save_report(said, "1" * 64, town.clock())
    return said


def decide(town: Town, said: VisitReport) -> None:
    word = ItemDecision("shoe_cover.worn", ItemWord.OVERTURN, Outcome.CONFIRM, Outcome.PASS, "visible")
    draft = Draft(said.visit_id, report_digest(said), Verdict.REJECT, (word,), "不行 <b>", "t")
    town.site.results.decisions.decide(draft, town.person(Role.AUDITOR), town.clock())


def sheet_xml(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_the_pdf_is_for_whoever_may_see_the_visit(town: Town, judged: VisitReport) -> None:
    decide(town, judged)
    path = f"/visits/{judged.visit_id}/report.pdf"
    for role in (Role.AUDITOR, Role.TECHNICIAN):
        answer = town.browser_of(role).get(path)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
    assert town.browser_of(Role.AUDITOR).get("/visits/nobody/report.pdf").status_code == 404


def test_a_blind_case_is_exported_after_its_decision(town: Town, judged: VisitReport) -> None:
    blind = replace(judged, visit_id="B", blind=True)
    town.site.results.save_report(blind, "2" * 64, town.clock())
    browser = town.browser_of(Role.AUDITOR)
    assert browser.get("/visits/B/report.pdf").status_code == 409
    hidden = sheet_xml(browser.get("/queue/export.xlsx").content)
    assert "盲审，尚未决定" in hidden or "Blind" in hidden
    decide(town, blind)
    assert browser.get("/visits/B/report.pdf").status_code == 200


def test_equal_inputs_give_an_equal_pdf_and_other_decisions_another(
    town: Town, judged: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    digest, lead = report_digest(judged), town.person(Role.QA_LEAD)

    def printed() -> bytes:
        return visit_pdf(judged, trail_of(town.site, judged.visit_id, digest, lead), drawn_pictures())

    before = printed()
    assert printed() == before
    decide(town, judged)
    assert printed() != before


def test_the_pages_of_the_pdf_say_who_when_and_by_what(
    town: Town, judged: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    decide(town, judged)
    digest, lead = report_digest(judged), town.person(Role.QA_LEAD)
    trail = trail_of(town.site, judged.visit_id, digest, lead)
    page = _page(judged, trail, Album(drawn_pictures()), digest)
    decision = trail.decisions[0]
    told = (digest, decision.digest, judged.rule_digest, judged.observer_digest, "推翻", "不行 &lt;b&gt;")
    assert [text for text in told if text not in page] == []
    assert all(item.result.item_id in page for item in judged.items)


@pytest.mark.parametrize("url", ["http://example.com/x.png", "file:///etc/passwd", "data:,x", "picture:p9"])
def test_nothing_is_fetched_for_a_pdf(url: str) -> None:
    with pytest.raises(ValueError, match="nothing is fetched"):
        _fetcher({}).fetch(url)


def test_the_sheet_holds_the_case_its_decision_and_a_picture_and_no_formula(
    town: Town, judged: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    decide(town, judged)
    site = replace(town.site, pictures=drawn_pictures())
    file = io.BytesIO()
    write_cases(file, site, CaseFilter(view=CaseView.ALL), Language.CHINESE)
    xml = sheet_xml(file.getvalue())
    assert "<f>" not in xml
    for text in (judged.visit_id, "=HYPERLINK(1)", "不通过", "关键项不通过", "58.4"):
        assert text in xml
    with zipfile.ZipFile(file) as book:
        pictures = [name for name in book.namelist() if name.startswith("xl/media/")]
        assert len(pictures) == 1
        assert book.read(pictures[0]).startswith(b"\xff\xd8")


@pytest.mark.parametrize("with_pictures", [False, True])
def test_the_zip_holds_what_its_manifest_says(
    town: Town, judged: VisitReport, drawn_pictures: Callable[..., PictureSource], with_pictures: bool
) -> None:
    decide(town, judged)
    site = replace(town.site, pictures=drawn_pictures())
    trail = trail_of(site, judged.visit_id, report_digest(judged), town.person(Role.QA_LEAD))
    files = io.BytesIO(), io.BytesIO()
    for file in files:
        write_zip(file, site, judged, trail, with_pictures)
    assert files[0].getvalue() == files[1].getvalue()
    with zipfile.ZipFile(files[0]) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        assert report_from_json(archive.read("report.json")) == judged
        assert json.loads(archive.read("decisions.json"))[0]["comment"] == "不行 <b>"
    del found["manifest.json"]
    assert manifest["sha256"] == found
    assert any(name.startswith("pictures/") for name in found) is with_pictures
