"""A visit opened by somebody: its report, its case, and what this person can do about it now."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.auditing import CaseState, Permission, Person
from pipeline.results import VisitReport
from pipeline.veil import veiled
from review.access import check_may_see_visit
from review.problems import not_found
from review.site import Site
from storage.case_values import Case
from storage.result_values import StoredReport


class Standing(StrEnum):
    """What somebody can do about a visit.

    decide: it is theirs to decide. claimed: another person is looking at it. other_person: it waits for
    somebody else than the one who decided last. settled: nothing waits; it can be decided anew. looking: only
    look (a technician's own visit).
    """

    DECIDE = "decide"
    CLAIMED = "claimed"
    OTHER_PERSON = "other_person"
    SETTLED = "settled"
    LOOKING = "looking"


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit's current report as stored, and its case; None where nobody has to look at it.

    hides_verdict: nobody who looks may see the verdict yet. `shown` is what they may see.
    """

    stored: StoredReport
    case: Case | None

    @property
    def hides_verdict(self) -> bool:
        return self.case is not None and self.case.hides_verdict

    @property
    def shown(self) -> VisitReport:
        return veiled(self.stored.report) if self.hides_verdict else self.stored.report


def open_visit(site: Site, person: Person, visit_id: str) -> Opened:
    """Raises HTTPException (404) for an unknown visit, Refused (403) for one that is not theirs to see."""
    stored = site.results.latest_report(visit_id)
    if stored is None:
        raise not_found()
    check_may_see_visit(person, stored.report.technician_number)
    return Opened(stored, site.results.cases.case(visit_id))


def take(site: Site, person: Person, opened: Opened, again: bool) -> Standing:
    """Claim a waiting case where that can be; `again` asks to decide one that nobody waits for."""
    if not person.may(Permission.DECIDE):
        return Standing.LOOKING
    case = opened.case
    if case is None or case.state not in (CaseState.OPEN, CaseState.SECOND):
        return Standing.DECIDE if again else Standing.SETTLED
    if site.results.cases.claim(case.visit_id, person.user_id, site.now()):
        return Standing.DECIDE
    decided_last = case.state is CaseState.SECOND and case.decided_by == person.user_id
    return Standing.OTHER_PERSON if decided_last else Standing.CLAIMED
