"""A detector's evaluation as dials: what each confidence threshold finds, and what it gets wrong."""

from pipeline.rules import BilingualText
from pipeline.tuning.curves import (
    ClassChoice,
    ClassCurve,
    CurvePoint,
    DetectorEvaluation,
    Mistake,
    MistakeKind,
)
from review.tuning.background import Background, NamedVisits
from review.tuning.cards import Card, PictureRef
from review.tuning.dial import MOST_FLIPS, Count, Dial, Line, line
from review.tuning.sweep_view import PRECISION, RECALL, UNDECIDED
from review.tuning.views import EvaluationView, Gallery

_MOST_CARDS = 24

_GALLERIES = {
    MistakeKind.FALSE_ALARM: (
        BilingualText("最有把握的误报", "The surest false alarms"),
        BilingualText("按置信度从高到低。", "The highest confidence first."),
    ),
    MistakeKind.MISS: (
        BilingualText("最严重的漏报", "The worst misses"),
        BilingualText(
            "标注了而没有检出的，置信度最低的在前。", "Labelled and not found; the least sure first."
        ),
    ),
}


def detector_view(evaluation: DetectorEvaluation, background: Background) -> EvaluationView:
    """The whole page of a detector's evaluation."""
    name, version = evaluation.model_name, evaluation.model_version
    split = evaluation.split or "–"
    facts = (
        (BilingualText("检测模型", "Detector"), f"{name} {version} ({evaluation.model_sha256[:12]})"),
        (BilingualText("数据集", "Labelled set"), f"{evaluation.set_name} {evaluation.set_version}"),
        (BilingualText("数据集摘要", "Its digest"), evaluation.set_digest[:12]),
        (BilingualText("划分", "Split"), split),
        (BilingualText("图片 n", "Pictures n"), evaluation.pictures),
        (BilingualText("来源 n", "Sources n"), evaluation.visits),
        (BilingualText("无法查看的图片", "Pictures nobody could look at"), len(evaluation.unreadable)),
    )
    return EvaluationView(
        title=BilingualText(f"检测模型 {name} {version}", f"Detector {name} {version}"),
        facts=facts,
        dials=tuple(class_dial(curve, evaluation, background) for curve in evaluation.classes),
        galleries=tuple(_gallery(kind, evaluation, background) for kind in MistakeKind),
    )


def named_visits(evaluation: DetectorEvaluation) -> NamedVisits:
    """The sources of mistakes: where these are visits, the page leads to them."""
    sources = tuple(dict.fromkeys(mistake.source for mistake in evaluation.mistakes))
    return NamedVisits(sources, sources)


def class_dial(curve: ClassCurve, evaluation: DetectorEvaluation, background: Background) -> Dial:
    """One class over its thresholds."""
    label, points = curve.label, curve.points
    present = _place(points, background.confidence.get(label))
    in_force = points[present] if present is not None else None
    choice = next((one for one in evaluation.choices if one.label == label), None)
    mistakes = [one for one in _shown(evaluation, background) if one.label == label]
    return Dial(
        key=label,
        name=BilingualText(label, label),
        handle=BilingualText(f"{label} 置信度阈值", f"Confidence threshold of {label}"),
        counted=_counted(curve),
        stops=tuple(point.threshold for point in points),
        lines=_lines(points, curve.beta),
        counts=_counts(points),
        present=present,
        wished=_wished(points, choice),
        flips=tuple(_between(mistakes, in_force, point) for point in points) if in_force else (),
        flip_totals=tuple(_changed(in_force, point) for point in points) if in_force else (),
        cards=tuple(_card(one, background) for one in mistakes) if in_force else (),
        notes=_notes(choice, in_force is not None),
    )


def _lines(points: tuple[CurvePoint, ...], beta: float) -> tuple[Line, ...]:
    f_beta = BilingualText(f"F{beta:g}", f"F{beta:g}")
    return (
        line(
            BilingualText("查准率", "Precision"),
            PRECISION,
            [(one.precision, one.precision_low, one.precision_high) for one in points],
            [one.found for one in points],
        ),
        line(
            BilingualText("查全率", "Recall"),
            RECALL,
            [(one.recall, one.recall_low, one.recall_high) for one in points],
            map(_truths, points),
        ),
        line(
            f_beta,
            UNDECIDED,
            [(one.f_beta, one.f_beta_low, one.f_beta_high) for one in points],
            map(_truths, points),
        ),
    )


def _counts(points: tuple[CurvePoint, ...]) -> tuple[Count, ...]:
    return (
        Count(BilingualText("正确检出", "Found, rightly"), tuple(one.true_positives for one in points)),
        Count(BilingualText("误报", "False alarms"), tuple(one.false_positives for one in points)),
        Count(BilingualText("漏报", "Missed"), tuple(one.false_negatives for one in points)),
    )


def _truths(point: CurvePoint) -> int:
    return point.true_positives + point.false_negatives


def _counted(curve: ClassCurve) -> BilingualText:
    precision = f"{curve.average_precision:.3f}" if curve.average_precision is not None else "–"
    return BilingualText(
        f"{curve.truths} 个标注框，{curve.pictures} 张图片，{curve.visits} 个来源；交并比 ≥ {curve.iou:g}；"
        f"AP {precision}。带状区域为 95 % 区间，按来源重抽样。",
        f"{curve.truths} labelled boxes in {curve.pictures} pictures of {curve.visits} sources; overlap "
        f"(IoU) ≥ {curve.iou:g}; AP {precision}. The bands are 95 % intervals by drawing sources anew.",
    )


def _place(points: tuple[CurvePoint, ...], threshold: float | None) -> int | None:
    """The point that says what holds at a threshold: the lowest one that is not below it."""
    if threshold is None:
        return None
    return next(
        (place for place, point in enumerate(points) if point.threshold >= threshold - 1e-9), len(points) - 1
    )


def _wished(points: tuple[CurvePoint, ...], choice: ClassChoice | None) -> int | None:
    return _place(points, choice.point.threshold) if choice is not None and choice.point.accepted else None


def _notes(choice: ClassChoice | None, flips: bool) -> tuple[BilingualText, ...]:
    notes = []
    if choice is not None:
        point = choice.point
        notes.append(point.wish)
        if point.refusal is not None:
            notes.append(point.refusal)
    if flips:
        notes.append(
            BilingualText(
                "翻转数为检出框数的变化；图片仅为评估所保留的最严重错误中的。",
                "Flips are boxes that come or go; pictures are shown of those among the worst mistakes that "
                "the evaluation keeps.",
            )
        )
    return tuple(notes)


def _changed(present: CurvePoint, point: CurvePoint) -> int:
    """How many boxes count at one of two thresholds and not at the other."""
    return abs(present.found - point.found)


def _between(mistakes: list[Mistake], present: CurvePoint, point: CurvePoint) -> tuple[int, ...]:
    low, high = sorted((present.threshold, point.threshold))
    found = [place for place, one in enumerate(mistakes) if low <= one.confidence < high]
    return tuple(found[:MOST_FLIPS])


def _shown(evaluation: DetectorEvaluation, background: Background) -> list[Mistake]:
    return [one for one in evaluation.mistakes if one.source not in background.hidden]


def _gallery(kind: MistakeKind, evaluation: DetectorEvaluation, background: Background) -> Gallery:
    found = [one for one in _shown(evaluation, background) if one.kind is kind]
    found.sort(key=lambda one: one.confidence, reverse=kind is MistakeKind.FALSE_ALARM)
    name, note = _GALLERIES[kind]
    return Gallery(name, note, tuple(_card(one, background) for one in found[:_MOST_CARDS]), len(found))


def _card(mistake: Mistake, background: Background) -> Card:
    visit_id = mistake.source if mistake.source in background.reports else None
    picture = PictureRef(mistake.media_key, (mistake.box,))
    kind = {
        MistakeKind.FALSE_ALARM: BilingualText("误报", "false alarm"),
        MistakeKind.MISS: BilingualText("漏报", "missed"),
    }[mistake.kind]
    label, sure = mistake.label, f"{mistake.confidence:.2f}"
    lines = (
        BilingualText(f"{label}：{kind.zh}，置信度 {sure}", f"{label}: {kind.en}, confidence {sure}"),
        BilingualText(mistake.source, mistake.source),
    )
    return Card(visit_id or picture.name, visit_id, lines, (picture,))
