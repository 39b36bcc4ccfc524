"""What a judged layout says of each item that asks for it: kept, broken or not to be told, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.layout import words
from pipeline.layout.demands import LayoutDemands, NeatDemands, OrderDemands
from pipeline.layout.judgement import JudgedLayout, accepted_aspects
from pipeline.layout.neatness import Neatness
from pipeline.layout.rows import Pair, RowOrder
from pipeline.punctuality import Truth
from pipeline.rules import BilingualText

_MOST_PAIRS_TOLD = 3
_OF_THE_ROW = ("tools.order", "tools.neat")


@dataclass(frozen=True, slots=True)
class Assessment:
    """One item in one picture. `tools` are the indexes of those that it is about; `measured` and `threshold`
    carry their units; `nearness` is the distance to the threshold as a share of it, None where that means
    nothing; remedy: what would have passed."""

    item_id: str
    truth: Truth
    words: BilingualText
    remedy: BilingualText
    measured: str
    threshold: str
    nearness: float | None = None
    tools: tuple[int, ...] = ()


def assess(judged: JudgedLayout, demands: LayoutDemands) -> tuple[Assessment, ...]:
    """All that can be said, in the order of the standard."""
    every = (
        assess_shape(judged, demands),
        assess_on_cloth(judged, demands),
        assess_order(judged, demands),
        assess_neat(judged, demands),
    )
    return tuple(one for one in every if one is not None)


def of_all(said: Assessment, not_outlined: int) -> Assessment:
    """What is said of a row of which some tools have no outline: it may break, but can't be known to hold."""
    if not not_outlined or said.item_id not in _OF_THE_ROW:
        return said
    note = words.without_outline(not_outlined)
    told = replace(said, words=BilingualText(said.words.zh + note.zh, said.words.en + note.en))
    if said.truth is not Truth.HOLDS:
        return told
    of_some = BilingualText(
        f"不能判断全部工具：{told.words.zh}", f"Can't be told of all tools: {told.words.en}"
    )
    return replace(told, words=of_some, truth=Truth.UNKNOWN, remedy=words.FROM_ABOVE)


def assess_shape(judged: JudgedLayout, demands: LayoutDemands) -> Assessment:
    """`cloth.laid`: long side over short side, with the whole interval."""
    least, most = accepted_aspects(demands)
    threshold = f"{least:.2f}–{most:.2f} : 1"
    cloth = judged.layout.cloth
    if cloth is None:
        told = _why(judged)
        truth = Truth.UNKNOWN if demands.shape_fails else Truth.HOLDS
        return Assessment("cloth.laid", truth, told, words.FROM_ABOVE, "–", threshold)
    bound = min((least, most), key=lambda limit: abs(cloth.aspect - limit))
    return Assessment(
        "cloth.laid",
        judged.shape if demands.shape_fails else Truth.HOLDS,
        _shape_words(judged.shape, demands),
        words.FROM_ABOVE if judged.shape is Truth.UNKNOWN else _right_cloth(demands),
        words.aspect(cloth.aspect, cloth.aspect_interval),
        threshold,
        abs(cloth.aspect - bound) / bound,
    )


def _shape_words(shape: Truth, demands: LayoutDemands) -> BilingualText:
    size = demands.cloth
    named, ratio = f"{size.long_cm:g}×{size.short_cm:g}", f"{size.aspect:g} : 1"
    allowed = (
        BilingualText("", "")
        if demands.shape_fails
        else BilingualText("（此服务不限尺寸）", " (any size will do here)")
    )
    if shape is Truth.HOLDS:
        return BilingualText(
            f"垫布形状符合{named}厘米（{ratio}）", f"The cloth's shape is that of {named} cm ({ratio})"
        )
    if shape is Truth.BREAKS:
        return BilingualText(
            f"垫布形状不是{ratio}{allowed.zh}", f"The cloth's shape is not {ratio}{allowed.en}"
        )
    return BilingualText(
        f"从这张照片无法确定垫布是否为{ratio}{allowed.zh}",
        f"Whether the cloth's shape is {ratio} can't be told from this picture{allowed.en}",
    )


def _right_cloth(demands: LayoutDemands) -> BilingualText:
    named = f"{demands.cloth.long_cm:g}×{demands.cloth.short_cm:g}"
    return BilingualText(f"请使用{named}厘米的垫布并平铺", f"Use a cloth of {named} cm and lay it flat")


def _why(judged: JudgedLayout) -> BilingualText:
    failure = judged.layout.failure
    assert failure is not None  # noqa: S101  # a layout without a cloth has one
    return words.not_measured(failure)


def assess_on_cloth(judged: JudgedLayout, demands: LayoutDemands) -> Assessment | None:
    """`tools.on_cloth`; None where no cloth was measured, no tool is judged, or nobody asks."""
    least = demands.min_outline_share
    if judged.layout.cloth is None or least is None or not (judged.judged or judged.beyond):
        return None
    share, off = judged.least_on_cloth_share, len(judged.off_cloth) + len(judged.beyond)
    count = len(judged.judged) + len(judged.beyond)
    told = BilingualText(f"看到的{count}件工具都在垫布上", f"Tools in view: {count}, all on the cloth")
    if off:
        told = BilingualText(f"{count}件工具中有{off}件不在垫布上", f"Off the cloth: {off} of {count} tools")
    return Assessment(
        "tools.on_cloth",
        Truth.BREAKS if off else Truth.HOLDS,
        told,
        words.ON_THE_CLOTH,
        f"{share:.0%} 在垫布内 on the cloth",
        f"≥ {least:.0%}",
        abs(share - least) / least if least else None,
        judged.off_cloth,
    )


# ---- order ----------------------------------------------------------------------------------------------


def assess_order(judged: JudgedLayout, demands: LayoutDemands) -> Assessment | None:
    """`tools.order`; None where too few tools were measured on the cloth, or nobody asks."""
    order, wanted, cloth = judged.order, demands.order, judged.layout.cloth
    if order is None or wanted is None or cloth is None:
        return None
    truth = _order_truth(order, wanted)
    basis = words.by_nominal(demands.cloth, cloth)
    told = _order_words(judged, order, wanted, truth)
    worst = _worst(order)
    return Assessment(
        "tools.order",
        truth,
        BilingualText(told.zh + basis.zh, told.en + basis.en),
        words.IN_ORDER,
        _order_measured(order, worst),
        f"≤ {wanted.length_tolerance_cm:g} 厘米 cm; {wanted.max_rows} 列 row",
        _order_nearness(worst, wanted.length_tolerance_cm),
        tuple(dict.fromkeys(chain.from_iterable((p.first, p.second) for p in order.out_of_order))),
    )


def _order_truth(order: RowOrder, wanted: OrderDemands) -> Truth:
    if len(order.rows) > wanted.max_rows or len(order.out_of_order) > wanted.max_pairs_out_of_order:
        return Truth.BREAKS
    return Truth.UNKNOWN if order.undecided else Truth.HOLDS


def _worst(order: RowOrder) -> Pair | None:
    return max((*order.out_of_order, *order.undecided), key=lambda pair: pair.excess_cm, default=None)


def _order_measured(order: RowOrder, worst: Pair | None) -> str:
    longer = f"{worst.excess_cm:.1f}±{worst.error_cm:.1f}" if worst else "0"
    rows = f"; {len(order.rows)} 列 rows" if len(order.rows) > 1 else ""
    return f"{longer} 厘米更长 cm longer; {order.longest_run}/{len(order.ranked)} 有序 in order{rows}"


def _order_nearness(worst: Pair | None, tolerance_cm: float) -> float | None:
    return abs(worst.excess_cm - tolerance_cm) / tolerance_cm if worst and tolerance_cm else None


def _order_words(judged: JudgedLayout, order: RowOrder, wanted: OrderDemands, truth: Truth) -> BilingualText:
    count, side = len(order.ranked), words.read_from(order)
    if len(order.rows) > wanted.max_rows:
        rows = len(order.rows)
        told = [
            BilingualText(
                f"{count}件工具排成{rows}列，要求{wanted.max_rows}列",
                f"{count} tools lie in {rows} rows, wanted: {wanted.max_rows}",
            )
        ]
        return _sentences([*told, *_pairs(judged, order, order.out_of_order)])
    if truth is Truth.BREAKS:
        pairs = len(order.out_of_order)
        head = BilingualText(
            f"{count}件工具中有{pairs}对大小顺序不对，最长有序{order.longest_run}件（{side.zh}）",
            f"Of {count} tools, pairs out of order: {pairs}, longest run in order: {order.longest_run} "
            f"(counted {side.en})",
        )
        return _sentences([head, *_pairs(judged, order, order.out_of_order)])
    if truth is Truth.UNKNOWN:
        head = BilingualText(
            f"{count}件工具的长短差别小于测量误差，无法判断（{side.zh}）",
            f"Whether the {count} tools fall from large to small is within the error of measuring "
            f"(counted {side.en})",
        )
        return _sentences([head, *_pairs(judged, order, order.undecided)])
    return BilingualText(
        f"{side.zh}，{count}件工具由大到小", f"Counted {side.en}, {count} tools fall from large to small"
    )


def _pairs(judged: JudgedLayout, order: RowOrder, pairs: Sequence[Pair]) -> list[BilingualText]:
    worst = sorted(pairs, key=lambda pair: -pair.excess_cm)[:_MOST_PAIRS_TOLD]
    return [words.pair(judged, order, pair) for pair in worst]


def _sentences(texts: Sequence[BilingualText]) -> BilingualText:
    return BilingualText("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


# ---- neatness -------------------------------------------------------------------------------------------


def assess_neat(judged: JudgedLayout, demands: LayoutDemands) -> Assessment | None:
    """`tools.neat`; None where too few tools were measured on the cloth, or nobody asks."""
    neat, wanted = judged.neat, demands.neat
    if neat is None or wanted is None:
        return None
    told = [*_neat_faults(judged, neat, wanted)]
    pairs = chain.from_iterable((*neat.crossing, *neat.touching))
    return Assessment(
        "tools.neat",
        Truth.BREAKS if told else Truth.HOLDS,
        _sentences(told)
        if told
        else BilingualText(
            "工具并排、大致平行且互不接触", "Tools lie side by side, about parallel, not touching"
        ),
        words.SIDE_BY_SIDE,
        _neat_measured(neat),
        f"≤ {wanted.max_angle_deg:g}°; ≥ {wanted.min_gap_cm:g} 厘米 cm",
        _neat_nearness(neat, wanted),
        tuple(dict.fromkeys((*pairs, *neat.turned))),
    )


def _neat_faults(judged: JudgedLayout, neat: Neatness, wanted: NeatDemands) -> list[BilingualText]:
    faults = (
        ("交叉", "cross", sorted(set(chain.from_iterable(neat.crossing)))),
        ("互相接触", "touch", sorted(set(chain.from_iterable(neat.touching)))),
        (
            f"偏转超过{wanted.max_angle_deg:g}°",
            f"turned by more than {wanted.max_angle_deg:g}°",
            list(neat.turned),
        ),
    )
    named = [(zh, en, words.numbers(judged, indexes)) for zh, en, indexes in faults if indexes]
    return [BilingualText(f"{tools.zh}{zh}", f"{tools.en}: {en}") for zh, en, tools in named]


def _neat_measured(neat: Neatness) -> str:
    turned = "–" if neat.deviation_deg is None else f"{neat.deviation_deg:.0f}°"
    gap = "–" if neat.least_gap_cm is None else f"{neat.least_gap_cm:.1f}"
    return f"{turned} 偏转 turned; {gap} 厘米间距 cm apart"


def _neat_nearness(neat: Neatness, wanted: NeatDemands) -> float | None:
    near = []
    if neat.deviation_deg is not None and wanted.max_angle_deg:
        near.append(abs(neat.deviation_deg - wanted.max_angle_deg) / wanted.max_angle_deg)
    if neat.least_gap_cm is not None and wanted.min_gap_cm:
        near.append(abs(neat.least_gap_cm - wanted.min_gap_cm) / wanted.min_gap_cm)
    return min(near, default=None)
