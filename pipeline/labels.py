"""Decisions as labels: what auditors say that items should have been, for tuning rules against.

All visits of one technician are in one split: pictures of one person, phone and badge are near-copies of each
other, and near-copies on both sides make figures look better than they are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.auditing import Decision, ItemDecision, ItemWord, Role
from pipeline.results import EvidenceRef, Leaning, Outcome, VisitReport


class Split(StrEnum):
    """What a label may be used for."""

    TRAIN = "train"
    TUNE = "tune"
    TEST = "test"


_SHARES = ((Split.TRAIN, 0.7), (Split.TUNE, 0.85), (Split.TEST, 1.0))
"""Up to which part of the hash range a source belongs to each."""


@dataclass(frozen=True, slots=True)
class LabelWord:
    """What one person said of the item, the last time. No name: a number and a role."""

    user_id: int
    role: Role
    right_outcome: Outcome
    reason: str
    blind: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Label:
    """One item of one report with what it should have been.

    right_outcome: by the newest decision that speaks of it. disputed: people said different things of the
    same report; `words` has them all, oldest first. source: stands for the technician; equal ones share a
    split.
    """

    visit_id: str
    report_digest: str
    item_id: str
    service_type: str
    rule_set: str
    rule_version: str
    outcome_by_system: Outcome
    leaning: Leaning | None
    right_outcome: Outcome
    disputed: bool
    words: tuple[LabelWord, ...]
    evidence: tuple[EvidenceRef, ...]
    source: str
    split: Split

    @property
    def overturned(self) -> bool:
        return self.right_outcome is not self.outcome_by_system


def labels_of(
    reports: Mapping[str, VisitReport], decisions: Sequence[Decision], roles: Mapping[int, Role]
) -> tuple[Label, ...]:
    """The labels of one visit, by item; its decisions come oldest first, its reports by digest.

    What nobody could tell is no label, and what nobody spoke of neither.
    """
    newest: dict[str, Decision] = {}
    for decision in decisions:
        for item in decision.items:
            if item.word is not ItemWord.CANNOT_TELL:
                newest[item.item_id] = decision
    return tuple(
        _label(reports[decision.report_digest], decision, item_id, decisions, roles)
        for item_id, decision in sorted(newest.items())
    )


def split_of(source: str) -> Split:
    """By a hash of the source, so that it stays when labels are added."""
    place = int(source[:8], 16) / 2**32
    return next(split for split, up_to in _SHARES if place < up_to)


def source_of(technician_number: str) -> str:
    """A name for a technician that doesn't show the number; by a list of numbers it can be found again."""
    return hashlib.sha256(f"technician {technician_number}".encode()).hexdigest()[:16]


def _label(
    report: VisitReport,
    decision: Decision,
    item_id: str,
    decisions: Sequence[Decision],
    roles: Mapping[int, Role],
) -> Label:
    said = _item_of(decision, item_id)
    same_report = [one for one in decisions if one.report_digest == decision.report_digest]
    words = _words(same_report, item_id, roles)
    judged = next((one.result for one in report.items if one.result.item_id == item_id), None)
    source = source_of(report.technician_number)
    assert said is not None  # noqa: S101
    assert said.outcome_after is not None  # noqa: S101
    return Label(
        visit_id=report.visit_id,
        report_digest=decision.report_digest,
        item_id=item_id,
        service_type=report.service_type,
        rule_set=report.rule_set,
        rule_version=report.rule_version,
        outcome_by_system=said.outcome_before,
        leaning=judged.leaning if judged else None,
        right_outcome=said.outcome_after,
        disputed=len({word.right_outcome for word in words}) > 1,
        words=words,
        evidence=judged.evidence if judged else (),
        source=source,
        split=split_of(source),
    )


def _words(decisions: Sequence[Decision], item_id: str, roles: Mapping[int, Role]) -> tuple[LabelWord, ...]:
    """The last word of each person on an item, in the order in which they were said."""
    last: dict[int, LabelWord] = {}
    for decision in decisions:
        item = _item_of(decision, item_id)
        if item is None or item.outcome_after is None:
            continue
        last.pop(decision.user_id, None)
        last[decision.user_id] = LabelWord(
            user_id=decision.user_id,
            role=roles[decision.user_id],
            right_outcome=item.outcome_after,
            reason=item.reason,
            blind=decision.blind,
            decided_at=decision.decided_at,
        )
    return tuple(last.values())


def _item_of(decision: Decision, item_id: str) -> ItemDecision | None:
    return next((item for item in decision.items if item.item_id == item_id), None)
