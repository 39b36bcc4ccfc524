"""One number of a rule set, read and set by its path, such as `items.time.order.params.tolerance_min`."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from pipeline.errors import RulesError
from pipeline.layout.demands import demands_of
from pipeline.rules import ItemRule, RuleSet
from pipeline.tuning.sweeps import ParameterKind, ParameterPath

_TOP = ("near_threshold", "spot_check_share", "blind_share")
_CUTOFFS = {"excellent": "excellent", "good": "good", "pass": "passing"}
"""As the files name them -> as `GradeCutoffs` does."""
_SHARES = (ParameterKind.CONFIDENCE, ParameterKind.TOP)
_STEPS = 40


def parse(text: str) -> ParameterPath:
    """Raises RulesError for what can't be the path of a number; whether a rule set has it is not asked."""
    match text.split("."):
        case ["confidence", label]:
            return ParameterPath(ParameterKind.CONFIDENCE, label)
        case ["cutoffs", name] if name in _CUTOFFS:
            return ParameterPath(ParameterKind.CUTOFF, name)
        case [name] if name in _TOP:
            return ParameterPath(ParameterKind.TOP, name)
        case ["items", *owner, "params", name] if owner:
            return ParameterPath(ParameterKind.PARAM, name, ".".join(owner))
        case ["items", *owner, "weight"] if owner:
            return ParameterPath(ParameterKind.WEIGHT, "weight", ".".join(owner))
    raise RulesError(
        f"{text!r} is no number of a rule set: wanted confidence.LABEL, items.ITEM.params.NAME, "
        "items.ITEM.weight, cutoffs.excellent, cutoffs.good, cutoffs.pass, or " + ", ".join(_TOP)
    )


def paths_of(rules: RuleSet) -> Iterator[ParameterPath]:
    """Every number of a rule set."""
    for label in rules.confidence:
        yield ParameterPath(ParameterKind.CONFIDENCE, label)
    for rule in rules.items:
        yield ParameterPath(ParameterKind.WEIGHT, "weight", rule.item_id)
        for name in rule.params:
            yield ParameterPath(ParameterKind.PARAM, name, rule.item_id)
    for name in _CUTOFFS:
        yield ParameterPath(ParameterKind.CUTOFF, name)
    for name in _TOP:
        yield ParameterPath(ParameterKind.TOP, name)


def value_in(rules: RuleSet, path: ParameterPath) -> float | None:
    """The number's value, None where the rule set has none (an item that does not apply)."""
    match path.kind:
        case ParameterKind.CONFIDENCE:
            return rules.confidence.get(path.name)
        case ParameterKind.PARAM:
            rule = rules.item(path.owner)
            return rule.params.get(path.name) if rule else None
        case ParameterKind.WEIGHT:
            rule = rules.item(path.owner)
            return rule.weight if rule else None
        case ParameterKind.CUTOFF:
            return float(getattr(rules.cutoffs, _CUTOFFS[path.name]))
        case ParameterKind.TOP:
            return float(getattr(rules, path.name))


def with_value(rules: RuleSet, path: ParameterPath, value: float) -> RuleSet:
    """The rule set with another value for one number, and named by it. Raises RulesError if impossible."""
    if value_in(rules, path) is None:
        raise RulesError(f"rule set {rules.name!r} has no {path}")
    if value < 0 or (path.kind in _SHARES and value > 1):
        limits = "0 to 1" if path.kind in _SHARES else "0 or more"
        raise RulesError(f"{path} = {value:g}: wanted {limits}")
    digest = hashlib.sha256(f"{rules.digest} {path} {value!r}".encode()).hexdigest()
    try:
        changed = _changed(rules, path, value)
        # Sizes that can't be (of a cloth, say) are found out when the demands are put together.
        demands_of(changed)
    except ValueError as error:
        raise RulesError(f"{path} = {value:g}: {error}") from error
    return replace(changed, version=f"{rules.version}, {path} = {value:g}", digest=digest)


def default_values(rules: RuleSet, path: ParameterPath) -> tuple[float, ...]:
    """Values worth trying where nobody says which: from nothing to twice the present one, within the limits.

    Raises RulesError where the rule set has no such number.
    """
    present = value_in(rules, path)
    if present is None:
        raise RulesError(f"rule set {rules.name!r} has no {path}")
    low, high = _limits(rules, path, present)
    return spread(low, high, _STEPS)


def spread(low: float, high: float, steps: int) -> tuple[float, ...]:
    """`steps` + 1 values, evenly from low to high. Raises RulesError unless these ascend."""
    if not (low < high and steps >= 1):
        raise RulesError(
            f"values from {low:g} to {high:g} in {steps} steps: wanted ascending, at least one step"
        )
    return tuple(round(low + (high - low) * step / steps, 6) for step in range(steps + 1))


def _limits(rules: RuleSet, path: ParameterPath, present: float) -> tuple[float, float]:
    if path.kind is ParameterKind.CONFIDENCE:
        return 0.05, 0.95
    if path.kind is ParameterKind.CUTOFF:
        cutoffs = rules.cutoffs
        between = {
            "excellent": (cutoffs.good, 100.0),
            "good": (cutoffs.passing, cutoffs.excellent),
            "pass": (0.0, cutoffs.good),
        }
        low, high = between[path.name]
        return low + 0.5, high - 0.5
    # A thing without a size can't be looked for.
    low = present / 2 if path.name.endswith("_cm") else 0.0
    return low, min(1.0, 2 * present or 1.0) if path.kind is ParameterKind.TOP else 2 * present or 1.0


def _changed(rules: RuleSet, path: ParameterPath, value: float) -> RuleSet:
    match path.kind:
        case ParameterKind.CONFIDENCE:
            return replace(rules, confidence={**rules.confidence, path.name: value})
        case ParameterKind.PARAM | ParameterKind.WEIGHT:
            items = (_item(rule, path, value) if rule.item_id == path.owner else rule for rule in rules.items)
            return replace(rules, items=tuple(items))
        case ParameterKind.CUTOFF:
            return replace(rules, cutoffs=replace(rules.cutoffs, **{_CUTOFFS[path.name]: value}))
        case ParameterKind.TOP:
            return replace(rules, **{path.name: value})  # type: ignore[arg-type]  # one of _TOP


def _item(rule: ItemRule, path: ParameterPath, value: float) -> ItemRule:
    if path.kind is ParameterKind.WEIGHT:
        return replace(rule, weight=value)
    return replace(rule, params={**rule.params, path.name: value})
