"""A visit's page: everything that its template needs, put together in one place."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from pipeline.auditing import ITEM_REASONS, ItemDecision, Person
from pipeline.results import VisitReport
from pipeline.rules import BilingualText
from pipeline.veil import asked_items, unseeing
from review.decision_draft import Entered, entered_before, in_words, turned
from review.just_decided import just_decided
from review.local_paths import visit_path
from review.pictures import Album
from review.rendering import render
from review.report_view import ReportView, arrange
from review.retake_text import retakes_of
from review.site import Site
from review.trail import Trail, trail_of
from review.visit_files import FileView, files_of, numbered, script_data
from review.visit_opening import Opened, take

_Keys = tuple[tuple[tuple[str, ...], str, str], ...]
_KEYS_FOR_PICTURES: _Keys = (
    (("n", "→", "p", "←"), "下一张、上一张图片", "Next, previous picture"),
    (("+", "−", "0"), "放大、缩小、适合窗口", "Zoom in, zoom out, fit"),
    (("␣",), "播放或暂停视频", "Play or pause the video"),
)
_KEYS_FOR_VISIT: _Keys = (
    (("a", "r", "t", "h"), "通过、不通过、要求补拍、转交", "Accept, reject, ask for retakes, hand over"),
    (("Enter", "Esc"), "记录、返回", "Record, back"),
    (("x", "u", "q"), "下一个、撤销、放回队列", "Next case, undo, give back undecided"),
    (("?",), "显示快捷键", "Show the keys"),
)
_KEYS: _Keys = (
    (("j", "k"), "下一项、上一项", "Next, previous item"),
    (("c",), "认可该项，到下一项", "Confirm the item, go to the next"),
    (("o", "1–9"), "推翻该项，选择理由", "Overturn the item, choose the reason"),
    (("e",), "该项的下一处证据", "The item's next piece of evidence"),
    (("b",), "显示或隐藏标框", "Show or hide the boxes"),
    *_KEYS_FOR_PICTURES,
    *_KEYS_FOR_VISIT,
)
_KEYS_BLIND: _Keys = (
    (("j", "k"), "下一项、上一项", "Next, previous item"),
    (
        ("1", "2", "3"),
        "符合、不符合、无法判断，到下一项",
        "It is there, it is not, can't tell; go to the next",
    ),
    *_KEYS_FOR_PICTURES,
    *_KEYS_FOR_VISIT,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a visit's page was asked for.

    queue: the query of the queue that it was opened from. again: to decide what was decided before. done: the
    visit that was decided just now, to be told of. entered: what somebody entered that could not be kept, and
    `problems` or `conflict` why.
    """

    queue: str = ""
    again: bool = False
    done: str = ""
    entered: Entered | None = None
    problems: tuple[BilingualText, ...] = ()
    conflict: BilingualText | None = None


class _NoneEmbedded:
    """The site's pictures come by their URLs; none stands in the page itself."""

    def picture(self, media_key: str, presentation_s: float | None, longest_side_px: int = 0) -> None:  # noqa: ARG002
        return None


def visit_page(
    request: Request, site: Site, person: Person, opened: Opened, asked: Asked, status: int = 200
) -> HTMLResponse:
    """The page; a waiting case is claimed by opening it."""
    standing = take(site, person, opened, asked.again)
    report = opened.shown
    view = arrange(report, Album(_NoneEmbedded()))
    trail = trail_of(site, report.visit_id, opened.stored.report_digest, person)
    files = _files(site, opened, report, view)
    return render(
        request,
        "visit.html",
        status,
        report=report,
        view=view,
        opened=opened,
        blind=opened.hides_verdict,
        standing=standing.value,
        files=files,
        data=script_data(report, files),
        items=report.items if opened.hides_verdict else asked_items(report),
        trail=trail,
        said=_said(trail, opened),
        retakes=retakes_of(report, trail.latest),
        entered=_entered(opened, asked, trail),
        asked=asked,
        done=just_decided(site, person, asked.done),
        needs_two=any(item.two_people and item.credit == 0 for item in report.items),
        base=visit_path(report.visit_id),
        numbers=numbered(report),
        token=secrets.token_urlsafe(16),
        turned=turned,
        visit_path=visit_path,
        titles={item.result.item_id: item.title for item in report.items},
        item_reasons=ITEM_REASONS,
        key_bindings=_KEYS_BLIND if opened.hides_verdict else _KEYS,
    )


def _files(site: Site, opened: Opened, report: VisitReport, view: ReportView) -> tuple[FileView, ...]:
    keys = [entry.media_key for entry in report.timeline]
    evidence = site.results.evidence.of_objects(keys, report.observer_digest)
    if opened.hides_verdict:
        evidence = {key: unseeing(seen) for key, seen in evidence.items()}
    order = [row.entry for row in view.timeline.rows]
    return files_of(report, order, evidence)


def _said(trail: Trail, opened: Opened) -> Mapping[str, ItemDecision]:
    """What the last decision says of the items of this very report."""
    latest = trail.latest
    if latest is None or latest.report_digest != opened.stored.report_digest:
        return {}
    return {item.item_id: item for item in latest.items}


def _entered(opened: Opened, asked: Asked, trail: Trail) -> Entered | None:
    """What the form begins with: what could not be kept, or the decision that is to be changed."""
    if asked.entered is not None:
        return asked.entered if opened.hides_verdict else in_words(asked.entered, opened.stored.report)
    latest = trail.latest
    if not asked.again or latest is None:
        return None
    return entered_before(latest.items, latest.comment, latest.verdict)
