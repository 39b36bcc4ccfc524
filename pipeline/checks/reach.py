"""What else of a rule set an item's check looks at, beside the item's own rule.

By it a replay knows which results a change of rules can't touch, and doesn't find them again. An item that is
not named here is taken to look at everything, so leaving one out costs time and never truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.checks.remarks import FIVE
from pipeline.clock_readings import Tolerances
from pipeline.rules import ItemRule, RuleSet
from pipeline.stages import TELLING_LABELS
from pipeline.stamp_confidence import LeastConfidence, least_confidence


@dataclass(frozen=True, slots=True)
class Reach:
    """labels: detector labels whose confidence is asked for. objects: whether those of the thing worked on
    are too. rules: other items whose rules are looked at. results: other items whose results are."""

    labels: frozenset[str] = frozenset()
    objects: bool = False
    rules: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()


def _labels(*labels: str) -> Reach:
    return Reach(frozenset(labels))


_NOTHING_ELSE = Reach()
_CLOCKS = Reach(rules=frozenset({"time.window", "time.consistent"}))

# The cloth's size and who holds a tool stand in two items' rules; the layout is judged by them for all four.
_LAYOUT = Reach(
    frozenset({"work_cloth", "tool", "person"}), rules=frozenset({"cloth.laid", "tools.on_cloth"})
)

REACHES: Mapping[str, Reach] = {
    "time.watermark": _CLOCKS,
    "time.consistent": _CLOCKS,
    "time.window": _CLOCKS,
    "time.punctual": _CLOCKS,
    "time.order": _CLOCKS,
    "time.notice": _CLOCKS,
    "wait.kept": _CLOCKS,
    "unique.media": _NOTHING_ELSE,
    "authentic.media": _CLOCKS,
    "video.unbroken": _CLOCKS,
    "badge.visible": _labels("badge"),
    "badge.position": _labels("badge", "person"),
    "badge.identity": _labels("badge"),
    "shoe_cover.worn": _labels("shoe_cover", "shoe"),
    "frame.complete": Reach(frozenset({"badge"}), objects=True),
    "object.visible": Reach(objects=True),
    "cloth.laid": _LAYOUT,
    "tools.on_cloth": _LAYOUT,
    "tools.order": _LAYOUT,
    "tools.neat": _LAYOUT,
    "tools.bag_placed": _labels("tool_bag"),
    "document.signed": _labels("document"),
    "departure.checked": _labels("document"),
    "leaflet.given": _labels("document"),
    "uniform.worn": _NOTHING_ELSE,
    "protection.laid": _NOTHING_ELSE,
    "parts.shown": _NOTHING_ELSE,
    "bag.marked": _NOTHING_ELSE,
    "shoes.dark_flat": _NOTHING_ELSE,
    "rag.brought": _NOTHING_ELSE,
    "window.opened": _NOTHING_ELSE,
    "booth.set": _NOTHING_ELSE,
    "conduct.clean": _NOTHING_ELSE,
    "kit.five": Reach(rules=frozenset(FIVE), results=frozenset(FIVE)),
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What a change from one rule set to another can touch.

    items: whose results may differ. clocks: other stamps are believed, or clocks are held against other
    tolerances. stages: a file without a stage may be placed elsewhere. Where either is so, any result may
    differ.
    """

    items: frozenset[str]
    clocks: bool
    stages: bool

    def touches(self, has_unplaced_media: bool) -> bool:
        """Whether the files themselves are seen otherwise, and with them every item."""
        return self.clocks or (self.stages and has_unplaced_media)


def change_between(old: RuleSet, new: RuleSet) -> RuleChange:
    """Which items of `new` must be judged where those of `old` are judged already."""
    labels = _changed(old.confidence, new.confidence)
    rules = _changed(
        {rule.item_id: _demand(rule) for rule in old.items},
        {rule.item_id: _demand(rule) for rule in new.items},
    )
    others = old.objects != new.objects
    objects = others or bool(labels & {*old.objects, *new.objects})
    touched = {
        rule.item_id
        for rule in new.items
        if rule.item_id in rules or _sees(rule.item_id, labels, objects, rules)
    }
    summing = {item_id for item_id, reach in REACHES.items() if reach.results & (touched | rules)}
    return RuleChange(
        items=frozenset(touched | {rule.item_id for rule in new.items if rule.item_id in summing}),
        clocks=_clocks(old) != _clocks(new),
        stages=bool(labels & TELLING_LABELS.keys()),
    )


def _clocks(rules: RuleSet) -> tuple[Tolerances, LeastConfidence | None]:
    """What decides how files are seen before an item is judged (`pipeline.report.view_media`)."""
    return Tolerances.of(rules), least_confidence(rules)


def _sees(item_id: str, labels: frozenset[str], objects: bool, rules: frozenset[str]) -> bool:
    reach = REACHES.get(item_id)
    if reach is None:
        return bool(labels or objects or rules)
    return bool(reach.labels & labels or (reach.objects and objects) or reach.rules & rules)


def _demand(rule: ItemRule) -> ItemRule:
    """The rule without what only the score and the auditors' work depend on."""
    return replace(rule, weight=0.0, critical=False, two_people=False)


def _changed(old: Mapping[str, object], new: Mapping[str, object]) -> frozenset[str]:
    """The names whose values differ, or that only one of them has."""
    missing = object()
    return frozenset(name for name in {*old, *new} if old.get(name, missing) != new.get(name, missing))
