"""Rule sets as JSON, whole and merged: what was approved is judged by, whatever the program ships later."""

import json
from collections.abc import Mapping
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import StorageError
from pipeline.rules import RuleSet
from pipeline.visit import ServiceType
from storage.codec import canonical_json, digest_of
from storage.validation import sentences

_RULE_SET = TypeAdapter(RuleSet)
_RULE_SETS = TypeAdapter(dict[ServiceType, RuleSet])


def rule_set_digest(rules: RuleSet) -> str:
    """Hex SHA-256 of what a rule set says, name and version included, whatever `digest` holds."""
    return digest_of(_RULE_SET.dump_python(replace(rules, digest=""), mode="json", warnings="error"))


def rules_digest(rule_sets: Mapping[ServiceType, RuleSet]) -> str:
    """Hex SHA-256 that names the rules of all service types together, by what they say and their versions."""
    return digest_of({service.value: rule_set_digest(rules) for service, rules in rule_sets.items()})


def rule_sets_to_json(rule_sets: Mapping[ServiceType, RuleSet]) -> str:
    return canonical_json(_RULE_SETS.dump_python(dict(rule_sets), mode="json", warnings="error"))


def rule_sets_from_json(text: str) -> dict[ServiceType, RuleSet]:
    """Raises StorageError for anything that `rule_sets_to_json` did not write."""
    try:
        return _RULE_SETS.validate_json(text)
    except ValidationError as error:
        raise StorageError(f"kept rule sets can't be read: {'; '.join(sentences(error))}") from error


def released_body(files: Mapping[str, str], rule_sets: Mapping[ServiceType, RuleSet]) -> str:
    """The content of a release of rules: the files as people wrote them, and what they come to."""
    return canonical_json({"files": dict(files), "rule_sets": json.loads(rule_sets_to_json(rule_sets))})


def files_of(body: str) -> Mapping[str, str]:
    """File name -> text of a released folder."""
    files: dict[str, str] = json.loads(body)["files"]
    return files


def rule_sets_of(body: str) -> dict[ServiceType, RuleSet]:
    """The merged rules of a released folder. Raises StorageError where they can't be read."""
    return rule_sets_from_json(canonical_json(json.loads(body)["rule_sets"]))
