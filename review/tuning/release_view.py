"""Releases as the site shows them: where each stands, what it changes, what can be done about it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.rules import BilingualText, RuleSet
from pipeline.tuning.releases import (
    Release,
    ReleaseKind,
    ReleaseState,
    Span,
    Step,
    StepKind,
    in_force,
    line,
    spans,
    state_of,
)
from pipeline.tuning.rule_changes import RuleChange, rule_changes
from pipeline.visit import ServiceType
from review.site import Site
from storage.results import ResultStore
from storage.rule_files import load_rule_sets

KINDS: Mapping[ReleaseKind, BilingualText] = {
    ReleaseKind.RULES: BilingualText("规则", "Rules"),
    ReleaseKind.MODEL: BilingualText("检测模型", "Detector"),
}
STATES: Mapping[ReleaseState, BilingualText] = {
    ReleaseState.PROPOSED: BilingualText("待批准", "Waits for approval"),
    ReleaseState.APPROVED: BilingualText("已批准", "Approved"),
    ReleaseState.REJECTED: BilingualText("已驳回", "Rejected"),
    ReleaseState.WITHDRAWN: BilingualText("已撤回", "Withdrawn"),
}
STEPS: Mapping[StepKind, BilingualText] = {
    StepKind.APPROVE: BilingualText("批准", "Approved"),
    StepKind.REJECT: BilingualText("驳回", "Rejected"),
    StepKind.BACK: BilingualText("回退", "Went back"),
}
CONFIGURED = BilingualText("设置中的规则（无发布）", "The configured ones (no release)")


@dataclass(frozen=True, slots=True)
class Line:
    """One release in the list; in_force: today."""

    release: Release
    state: ReleaseState
    in_force: bool


@dataclass(frozen=True, slots=True)
class KindView:
    """All releases of one kind, the newest first, with what was done, newest first, and when what holds.

    can_go_back: something is approved; back_to: what would be in force then, None for what is configured.
    """

    kind: ReleaseKind
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    spans: tuple[Span, ...]
    versions: Mapping[int, str]
    can_go_back: bool
    back_to: Release | None

    def version(self, release_id: int | None) -> BilingualText:
        """What a release is called; of none, that what is configured holds."""
        if release_id is None:
            return CONFIGURED
        return BilingualText(self.versions[release_id], self.versions[release_id])


def today_of(site: Site) -> date:
    """The day by the zone that nights go by."""
    return site.now().astimezone(ZoneInfo(site.zone)).date()


def kind_view(site: Site, kind: ReleaseKind) -> KindView:
    """Raises StorageError."""
    releases, steps = site.results.releases.all(kind), site.results.releases.steps(kind)
    now = in_force(steps, today_of(site))
    approved = line(steps)
    by_id = {one.release_id: one for one in releases}
    lines = [Line(one, state_of(one.release_id, steps), one.release_id == now) for one in reversed(releases)]
    return KindView(
        kind=kind,
        lines=tuple(lines),
        steps=tuple(reversed(steps)),
        spans=spans(steps),
        versions={one.release_id: one.version for one in releases},
        can_go_back=bool(approved),
        back_to=by_id[approved[-2]] if len(approved) > 1 else None,
    )


def changes_of(site: Site, release: Release, steps: Sequence[Step]) -> tuple[RuleChange, ...]:
    """What a release of rules changes against `rests_on`. Raises StorageError, RulesError."""
    if release.kind is not ReleaseKind.RULES:
        return ()
    base = rests_on(site, release, steps)
    before = _rules(site.results, site.rules_folder, base)
    return rule_changes(before, site.results.releases.rule_sets(release.release_id))


def rests_on(site: Site, release: Release, steps: Sequence[Step]) -> int | None:
    """What a release is compared with: once approved the one before it, until then the one in force."""
    approved = line(steps)
    if release.release_id in approved:
        place = approved.index(release.release_id)
        return approved[place - 1] if place else None
    return in_force(steps, today_of(site))


def confidence_on(day: date, results: ResultStore, rules_folder: Path | None) -> Mapping[str, float]:
    """Label -> the threshold in force for the visits of a day. Raises StorageError, RulesError."""
    release_id = in_force(results.releases.steps(ReleaseKind.RULES), day)
    return usual_confidence(_rules(results, rules_folder, release_id))


def usual_confidence(rules: Mapping[ServiceType, RuleSet]) -> Mapping[str, float]:
    """Label -> its threshold, that of most service types where they differ."""
    values: defaultdict[str, Counter[float]] = defaultdict(Counter)
    for one in rules.values():
        for label, value in one.confidence.items():
            values[label][value] += 1
    return {label: counted.most_common(1)[0][0] for label, counted in values.items()}


def _rules(
    results: ResultStore, rules_folder: Path | None, release_id: int | None
) -> Mapping[ServiceType, RuleSet]:
    if release_id is None:
        return load_rule_sets(rules_folder)
    return results.releases.rule_sets(release_id)
