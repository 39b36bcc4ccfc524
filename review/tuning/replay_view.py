"""A replay as tables and galleries: what flips under new rules, and what auditors had said of it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share
from pipeline.tuning.replay import Direction, Flip, Replay, RuleName
from review.tuning.background import (
    Background,
    NamedVisits,
    item_title,
    pictures_of,
    standing_name,
    where_from,
)
from review.tuning.cards import Card
from review.tuning.sweep_view import hidden_note
from review.tuning.views import Cell, EvaluationView, Fact, Gallery, Table
from review.wording import GRADES

MOST_CARDS = 24
"""Of one direction."""

DIRECTIONS: Mapping[Direction, BilingualText] = {
    Direction.TO_LACKING: BilingualText("变为不符", "Becomes lacking"),
    Direction.TO_FULFILLED: BilingualText("变为符合", "Becomes fulfilled"),
    Direction.ASIDE: BilingualText("变为或不再无法判定", "To or from undecided"),
    Direction.SAME: BilingualText("同侧变化", "Same side, other outcome"),
}
_NO_TEAM = BilingualText("（未填写）", "(none named)")
_ITEM, _TEAM = BilingualText("项目", "Item"), BilingualText("班组", "Team")
_VISITS = BilingualText("上门", "Visits")


def replay_view(replay: Replay, background: Background) -> EvaluationView:
    """The whole page of a replay."""
    hidden = {flip.visit_id for flip in replay.flips} & background.hidden
    return EvaluationView(
        title=BilingualText("新旧规则重放", "Replay under old and new rules"),
        facts=_facts(replay),
        messages=(hidden_note(len(hidden)),) if hidden else (),
        tables=(
            _by_item(replay),
            _by_grade(replay),
            _by_team(replay),
            _by_word(replay),
            _load(replay),
            *_skipped(replay),
        ),
        galleries=tuple(
            _gallery(replay, direction, background)
            for direction in DIRECTIONS
            if _by_visit(replay, direction)
        ),
    )


def named_visits(replay: Replay) -> NamedVisits:
    """All that flip, and those whose cards the page may show."""
    mentioned = tuple(dict.fromkeys(flip.visit_id for flip in replay.flips))
    shown = (list(_by_visit(replay, direction)) for direction in DIRECTIONS)
    # Some more than are shown: among the first may be visits that must not be.
    first = dict.fromkeys(visit for visits in shown for visit in visits[: 2 * MOST_CARDS])
    return NamedVisits(mentioned, tuple(first))


def _facts(replay: Replay) -> tuple[Fact, ...]:
    flipped = len({flip.visit_id for flip in replay.flips})
    return (
        (BilingualText("旧规则", "Old rules"), _versions(replay.old_rules)),
        (BilingualText("新规则", "New rules"), _versions(replay.new_rules)),
        (BilingualText("上门 n", "Visits n"), replay.visits),
        (BilingualText("有项目翻转的上门", "Visits with a flip"), Share(flipped, replay.visits)),
        (BilingualText("旧结论取自原报告", "Old verdict from the kept report"), replay.from_reports),
        (BilingualText("未能重放", "Could not be judged again"), len(replay.skipped)),
    )


def _versions(rules: Iterable[RuleName]) -> str:
    """Each version once, with the services that it is for where there are several."""
    services: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        services.setdefault((rule.version, rule.digest[:8]), []).append(rule.service_type)
    return "; ".join(f"{', '.join(of)}: {version} ({digest})" for (version, digest), of in services.items())


def _by_item(replay: Replay) -> Table:
    counts = replay.by_item()
    visits: Counter[str] = Counter()
    for item_id, _ in {(flip.item_id, flip.visit_id) for flip in replay.flips}:
        visits[item_id] += 1
    rows: list[tuple[Cell, ...]] = [
        (item_title(item_id), *(counts[item_id, way] for way in DIRECTIONS), Share(number, replay.visits))
        for item_id, number in visits.most_common()
    ]
    note = BilingualText(
        f"共 {replay.visits} 次上门。最后一列：有翻转的上门占全部上门的比例及 95 % 区间（Wilson）。",
        f"Of {replay.visits} visits. Last column: those with a flip, with the 95 % interval (Wilson).",
    )
    head = (_ITEM, *DIRECTIONS.values(), BilingualText("占上门", "Of the visits"))
    return Table(BilingualText("按项目和方向", "By item and direction"), note, head, tuple(rows))


def _by_grade(replay: Replay) -> Table:
    moves = replay.by_grade()
    rows: list[tuple[Cell, ...]] = [
        (_arrow(GRADES[before], GRADES[after]), Share(moves[before, after], replay.visits))
        for before in Grade
        for after in Grade
        if moves[before, after]
    ]
    note = BilingualText(
        f"等级改变的上门，共 {replay.visits} 次上门。", f"Visits whose grade changes, of {replay.visits}."
    )
    head = (BilingualText("等级", "Grade"), BilingualText("占上门", "Of the visits"))
    return Table(BilingualText("等级变化", "Grades"), note, head, tuple(rows))


def _by_team(replay: Replay) -> Table:
    counts = replay.by_team()
    teams = sorted({team for team, _ in counts}, key=lambda team: (-_total(counts, team), team))
    rows = tuple((team or _NO_TEAM, *(counts[team, way] for way in DIRECTIONS)) for team in teams)
    note = BilingualText("翻转的项目数。", "Items that flip.")
    return Table(BilingualText("按班组", "By team"), note, (_TEAM, *DIRECTIONS.values()), rows)


def _total(counts: Mapping[tuple[str, Direction], int], team: str) -> int:
    return sum(counts[team, way] for way in DIRECTIONS)


def _by_word(replay: Replay) -> Table:
    """How auditors had decided the flipped ones."""
    said: dict[str, Counter[bool | None]] = {}
    for flip in replay.flips:
        if flip.auditor_word is not None and flip.direction is not Direction.SAME:
            said.setdefault(flip.item_id, Counter())[flip.agrees_with_auditor] += 1
    rows: list[tuple[Cell, ...]] = [
        (item_title(item_id), Share(counts[True], counts[True] + counts[False]), counts[None])
        for item_id, counts in sorted(said.items())
    ]
    silent = sum(flip.auditor_word is None for flip in replay.flips)
    note = BilingualText(
        f"翻转项目中审核员有过意见的；另有 {silent} 个无人表态。一致：新结论与审核员同侧。",
        f"Flips of which an auditor had spoken; of {silent} others nobody has. Agrees: the new outcome is "
        "on the auditor's side.",
    )
    head = (
        _ITEM,
        BilingualText("新结论与审核员一致", "New outcome agrees"),
        BilingualText("意见不一或无法判断", "Disputed or undecided"),
    )
    return Table(BilingualText("审核员此前的决定", "What auditors had decided"), note, head, tuple(rows))


def _load(replay: Replay) -> Table:
    visits = sum(day.visits for day in replay.days)
    before = Share(sum(day.before for day in replay.days), visits)
    after = Share(sum(day.after for day in replay.days), visits)
    total: tuple[Cell, ...] = (BilingualText("合计", "Together"), visits, before, after)
    rows = tuple((day.day, day.visits, day.before, day.after) for day in replay.days)
    mean = (replay.load_before_per_day or 0.0, replay.load_after_per_day or 0.0)
    note = BilingualText(
        f"每天须人工查看的上门（标记及抽查），平均 {mean[0]:.1f} → {mean[1]:.1f}，{len(replay.days)} 天。",
        f"Visits to look at a day (flagged and spot checks): {mean[0]:.1f} → {mean[1]:.1f} on average, over "
        f"{len(replay.days)} days.",
    )
    head = (
        BilingualText("日期", "Day"),
        _VISITS,
        BilingualText("原先", "Before"),
        BilingualText("之后", "After"),
    )
    name = BilingualText("审核工作量", "The auditors' load")
    return Table(name, note, head, (total, *rows) if rows else ())


def _skipped(replay: Replay) -> tuple[Table, ...]:
    if not replay.skipped:
        return ()
    reasons = Counter((one.reason.zh, one.reason.en) for one in replay.skipped)
    rows = tuple((BilingualText(*reason), number) for reason, number in reasons.most_common())
    note = BilingualText("这些上门仍按原结论计。", "These visits go on counting as they were.")
    return (
        Table(
            BilingualText("未能重放的上门", "Not judged again"),
            note,
            (BilingualText("原因", "Reason"), _VISITS),
            rows,
        ),
    )


def _gallery(replay: Replay, direction: Direction, background: Background) -> Gallery:
    visits = _by_visit(replay, direction)
    shown = [flips for visit_id, flips in visits.items() if visit_id not in background.hidden]
    note = BilingualText("每次上门一张，按日期排列。", "One for each visit, by day.")
    cards = tuple(_card(flips) for flips in shown[:MOST_CARDS])
    return Gallery(DIRECTIONS[direction], note, cards, len(visits))


def _by_visit(replay: Replay, direction: Direction) -> dict[str, list[Flip]]:
    visits: dict[str, list[Flip]] = {}
    for flip in replay.flips:
        if flip.direction is direction:
            visits.setdefault(flip.visit_id, []).append(flip)
    return visits


def _card(flips: list[Flip]) -> Card:
    """One visit with what flips there in one direction."""
    first = flips[0]
    lines = [where_from(first.day, first.service_type, first.team)]
    for flip in flips:
        lines += _lines(flip)
    pictures = pictures_of(ref for flip in flips for ref in flip.evidence)
    return Card(first.visit_id, first.visit_id, tuple(lines), pictures)


def _lines(flip: Flip) -> list[BilingualText]:
    title, change = item_title(flip.item_id), _arrow(standing_name(flip.before), standing_name(flip.after))
    lines = [BilingualText(f"{title.zh}：{change.zh}", f"{title.en}: {change.en}"), flip.reason]
    if flip.measurement is not None:
        measured = f"{flip.measurement.value} / {flip.measurement.threshold}"
        lines.append(BilingualText(f"测得 / 界限：{measured}", f"Measured / threshold: {measured}"))
    if flip.auditor_word is not None:
        right = standing_name(flip.auditor_word.right)
        lines.append(BilingualText(f"审核员：{right.zh}", f"Auditor: {right.en}"))
    return lines


def _arrow(before: BilingualText, after: BilingualText) -> BilingualText:
    return BilingualText(f"{before.zh} → {after.zh}", f"{before.en} → {after.en}")
