"""What a file itself tells of having been edited, re-saved or captured from a screen: each trace a remark."""

from collections.abc import Iterator
from functools import lru_cache
from statistics import median

from pipeline.checks.context import CheckContext, MediaView
from pipeline.checks.marks import file_remark
from pipeline.evidence import MediaEvidence, WatermarkReading
from pipeline.results import Remark, Strength
from pipeline.rules import BilingualText

_EDITORS = (
    "photoshop", "lightroom", "gimp", "snapseed", "picsart", "meitu", "美图", "faceapp", "facetune", "vsco",
    "canva", "pixelmator", "affinity", "paint.net", "capcut", "剪映", "premiere", "醒图", "photopea", "krita",
)  # fmt: skip
"""Names under which editors sign, in small letters. A watermark camera is not one of them."""
_SOFTWARE_TAGS = ("software", "processingsoftware", "creatortool", "historysoftwareagent")
_SCREEN_MARKS = ("screenshot", "screen shot", "screen recording", "截屏", "截图", "屏幕快照", "录屏")
_SCREEN_TAGS = ("usercomment", "imagedescription", "description", "title")


def traces(context: CheckContext) -> Iterator[Remark]:
    """All traces of all files that could be looked at."""
    for view, evidence in context.observed:
        yield from _signatures(view, evidence)
        yield from _tables(view, evidence)
        yield from _modified(context, view, evidence)
        yield from _thumbnail(context, view, evidence)


def _signatures(view: MediaView, evidence: MediaEvidence) -> Iterator[Remark]:
    """`editor`: an editor signed the file. `screen`: it calls itself a capture of a screen."""
    metadata = evidence.metadata
    tools = metadata.software or "", metadata.xmp_creator_tool or "", *metadata.xmp_history
    signed = [*tools, *_values(evidence, _SOFTWARE_TAGS)]
    editor = next((text for text in signed if _holds(text, _EDITORS)), None)
    if editor is not None:
        text = BilingualText(f"由编辑软件保存（{editor}）", f"saved by an editor ({editor})")
        yield file_remark(view, "editor", Strength.STRONG, text, (editor, "–"))
    remarks = [view.name, *_values(evidence, _SCREEN_TAGS)]
    screen = next((text for text in remarks if _holds(text, _SCREEN_MARKS)), None)
    if screen is not None:
        text = BilingualText(f"自称截屏或录屏（{screen}）", f"calls itself a screenshot ({screen})")
        yield file_remark(view, "screen", Strength.STRONG, text, (screen, "–"))


def _tables(view: MediaView, evidence: MediaEvidence) -> Iterator[Remark]:
    """`editor_tables`: compressed with tables that only Adobe's programs use."""
    name = evidence.metadata.jpeg_tables
    if name.startswith("photoshop"):
        text = BilingualText(
            f"JPEG量化表与Photoshop的相同（{name}）", f"JPEG tables equal to Photoshop's ({name})"
        )
        yield file_remark(view, "editor_tables", Strength.MEDIUM, text, (name, "–"))


def _modified(context: CheckContext, view: MediaView, evidence: MediaEvidence) -> Iterator[Remark]:
    """`modified`: EXIF says that the file was changed after it was taken. Turning a picture does that too."""
    taken, changed = evidence.metadata.exif_taken_at, evidence.metadata.exif_modified_at
    if taken is None or changed is None:
        return
    zone = context.visit.zone
    later_s = (changed.at_zone(zone).start - taken.at_zone(zone).start).total_seconds()
    limit_s = context.param("modified_tolerance_s")
    if later_s > limit_s:
        text = BilingualText(
            f"EXIF修改时间 {changed.isoformat()} 晚于拍摄时间 {taken.isoformat()}",
            f"EXIF was changed at {changed.isoformat()}, after taking at {taken.isoformat()}",
        )
        yield file_remark(view, "modified", Strength.WEAK, text, (f"{later_s:.0f} s", f"≤ {limit_s:.0f} s"))


def _thumbnail(context: CheckContext, view: MediaView, evidence: MediaEvidence) -> Iterator[Remark]:
    """`thumbnail_other`: the thumbnail shows another picture. `thumbnail_bare`: it lacks the stamp."""
    trace = evidence.metadata.thumbnail
    if trace is None or view.is_video:
        return
    limit = context.param("thumbnail_max_difference")
    whole = median(trace.differences)
    if whole > limit:
        text = BilingualText("EXIF缩略图与画面不同", "the thumbnail in EXIF shows another picture")
        measured = f"{whole:.0f}/255", f"≤ {limit:.0f}/255"
        yield file_remark(view, "thumbnail_other", Strength.MEDIUM, text, measured)
        return
    stamp = _stamp_of(evidence)
    if stamp is None or stamp.box is None:
        return
    there, elsewhere = trace.inside(stamp.box), trace.outside(stamp.box)
    if there and elsewhere and median(there) > limit and median(elsewhere) < limit / 4:
        text = BilingualText("EXIF缩略图上没有水印", "the thumbnail in EXIF lacks the stamp")
        measured = f"{median(there):.0f}/255", f"≤ {limit:.0f}/255"
        yield file_remark(view, "thumbnail_bare", Strength.WEAK, text, measured)


def _stamp_of(evidence: MediaEvidence) -> WatermarkReading | None:
    return evidence.frames[0].watermark if evidence.frames else None


def _values(evidence: MediaEvidence, tags: tuple[str, ...]) -> list[str]:
    """Raw values whose tag, without its group, is one of these: `Image Software`, `EXIF UserComment`, …"""
    return [value for tag, value in evidence.metadata.raw if _bare(tag) in tags]


@lru_cache(maxsize=4096)
def _bare(tag: str) -> str:
    """Cached: files of one camera have the same tags."""
    last = tag.replace(":", " ").split()
    return last[-1].casefold() if last else ""


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    lowered = text.casefold()
    return any(mark in lowered for mark in marks)
