"""A report with every outcome in it, and pictures drawn for it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from shutil import which
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from pipeline.evidence import FailureReason, MediaFailure
from pipeline.geometry import BoundingBox
from pipeline.results import (
    CheckResult,
    EvidenceRef,
    Flag,
    FlagReason,
    Leaning,
    Measurement,
    Outcome,
    Retake,
    Score,
    ScoredItem,
    TimelineEntry,
    VisitReport,
)
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import (
    ClockDisagreement,
    ClockExplanation,
    ClockReading,
    ClockSource,
    ExplanationName,
    TimeEvidence,
)
from pipeline.times import TimeInterval
from pipeline.visit import ManifestFinding, ManifestFindingCode, MediaKind, Stage
from review.app import create_app
from review.pictures import PictureSource
from storage.results import ResultStore
from tests.review.serving import keep_a_handful, served
from tests.review.site_parts import TECHNICIAN_NUMBER, Town, make_town

ZONE = ZoneInfo("Asia/Shanghai")
FOLDER = "visits/2026-03-12/V-0007"
NINE = datetime(2026, 3, 12, 9, 0, tzinfo=ZONE)


class DrawnPictures:
    """A PictureSource that draws a plain picture per file, and has none of those named in `without`."""

    def __init__(self, without: tuple[str, ...] = ()) -> None:
        self.asked: list[tuple[str, float | None]] = []
        self._without = without

    def picture(
        self, media_key: str, presentation_s: float | None, longest_side_px: int = 480
    ) -> bytes | None:
        self.asked.append((media_key, presentation_s))
        if media_key in self._without:
            return None
        image = Image.new("RGB", (480, 360), (150, 160, 150))
        ImageDraw.Draw(image).text((20, 20), f"{media_key} {presentation_s}", fill="white")
        data = BytesIO()
        image.thumbnail((longest_side_px, longest_side_px))
        image.save(data, "JPEG")
        return data.getvalue()


def clock(source: ClockSource, moment: datetime, assumed: bool = False) -> ClockReading:
    return ClockReading(source, TimeInterval.at(moment), assumed, f"{moment:%Y-%m-%d %H:%M:%S}")


def entry(
    name: str,
    stage: Stage | None,
    minute: int,
    *,
    off: timedelta = timedelta(0),
    kind: MediaKind = MediaKind.PHOTO,
    failure: FailureReason | None = None,
    inferred: bool = False,
) -> TimelineEntry:
    """A file `minute` minutes after nine whose watermark is `off` from its other clocks."""
    key = f"{FOLDER}/{name}"
    moment = NINE + timedelta(minutes=minute)
    metadata = ClockSource.EXIF if kind is MediaKind.PHOTO else ClockSource.CONTAINER
    clocks = (
        clock(ClockSource.WATERMARK, moment + off, assumed=True),
        clock(metadata, moment),
        clock(ClockSource.UPLOAD, moment + timedelta(minutes=2)),
    )
    words = BilingualText("相机日期可能设错", "The camera's date may be set wrong")
    cause = ClockExplanation(ExplanationName.CONSTANT_OFFSET, words)
    disagreements = (ClockDisagreement(clocks[0], clocks[1], abs(off).total_seconds(), cause),) if off else ()
    if failure is not None:
        empty = TimeEvidence(key, None, (), ())
        return TimelineEntry(
            key, kind, stage, inferred, empty, MediaFailure(key, failure, "ends after 2,048 bytes")
        )
    return TimelineEntry(
        key, kind, stage, inferred, TimeEvidence(key, clocks[0], clocks, disagreements), None
    )


def scored(
    item_id: str, outcome: Outcome, title: tuple[str, str], reason: tuple[str, str], **more: object
) -> ScoredItem:
    of_rule = {name: more.pop(name) for name in ("weight", "critical", "credit") if name in more}
    result = CheckResult(item_id, outcome, BilingualText(*reason), **more)  # type: ignore[arg-type]
    rule = {"weight": 5.0, "critical": False, "credit": 1.0 if outcome is Outcome.PASS else 0.0, **of_rule}
    clause = BilingualText("入户须穿鞋套，双脚可见。", "Shoe covers on both feet before entering.")
    return ScoredItem(result, BilingualText(*title), clause, ("A", "C"), **rule)  # type: ignore[arg-type]


def ref(
    name: str, label: str, *boxes: tuple[float, float, float, float], at: float | None = None
) -> EvidenceRef:
    return EvidenceRef(f"{FOLDER}/{name}", label, tuple(BoundingBox(*box) for box in boxes), at)


def _items() -> tuple[ScoredItem, ...]:
    return (
        scored(
            "time.watermark",
            Outcome.PASS,
            ("时间水印", "Time watermark"),
            ("8 个文件均有可读的时间水印。", "All 8 files bear a legible time."),
            evidence=(ref("before-1.jpg", "2026-03-12 09:14:02", (0.04, 0.86, 0.36, 0.94)),),
            measurement=Measurement("8 / 8", "100 %"),
            weight=10.0,
            critical=True,
        ),
        scored(
            "time.consistent",
            Outcome.FAIL,
            ("时间一致", "Clocks agree"),
            (
                "during-2.jpg 的水印与 EXIF 相差 1 天。",
                "Watermark and EXIF of during-2.jpg are one day apart.",
            ),
            remedy=BilingualText("相差不超过 5 分钟。", "Clocks within 5 minutes of each other."),
            evidence=(ref("during-2.jpg", "watermark 2026-03-11 09:41:10", (0.04, 0.86, 0.36, 0.94)),),
            measurement=Measurement("86 400 s", "≤ 300 s"),
            doubt=True,
            critical=True,
            weight=10.0,
        ),
        scored(
            "shoe_cover.worn",
            Outcome.CONFIRM,
            ("穿戴鞋套", "Shoe covers worn"),
            ("入户照片中看到未穿鞋套的鞋。", "A bare shoe is in view indoors."),
            remedy=BilingualText("入户与作业照片中双脚均有鞋套。", "Covers on both feet in the entry photo."),
            evidence=(ref("entry-1.jpg", "shoe 0.81", (0.4, 0.7, 0.52, 0.86), (0.56, 0.72, 0.68, 0.88)),),
            measurement=Measurement("0.81", "≥ 0.35", 1.31),
            leaning=Leaning.AGAINST,
            critical=True,
            retake=(Stage.ENTRY,),
        ),
        scored(
            "cloth.laid",
            Outcome.CONFIRM,
            ("铺设垫布", "Work cloth laid"),
            ("看到垫布，长宽比 2.1 : 1。", "A cloth is there, 2.1 : 1."),
            evidence=(ref("before-1.jpg", "work_cloth 0.77", (0.2, 0.4, 0.8, 0.8)),),
            measurement=Measurement("2.1 : 1", "2 : 1 ± 0.3", 0.05),
            leaning=Leaning.FOR,
            credit=1.0,
        ),
        scored(
            "frame.complete",
            Outcome.PASS,
            ("要素同框", "All in one frame"),
            ("before-1.jpg 中三者同框。", "All three stand in before-1.jpg."),
            evidence=(
                ref("before-1.jpg", "watermark", (0.04, 0.86, 0.36, 0.94)),
                ref("before-1.jpg", "badge 0.83", (0.62, 0.3, 0.67, 0.39)),
                ref("before-1.jpg", "gas_meter 0.9", (0.1, 0.1, 0.4, 0.5)),
            ),
        ),
        scored(
            "badge.identity",
            Outcome.UNREADABLE,
            ("工牌信息一致", "Badge matches the order"),
            ("看到工牌，但文字无法辨认。", "The badge is there, its print is not legible."),
            remedy=BilingualText("靠近拍摄工牌，文字清晰。", "A closer photo with legible print."),
            evidence=(ref("entry-1.jpg", "badge 0.62", (0.3, 0.3, 0.34, 0.37)),),
            retake=(Stage.ENTRY,),
        ),
        scored(
            "document.signed",
            Outcome.MISSING,
            ("签字单据", "Signed document"),
            ("验收阶段没有照片。", "There is no photo of the acceptance stage."),
            remedy=BilingualText("拍摄已签字的工单。", "A photo of the signed work order."),
            critical=True,
            weight=8.0,
            retake=(Stage.ACCEPTANCE,),
        ),
        scored(
            "video.unbroken",
            Outcome.PASS,
            ("视频连续", "Video unbroken"),
            ("水印时钟与播放时间同步。", "The burned-in clock runs with the frames."),
            evidence=(
                ref("during.mp4", "09:30:02", (0.04, 0.05, 0.4, 0.12), at=2.0),
                ref("during.mp4", "09:30:04", (0.04, 0.05, 0.4, 0.12), at=4.0),
            ),
            measurement=Measurement("1.00 ×", "0.9–1.1 ×", 0.1),
        ),
        scored(
            "object.visible",
            Outcome.EXEMPT,
            ("操作对象", "Object of work"),
            (
                "客户拒绝拍摄，2026-03-12 09:05 由 温棠 记录。",
                "The customer refused to be filmed; recorded by Wen Tang at 09:05.",
            ),
            credit=None,
        ),
        scored(
            "notice.left",
            Outcome.NOT_APPLICABLE,
            ("留置到访卡", "Visit card left"),
            ("仅适用于到访不遇。", "Only where nobody was at home."),
            credit=None,
        ),
        scored(
            "booth.set",
            Outcome.NOT_CHECKED,
            ("宣传点布置", "Stand in the estate"),
            ("本版本无法识别。", "This version can't see it."),
            weight=0.0,
            credit=None,
        ),
    )


@pytest.fixture(scope="session")
def report() -> VisitReport:
    """A meter replacement with every outcome, a watermark a day off and a truncated file."""
    return VisitReport(
        visit_id="V-0007",
        day="2026-03-12",
        service_type="meter_replacement",
        work_order="WO-2026-0312-07",
        technician_name="温棠",
        technician_number="QH-0417",
        zone="Asia/Shanghai",
        window_start=NINE,
        window_end=NINE + timedelta(hours=1),
        rule_set="meter_replacement",
        rule_version="1.0.0",
        rule_digest="ab12" * 16,
        observer_digest="cd34" * 16,
        score=Score(58.4, 51.2, 29.2, 50.0, Grade.FAIL, ("time.consistent",)),
        items=_items(),
        flags=(
            Flag(FlagReason.GRADE_FAIL, "V-0007"),
            Flag(FlagReason.CRITICAL_FAIL, "time.consistent"),
            Flag(FlagReason.AUTHENTICITY, "time.consistent"),
            Flag(FlagReason.CRITICAL_MISSING, "document.signed"),
            Flag(FlagReason.CONFIRM_AGAINST, "shoe_cover.worn"),
            Flag(FlagReason.MEDIA_FAILURE, f"{FOLDER}/after-1.jpg"),
        ),
        spot_check=True,
        timeline=(
            entry("notice.jpg", Stage.NOTICE, -3 * 1440 + 200),
            entry("arrival.jpg", Stage.ARRIVAL, -9),
            entry("entry-1.jpg", Stage.ENTRY, 4),
            entry("before-1.jpg", Stage.BEFORE, 14),
            entry("during.mp4", Stage.DURING, 30, kind=MediaKind.VIDEO),
            entry("during-2.jpg", Stage.DURING, 41, off=timedelta(days=-1)),
            entry("IMG_0031.jpg", Stage.AFTER, 52, inferred=True),
            entry("after-1.jpg", Stage.AFTER, 55, failure=FailureReason.TRUNCATED),
        ),
        retakes=(
            Retake(
                Stage.ENTRY,
                (
                    BilingualText("双脚鞋套", "Both feet with covers"),
                    BilingualText("工牌文字清晰", "The badge, legible"),
                ),
                ("shoe_cover.worn", "badge.identity"),
            ),
            Retake(
                Stage.ACCEPTANCE,
                (BilingualText("已签字的工单", "The signed work order"),),
                ("document.signed",),
            ),
        ),
        manifest_findings=(
            ManifestFinding(ManifestFindingCode.MEDIA_NOT_LISTED, "extra.jpg", "lies beside visit.json"),
        ),
    )


@pytest.fixture(scope="session")
def unflagged(report: VisitReport) -> VisitReport:
    passed = tuple(one for one in report.items if one.result.outcome is Outcome.PASS)
    best = Score(97.0, 97.0, 48.5, 50.0, Grade.EXCELLENT, ())
    return replace(
        report, items=passed, flags=(), score=best, spot_check=False, retakes=(), manifest_findings=()
    )


@pytest.fixture(scope="session")
def drawn_pictures() -> Callable[..., DrawnPictures]:
    return DrawnPictures


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results database with its tables; copied, since making them anew takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "results.db"
    ResultStore(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def results(tmp_path: Path, empty_database: Path) -> Iterator[ResultStore]:
    copied = shutil.copy(empty_database, tmp_path)
    with closing(ResultStore(f"sqlite:///{copied}")) as store:
        yield store


@pytest.fixture
def town(results: ResultStore) -> Town:
    """The auditors' site over an empty database."""
    return make_town(results)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real headless Chromium; of one module, because playwright's event loop bears no other beside it."""
    program = which("chromium") or which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(town: Town, report: VisitReport, drawn_pictures: Callable[..., PictureSource]) -> Iterator[str]:
    """The site with a handful of visits behind a real server."""
    town.site = replace(town.site, pictures=drawn_pictures())
    town.app = create_app(town.site)
    keep_a_handful(town, report, TECHNICIAN_NUMBER)
    with served(town) as address:
        yield address
