"""From what was ordered and what was seen to the verdict: the whole story in ten lines."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from pipeline.checks.context import MediaView
from pipeline.checks.judging import judge
from pipeline.checks.layouts import layouts_of
from pipeline.clock_readings import Tolerances
from pipeline.evidence import MediaFailure, Observation
from pipeline.fingerprint import MediaUse
from pipeline.results import CheckResult, Flag, Score, ScoredItem, TimelineEntry, VisitReport
from pipeline.retakes import retakes_for
from pipeline.rules import RuleSet
from pipeline.scoring import flags_of, is_drawn, score_items, scored
from pipeline.stages import infer_stages
from pipeline.stamp_codes import CodeUse
from pipeline.stamp_confidence import believed
from pipeline.visit import ManifestFinding, ManifestFindingCode, MediaItem, Stage, Visit
from pipeline.visit_clocks import reconcile_visit

JUDGING_VERSION = "10"
"""Goes up when equal evidence and equal rules would be judged otherwise than before."""

Observations = Sequence[tuple[MediaItem, Observation]]


def build_report(
    visit: Visit,
    observations: Observations,
    rules: RuleSet,
    earlier_uses: Mapping[str, tuple[MediaUse, ...]],
    spot_check_seed: int,
    observer_digest: str,
    earlier_codes: Mapping[str, tuple[CodeUse, ...]] | None = None,
) -> VisitReport:
    """The verdict on one visit; equal arguments give an equal report, whatever the order of the media.

    earlier_uses: by media key, other visits' uses of the same or a similar picture. earlier_codes: of a
    verification code.
    Raises RulesError where the rule set lacks a label's confidence.
    """
    media = view_media(visit, observations, rules)
    results = judge(visit, media, rules, earlier_uses, earlier_codes)
    failures = [view.failure for view in media if view.failure is not None]
    decided = decide(visit, results, failures, rules, spot_check_seed)
    return _assemble(visit, rules, observer_digest, decided, media)


@dataclass(frozen=True, slots=True)
class Decided:
    """What follows from the results of the items. drawn: by lot, for a blind look."""

    items: tuple[ScoredItem, ...]
    score: Score
    flags: tuple[Flag, ...]
    drawn: bool

    @property
    def spot_check(self) -> bool:
        return self.drawn and not self.flags


def decide(
    visit: Visit,
    results: Sequence[CheckResult],
    failures: Sequence[MediaFailure],
    rules: RuleSet,
    spot_check_seed: int,
) -> Decided:
    """Score, grade, flags and the draw, from one result per item in the order of the rules."""
    items = tuple(scored(result, rule) for result, rule in zip(results, rules.items, strict=True))
    score = score_items(items, rules.cutoffs)
    flags = flags_of(items, score, failures, manifest_findings(visit), rules)
    share = rules.blind_share if flags else rules.spot_check_share
    return Decided(items, score, flags, is_drawn(visit.visit_id, spot_check_seed, share))


def _assemble(
    visit: Visit, rules: RuleSet, observer_digest: str, decided: Decided, media: Sequence[MediaView]
) -> VisitReport:
    order = visit.work_order
    return VisitReport(
        visit_id=visit.visit_id,
        day=visit.day.isoformat(),
        service_type=order.service_type.value,
        work_order=order.number,
        technician_name=visit.technician.name,
        technician_number=visit.technician.number,
        zone=order.window.zone,
        window_start=order.window.start,
        window_end=order.window.end,
        rule_set=rules.name,
        rule_version=rules.version,
        rule_digest=rules.digest,
        observer_digest=observer_digest,
        score=decided.score,
        items=decided.items,
        flags=decided.flags,
        spot_check=decided.spot_check,
        timeline=timeline(media),
        retakes=retakes_for(decided.items, rules),
        manifest_findings=manifest_findings(visit),
        technician_team=visit.technician.team,
        city=visit.work_order.city,
        blind=decided.drawn,
        layouts=layouts_of(media, [item.result for item in decided.items], rules),
    )


def view_media(visit: Visit, observations: Observations, rules: RuleSet) -> tuple[MediaView, ...]:
    """Each file with its clocks reconciled and its stage, in the order of the keys."""
    told = [(item, believed(seen, rules)) for item, seen in observations]
    ordered = sorted(told, key=lambda pair: pair[0].key)
    times = reconcile_visit(ordered, visit.zone, Tolerances.of(rules))
    timed = [(item, seen, times[item.key]) for item, seen in ordered]
    inferred = infer_stages(timed, rules.confidence)
    return tuple(
        MediaView(item, seen, known, item.stage or inferred.get(item.key), item.key in inferred)
        for item, seen, known in timed
    )


def timeline(media: Sequence[MediaView]) -> tuple[TimelineEntry, ...]:
    """The files by their best time; those without one come last, by stage."""
    return tuple(
        TimelineEntry(
            view.key,
            view.item.kind,
            view.stage,
            view.stage_inferred,
            view.times,
            view.failure,
            view.stamp_fields,
        )
        for view in sorted(media, key=_moment)
    )


def _moment(view: MediaView) -> tuple[bool, float, int, str]:
    best = view.times.best
    rank = view.stage.rank if view.stage is not None else len(Stage)
    return best is None, best.interval.start.timestamp() if best else 0.0, rank, view.key


def manifest_findings(visit: Visit) -> tuple[ManifestFinding, ...]:
    """The manifest's findings; an exemption without a record is one, whoever loaded the visit."""
    code = ManifestFindingCode.EXEMPTION_WITHOUT_RECORD
    if any(finding.code is code for finding in visit.findings):
        return visit.findings
    unrecorded = (e for e in visit.exemptions if not e.is_recorded)
    detail = "who declared it, and when, is not in the manifest: it exempts nothing"
    return (*visit.findings, *(ManifestFinding(code, e.kind.value, detail) for e in unrecorded))


# ---- naming the inputs ----------------------------------------------------------------------------------


def input_digest(
    manifest_sha256: str,
    observations: Observations,
    rules: RuleSet,
    earlier_uses: Mapping[str, tuple[MediaUse, ...]],
    observer_digest: str,
    spot_check_seed: int,
    earlier_codes: Mapping[str, tuple[CodeUse, ...]] | None = None,
) -> str:
    """sha256 (hex) over everything that a report depends on: equal digests, equal reports."""
    inputs = {
        "judging": JUDGING_VERSION,
        "manifest": manifest_sha256,
        "media": [
            _media_input(item, seen) for item, seen in sorted(observations, key=lambda pair: pair[0].key)
        ],
        "rules": rules.digest,
        "observer": observer_digest,
        "spot_check_seed": spot_check_seed,
        "earlier_uses": {
            key: sorted(_use_input(use) for use in uses) for key, uses in earlier_uses.items() if uses
        },
        "earlier_codes": {
            key: sorted([use.visit_id, use.media_key, use.code] for use in uses)
            for key, uses in (earlier_codes or {}).items()
            if uses
        },
    }
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _media_input(item: MediaItem, seen: Observation) -> list[str | None]:
    """The item's own facts belong to it: some come from the store and not from the manifest."""
    uploaded = item.uploaded_at.astimezone(UTC).isoformat() if item.uploaded_at else None
    facts = [item.key, item.kind.value, item.stage.value if item.stage else None, uploaded]
    if isinstance(seen, MediaFailure):
        return [*facts, "failure", seen.reason.value, seen.detail]
    return [*facts, "evidence", seen.sha256, seen.observer_digest]


def _use_input(use: MediaUse) -> list[str]:
    first_seen = use.first_seen_at.astimezone(UTC).isoformat()
    return [use.visit_id, use.media_key, use.sha256, use.perceptual_hash, first_seen]
