"""The page says everything that the report knows, escapes what came from outside, and needs nothing else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum
from html.parser import HTMLParser

import pytest

from pipeline.evidence import FailureReason, FieldKind, WatermarkField
from pipeline.geometry import BoundingBox
from pipeline.results import (
    EvidenceRef,
    Flag,
    FlagReason,
    Leaning,
    Measurement,
    Outcome,
    Remark,
    Score,
    Strength,
    VisitReport,
)
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import ChoiceBasis, ClockSource, StampChoice, ZoneBasis, ZoneEvidence
from pipeline.visit import ManifestFindingCode, MediaKind, ServiceType, Stage
from review import wording
from review.pictures import PictureSource
from review.report_page import IndexRow, index_row, render_index, render_report
from storage.codec import report_digest

HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x>'


@pytest.fixture
def page(report: VisitReport, drawn_pictures: Callable[..., PictureSource]) -> str:
    return render_report(report, drawn_pictures())


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.text += data


def _links(page: str) -> Iterator[str]:
    for _, attributes in _Page(page).tags:
        yield from (attributes[name] or "" for name in ("href", "src", "xlink:href") if name in attributes)


def _card(page: str, item_id: str) -> str:
    """The part of the page that speaks of one item: a card, or a line of a list."""
    match = re.search(rf'<(article|li)[^>]* id="item-{re.escape(item_id)}">(.*?)</\1>', page, re.DOTALL)
    assert match is not None, item_id
    return match[0]


def test_every_item_says_its_outcome_reason_and_rule(report: VisitReport, page: str) -> None:
    assert {scored.result.outcome for scored in report.items} == set(Outcome)
    for scored in report.items:
        result = scored.result
        card = _Page(_card(page, result.item_id)).text
        words = wording.OUTCOMES[result.outcome]
        said = [words.zh, words.en, result.reason.zh, result.reason.en, scored.title.zh, result.item_id]
        if result.remedy:
            said += [result.remedy.zh, result.remedy.en]
        if result.measurement:
            said += [result.measurement.value, result.measurement.threshold]
        assert [text for text in said if text not in card] == [], result.item_id


def test_items_that_were_not_checked_stand_apart_from_those_that_passed(page: str) -> None:
    assert (
        page.index('id="passed-title"')
        < page.index('id="unchecked-title"')
        < page.index('id="item-booth.set"')
    )
    assert page.index('id="item-time.watermark"') < page.index('id="unchecked-title"')


def test_a_critical_failure_comes_before_what_merely_lacks_and_what_looks_right_after(page: str) -> None:
    order = [
        "item-time.consistent", "item-shoe_cover.worn", "item-document.signed", "item-badge.identity",
        "confirm-title", "item-cloth.laid", "passed-title", "item-time.watermark",
    ]  # fmt: skip
    places = [page.index(f'id="{anchor}"') for anchor in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "words",
    [
        "不合格", "58.4", "51.2", "+7.2", "温棠", "QH-0417", "WO-2026-0312-07", "2026-03-12 09:00–10:00",
        "after-1.jpg", "Truncated file", "Both feet with covers", "(inferred)",
        "In the store, but not listed", "ab12" * 16, "cd34" * 16,
        "meter_replacement 1.0.0", "1 天",
        "The camera's date may be set wrong",
    ],
)  # fmt: skip
def test_the_page_says(page: str, words: str) -> None:
    assert words in _Page(page).text


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (ZoneEvidence(ZoneBasis.STATED, 480), "UTC+08:00 (stated by the file)"),
        (ZoneEvidence(ZoneBasis.ASSUMED, -210), "UTC-03:30 (assumed from the visit)"),
        (ZoneEvidence(ZoneBasis.MEASURED, 0, ClockSource.GPS), "UTC (measured: GPS agrees)"),
    ],
)
def test_a_times_zone_is_said_with_how_it_is_known(zone: ZoneEvidence, words: str) -> None:
    assert wording.zone_name(zone).en == words


def test_the_timeline_says_zone_choice_and_explanation(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    entry = report.timeline[5]
    choice = StampChoice((ChoiceBasis.EXIF,), ("2026-03-11 09:41:00", "2026-11-03 09:41:00"))
    stamp = replace(entry.times.clocks[0], choice=choice)
    zone = ZoneEvidence(ZoneBasis.ASSUMED, 480)
    times = replace(entry.times, clocks=(stamp, *entry.times.clocks[1:]), best=stamp, zone=zone)
    changed = replace(report, timeline=(replace(entry, times=times),))
    text = " ".join(_Page(render_report(changed, drawn_pictures())).text.split())
    assert "UTC+08:00 (assumed from the visit)" in text
    assert "several readings (2026-03-11 09:41:00 / 2026-11-03 09:41:00), decided by the EXIF time" in text
    assert "The camera's date may be set wrong" in text


def test_the_foot_names_the_report_by_its_digest(report: VisitReport, page: str) -> None:
    assert report_digest(report) in _Page(page).text


def test_each_picture_is_embedded_once_and_shown_often(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    pictures = drawn_pictures()
    page = render_report(report, pictures)
    assert len(pictures.asked) == len(set(pictures.asked))  # type: ignore[attr-defined]
    assert page.count("data:image/jpeg") == len(pictures.asked)  # type: ignore[attr-defined]
    shown = re.findall(r'<use href="#(p\d+)"', page)
    assert len(shown) > len(set(shown)) == page.count("data:image/jpeg")


def test_a_picture_that_is_gone_leaves_its_caption(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    gone = "visits/2026-03-12/V-0007/entry-1.jpg"
    page = render_report(report, drawn_pictures(without=(gone,)))
    card = _Page(_card(page, "shoe_cover.worn"))
    assert "No picture to show" in card.text
    assert "shoe 0.81" in card.text


def test_a_file_that_could_not_be_looked_at_is_not_asked_for(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    pictures = drawn_pictures()
    render_report(report, pictures)
    assert not any("after-1.jpg" in key for key, _ in pictures.asked)  # type: ignore[attr-defined]


def test_what_came_from_outside_is_escaped(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    first = report.items[1]
    hostile_item = replace(first, result=replace(first.result, reason=BilingualText(HOSTILE, HOSTILE)))
    named = replace(
        report, technician_name=HOSTILE, work_order=HOSTILE, items=(hostile_item, *report.items[2:])
    )
    page = render_report(named, drawn_pictures())
    parsed = _Page(page)
    assert HOSTILE in parsed.text
    assert not [tag for tag, _ in parsed.tags if tag in ("script", "img")]


def test_nothing_comes_from_outside(page: str, report: VisitReport) -> None:
    index = render_index([index_row(report, "V-0007/report.html")], "2026-03-12")
    assert [link for link in _links(page) if not link.startswith(("#", "data:"))] == []
    assert [link for link in _links(index) if not link.startswith("data:")] == ["V-0007/report.html"]
    for text in (page, index):
        assert "http:" not in text
        assert "https:" not in text
        assert "@import" not in text
        assert "url(" not in text
        assert "default-src 'none'" in text


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    anchors = {attributes.get("id") for _, attributes in _Page(page).tags}
    assert [link for link in _links(page) if link.startswith("#") and link[1:] not in anchors] == []


def test_every_id_is_unique(page: str) -> None:
    ids = [attributes["id"] for _, attributes in _Page(page).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_drawing_has_words_for_those_who_cannot_see_it(page: str) -> None:
    drawings = [attributes for tag, attributes in _Page(page).tags if tag == "svg" and "x" not in attributes]
    assert [one for one in drawings if not (one.get("aria-label") or one.get("aria-hidden"))] == []


def test_equal_reports_give_equal_pages(
    report: VisitReport, page: str, drawn_pictures: Callable[..., PictureSource]
) -> None:
    assert render_report(report, drawn_pictures()) == page


def test_an_unflagged_visit_says_so(
    unflagged: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    text = _Page(render_report(unflagged, drawn_pictures())).text
    assert "Not flagged" in text
    assert "A person must look" not in text
    assert "Items to look at" not in text


def test_a_visit_without_score_media_or_items_has_a_page(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    nothing = Score(None, None, 0.0, 0.0, Grade.FAIL, ())
    bare = replace(report, score=nothing, items=(), flags=(), timeline=(), retakes=(), manifest_findings=())
    assert "Nothing that could be scored" in _Page(render_report(bare, drawn_pictures())).text


def test_remarks_stand_with_value_threshold_and_picture_and_fields_with_their_file(
    report: VisitReport, drawn_pictures: Callable[..., PictureSource]
) -> None:
    entry = report.timeline[0]
    box = BoundingBox(0.1, 0.8, 0.4, 0.9)
    text = BilingualText("水印坐标距工单地点", "the stamp is elsewhere")
    where = EvidenceRef(entry.media_key, "here", (box,))
    remark = Remark("stamp_place", Strength.STRONG, text, where, Measurement("5.2 km", "≤ 1.0 km"))
    item = replace(report.items[0], result=replace(report.items[0].result, remarks=(remark,)))
    fields = (WatermarkField(FieldKind.PLACE, "人民<广场>", box, 0.9),)
    told = replace(
        report,
        items=(item, *report.items[1:]),
        timeline=(replace(entry, fields=fields), *report.timeline[1:]),
    )
    page = render_report(told, drawn_pictures())
    for words in ("the stamp is elsewhere", "5.2 km", "≤ 1.0 km", "stamp_place", "强", "人民&lt;广场&gt;"):
        assert words in page


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (wording.OUTCOMES, Outcome), (wording.OUTCOME_SIGNS, Outcome), (wording.LEANINGS, Leaning),
        (wording.GRADES, Grade), (wording.FLAG_REASONS, FlagReason), (wording.FAILURES, FailureReason),
        (wording.STAGES, Stage), (wording.SERVICES, ServiceType), (wording.CLOCKS, ClockSource),
        (wording.STRENGTHS, Strength), (wording.FIELDS, FieldKind),
        (wording.KINDS, MediaKind), (wording.MANIFEST_FINDINGS, ManifestFindingCode),
    ],
)  # fmt: skip
def test_everything_has_a_name_of_its_own(table: dict[Enum, object], names: type[Enum]) -> None:
    assert set(table) == set(names)
    assert len(set(map(str, table.values()))) == len(table)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59.6, "1 分", "1 min"), (61, "1 分 1 秒", "1 min 1 s"), (3725, "1 小时 2 分", "1 h 2 min"),
        (86388, "1 天", "1 d"),
        (-86400, "1 天", "1 d"), (90061, "1 天 1 小时", "1 d 1 h"),
    ],
)  # fmt: skip
def test_durations(seconds: float, zh: str, en: str) -> None:
    assert wording.duration(seconds) == BilingualText(zh, en)


def test_the_first_reason_is_the_gravest(report: VisitReport, unflagged: VisitReport) -> None:
    assert index_row(report).first_reason == BilingualText(
        "关键项不通过：时间一致", "A critical item failed: Clocks agree"
    )
    assert index_row(unflagged).first_reason is None
    graded = replace(report, flags=(Flag(FlagReason.GRADE_FAIL, report.visit_id),))
    assert index_row(graded).first_reason == wording.FLAG_REASONS[FlagReason.GRADE_FAIL]


def test_the_index_lists_visits_and_those_that_could_not_be_judged(report: VisitReport) -> None:
    broken = IndexRow(
        "V-9", "no such service", HOSTILE, None, None, True, False, BilingualText("坏", "broken")
    )
    parsed = _Page(render_index([index_row(report, "a b/javascript:x.html"), broken], "2026-03-12"))
    assert "Not judged" in parsed.text
    assert HOSTILE in parsed.text
    assert "2 次上门" in parsed.text.replace("\n", "")
    assert [attributes["href"] for tag, attributes in parsed.tags if tag == "a"] == [
        "a%20b/javascript%3Ax.html"
    ]
