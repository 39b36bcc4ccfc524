"""All that a report on a visit depends on, except for the rules: what a replay needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.evidence import MediaFailure, Observation
from pipeline.fingerprint import MediaUse
from pipeline.report import build_report
from pipeline.results import VisitReport
from pipeline.rules import RuleSet
from pipeline.stamp_codes import CodeUse
from pipeline.visit import MediaItem, Visit


@dataclass(frozen=True, slots=True)
class VisitInputs:
    """A visit and what was seen of it.

    observations: by media key, one for each of the visit's files. earlier_uses, earlier_codes: by media key,
    what other visits had used before; uses are looked up as far as any rule set can ask, so that these hold
    for every `max_hash_distance`. Equal inputs and equal rules give an equal report.
    """

    visit: Visit
    observations: Mapping[str, Observation]
    earlier_uses: Mapping[str, tuple[MediaUse, ...]]
    earlier_codes: Mapping[str, tuple[CodeUse, ...]]
    spot_check_seed: int
    observer_digest: str

    def observed(self) -> list[tuple[MediaItem, Observation]]:
        """Each file with what was seen in it. Raises KeyError for a file without an observation."""
        return [(item, self.observations[item.key]) for item in self.visit.media]

    @property
    def failures(self) -> list[MediaFailure]:
        """The files that nobody could look at, in the order of their keys."""
        seen = (self.observations[key] for key in sorted(item.key for item in self.visit.media))
        return [found for found in seen if isinstance(found, MediaFailure)]

    def report(self, rules: RuleSet) -> VisitReport:
        """Raises RulesError where the rule set lacks a label's confidence."""
        return build_report(
            self.visit,
            self.observed(),
            rules,
            self.earlier_uses,
            self.spot_check_seed,
            self.observer_digest,
            self.earlier_codes,
        )
