"""What is shipped together fits together."""

from models.registry import load_registry
from storage.rule_files import load_rule_sets


def test_rule_sets_start_from_the_shipped_detectors_operating_points() -> None:
    suggested = dict(load_registry().entry().suggested_confidence)
    for rules in load_rule_sets().values():
        assert dict(rules.confidence) == suggested, rules.name


def test_what_the_detector_has_no_proof_for_never_passes_or_fails_by_itself() -> None:
    unproven = set(load_registry().entry().unproven)
    resting_on = {
        "shoe_cover.worn": {"shoe_cover", "shoe"},
        "cloth.laid": {"work_cloth"},
        "tools.on_cloth": {"work_cloth"},
        "document.signed": {"document"},
        "tools.bag_placed": {"tool_bag"},
        "object.visible": {"gas_meter"},
        "frame.complete": {"gas_meter"},
    }
    for rules in load_rule_sets().values():
        for item in rules.items:
            if resting_on.get(item.item_id, set()) & unproven:
                assert item.unproven, f"{rules.name}: {item.item_id}"
