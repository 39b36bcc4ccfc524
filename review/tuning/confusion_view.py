"""The confusion between outcomes as grids, and the worst mistakes as cards."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.auditing import ITEM_REASONS
from pipeline.rules import BilingualText
from pipeline.tuning.confusion import ConfusionCell, ItemConfusion, Judgement
from pipeline.tuning.verdicts import Standing
from review.tuning.background import item_title, pictures_of, standing_name, where_from
from review.tuning.cards import Card
from review.tuning.views import Gallery
from storage.confusions import Mistake, Words

WHOSE: Mapping[Words, BilingualText] = {
    Words.ALL: BilingualText("全部意见", "Everybody's"),
    Words.BLIND: BilingualText("盲审", "Blind ones"),
    Words.SPOT_CHECKS: BilingualText("盲审抽查（未标记的上门）", "Blind spot checks (of unflagged visits)"),
}

JUDGEMENTS: Mapping[Judgement, BilingualText | None] = {
    Judgement.RIGHT: None,
    Judgement.WRONG_ACCUSATION: BilingualText("误判", "accused wrongly"),
    Judgement.WRONG_PASS: BilingualText("漏判", "passed wrongly"),
    Judgement.UNDECIDED: BilingualText("无法判定", "undecided"),
    Judgement.OTHER: None,
}

_GALLERIES: Mapping[Judgement, BilingualText] = {
    Judgement.WRONG_ACCUSATION: BilingualText("最严重的误判", "The worst wrong accusations"),
    Judgement.WRONG_PASS: BilingualText("最严重的漏判", "The worst wrong passes"),
}
_BY_WEIGHT = BilingualText(
    "按项目权重排列，同权重时最近的决定在前。",
    "By the item's weight; among equals the newest decision first.",
)


@dataclass(frozen=True, slots=True)
class Grid:
    """What was right across, what the system said down; None where it never came to that."""

    columns: tuple[Standing, ...]
    rows: tuple[tuple[Standing, tuple[ConfusionCell | None, ...]], ...]


def grid_of(one: ItemConfusion) -> Grid:
    columns = tuple(sorted({cell.right for cell in one.cells}, key=_order))
    rows = sorted({cell.system for cell in one.cells}, key=_order)
    cells = {(cell.system, cell.right): cell for cell in one.cells}
    return Grid(columns, tuple((row, tuple(cells.get((row, column)) for column in columns)) for row in rows))


def gallery_of(kind: Judgement, mistakes: tuple[Mistake, ...], total: int) -> Gallery:
    """Mistakes of one kind as cards that lead to their visits."""
    return Gallery(_GALLERIES[kind], _BY_WEIGHT, tuple(map(_card, mistakes)), total)


def total_of(kind: Judgement, items: tuple[ItemConfusion, ...]) -> int:
    return sum(cell.visits for one in items for cell in one.cells if cell.judgement is kind)


def _card(mistake: Mistake) -> Card:
    title, said = item_title(mistake.item_id), standing_name(mistake.system)
    right = standing_name(Standing(mistake.right))
    lines = [
        where_from(mistake.day, mistake.service_type, mistake.team),
        BilingualText(f"{title.zh}（权重 {mistake.weight:g}）", f"{title.en} (weight {mistake.weight:g})"),
        BilingualText(f"系统：{said.zh}；实际：{right.zh}", f"System: {said.en}; right: {right.en}"),
    ]
    if mistake.reason:
        lines.append(ITEM_REASONS[mistake.reason])
    evidence = mistake.item.result.evidence if mistake.item is not None else ()
    return Card(mistake.visit_id, mistake.visit_id, tuple(lines), pictures_of(evidence))


def _order(standing: Standing) -> tuple[int, str]:
    return list(type(standing.outcome)).index(standing.outcome), standing.leaning or ""
