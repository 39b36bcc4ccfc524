"""Score, grade, flags, and the draw for the spot check.

Score = earned weight over applicable weight. What was not checked, is exempt or does not apply is in
neither; a remark has no weight.
"""

import hashlib
from collections.abc import Iterator, Sequence

from pipeline.evidence import MediaFailure
from pipeline.results import CheckResult, Flag, FlagReason, Leaning, Outcome, Score, ScoredItem
from pipeline.rules import Grade, GradeCutoffs, ItemRule, RuleSet
from pipeline.visit import ManifestFinding

_COUNTED = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.MISSING, Outcome.UNREADABLE, Outcome.CONFIRM})
_DECIDED_BY_NUMBER = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.MISSING, Outcome.CONFIRM})
_CRITICAL_FLAGS = {
    Outcome.FAIL: FlagReason.CRITICAL_FAIL,
    Outcome.MISSING: FlagReason.CRITICAL_MISSING,
    Outcome.UNREADABLE: FlagReason.CRITICAL_UNREADABLE,
}


def credit(result: CheckResult) -> float | None:
    """1 for a pass or a sighting that a person has to confirm, 0 for none; None where nothing counts."""
    if result.outcome not in _COUNTED:
        return None
    return 1.0 if result.outcome is Outcome.PASS or result.leaning is Leaning.FOR else 0.0


def scored(result: CheckResult, rule: ItemRule) -> ScoredItem:
    """A result with what its rule gave for it; the weight is 0 where nothing counted."""
    earned = credit(result)
    return ScoredItem(
        result=result,
        title=rule.title,
        clause=rule.clause,
        sources=rule.sources,
        weight=rule.weight if earned is not None else 0.0,
        critical=rule.critical,
        credit=earned,
        two_people=rule.two_people,
    )


def score_items(items: Sequence[ScoredItem], cutoffs: GradeCutoffs) -> Score:
    """The visit's score and grade. With nothing to score the grade is FAIL, so that a person looks."""
    applicable = sum(item.weight for item in items)
    earned = sum(item.weight * (item.credit or 0.0) for item in items)
    confirmed = sum(item.weight for item in items if item.result.outcome is Outcome.PASS)
    score = 100 * earned / applicable if applicable > 0 else None
    capped_by = tuple(
        item.result.item_id for item in items if item.critical and item.result.outcome is Outcome.FAIL
    )
    return Score(
        score=score,
        confirmed_score=100 * confirmed / applicable if applicable > 0 else None,
        earned_weight=earned,
        applicable_weight=applicable,
        grade=Grade.FAIL if capped_by or score is None else grade_of(score, cutoffs),
        grade_capped_by=capped_by,
    )


def grade_of(score: float, cutoffs: GradeCutoffs) -> Grade:
    """The best grade whose cut-off the score reaches."""
    steps = ((cutoffs.excellent, Grade.EXCELLENT), (cutoffs.good, Grade.GOOD), (cutoffs.passing, Grade.PASS))
    return next((grade for cutoff, grade in steps if score >= cutoff), Grade.FAIL)


def flags_of(
    items: Sequence[ScoredItem],
    score: Score,
    failures: Sequence[MediaFailure],
    findings: Sequence[ManifestFinding],
    rules: RuleSet,
) -> tuple[Flag, ...]:
    """Every reason for a person to look. A remark raises none, except for doubt about authenticity."""
    flags: list[Flag] = []
    if score.grade is Grade.FAIL:
        flags.append(Flag(FlagReason.GRADE_FAIL, score.grade.label_zh))
    for item in items:
        flags.extend(
            Flag(reason, item.result.item_id) for reason in _item_reasons(item, rules.near_threshold)
        )
    flags.extend(Flag(FlagReason.MEDIA_FAILURE, failure.key) for failure in failures)
    flags.extend(Flag(FlagReason.MANIFEST, f"{finding.code}: {finding.subject}") for finding in findings)
    return tuple(dict.fromkeys(flags))


def _item_reasons(item: ScoredItem, near_threshold: float) -> Iterator[FlagReason]:
    result = item.result
    if item.critical and result.outcome in _CRITICAL_FLAGS:
        yield _CRITICAL_FLAGS[result.outcome]
    if result.doubt:
        yield FlagReason.AUTHENTICITY
    if item.weight > 0 and _is_near(result, near_threshold):
        yield FlagReason.NEAR_THRESHOLD
    if item.weight > 0 and result.leaning is Leaning.AGAINST:
        yield FlagReason.CONFIRM_AGAINST


def _is_near(result: CheckResult, near_threshold: float) -> bool:
    nearness = result.measurement.nearness if result.measurement else None
    return nearness is not None and nearness < near_threshold and result.outcome in _DECIDED_BY_NUMBER


def is_drawn(visit_id: str, seed: int, share: float) -> bool:
    """Whether the spot check draws this visit: the same for the same seed, whatever else is in the night."""
    digest = hashlib.sha256(f"{seed}:{visit_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
