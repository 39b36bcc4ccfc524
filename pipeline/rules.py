"""What is demanded: a rule set is data (YAML under pipeline/rulesets), loaded by `storage.rule_files`.

Nothing here reads a file. Thresholds, tolerances and weights live in the rule set and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.visit import ServiceType, Stage


class Grade(StrEnum):
    """The standard's own four grades (B), best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"
    FAIL = "fail"

    @property
    def label_zh(self) -> str:
        return {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格"}[self.value]


@dataclass(frozen=True, slots=True)
class BilingualText:
    """The same words in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One evidence item as a rule set demands it.

    weight: share of the score; 0 means a remark, shown and never scored.
    critical: a failure caps the grade at FAIL.
    stages: where the evidence is looked for; empty means all stages.
    unproven: the observation behind it has no proof on real pictures, so `pass` and `fail` are at most
        `confirm` ("seen, please confirm") until a customer has tuned it.
    params: thresholds and tolerances of this item, by documented names with units.
    two_people: an auditor's decision on this item needs a second person who agrees.
    """

    item_id: str
    title: BilingualText
    clause: BilingualText
    sources: tuple[str, ...]
    weight: float
    critical: bool
    stages: tuple[Stage, ...]
    unproven: bool = False
    params: Mapping[str, float] = field(default_factory=dict)
    two_people: bool = False

    def param(self, name: str) -> float:
        """A parameter by name; the loader has made sure that it is there."""
        return self.params[name]


@dataclass(frozen=True, slots=True)
class GradeCutoffs:
    """Least scores (0..100) for the three better grades. Raises ValueError unless descending."""

    excellent: float
    good: float
    passing: float

    def __post_init__(self) -> None:
        if not 100 >= self.excellent > self.good > self.passing >= 0:
            raise ValueError("grade cut-offs must descend: excellent > good > pass, within 0..100")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that is demanded of one service type, under one version.

    confidence: per detector label, the least confidence that counts as seen.
    near_threshold: a decision closer than this share of its threshold asks for a person.
    blind_share: of the flagged visits, the share that auditors decide blind, as they do all spot checks.
    objects: detector labels that count as the thing worked on (操作对象); empty: can't be checked.
    digest: of the merged rules, so that a report can name exactly what it was judged by.
    """

    name: str
    version: str
    digest: str
    service_type: ServiceType
    items: tuple[ItemRule, ...]
    confidence: Mapping[str, float]
    objects: tuple[str, ...]
    cutoffs: GradeCutoffs
    near_threshold: float
    spot_check_share: float
    blind_share: float = 0.0

    def item(self, item_id: str) -> ItemRule | None:
        """The rule of an item, None where it does not apply to this service type."""
        return next((rule for rule in self.items if rule.item_id == item_id), None)
