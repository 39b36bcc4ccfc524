"""What somebody decided a moment ago: said on the page that they are led to, with the way back."""

from dataclasses import dataclass

from pipeline.auditing import CaseState, Person, Verdict
from review.site import Site


@dataclass(frozen=True, slots=True)
class Done:
    """What was decided just now; `can_undo` where its author may decide on it again."""

    visit_id: str
    verdict: Verdict
    can_undo: bool


def just_decided(site: Site, person: Person, visit_id: str) -> Done | None:
    """The decision on a visit, if it is this person's and stands; None for anything else."""
    case = site.results.cases.case(visit_id) if visit_id else None
    if case is None or case.verdict is None or case.decided_by != person.user_id:
        return None
    return Done(visit_id, case.verdict, can_undo=case.state is not CaseState.SECOND)
