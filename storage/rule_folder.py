"""A folder of rule files as one thing with one version: what a release is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RulesError
from pipeline.rules import RuleSet
from pipeline.visit import ServiceType
from storage.rule_codec import rules_digest
from storage.rule_files import load_rule_sets, shipped_version
from storage.rule_model import STANDARD_FILE
from storage.rule_source import RuleSource


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """version: that of its standard.yaml, which every report names. files: name -> text. rule_sets: merged
    with what ships. digest: of all of them together."""

    version: str
    digest: str
    files: Mapping[str, str]
    rule_sets: Mapping[ServiceType, RuleSet]


def read_rule_folder(folder: Path) -> RuleFolder:
    """The folder, checked like one that a night judges by.

    Raises RulesError, also where it has no standard.yaml to name it, or has changed something and bears the
    version that ships.
    """
    rule_sets = load_rule_sets(folder)
    standard = folder / STANDARD_FILE
    if not standard.is_file():
        raise RulesError(
            f"{folder}: {STANDARD_FILE} is missing: a release is named by the version in it; a file with "
            '`version: "2026-12-01"` alone will do'
        )
    version = str(RuleSource(standard).values["version"])
    digest = rules_digest(rule_sets)
    if version == shipped_version() and digest != rules_digest(load_rule_sets()):
        raise RulesError(
            f"{standard}: version {version!r} is that of the shipped rules, which say something else: give "
            "yours a new one"
        )
    return RuleFolder(version, digest, _texts(folder), rule_sets)


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}
