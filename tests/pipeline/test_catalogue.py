"""The catalogue of the standard, the rule sets and the checks: no row is missing in any of them."""

import re
from pathlib import Path

import pytest

from pipeline.checks.registry import CHECKS, COMMON_PARAMS, required_params
from pipeline.checks.remarks import not_yet
from pipeline.checks.words import LABELS
from pipeline.visit import ServiceType

ROW = re.compile(r"^\| `([a-z_.]+)` \|(.*)\|$", re.MULTILINE)
ALL = frozenset(ServiceType)
INDOOR = ALL - {ServiceType.NO_ANSWER}
AT_THE_DOOR = {"tools.bag_placed", "site.clean", "leaflet.given", "rag.brought", "kit.five"}
"""What no_answer.yaml leaves out: asked for in a home, where nobody gets to."""


@pytest.fixture(scope="module")
def catalogue(shared_folder: Path) -> dict[str, list[str]]:
    """The cells of each row of the item table, by the item's id."""
    text = (shared_folder / "standard.md").read_text(encoding="utf-8")
    return {item_id: [cell.strip() for cell in cells.split("|")] for item_id, cells in ROW.findall(text)}


def service_types(cell: str, previous: frozenset[ServiceType]) -> frozenset[ServiceType]:
    """The service types that a cell of the table names."""
    if cell == "same":
        return previous
    if cell in ("all indoor", "all but no_answer"):
        return INDOOR
    if cell == "all" or cell.startswith("C: all"):
        return ALL
    return frozenset(ServiceType(name.strip()) for name in cell.split(","))


@pytest.mark.shared
def test_every_row_is_an_item_and_has_a_check(bench, catalogue):
    items = {rule.item_id for rules in bench.rule_sets.values() for rule in rules.items}
    assert len(catalogue) >= 37
    assert items == set(catalogue)
    assert set(CHECKS) == set(catalogue)


@pytest.mark.shared
def test_service_types_are_those_of_the_catalogue(bench, catalogue):
    previous: frozenset[ServiceType] = ALL
    for item_id, cells in catalogue.items():
        previous = service_types(cells[2], previous)
        shipped = {service for service, rules in bench.rule_sets.items() if rules.item(item_id)}
        left_out = {ServiceType.NO_ANSWER} if item_id in AT_THE_DOOR else set()
        assert shipped == previous - left_out, item_id


@pytest.mark.shared
def test_sources_are_those_of_the_catalogue(bench, catalogue):
    for item_id, cells in catalogue.items():
        rules = [rule for rules in bench.rule_sets.values() if (rule := rules.item(item_id))]
        assert all(set(rule.sources) == set(re.findall(r"[A-D]", cells[3])) for rule in rules), item_id


@pytest.mark.shared
def test_remarks_of_the_catalogue_have_no_weight(bench, catalogue):
    for item_id, cells in catalogue.items():
        rules = [rule for rules in bench.rule_sets.values() if (rule := rules.item(item_id))]
        if "remark only" in cells[4]:
            assert all(rule.weight == 0 for rule in rules), item_id


def test_every_rule_gives_exactly_the_parameters_that_its_check_reads(bench):
    for rules in bench.rule_sets.values():
        for rule in rules.items:
            given = set(rule.params)
            assert required_params(rule.item_id) <= given, rule.item_id
            assert given <= required_params(rule.item_id) | COMMON_PARAMS, rule.item_id


def test_an_item_without_an_observation_scores_nothing(bench):
    """What can't be checked must not weigh anything that somebody could count on."""
    unchecked = {
        item_id for item_id, check in CHECKS.items() if check.decide.__qualname__.startswith(not_yet.__name__)
    }
    assert len(unchecked) == 9
    for rules in bench.rule_sets.values():
        assert all(rule.weight == 0 for rule in rules.items if rule.item_id in unchecked)


def test_what_lies_behind_an_unproven_label_is_unproven(bench):
    for rules in bench.rule_sets.values():
        for item_id in ("shoe_cover.worn", "cloth.laid", "tools.on_cloth", "document.signed", "site.clean"):
            rule = rules.item(item_id)
            assert rule is None or rule.unproven


def test_every_label_has_a_threshold_and_words(bench):
    for rules in bench.rule_sets.values():
        assert set(rules.confidence) == set(LABELS)
        assert all(0 < value < 1 for value in rules.confidence.values())


def test_the_weights_of_each_service_type_are_worth_grading(bench):
    for rules in bench.rule_sets.values():
        assert sum(rule.weight for rule in rules.items) >= 80
        assert any(rule.critical for rule in rules.items)
