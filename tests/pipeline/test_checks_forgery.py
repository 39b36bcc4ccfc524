"""What a forged watermark gives away: consistent blocks raise no remark, each kind of forgery its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.datums import Datum, bd09_of, gcj02_of
from pipeline.evidence import FieldKind, Metadata, ThumbnailTrace, WatermarkField, WatermarkReading
from pipeline.evidence import WatermarkStatus as Status
from pipeline.geometry import BoundingBox
from pipeline.results import CheckResult, Leaning, Outcome, Strength
from pipeline.stamp_codes import CodeUse, code_uses, folded
from pipeline.times import WallTime
from pipeline.visit import AppointmentWindow, GeoPoint, ServiceType, Technician, WorkOrder
from tests.pipeline.conftest import DAY, STAMP_BOX, Bench, Seen, local, photo

SITE = GeoPoint(23.1579, 113.2121)
FAR = GeoPoint(23.2579, 113.2121)
CODE = "X7K2M9QA4TWX"
FIELD_BOX = BoundingBox(0.02, 0.8, 0.4, 0.85)


def field(kind: str, text: str, value: str = "", label: str = "", sure: float = 0.99) -> WatermarkField:
    return WatermarkField(FieldKind(kind), text, FIELD_BOX, sure, value, label)


def at(point: GeoPoint) -> WatermarkField:
    return field("coordinates", "…", f"{point.latitude_deg:.6f},{point.longitude_deg:.6f}")


def stamped(
    name: str, *fields: WatermarkField, reading: WatermarkReading | None = None, **more: object
) -> Seen:
    """A photo with a stamp of the visit's day, a Tuesday, and these fields."""
    item, evidence = photo(name, "before", "09:30", **more)
    plain = evidence.frames[0].watermark if reading is None else reading
    frame = replace(evidence.frames[0], watermark=replace(plain, fields=fields))
    return item, replace(evidence, frames=(frame,))


def judged(bench: Bench, *seen: Seen, codes: Mapping[str, tuple[CodeUse, ...]] | None = None) -> CheckResult:
    window = AppointmentWindow(local("09:00"), local("11:00"), "Asia/Shanghai")
    order = WorkOrder("WO-1", ServiceType.METER_REPLACEMENT, window, SITE)
    return bench.check("authentic.media", *seen, proven=False, codes=codes, work_order=order)


def kinds(result: CheckResult) -> list[tuple[str, str]]:
    return [(remark.kind, remark.strength.value) for remark in result.remarks]


GCJ = gcj02_of(SITE)
WRONG_DAY = WatermarkReading(
    Status.UNREADABLE, raw_text=f"{DAY} 09:30 | 星期三", confidence=0.99, box=STAMP_BOX
)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ([field("weekday", "星期二", "tue")], []),
        ([field("weekday", "星期三", "wed")], [("stamp_weekday", "medium")]),
        ([field("weekday", "星期三", "wed", sure=0.5)], []),
        ([field("name", "王小明", label="拍摄人")], []),
        ([field("name", "师傅王小明", label="姓名")], []),
        ([field("name", "李强", label="拍摄人")], [("stamp_name", "medium")]),
        ([field("name", "李强", label="负责人")], []),
        ([field("name", "Li Qiang", label="Photo by")], []),
        ([at(SITE)], []),
        ([at(GCJ)], []),
        ([at(bd09_of(GCJ))], []),
        ([at(GeoPoint(23.19, 113.2121))], [("stamp_place", "medium")]),
        ([at(FAR)], [("stamp_place", "strong")]),
        ([field("code", CODE, CODE)], []),
        ([field("code", "abc?", "abc")], [("code_form", "weak")]),
    ],
)
def test_fields_of_one_stamp(bench: Bench, fields: list[WatermarkField], due: list[tuple[str, str]]) -> None:
    assert kinds(judged(bench, stamped("a.jpg", *fields))) == due


def test_a_date_that_is_not_legible_for_its_weekday_is_remarked_on(bench: Bench) -> None:
    result = judged(bench, stamped("a.jpg", field("weekday", "星期三", "wed"), reading=WRONG_DAY))
    (remark,) = result.remarks
    assert remark.kind == "stamp_weekday"
    assert (remark.measurement.value, remark.measurement.threshold) == ("wed", "tue")
    assert remark.evidence.boxes == (FIELD_BOX,)
    assert "2026-05-12" in remark.text.zh


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [("張偉", "张伟"), ("张伟", "張偉"), ("Zhang Wei", "zhang wei"), ("ZhangWei", "Zhang")],
)
def test_ways_of_writing_one_name_are_no_other_name(bench: Bench, printed: str, wanted: str) -> None:
    seen = stamped("a.jpg", field("name", printed, label="姓名"))
    result = bench.check("authentic.media", seen, proven=False, technician=Technician(wanted, "1"))
    assert result.remarks == ()


def test_a_strong_remark_flags_and_nothing_fails(bench: Bench) -> None:
    result = judged(bench, stamped("a.jpg", at(FAR)))
    assert (result.outcome, result.leaning, result.doubt) == (Outcome.CONFIRM, Leaning.AGAINST, True)
    assert "11.1 km" in result.remarks[0].text.en
    assert result.remarks[0].measurement.threshold == "≤ 1.0 km"


def test_a_medium_one_alone_does_not_flag_and_with_another_kind_it_does(bench: Bench) -> None:
    one = stamped("a.jpg", field("weekday", "星期三", "wed"))
    alone = judged(bench, one)
    assert (alone.leaning, alone.doubt) == (Leaning.FOR, False)
    twice = judged(bench, one, stamped("b.jpg", field("weekday", "星期三", "wed")))
    assert (len(twice.remarks), twice.doubt) == (2, False)
    both = judged(bench, one, stamped("b.jpg", field("code", "ab", "ab")))
    assert (both.leaning, both.doubt) == (Leaning.AGAINST, True)
    assert both.measurement is not None
    assert both.measurement.value.startswith("3 ")


def test_datums_of_one_visit(bench: Bench) -> None:
    assert kinds(judged(bench, stamped("a.jpg", at(GCJ)), stamped("b.jpg", at(GCJ)))) == []
    mixed = judged(bench, stamped("a.jpg", at(GCJ)), stamped("b.jpg", at(SITE)))
    assert kinds(mixed) == [("stamp_datum", "weak")]
    assert mixed.remarks[0].measurement.threshold == Datum.GCJ02.value


def test_the_files_own_position(bench: Bench) -> None:
    here = {"metadata": Metadata(gps_point=SITE)}
    assert kinds(judged(bench, stamped("a.jpg", at(GCJ), **here))) == []
    there = {"metadata": Metadata(gps_point=GeoPoint(23.1679, 113.2121))}
    assert kinds(judged(bench, stamped("a.jpg", at(GCJ), **there))) == [("stamp_gps", "medium")]


# ---- codes ----------------------------------------------------------------------------------------------


def code_use(visit_id: str, sha: str = "f" * 64, looks: str = "f0f0f0f0f0f0f0f0") -> CodeUse:
    return CodeUse(visit_id, "1.jpg", folded(CODE), sha, looks, local("09:00") - timedelta(days=9))


def test_one_code_on_two_pictures_of_a_visit(bench: Bench) -> None:
    seen = stamped("a.jpg", field("code", CODE, CODE)), stamped("b.jpg", field("code", CODE, CODE))
    result = judged(bench, *seen)
    assert kinds(result) == [("code_reused", "strong")]
    assert result.doubt
    same_looks = {"perceptual_hash": seen[0][1].perceptual_hash}
    copy = stamped("b.jpg", field("code", CODE, CODE), **same_looks)
    assert kinds(judged(bench, seen[0], copy)) == []


@pytest.mark.parametrize(
    ("use", "due"),
    [
        (code_use("V-0"), [("code_reused", "strong")]),
        (code_use("V-1"), []),
        (replace(code_use("V-0"), code="OTHERCODE1"), []),
    ],
)
def test_a_code_of_another_visit(bench: Bench, use: CodeUse, due: list[tuple[str, str]]) -> None:
    item, evidence = stamped("a.jpg", field("code", CODE, CODE))
    assert kinds(judged(bench, (item, evidence), codes={item.key: (use,)})) == due
    sent_on = replace(use, sha256=evidence.sha256)
    assert kinds(judged(bench, (item, evidence), codes={item.key: (sent_on,)})) == []


def test_codes_are_kept_folded_and_only_if_long_enough() -> None:
    assert folded("x7k2-m9Qa 4TwO") == folded("X7K2M90A4TW0")
    assert folded("ABC123") == ""
    long, short = stamped("a.jpg", field("code", CODE, CODE)), stamped("b.jpg", field("code", "A1", "A1"))
    assert [use.code for use in code_uses("V-1", [long, short])] == [folded(CODE)]


# ---- files ----------------------------------------------------------------------------------------------

FLAT = ThumbnailTrace(2, 2, (1, 1, 1, 1))


@pytest.mark.parametrize(
    ("metadata", "due"),
    [
        (Metadata(software="Adobe Photoshop 25.1"), [("editor", "strong")]),
        (Metadata(xmp_history=("Adobe Photoshop Lightroom 6.0",)), [("editor", "strong")]),
        (Metadata(software="TimestampCamera 1.2"), []),
        (Metadata(jpeg_tables="photoshop high"), [("editor_tables", "medium")]),
        (Metadata(jpeg_tables="standard 85"), []),
        (
            Metadata(
                exif_taken_at=WallTime(2026, 5, 12, 9, 30, 0),
                exif_modified_at=WallTime(2026, 5, 12, 9, 40, 0),
            ),
            [("modified", "weak")],
        ),
        (
            Metadata(
                exif_taken_at=WallTime(2026, 5, 12, 9, 30, 0),
                exif_modified_at=WallTime(2026, 5, 12, 9, 31, 0),
            ),
            [],
        ),
        (Metadata(thumbnail=FLAT), []),
        (Metadata(thumbnail=ThumbnailTrace(2, 2, (90, 80, 70, 99))), [("thumbnail_other", "medium")]),
        (Metadata(thumbnail=ThumbnailTrace(4, 8, (1,) * 28 + (90, 90, 1, 1))), [("thumbnail_bare", "weak")]),
    ],
)
def test_traces_of_a_file(bench: Bench, metadata: Metadata, due: list[tuple[str, str]]) -> None:
    assert kinds(judged(bench, stamped("a.jpg", metadata=metadata))) == due


def test_a_thumbnail_has_as_many_differences_as_cells() -> None:
    with pytest.raises(ValueError, match="3 differences on a 2 x 2 grid"):
        ThumbnailTrace(2, 2, (1, 2, 3))


def test_remarks_come_strongest_first_and_in_the_reason(bench: Bench) -> None:
    result = judged(
        bench, stamped("a.jpg", at(FAR), field("code", "ab", "ab"), field("weekday", "周三", "wed"))
    )
    order = [remark.strength for remark in result.remarks]
    assert order == [Strength.STRONG, Strength.MEDIUM, Strength.WEAK]
    assert all(remark.text.zh in result.reason.zh for remark in result.remarks)
