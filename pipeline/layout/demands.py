"""What a rule set demands of a layout, gathered from the items that ask for it."""

from dataclasses import dataclass

from pipeline.layout.values import ClothSize
from pipeline.rules import RuleSet


@dataclass(frozen=True, slots=True)
class OrderDemands:
    """`tools.order`: see docs/rules.md for each parameter."""

    min_tools: int
    length_tolerance_cm: float
    max_pairs_out_of_order: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class NeatDemands:
    """`tools.neat`: see docs/rules.md for each parameter."""

    min_tools: int
    max_angle_deg: float
    elongated_ratio: float
    min_gap_cm: float


@dataclass(frozen=True, slots=True)
class LayoutDemands:
    """What is demanded of cloth and tools. `order` and `neat` are None where a rule set doesn't ask for them.

    min_outline_share and in_hand_share are of `tools.on_cloth`, None likewise. tool_confidence: the least
    that counts as a tool.
    """

    cloth: ClothSize
    aspect_tolerance_share: float
    shape_fails: bool
    tool_confidence: float
    min_outline_share: float | None
    in_hand_share: float | None
    order: OrderDemands | None
    neat: NeatDemands | None


def demands_of(rules: RuleSet) -> LayoutDemands | None:
    """None where the rule set doesn't ask for a cloth, whose size everything is measured by."""
    cloth, on_cloth = rules.item("cloth.laid"), rules.item("tools.on_cloth")
    if cloth is None or "tool" not in rules.confidence:
        return None
    return LayoutDemands(
        cloth=ClothSize(cloth.param("cloth_long_cm"), cloth.param("cloth_short_cm")),
        aspect_tolerance_share=cloth.param("aspect_tolerance_share"),
        shape_fails=bool(cloth.param("shape_fails")),
        tool_confidence=rules.confidence["tool"],
        min_outline_share=on_cloth.param("min_outline_share") if on_cloth else None,
        in_hand_share=on_cloth.param("in_hand_share") if on_cloth else None,
        order=_order(rules),
        neat=_neat(rules),
    )


def _order(rules: RuleSet) -> OrderDemands | None:
    rule = rules.item("tools.order")
    if rule is None:
        return None
    return OrderDemands(
        min_tools=int(rule.param("min_tools")),
        length_tolerance_cm=rule.param("length_tolerance_cm"),
        max_pairs_out_of_order=int(rule.param("max_pairs_out_of_order")),
        max_rows=int(rule.param("max_rows")),
    )


def _neat(rules: RuleSet) -> NeatDemands | None:
    rule = rules.item("tools.neat")
    if rule is None:
        return None
    return NeatDemands(
        min_tools=int(rule.param("min_tools")),
        max_angle_deg=rule.param("max_angle_deg"),
        elongated_ratio=rule.param("elongated_ratio"),
        min_gap_cm=rule.param("min_gap_cm"),
    )
