"""What differs between two versions of the rules, number by number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.rules import ItemRule, RuleSet
from pipeline.visit import ServiceType


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One thing that differs, named as it stands in the files: `items.badge.visible.weight`.

    before, after: as text; None where one of the versions doesn't have it. services: of which types.
    """

    path: str
    before: str | None
    after: str | None
    services: tuple[ServiceType, ...]


def rule_changes(
    old: Mapping[ServiceType, RuleSet], new: Mapping[ServiceType, RuleSet]
) -> tuple[RuleChange, ...]:
    """By path; what changes alike for several service types is one change."""
    services: dict[tuple[str, str | None, str | None], list[ServiceType]] = {}
    for service in sorted({*old, *new}):
        before, after = _flat(old.get(service)), _flat(new.get(service))
        for path in before.keys() | after.keys():
            pair = before.get(path), after.get(path)
            if pair[0] != pair[1]:
                services.setdefault((path, *pair), []).append(service)
    changes = (RuleChange(*change, tuple(of)) for change, of in services.items())
    return tuple(sorted(changes, key=lambda one: (one.path, one.services)))


def _flat(rules: RuleSet | None) -> dict[str, str]:
    if rules is None:
        return {}
    flat = {
        "version": rules.version,
        "objects": ", ".join(rules.objects),
        "near_threshold": f"{rules.near_threshold:.15g}",
        "spot_check_share": f"{rules.spot_check_share:.15g}",
        "blind_share": f"{rules.blind_share:.15g}",
        "cutoffs.excellent": f"{rules.cutoffs.excellent:.15g}",
        "cutoffs.good": f"{rules.cutoffs.good:.15g}",
        "cutoffs.pass": f"{rules.cutoffs.passing:.15g}",
    }
    flat |= {f"confidence.{label}": f"{value:.15g}" for label, value in rules.confidence.items()}
    return flat | {path: text for item in rules.items for path, text in _flat_item(item)}


def _flat_item(item: ItemRule) -> Iterator[tuple[str, str]]:
    start = f"items.{item.item_id}"
    yield f"{start}.weight", f"{item.weight:.15g}"
    yield f"{start}.critical", str(item.critical).lower()
    yield f"{start}.unproven", str(item.unproven).lower()
    yield f"{start}.two_people", str(item.two_people).lower()
    yield f"{start}.stages", ", ".join(stage.value for stage in item.stages)
    yield f"{start}.title", f"{item.title.zh} / {item.title.en}"
    yield f"{start}.clause", f"{item.clause.zh} / {item.clause.en}"
    for name, value in item.params.items():
        yield f"{start}.params.{name}", f"{value:.15g}"
