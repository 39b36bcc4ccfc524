"""Stored visits under old and new rules: who flips, which way, and what that means for the auditors' day.

result = replay(cases, old, new)           # old, new: service type -> rule set
result = with_words(result, words)         # how auditors had decided what flips
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.auditing import ItemWord
from pipeline.errors import RulesError
from pipeline.judging_inputs import VisitInputs
from pipeline.labels import Label
from pipeline.results import CheckResult, Outcome
from pipeline.rules import BilingualText, RuleSet
from pipeline.tuning.rejudging import Change, Judged, KeptVerdict, judged, remembered
from pipeline.tuning.replay import AuditorWord, DayLoad, Flip, Replay, RuleName, Skipped, VisitChange
from pipeline.tuning.verdicts import Standing
from pipeline.visit import ServiceType

RuleSets = Mapping[ServiceType, RuleSet]

_NOT_ASKED = BilingualText("新规则不再要求此项", "The new rules don't ask for it")
_NO_RULES = BilingualText("此服务类型没有规则集", "There is no rule set for this service type")


@dataclass(frozen=True, slots=True)
class ReplayCase:
    """A stored visit. `kept` is its verdict under the old rules, where it was judged by these very ones."""

    inputs: VisitInputs
    kept: KeptVerdict | None = None


def replay(cases: Iterable[ReplayCase | Skipped], old: RuleSets, new: RuleSets) -> Replay:
    """Each visit under both rule sets. What can't be judged is named in `skipped` and stops nothing."""
    tally = _Tally(old, new)
    for case in cases:
        tally.add(case)
    return tally.replay()


def with_words(found: Replay, labels: Iterable[Label]) -> Replay:
    """The same, with what auditors had said of the items that flip."""
    words = {(label.visit_id, label.item_id): _word(label) for label in labels}
    flips = tuple(
        replace(flip, auditor_word=words.get((flip.visit_id, flip.item_id))) for flip in found.flips
    )
    return replace(found, flips=flips)


def _word(label: Label) -> AuditorWord:
    """A confirmed `confirm` leans as it did."""
    leaning = label.leaning if label.right_outcome is Outcome.CONFIRM else None
    said = ItemWord.OVERTURN if label.overturned else ItemWord.CONFIRM
    return AuditorWord(said, Standing(label.right_outcome, leaning), label.disputed)


@dataclass
class _Load:
    """One day's counts while they grow."""

    visits: int = 0
    flagged_before: int = 0
    spot_checks_before: int = 0
    flagged_after: int = 0
    spot_checks_after: int = 0

    def add(self, before: Judged, after: Judged) -> None:
        self.visits += 1
        self.flagged_before += before.verdict.flagged
        self.spot_checks_before += before.verdict.spot_check
        self.flagged_after += after.verdict.flagged
        self.spot_checks_after += after.verdict.spot_check


@dataclass
class _Tally:
    """What was found so far."""

    old: RuleSets
    new: RuleSets
    from_reports: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)
    changes: list[VisitChange] = field(default_factory=list)
    days: dict[str, _Load] = field(default_factory=lambda: defaultdict(_Load))
    steps: dict[ServiceType, Change] = field(default_factory=dict)

    def add(self, case: ReplayCase | Skipped) -> None:
        if isinstance(case, Skipped):
            self.skipped.append(case)
            return
        visit = case.inputs.visit
        try:
            change = self._change(visit.work_order.service_type)
            before = remembered(case.kept) if case.kept is not None else judged(case.inputs, change.old)
            after = change.judged_again(case.inputs, before)
        except RulesError as error:
            reason = BilingualText(f"无法重新判定：{error}", f"can't be judged again: {error}")
            self.skipped.append(Skipped(visit.visit_id, visit.day.isoformat(), reason))
            return
        self.from_reports += case.kept is not None
        self.days[visit.day.isoformat()].add(before, after)
        self._compare(case.inputs, before, after)

    def _change(self, service: ServiceType) -> Change:
        if service not in self.old or service not in self.new:
            raise RulesError(_NO_RULES.en)
        if service not in self.steps:
            self.steps[service] = Change.between(self.old[service], self.new[service])
        return self.steps[service]

    def _compare(self, inputs: VisitInputs, before: Judged, after: Judged) -> None:
        if before.verdict == after.verdict:
            return
        flips = tuple(_flips(inputs, before, after))
        self.flips.extend(flips)
        self.changes.append(_change_of(inputs, before, after, flips))

    def replay(self) -> Replay:
        services = sorted(self.steps)
        return Replay(
            old_rules=tuple(RuleName.of(self.old[service]) for service in services),
            new_rules=tuple(RuleName.of(self.new[service]) for service in services),
            visits=sum(day.visits for day in self.days.values()),
            from_reports=self.from_reports,
            skipped=tuple(sorted(self.skipped, key=lambda one: (one.day, one.visit_id))),
            flips=tuple(sorted(self.flips, key=lambda flip: (flip.day, flip.visit_id))),
            changes=tuple(sorted(self.changes, key=lambda change: (change.day, change.visit_id))),
            days=tuple(_day(day, self.days[day]) for day in sorted(self.days)),
        )


def _flips(inputs: VisitInputs, before: Judged, after: Judged) -> Iterator[Flip]:
    """In the order of the new rules; items that these no longer ask for come last."""
    old, new = before.verdict.items, after.verdict.items
    for item_id in (*new, *(item_id for item_id in old if item_id not in new)):
        if old.get(item_id) != new.get(item_id):
            told = after.results.get(item_id)
            yield _flip(inputs, item_id, old.get(item_id), new.get(item_id), told)


def _flip(
    inputs: VisitInputs,
    item_id: str,
    before: Standing | None,
    after: Standing | None,
    told: CheckResult | None,
) -> Flip:
    visit = inputs.visit
    return Flip(
        visit_id=visit.visit_id,
        day=visit.day.isoformat(),
        team=visit.technician.team,
        service_type=visit.work_order.service_type.value,
        item_id=item_id,
        before=before,
        after=after,
        reason=told.reason if told else _NOT_ASKED,
        evidence=told.evidence if told else (),
        measurement=told.measurement if told else None,
    )


def _change_of(inputs: VisitInputs, before: Judged, after: Judged, flips: tuple[Flip, ...]) -> VisitChange:
    visit, old, new = inputs.visit, before.verdict, after.verdict
    return VisitChange(
        visit_id=visit.visit_id,
        day=visit.day.isoformat(),
        team=visit.technician.team,
        service_type=visit.work_order.service_type.value,
        grade_before=old.grade,
        grade_after=new.grade,
        flagged_before=old.flagged,
        flagged_after=new.flagged,
        spot_check_before=old.spot_check,
        spot_check_after=new.spot_check,
        score_before=old.score,
        score_after=new.score,
        item_ids=tuple(flip.item_id for flip in flips),
    )


def _day(day: str, load: _Load) -> DayLoad:
    return DayLoad(
        day,
        load.visits,
        load.flagged_before,
        load.spot_checks_before,
        load.flagged_after,
        load.spot_checks_after,
    )
