"""A visit judged again under other rules, finding again only what the change of rules can touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.checks.context import MediaView
from pipeline.checks.judging import judge
from pipeline.checks.reach import RuleChange, change_between
from pipeline.judging_inputs import VisitInputs
from pipeline.report import Decided, decide, view_media
from pipeline.results import CheckResult, Measurement
from pipeline.rules import BilingualText, RuleSet
from pipeline.tuning.verdicts import Standing, Verdict

_UNTOLD = BilingualText("", "")
_NEAR = Measurement("", "", nearness=0.0)


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """What is kept of a report beside its body, enough to score it again.

    doubtful: items that put the visit in doubt. near: items that were close to their threshold.
    """

    verdict: Verdict
    doubtful: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit under one rule set. `results` of kept verdicts have no words and no evidence."""

    verdict: Verdict
    results: Mapping[str, CheckResult]
    media: tuple[MediaView, ...] | None = None


def judged(inputs: VisitInputs, rules: RuleSet) -> Judged:
    """The whole judgement. Raises RulesError where the rules lack a label's confidence."""
    media = view_media(inputs.visit, inputs.observed(), rules)
    return _decided(inputs, rules, media, {})


def remembered(kept: KeptVerdict) -> Judged:
    """A kept verdict in the place of a judgement that would say the same."""
    results = {
        item_id: _wordless(item_id, standing, kept) for item_id, standing in kept.verdict.items.items()
    }
    return Judged(kept.verdict, results)


@dataclass(frozen=True, slots=True)
class Change:
    """From one rule set to another, with what that can touch; made once for many visits."""

    old: RuleSet
    new: RuleSet
    reach: RuleChange
    forgotten: frozenset[str]

    @classmethod
    def between(cls, old: RuleSet, new: RuleSet) -> "Change":
        return cls(old, new, change_between(old, new), _forgotten(old, new))

    def judged_again(self, inputs: VisitInputs, before: Judged) -> Judged:
        """The visit under the new rules, where `before` is it under the old ones: as `judged` would say, but
        for the words of results that come from a kept verdict.

        Raises RulesError where the rules lack a label's confidence.
        """
        if self.reach.touches(any(item.stage is None for item in inputs.visit.media)):
            return judged(inputs, self.new)
        anew = self.reach.items | (self.forgotten if before.media is None else frozenset())
        asked = (rule.item_id for rule in self.new.items if rule.item_id not in anew)
        known = {item_id: before.results[item_id] for item_id in asked if item_id in before.results}
        media = before.media
        if media is None and len(known) < len(self.new.items):
            media = view_media(inputs.visit, inputs.observed(), self.new)
        return _decided(inputs, self.new, media, known)


def _forgotten(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Items of which a kept verdict does not tell how near they were to their threshold."""
    if old.near_threshold != new.near_threshold:
        return frozenset(rule.item_id for rule in new.items)
    weightless = {rule.item_id for rule in old.items if rule.weight <= 0}
    return frozenset(rule.item_id for rule in new.items if rule.weight > 0 and rule.item_id in weightless)


def _decided(
    inputs: VisitInputs,
    rules: RuleSet,
    media: tuple[MediaView, ...] | None,
    known: Mapping[str, CheckResult],
) -> Judged:
    visit, codes = inputs.visit, inputs.earlier_codes
    results: Sequence[CheckResult] = judge(visit, media or (), rules, inputs.earlier_uses, codes, known)
    decided = decide(visit, results, inputs.failures, rules, inputs.spot_check_seed)
    return Judged(_verdict(decided), {result.item_id: result for result in results}, media)


def _verdict(decided: Decided) -> Verdict:
    return Verdict(
        items={
            item.result.item_id: Standing(item.result.outcome, item.result.leaning) for item in decided.items
        },
        score=decided.score.score,
        grade=decided.score.grade,
        flagged=bool(decided.flags),
        spot_check=decided.spot_check,
    )


def _wordless(item_id: str, standing: Standing, kept: KeptVerdict) -> CheckResult:
    return CheckResult(
        item_id,
        standing.outcome,
        _UNTOLD,
        measurement=_NEAR if item_id in kept.near else None,
        leaning=standing.leaning,
        doubt=item_id in kept.doubtful,
    )
