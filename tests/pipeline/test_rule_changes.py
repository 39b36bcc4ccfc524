"""What differs between two versions of the rules."""

from dataclasses import replace

from pipeline.tuning.rule_changes import RuleChange, rule_changes
from pipeline.visit import ServiceType
from storage.rule_files import load_rule_sets


def test_equal_rules_differ_in_nothing() -> None:
    rules = load_rule_sets()
    assert rule_changes(rules, rules) == ()


def test_what_changes_alike_is_one_change() -> None:
    old = load_rule_sets()
    new = {
        service: replace(rules, confidence={**rules.confidence, "badge": 0.77})
        for service, rules in old.items()
    }
    (change,) = rule_changes(old, new)
    was = f"{old[ServiceType.REPAIR].confidence['badge']:g}"
    assert change == RuleChange("confidence.badge", was, "0.77", tuple(sorted(old)))


def test_what_is_there_once_only_is_named_so() -> None:
    rules = load_rule_sets()[ServiceType.REPAIR]
    without = replace(rules, items=rules.items[1:])
    changes = rule_changes({ServiceType.REPAIR: rules}, {ServiceType.REPAIR: without})
    assert changes
    assert all(one.path.startswith(f"items.{rules.items[0].item_id}.") for one in changes)
    assert {one.after for one in changes} == {None}
