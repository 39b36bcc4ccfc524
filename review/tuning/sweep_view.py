"""A parameter sweep as a dial: what each value of one number of a rule set does to truths and visits."""

from collections.abc import Callable, Iterable

from pipeline.results import VisitReport
from pipeline.rules import BilingualText
from pipeline.shares import Share
from pipeline.tuning.sweeps import ParameterSweep, SweepPoint
from pipeline.tuning.verdicts import Standing
from review.tuning.background import (
    Background,
    NamedVisits,
    item_title,
    pictures_of,
    standing_name,
    where_from,
)
from review.tuning.cards import Card
from review.tuning.dial import MOST_FLIPS, Count, Dial, Line, line, nearest
from review.tuning.views import EvaluationView
from review.wording import service_name

PRECISION, RECALL, UNDECIDED = "#1756a9", "#97500a", "#6438b8"
_MOST_CARDS = 300
"""Of all stops together; the number of flips is always the whole."""

_COUNTS: tuple[tuple[BilingualText, Callable[[SweepPoint], int]], ...] = (
    (BilingualText("正确指出问题", "Accused rightly"), lambda point: point.right_accusations),
    (BilingualText("误判", "Accused wrongly"), lambda point: point.wrong_accusations),
    (BilingualText("正确通过", "Passed rightly"), lambda point: point.right_passes),
    (BilingualText("漏判", "Passed wrongly"), lambda point: point.wrong_passes),
    (
        BilingualText("无法判定（实际符合）", "Undecided, was fulfilled"),
        lambda point: point.undecided_fulfilled,
    ),
    (BilingualText("无法判定（实际不符）", "Undecided, was lacking"), lambda point: point.undecided_lacking),
    (BilingualText("其中待人工确认", "Of these to be confirmed"), lambda point: point.to_confirm),
)


def sweep_view(sweep: ParameterSweep, background: Background) -> EvaluationView:
    """The whole page of a sweep."""
    title = BilingualText(f"参数 {sweep.path}", f"Parameter {sweep.path}")
    truths = sweep.truths
    left_out = truths.disputed + truths.other_split + truths.sideless + truths.without_visit
    facts = (
        (BilingualText("服务", "Services"), _listed(map(service_name, sweep.service_types))),
        (BilingualText("涉及项目", "Items"), _listed(map(item_title, sweep.item_ids))),
        (BilingualText("真值 n", "Truths n"), truths.used),
        (BilingualText("上门 n", "Visits n"), truths.visits),
        (BilingualText("未计入的真值", "Truths left out"), left_out),
    )
    return EvaluationView(title, facts, _messages(sweep), (sweep_dial(sweep, background),))


def _listed(names: Iterable[BilingualText]) -> BilingualText:
    found = list(names)
    return BilingualText(
        "、".join(name.zh for name in found) or "–", ", ".join(name.en for name in found) or "–"
    )


def named_visits(sweep: ParameterSweep) -> NamedVisits:
    """All that flip anywhere, and those of the stops nearest to the value in force."""
    mentioned = tuple(dict.fromkeys(visit for point in sweep.points for visit in point.flipped))
    order = sorted(sweep.points, key=lambda point: abs(point.value - sweep.present))
    ids = dict.fromkeys(visit for point in order for visit in point.flipped[:MOST_FLIPS])
    return NamedVisits(mentioned, tuple(ids)[:_MOST_CARDS])


def sweep_dial(sweep: ParameterSweep, background: Background) -> Dial:
    stops = tuple(point.value for point in sweep.points)
    shown = [visit for visit in named_visits(sweep).shown if visit not in background.hidden]
    place = {visit: number for number, visit in enumerate(shown)}
    return Dial(
        key="value",
        name=BilingualText(f"取值与结果：{sweep.path}", f"What each value does: {sweep.path}"),
        handle=BilingualText(f"{sweep.path} 取值", f"Value of {sweep.path}"),
        counted=_counted(sweep),
        stops=stops,
        lines=_grade_lines(sweep) if sweep.path.moves_only_scores else _lines(sweep.points),
        counts=_counts(sweep),
        present=nearest(stops, sweep.present),
        wished=nearest(stops, sweep.chosen),
        flips=tuple(_cards_at(point, place) for point in sweep.points),
        flip_totals=tuple(len(point.flipped) for point in sweep.points),
        cards=tuple(_card(visit, sweep, background.reports.get(visit)) for visit in shown),
        notes=_hidden_note(sweep, background),
    )


def _cards_at(point: SweepPoint, place: dict[str, int]) -> tuple[int, ...]:
    return tuple(place[visit] for visit in point.flipped if visit in place)[:MOST_FLIPS]


def _lines(points: tuple[SweepPoint, ...]) -> tuple[Line, ...]:
    return (
        line(
            BilingualText("查准率", "Precision"),
            PRECISION,
            [(one.precision, one.precision_low, one.precision_high) for one in points],
            [one.right_accusations + one.wrong_accusations for one in points],
        ),
        line(
            BilingualText("查全率", "Recall"),
            RECALL,
            [(one.recall, one.recall_low, one.recall_high) for one in points],
            [one.right_accusations + one.wrong_passes + one.undecided_lacking for one in points],
        ),
        share_line(
            BilingualText("无法判定", "Undecided"),
            UNDECIDED,
            [Share(one.undecided, one.truths) for one in points],
        ),
    )


def _grade_lines(sweep: ParameterSweep) -> tuple[Line, ...]:
    right = [Share(point.grades_right, point.grades_known) for point in sweep.points]
    return (share_line(BilingualText("等级正确", "Grade is right"), PRECISION, right),)


def share_line(name: BilingualText, colour: str, shares: Iterable[Share]) -> Line:
    """Independent shares over the stops, with Wilson's intervals."""
    listed = tuple(shares)
    figures = [(share.value, *share.interval) for share in listed]
    return line(name, colour, figures, [share.total for share in listed])


def _counts(sweep: ParameterSweep) -> tuple[Count, ...]:
    if sweep.path.moves_only_scores:
        flipped = tuple(point.grades_flipped for point in sweep.points)
        return (Count(BilingualText("等级改变的上门", "Visits whose grade changes"), flipped),)
    return tuple(Count(name, tuple(map(number, sweep.points))) for name, number in _COUNTS)


def _counted(sweep: ParameterSweep) -> BilingualText:
    n, visits = sweep.truths.used, sweep.truths.visits
    return BilingualText(
        f"按 {visits} 次上门的 {n} 个真值；带状区域为 95 % 区间。查准率：指出的问题中确有的；"
        "查全率：确有的问题中被指出的。误判：系统认为不符而实际符合；漏判反之。",
        f"By {n} truths of {visits} visits; the bands are 95 % intervals. Precision: of the accusations, "
        "those that are right; recall: of the faults, those that are found. Accused wrongly: the system "
        "found it lacking and it was not; passed wrongly: the other way.",
    )


def _messages(sweep: ParameterSweep) -> tuple[BilingualText, ...]:
    said = [sweep.wish] if sweep.wish else []
    if sweep.chosen is not None:
        of = f" ({sweep.chosen_low:.4g} – {sweep.chosen_high:.4g})" if sweep.chosen_low is not None else ""
        said.append(
            BilingualText(
                f"按要求选出的取值：{sweep.chosen:.4g}{of}", f"Found by the wish: {sweep.chosen:.4g}{of}"
            )
        )
    if sweep.refusal is not None:
        said.append(sweep.refusal)
    return tuple(said)


def _hidden_note(sweep: ParameterSweep, background: Background) -> tuple[BilingualText, ...]:
    hidden = background.hidden & {visit for point in sweep.points for visit in point.flipped}
    return (hidden_note(len(hidden)),) if hidden else ()


def hidden_note(count: int) -> BilingualText:
    return BilingualText(
        f"{count} 次上门为盲审且尚未决定，只计数，不列出。",
        f"{count} visits are to be decided blind and wait: they are counted and not listed.",
    )


def _card(visit_id: str, sweep: ParameterSweep, report: VisitReport | None) -> Card:
    if report is None:
        return Card(visit_id, None, ())
    moved = [item for item in report.items if item.result.item_id in sweep.item_ids]
    heaviest_first = [item.result for item in sorted(moved, key=lambda item: -item.weight)]
    said = [
        (item_title(one.item_id), standing_name(Standing(one.outcome, one.leaning))) for one in heaviest_first
    ]
    # Of one item: boxes of several in one picture say nothing.
    evidence = next((one.evidence for one in heaviest_first if one.evidence), ())
    lines = [where_from(report.day, report.service_type, report.technician_team)]
    lines += [
        BilingualText(f"{title.zh}，现为{now.zh}", f"{title.en}, now {now.en.lower()}") for title, now in said
    ]
    return Card(visit_id, visit_id, tuple(lines), pictures_of(evidence))
