"""The queue as a sheet for Excel, with a thumbnail per case: XlsxWriter's only home.

Rows go to the file as they are made, so that a long list needs little memory. A text stays a text, whatever
it begins with.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.auditing import Decision, gravest_flag
from pipeline.results import EvidenceRef, VisitReport
from pipeline.rules import BilingualText
from review.auditing_words import STATES, VERDICTS
from review.language import Language
from review.pictures import jpeg_size
from review.site import Site
from review.wording import FLAG_REASONS, GRADES, service_name
from storage.case_values import Case, CaseFilter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 5000
MOST_PICTURES = 200
"""Each is fetched from the store and made small: a few hundred take about a minute."""

_THUMBNAIL_PX = 240
_ROW_HIGH_PX = 120
_PICTURE_COLUMN_PX = 166
_COLUMNS = (
    (BilingualText("上门编号", "Visit"), 22),
    (BilingualText("上门日期", "Day"), 11),
    (BilingualText("城市", "City"), 10),
    (BilingualText("班组", "Team"), 12),
    (BilingualText("服务人员", "Technician"), 14),
    (BilingualText("工号", "Number"), 10),
    (BilingualText("服务", "Service"), 14),
    (BilingualText("得分", "Score"), 8),
    (BilingualText("等级", "Grade"), 10),
    (BilingualText("首要原因", "First reason"), 34),
    (BilingualText("状态", "State"), 14),
    (BilingualText("决定", "Verdict"), 14),
    (BilingualText("决定人", "Decided by"), 14),
    (BilingualText("决定时间 (UTC)", "Decided at (UTC)"), 18),
    (BilingualText("证据", "Evidence"), 23),
)
_BLIND = BilingualText("盲审，尚未决定", "Blind, not decided yet")
_SPOT_CHECK = BilingualText("随机抽查", "Spot check")


def write_cases(file: IO[bytes], site: Site, wanted: CaseFilter, language: Language) -> None:
    """Write the sheet. Where there are more cases than MOST_ROWS, or more pictures than MOST_PICTURES, the
    last row says so. Raises StorageError."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
        "remove_timezone": True,
    }
    with Workbook(file, options) as book:
        sheet = _Sheet(book, site, language)
        written = 0
        for case in _cases(site, wanted):
            sheet.add(case)
            written += 1
        sheet.close(written, site.results.cases.count(wanted))


def _cases(site: Site, wanted: CaseFilter) -> Iterator[Case]:
    after, left = None, MOST_ROWS
    while left:
        page = site.results.cases.page(wanted, after, min(left, 200))
        yield from page.cases
        after, left = page.after, left - len(page.cases)
        if after is None:
            return


class _Sheet:
    """The rows so far. A sheet in constant memory takes each row once, from the top."""

    def __init__(self, book: Workbook, site: Site, language: Language) -> None:
        self._site = site
        self._language = language
        self._sheet: Worksheet = book.add_worksheet("VisitProof")
        self._cell = book.add_format({"valign": "top", "text_wrap": True})
        self._row = 0
        self._pictures = 0
        self._begin(book.add_format({"bold": True, "bottom": 1, "valign": "top"}))

    def add(self, case: Case) -> None:
        """One case. A blind one shows nothing of its verdict before it is decided."""
        self._row += 1
        picture = None if case.hides_verdict else self._picture(case)
        if picture is not None:
            self._sheet.set_row_pixels(self._row, _ROW_HIGH_PX)
        for column, value in enumerate(self._values(case)):
            self._write(column, value)
        if picture is not None:
            self._place(case, picture)

    def close(self, written: int, found: int) -> None:
        """Say what was left out."""
        notes = []
        if found > written:
            notes.append(
                BilingualText(
                    f"共 {found} 条，此表只含前 {written} 条：请缩小筛选范围",
                    f"{found} cases, only the first {written} are here: filter for fewer",
                )
            )
        if self._pictures >= MOST_PICTURES:
            notes.append(
                BilingualText(
                    f"只有前 {MOST_PICTURES} 条有缩略图", f"Only the first {MOST_PICTURES} have a thumbnail"
                )
            )
        for note in notes:
            self._row += 1
            self._write(0, self._language.of(note))

    def _begin(self, head: Any) -> None:
        self._sheet.freeze_panes(1, 1)
        for column, (title, width) in enumerate(_COLUMNS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, self._language.of(title), head)
        self._sheet.set_landscape()
        self._sheet.repeat_rows(0)
        self._sheet.fit_to_pages(1, 0)

    def _values(self, case: Case) -> Iterator[object]:
        say = self._language.of
        hidden = case.hides_verdict
        yield from (case.visit_id, case.day, case.city, case.team)
        yield from (case.technician_name, case.technician_number, say(service_name(case.service_type)))
        yield from ((None, None) if hidden else (case.score, say(GRADES[case.grade])))
        yield say(_BLIND) if hidden else self._reason(case)
        yield say(STATES[case.state])
        decision = self._decision(case)
        yield say(VERDICTS[decision.verdict]) if decision else None
        yield decision.user_name if decision else None
        yield decision.decided_at if decision else None

    def _reason(self, case: Case) -> str:
        if case.first_reason is None:
            return self._language.of(_SPOT_CHECK)
        about = self._language.of(case.first_subject)
        reason = self._language.of(FLAG_REASONS[case.first_reason])
        return f"{reason}: {about}" if about else reason

    def _decision(self, case: Case) -> Decision | None:
        if case.verdict is None:
            return None
        return self._site.results.decisions.of_visit(case.visit_id)[-1]

    def _write(self, column: int, value: object) -> None:
        if value is None:
            self._sheet.write_blank(self._row, column, None, self._cell)
        elif isinstance(value, str):
            self._sheet.write_string(self._row, column, value, self._cell)
        elif isinstance(value, float):
            self._sheet.write_number(self._row, column, round(value, 1), self._cell)
        else:
            self._sheet.write_datetime(self._row, column, value)

    def _picture(self, case: Case) -> bytes | None:
        if self._pictures >= MOST_PICTURES:
            return None
        stored = self._site.results.latest_report(case.visit_id)
        seen = first_evidence(stored.report) if stored else None
        if seen is None:
            return None
        return self._site.pictures.picture(seen.media_key, seen.presentation_s, _THUMBNAIL_PX)

    def _place(self, case: Case, jpeg: bytes) -> None:
        size = jpeg_size(jpeg)
        if size is None:
            return
        scale = min(_PICTURE_COLUMN_PX / size[0], (_ROW_HIGH_PX - 4) / size[1])
        placed = {
            "image_data": BytesIO(jpeg),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 2,
            "y_offset": 2,
            "object_position": 1,
            "description": f"{case.visit_id}: {self._reason(case)}",
        }
        self._sheet.insert_image(self._row, len(_COLUMNS) - 1, f"{self._pictures}.jpg", placed)
        self._pictures += 1


def first_evidence(report: VisitReport) -> EvidenceRef | None:
    """Where the gravest flag's item was seen; None where it was not seen anywhere."""
    flag = gravest_flag(report)
    if flag is None:
        return None
    pointed = (
        ref for item in report.items if item.result.item_id == flag.subject for ref in item.result.evidence
    )
    return next(pointed, None)
