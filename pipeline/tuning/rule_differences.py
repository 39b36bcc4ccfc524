"""Where two versions of the rules differ: value by value, service types with the same difference together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pipeline.rules import RuleSet
from pipeline.visit import ServiceType

_NAMES = frozenset({"digest", "service_type"})


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """One value: `items.badge.visible.weight`, `confidence.badge`. before, after: as text, None where the
    rules don't have it."""

    path: str
    before: str | None
    after: str | None
    service_types: tuple[ServiceType, ...]


def differences(
    old: Mapping[ServiceType, RuleSet], new: Mapping[ServiceType, RuleSet]
) -> tuple[RuleDifference, ...]:
    """Everything in which two versions differ, in order of path; an item that is new or gone is one
    difference, not one for each of its values."""
    found: defaultdict[tuple[str, str | None, str | None], list[ServiceType]] = defaultdict(list)
    for service in ServiceType:
        before, after = _values(old.get(service)), _values(new.get(service))
        for path in sorted({*before, *after}):
            pair = before.get(path), after.get(path)
            if pair[0] != pair[1] and not _is_part_of_one(path, before, after):
                found[path, *pair].append(service)
    return tuple(RuleDifference(*key, tuple(services)) for key, services in sorted(found.items(), key=_order))


def _values(rules: RuleSet | None) -> dict[str, str]:
    """Path -> value, as text."""
    if rules is None:
        return {}
    values = asdict(rules)
    items = {item.pop("item_id"): item for item in values.pop("items")}
    own = {name: value for name, value in values.items() if name not in _NAMES}
    there = {f"items.{item_id}": "applies" for item_id in items}
    return {**dict(_flat("", own)), **dict(_flat("items.", items)), **there}


def _flat(prefix: str, values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        elif isinstance(value, tuple):
            yield f"{prefix}{name}", ", ".join(map(str, value))
        else:
            yield f"{prefix}{name}", str(value)


def _is_part_of_one(path: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether it belongs to an item that only one side has."""
    lone = before.keys() ^ after.keys()
    return any(path.startswith(f"{item}.") for item in lone if item.startswith("items.") and item != path)


def _order(found: tuple[tuple[str, str | None, str | None], list[ServiceType]]) -> tuple[str, str, str]:
    (path, before, after), _ = found
    return path, before or "", after or ""
