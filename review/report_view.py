"""A report arranged for reading: what a template needs, in the order in which an auditor wants it."""

from dataclasses import dataclass

from pipeline.auditing import GRAVITY
from pipeline.results import FlagReason, Leaning, Outcome, ScoredItem, TimelineEntry, VisitReport
from pipeline.rules import BilingualText
from review.layout_drawing import LayoutDrawing, draw
from review.pictures import Album, EmbeddedPicture, Shot
from review.timeline import Timeline, lay_out
from review.wording import FLAG_REASONS

_ATTENTION = (Outcome.FAIL, Outcome.CONFIRM, Outcome.UNREADABLE, Outcome.MISSING)
_SILENT = (Outcome.EXEMPT, Outcome.NOT_APPLICABLE)
_MOST_SHOTS = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What a flag or a retake is about: an item of this report, a file on its timeline, or a bare name."""

    text: BilingualText
    anchor: str | None


@dataclass(frozen=True, slots=True)
class FlagView:
    reason: BilingualText
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with the pictures that show it; `more_shots` names pictures beyond those shown here."""

    scored: ScoredItem
    anchor: str
    shots: tuple[Shot, ...]
    more_shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class MediaView:
    """A file of the visit; `items` are those whose evidence points at it."""

    entry: TimelineEntry
    anchor: str
    shots: tuple[Shot, ...]
    items: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class LaidView:
    """A measured layout with the photo that it was measured in, None where that can't be had."""

    drawing: LayoutDrawing
    picture: EmbeddedPicture | None


@dataclass(frozen=True, slots=True)
class ReportView:
    report: VisitReport
    flags: tuple[FlagView, ...]
    attention: tuple[ItemView, ...]
    to_confirm: tuple[ItemView, ...]
    passed: tuple[ItemView, ...]
    silent: tuple[ItemView, ...]
    not_checked: tuple[ItemView, ...]
    counts: tuple[tuple[Outcome, int], ...]
    retakes: tuple[tuple[Subject, ...], ...]
    timeline: Timeline
    media: tuple[MediaView, ...]
    unseen: tuple[MediaView, ...]
    capped_by: tuple[Subject, ...]
    layouts: tuple[LaidView, ...]


def arrange(report: VisitReport, album: Album) -> ReportView:
    """Everything the page shows, sorted: what needs a person first, the heaviest before the lighter."""
    subjects = _Subjects(report)
    items = tuple(_item_view(scored, album) for scored in report.items)
    timeline = lay_out(report)
    media = tuple(_media_view(row.entry, report, album, subjects) for row in timeline.rows)
    return ReportView(
        report=report,
        flags=_flag_views(report, subjects),
        attention=tuple(sorted(filter(_is_lacking, items), key=_urgency)),
        to_confirm=tuple(sorted(filter(_looks_right, items), key=_urgency)),
        passed=tuple(sorted(_with(items, (Outcome.PASS,)), key=_urgency)),
        silent=_with(items, _SILENT),
        not_checked=_with(items, (Outcome.NOT_CHECKED,)),
        counts=_counts(report),
        retakes=tuple(tuple(map(subjects.of, retake.item_ids)) for retake in report.retakes),
        timeline=timeline,
        media=tuple(view for view in media if view.entry.failure is None),
        unseen=tuple(view for view in media if view.entry.failure is not None),
        capped_by=tuple(map(subjects.of, report.score.grade_capped_by)),
        layouts=tuple(
            LaidView(draw(layout), album.picture(layout.media_key, layout.presentation_s))
            for layout in report.layouts
        ),
    )


class _Subjects:
    """Finds what a name in the report stands for."""

    def __init__(self, report: VisitReport) -> None:
        self._titles = {scored.result.item_id: scored.title for scored in report.items}
        self._files = {entry.media_key for entry in report.timeline}

    def of(self, name: str) -> Subject:
        if name in self._titles:
            return Subject(self._titles[name], item_anchor(name))
        short = name.rsplit("/", 1)[-1]
        return Subject(BilingualText(short, short), media_anchor(name) if name in self._files else None)


def item_anchor(item_id: str) -> str:
    return f"item-{item_id}"


def media_anchor(media_key: str) -> str:
    """An id for a file: its key, with the code of each character that an id or a link can't hold."""
    return "file-" + "".join(c if c.isalnum() or c in "-." else f"_{ord(c):x}_" for c in media_key)


def first_reason(report: VisitReport) -> BilingualText | None:
    """The first thing to say about a visit: its gravest flag with what that is about, None if unflagged."""
    views = _flag_views(report, _Subjects(report))
    if not views:
        return None
    reason, about = views[0].reason, views[0].subjects[:1]
    return BilingualText(
        "：".join([reason.zh, *(subject.text.zh for subject in about)]),
        ": ".join([reason.en, *(subject.text.en for subject in about)]),
    )


def _flag_views(report: VisitReport, subjects: _Subjects) -> tuple[FlagView, ...]:
    """The flags under their reasons, gravest reason first; a grade speaks for itself."""
    names = {
        reason: [flag.subject for flag in report.flags if flag.reason is reason]
        for reason in sorted({flag.reason for flag in report.flags}, key=lambda reason: -GRAVITY[reason])
    }
    return tuple(
        FlagView(
            FLAG_REASONS[reason],
            () if reason is FlagReason.GRADE_FAIL else tuple(map(subjects.of, dict.fromkeys(listed))),
        )
        for reason, listed in names.items()
    )


def _item_view(scored: ScoredItem, album: Album) -> ItemView:
    shots = album.shots(scored.result.evidence)
    is_fine = scored.result.outcome is Outcome.PASS or scored.result.leaning is Leaning.FOR
    shown = 1 if is_fine else _MOST_SHOTS
    return ItemView(scored, item_anchor(scored.result.item_id), shots[:shown], shots[shown:])


def _media_view(entry: TimelineEntry, report: VisitReport, album: Album, subjects: _Subjects) -> MediaView:
    pointing = [
        (scored.result.item_id, reference.presentation_s)
        for scored in report.items
        for reference in scored.result.evidence
        if reference.media_key == entry.media_key
    ]
    seconds = sorted({second for _, second in pointing if second is not None})
    shown: tuple[float | None, ...] = tuple(seconds) or (None,)
    pictures = () if entry.failure else tuple(_plain(entry.media_key, second, album) for second in shown)
    items = map(subjects.of, dict.fromkeys(item_id for item_id, _ in pointing))
    return MediaView(entry, media_anchor(entry.media_key), pictures, tuple(items))


def _plain(media_key: str, second: float | None, album: Album) -> Shot:
    return Shot(media_key, second, album.picture(media_key, second), (), (), ())


def _with(items: tuple[ItemView, ...], outcomes: tuple[Outcome, ...]) -> tuple[ItemView, ...]:
    return tuple(view for view in items if view.scored.result.outcome in outcomes)


def _looks_right(view: ItemView) -> bool:
    return view.scored.result.leaning is Leaning.FOR


def _is_lacking(view: ItemView) -> bool:
    return view.scored.result.outcome in _ATTENTION and not _looks_right(view)


def _counts(report: VisitReport) -> tuple[tuple[Outcome, int], ...]:
    found = [scored.result.outcome for scored in report.items]
    return tuple((outcome, found.count(outcome)) for outcome in Outcome if outcome in found)


def _urgency(view: ItemView) -> tuple[bool, int, float]:
    """Critical before not, contrary before absent, heavy before light; sorted, so False comes first."""
    scored = view.scored
    result = scored.result
    order = (*_ATTENTION, Outcome.PASS)
    return not scored.critical, order.index(result.outcome), -scored.weight
