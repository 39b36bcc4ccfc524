"""Judging one visit: gathers what a report depends on, lets pure functions decide, keeps the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.assembly import Services
from flows.observing import media_uses, observe_visit, record_seen, stamp_codes
from pipeline.errors import ManifestError
from pipeline.evidence import Observation
from pipeline.judging_inputs import VisitInputs
from pipeline.report import input_digest
from pipeline.results import VisitReport
from pipeline.rules import RuleSet
from pipeline.visit import Visit
from storage.codec import visit_digest
from storage.media_uses import LARGEST_DISTANCE
from storage.result_values import SavedReport, StoredReport
from storage.visits import VisitRef, list_visits, load_visit


@dataclass(frozen=True, slots=True)
class JudgingInputs:
    """All that a report depends on; `digest` names it. Equal digests, equal reports."""

    known: VisitInputs
    rules: RuleSet

    @property
    def digest(self) -> str:
        known = self.known
        # The visit's own digest covers the manifest and what the store lists beside it.
        return input_digest(
            visit_digest(known.visit),
            known.observed(),
            self.rules,
            known.earlier_uses,
            known.observer_digest,
            known.spot_check_seed,
            known.earlier_codes,
        )

    def report(self) -> VisitReport:
        """Raises RulesError where the rule set lacks a label's confidence."""
        return self.known.report(self.rules)


def gather_inputs(services: Services, visit: Visit, observations: Mapping[str, Observation]) -> JudgingInputs:
    """Raises RulesError where no rule set is for this kind of visit, StorageError."""
    rules = services.rules_for(visit.work_order.service_type, visit.day)
    uses = media_uses(visit, observations)
    known = VisitInputs(
        visit=visit,
        observations=observations,
        # As far as can be looked up: a replay may ask for more than the rules of today.
        earlier_uses=services.results.earlier_uses(uses, LARGEST_DISTANCE),
        earlier_codes=services.results.stamp_codes.earlier(stamp_codes(visit, observations)),
        spot_check_seed=services.settings.spot_check_seed,
        observer_digest=services.observer().digest,
    )
    return JudgingInputs(known, rules)


def judge(services: Services, inputs: JudgingInputs) -> SavedReport:
    """Build the report and keep it with what it was judged from. Raises RulesError, StorageError."""
    return services.results.save_report(inputs.report(), inputs.digest, datetime.now(UTC), inputs.known)


def verify(services: Services, ref: VisitRef) -> StoredReport:
    """Load, observe and judge one visit; its report, as it is kept.

    Raises ManifestError, RulesError, StorageError.
    """
    (known,) = services.results.record_visits([ref], datetime.now(UTC))
    visit = load_visit(services.store, known.manifest_key, known.twins)
    observations = observe_visit(services, visit)
    record_seen(services, visit, observations)
    judge(services, gather_inputs(services, visit, observations))
    return kept_report(services, visit.visit_id)


def find_visit(services: Services, visit_id: str) -> VisitRef:
    """The place of a visit in the store, the newest where several days carry its id.

    Raises ManifestError where there is none, StorageError.
    """
    found = [ref for ref in list_visits(services.store) if ref.visit_id == visit_id]
    if not found:
        raise ManifestError(f"no visit {visit_id!r} in {services.store.place}: upload it, or check its id")
    return max(found, key=lambda ref: ref.day)


def kept_report(services: Services, visit_id: str) -> StoredReport:
    """A visit's current report. Raises ManifestError where it was never judged, StorageError."""
    stored = services.results.latest_report(visit_id)
    if stored is None:
        raise ManifestError(f"no report on {visit_id!r}: run `visitproof verify {visit_id}` first")
    return stored
