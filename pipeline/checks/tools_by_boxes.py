"""Order and neatness of tools estimated from upright boxes, where no cloth could be measured by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.checks import words
from pipeline.checks.context import CheckContext, Picture, ref_to
from pipeline.checks.laid_out import by_boxes, look, with_note
from pipeline.checks.outcomes import failed, missing, nothing_to_show, passed, unreadable
from pipeline.checks.presence import nearness
from pipeline.evidence import Detection
from pipeline.layout.from_boxes import LaidTool, RowOrder, largest_overlap, order_of, row_of
from pipeline.results import CheckResult, EvidenceRef, Measurement
from pipeline.rules import BilingualText


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """The picture in which most tools are seen."""

    picture: Picture
    tools: tuple[LaidTool, ...]

    def ref(self, tools: Sequence[LaidTool] | None = None) -> EvidenceRef:
        boxes = tuple(tool.box for tool in (self.tools if tools is None else tools))
        return ref_to(self.picture.media.key, "tool", boxes, self.picture.frame.presentation_s)


def order_by_boxes(context: CheckContext) -> CheckResult:
    """`tools.order` by the boxes' diagonals along their row."""
    return _estimated(context, _order)


def neatness_by_boxes(context: CheckContext) -> CheckResult:
    """`tools.neat`: no two boxes overlap, and all tools whose direction can be told point the same way."""
    return _estimated(context, _neatness)


def _estimated(context: CheckContext, judge: Callable[[CheckContext, _LaidOut], CheckResult]) -> CheckResult:
    laid = _most_tools(context)
    if laid is None:
        return _too_few(context)
    return with_note(judge(context, laid), by_boxes(look(context, laid.picture)))


def _order(context: CheckContext, laid: _LaidOut) -> CheckResult:
    row = row_of(laid.tools, context.param("max_row_deviation_share"))
    if row is None:
        return unreadable(
            context,
            BilingualText(
                "工具未排成一列，无法判断大小顺序",
                "The tools don't lie in one row, so their order can't be judged",
            ),
            BilingualText(
                "请把工具由大到小排成一列，从正上方拍摄",
                "Lay the tools in one row from large to small and take the picture from above",
            ),
            context.rule.stages,
            [laid.ref()],
        )
    return _judge_order(context, laid, order_of(row, context.param("length_tolerance_share")))


def _judge_order(context: CheckContext, laid: _LaidOut, order: RowOrder) -> CheckResult:
    tolerance, count = context.param("length_tolerance_share"), len(order.tools)
    measurement = Measurement(
        f"{max(order.worst_excess_share, 0.0):.0%} 更长 longer; {order.longest_run}/{count} 有序 in order",
        f"≤ {tolerance:.0%}",
        nearness(order.worst_excess_share, tolerance),
    )
    if order.pairs_out_of_order <= context.param("max_pairs_out_of_order"):
        reason = BilingualText(f"{count}件工具由大到小", f"Tools from large to small: {count}")
        return passed(context, reason, [laid.ref()], measurement)
    return failed(
        context,
        BilingualText(
            f"{count}件工具中有{order.pairs_out_of_order}对大小顺序不对，最长有序{order.longest_run}件",
            f"Of {count} tools, {order.pairs_out_of_order} pairs are out of order; longest run in order: "
            f"{order.longest_run}",
        ),
        BilingualText("请把工具由大到小排成一列", "Lay the tools in one row from large to small"),
        [laid.ref()],
        measurement,
    )


def _neatness(context: CheckContext, laid: _LaidOut) -> CheckResult:
    limit = context.param("max_overlap_share")
    overlap, pair = largest_overlap([tool.box for tool in laid.tools])
    measurement = Measurement(f"{overlap:.0%} 重叠 overlap", f"≤ {limit:.0%}", nearness(overlap, limit))
    directions = {tool.direction(context.param("elongated_ratio")) for tool in laid.tools} - {None}
    remedy = BilingualText(
        "请把工具并排平行摆放，互不接触", "Lay the tools side by side, parallel, without touching"
    )
    if overlap > limit:
        touching = [tool for tool in laid.tools if tool.box in pair]
        reason = BilingualText("有工具互相接触或交叉", "Tools touch or cross")
        return failed(context, reason, remedy, [laid.ref(touching)], measurement)
    if len(directions) > 1:
        reason = BilingualText("工具横竖不一", "Some tools lie across the others")
        return failed(context, reason, remedy, [laid.ref()], Measurement("横 / 竖 across", "平行 parallel"))
    reason = BilingualText("工具并排且互不接触", "Tools lie side by side, not touching")
    return passed(context, reason, [laid.ref()], measurement)


def _most_tools(context: CheckContext) -> _LaidOut | None:
    """The picture with the most tools, if there are enough of them in it."""
    pictures = [(picture, context.seen(picture, "tool")) for picture in context.pictures()]
    if not pictures:
        return None
    picture, tools = max(pictures, key=lambda pair: (len(pair[1]), _surety(pair[1])))
    if len(tools) < context.param("min_tools"):
        return None
    size = picture.width_px, picture.height_px
    return _LaidOut(picture, tuple(LaidTool.from_box(tool.box, *size) for tool in tools))


def _surety(tools: Sequence[Detection]) -> float:
    return sum(tool.confidence for tool in tools)


def _too_few(context: CheckContext) -> CheckResult:
    pictures = [(picture, context.seen(picture, "tool")) for picture in context.pictures()]
    if not pictures or context.failed:
        return nothing_to_show(context, context.rule.stages)
    picture, tools = max(pictures, key=lambda pair: len(pair[1]))
    needed = context.param("min_tools")
    return missing(
        context,
        BilingualText(
            f"同一画面中最多看到{len(tools)}件工具，不足以判断" if tools else "没有看到工具",
            f"{words.counted(len(tools), 'tool')} in one picture: too few" if tools else "No tool is seen",
        ),
        BilingualText(
            f"请把所用工具（至少{needed:.0f}件）摆好后拍在一张照片里",
            f"Take one picture of the laid-out tools, at least {needed:.0f}",
        ),
        context.rule.stages,
        [picture.ref("tool", tools)] if tools else context.looked_at(),
        Measurement(f"{len(tools)} 件工具 tools", f"≥ {needed:.0f}"),
    )
