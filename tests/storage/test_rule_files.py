"""Rule files: the shipped ones load, a customer's go over them, and a typo stops with its line."""

from pathlib import Path

import pytest

from pipeline.errors import RulesError
from pipeline.visit import ServiceType, Stage
from storage.rule_files import load_changed, load_rule_sets

HEAD = 'extends: standard.yaml\nname: ours\nversion: "7"\nservice_type: repair\nobjects: [gas_meter]\n'
LABELS = {"badge", "shoe_cover", "shoe", "work_cloth", "tool", "person", "document", "tool_bag", "gas_meter"}


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_service_type_has_a_shipped_rule_set() -> None:
    rules = load_rule_sets()
    assert set(rules) == set(ServiceType)
    for service_type, rule_set in rules.items():
        assert rule_set.service_type is service_type
        assert set(rule_set.confidence) == LABELS
        assert set(rule_set.objects) <= LABELS
        assert any(rule.weight > 0 for rule in rule_set.items)
        assert all(
            rule.title.zh and rule.title.en and rule.clause.zh and rule.sources for rule in rule_set.items
        )
    assert len({rule_set.digest for rule_set in rules.values()}) == len(ServiceType)


def test_items_are_the_ones_that_apply() -> None:
    rules = load_rule_sets()
    assert rules[ServiceType.NO_ANSWER].item("wait.kept") is not None
    assert rules[ServiceType.REPAIR].item("wait.kept") is None
    assert rules[ServiceType.NO_ANSWER].item("document.signed") is None


def test_a_customers_file_replaces_the_shipped_one_of_its_service_type(tmp_path: Path) -> None:
    shipped = load_rule_sets()
    items = """items:
  badge.visible: {weight: 33, critical: false, stages: [entry]}
  wait.kept: {applies: true}
  cloth.laid: {applies: false}
confidence: {badge: 0.9}
"""
    rules = load_rule_sets(folder_with(tmp_path, anything=HEAD + items))
    ours, before = rules[ServiceType.REPAIR], shipped[ServiceType.REPAIR]
    badge, badge_before = ours.item("badge.visible"), before.item("badge.visible")
    assert badge is not None
    assert badge_before is not None
    assert (badge.weight, badge.critical, badge.stages) == (33, False, (Stage.ENTRY,))
    assert (badge.title, badge.params) == (badge_before.title, badge_before.params)
    assert ours.item("wait.kept") is not None
    assert ours.item("cloth.laid") is None
    assert ours.confidence == {**before.confidence, "badge": 0.9}
    assert (ours.name, ours.objects) == ("ours", ("gas_meter",))
    assert ours.version.startswith("7")
    assert ours.digest != before.digest
    others = set(ServiceType) - {ServiceType.REPAIR}
    assert {rules[other] == shipped[other] for other in others} == {True}


def test_a_customers_standard_changes_every_service_type(tmp_path: Path) -> None:
    items = "items:\n  unique.media: {weight: 50, params: {max_hash_distance: 2}}\n"
    standard = 'version: "c1"\ncutoffs: {good: 80}\n' + items
    shipped, rules = load_rule_sets(), load_rule_sets(folder_with(tmp_path, standard=standard))
    for service_type, rule_set in rules.items():
        unique = rule_set.item("unique.media")
        assert unique is not None
        assert (unique.weight, unique.param("max_hash_distance")) == (50, 2)
        assert rule_set.cutoffs.good == 80
        assert rule_set.cutoffs.excellent == shipped[service_type].cutoffs.excellent
        assert "c1" in rule_set.version


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "items:\n  badge.visble: {weight: 1}\n", 7, "nearest valid: 'badge.visible'"),
        (HEAD + "items:\n  badge.visible:\n    wieght: 1\n", 8, "nearest valid: 'weight'"),
        (
            HEAD + "items:\n  time.order:\n    params:\n      tolerance_mins: 1\n",
            9,
            "nearest valid: 'tolerance_min'",
        ),
        (
            HEAD + "items:\n  badge.visible:\n    stages: [entry,\n      durring]\n",
            9,
            "nearest valid: 'during'",
        ),
        (HEAD + "items:\n  badge.visible:\n    applies_to: [repiar]\n", 8, "nearest valid: 'repair'"),
        (HEAD + "items:\n  badge.visible:\n    title: {zn: x}\n", 8, "valid: en, zh"),
        (HEAD + "items:\n  badge.visible:\n    weight: heavy\n", 8, "'heavy'"),
        (HEAD + "items:\n  badge.visible:\n    weight: .nan\n", 8, "weight"),
        (HEAD + "items:\n  badge.visible: {weight: 1}\n  badge.visible: {weight: 2}\n", 8, "duplicate key"),
        (HEAD + "items:\n  unique.media: {params: {max_hash_distance: 12}}\n", 7, "at most 7"),
        (HEAD + "confidence: {bagde: 0.5}\n", 6, "nearest valid: 'badge'"),
        (HEAD + "confidence: {badge: 1.5}\n", 6, "less than or equal to 1"),
        (HEAD + "cutofs: {good: 1}\n", 6, "nearest valid: 'cutoffs'"),
        (HEAD + "cutoffs: {god: 1}\n", 6, "nearest valid: 'good'"),
        (HEAD + "cutoffs: {good: 99}\n", 6, "wanted excellent > good > pass"),
        (HEAD.replace("gas_meter", "gas_metre"), 5, "nearest valid: 'gas_meter'"),
        (HEAD.replace("repair", "repiar"), 4, "nearest valid: 'repair'"),
        (HEAD.replace('"7"', "7"), 3, "version = 7"),
        (HEAD.replace("standard.yaml", "other.yaml"), 1, "'standard.yaml'"),
        (HEAD.replace("name: ours\n", ""), 1, "name is missing"),
        (HEAD + "items: [\n", 7, ""),
        ("- a list\n", 1, "keys and values"),
        ("", 1, "keys and values"),
    ],
)
def test_a_mistake_stops_with_file_line_and_remedy(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_rule_sets(folder_with(tmp_path, mine=text))
    assert f"mine.yaml, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_customers_standard_is_checked_like_the_others(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"standard\.yaml, line 3: .*'badge\.visible'"):
        load_rule_sets(folder_with(tmp_path, standard='version: "1"\nitems:\n  badge.visibel: {weight: 1}\n'))


def test_folders_that_can_not_be_meant(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="no such folder"):
        load_rule_sets(tmp_path / "nowhere")
    with pytest.raises(RulesError, match="repair has a file already"):
        load_rule_sets(folder_with(tmp_path, one=HEAD, two=HEAD))
    (tmp_path / "one.yaml").rename(tmp_path / "one.yml")
    with pytest.raises(RulesError, match=r"one\.yml: rule files end in \.yaml"):
        load_rule_sets(tmp_path)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match=r"mine\.yaml"):
        load_rule_sets(tmp_path)


def test_one_file_changes_the_standard_or_one_service_type(tmp_path: Path) -> None:
    ours = folder_with(tmp_path, standard='version: "ours"\nconfidence: {tool: 0.9}\n')
    trial = tmp_path / "trial.txt"
    trial.write_text('version: "trial"\nconfidence: {badge: 0.7}\n', encoding="utf-8")
    changed = load_changed(ours, trial)
    for rules in changed.values():
        assert (rules.confidence["badge"], rules.confidence["tool"]) == (0.7, 0.9)
        assert "standard trial" in rules.version
    trial.write_text(HEAD + "items: {}\n", encoding="utf-8")
    changed = load_changed(ours, trial)
    assert {service for service, rules in changed.items() if rules.name == "ours"} == {ServiceType.REPAIR}
    assert changed[ServiceType.CLEANING] == load_rule_sets(ours)[ServiceType.CLEANING]
    assert load_changed(None, ours) == load_rule_sets(ours)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no such file or folder"),
        ('version: "t"\nconfidence: {bagde: 1}\n', "line 2: unknown name confidence.bagde"),
        ('version: "t"\ncutoffs: {good: 95}\n', "excellent > good > pass"),
    ],
)
def test_a_mistake_in_one_file_is_named_too(tmp_path: Path, text: str | None, told: str) -> None:
    trial = tmp_path / "trial.yaml"
    if text is not None:
        trial.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        load_changed(None, trial)


def test_a_digest_names_the_rules_and_not_how_they_are_written(tmp_path: Path) -> None:
    spread = HEAD + "items:\n  badge.visible:\n    # more\n    weight: 5.0\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = load_rule_sets(folder_with(tmp_path / "a", x=HEAD + "items: {badge.visible: {weight: 5}}\n"))
    two = load_rule_sets(folder_with(tmp_path / "b", y=spread))
    assert one[ServiceType.REPAIR].digest == two[ServiceType.REPAIR].digest
