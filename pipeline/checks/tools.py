"""How the tools lie, in order and neatly, measured in the cloth's plane where its outline was found; else
estimated from upright boxes, and the report says so."""

from pipeline.checks.context import CheckContext
from pipeline.checks.laid_out import as_result, laid_out
from pipeline.checks.tools_by_boxes import neatness_by_boxes, order_by_boxes
from pipeline.results import CheckResult


def tools_order(context: CheckContext) -> CheckResult:
    """`tools.order`: lengths along the row fall from one end to the other."""
    return _measured(context) or order_by_boxes(context)


def tools_neat(context: CheckContext) -> CheckResult:
    """`tools.neat`: side by side, about parallel, neither touching nor crossing."""
    return _measured(context) or neatness_by_boxes(context)


def _measured(context: CheckContext) -> CheckResult | None:
    """By the picture in which most tools were measured; None where there is none with enough of them."""
    item_id = context.rule.item_id
    found = [(laid, said) for laid in laid_out(context) if (said := laid.of(item_id)) is not None]
    if not found:
        return None
    laid, said = max(found, key=lambda pair: len(pair[0].judged.on_cloth))
    return as_result(context, said, [laid.tools(said.tools), *laid.cloth()])
