"""Releases of rules and models: proposed with an evaluation, approved by a second person, in force from a
day; going back puts what was in force before in force again.

Steps are only ever added, and the last word on a day counts: a step says "from this day on, this release",
whatever was said of those days before. So going back also calls off what was to come. Who may do what:
`pipeline.tuning.releasing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ReleaseKind(StrEnum):
    """What is released."""

    RULES = "rules"
    MODEL = "model"


class StepKind(StrEnum):
    """What was done about releases. back: an earlier one, or none, is in force again."""

    APPROVE = "approve"
    REJECT = "reject"
    BACK = "back"


class ReleaseState(StrEnum):
    """Where a release stands. approved: in force, to come into force, or followed by a later one.
    withdrawn: approved once and then gone back behind."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Release:
    """One version of all rules, or one model, without its content.

    digest: of all rule sets together, or the sha256 of the weights. evaluation_id: what it rests on.
    """

    release_id: int
    kind: ReleaseKind
    version: str
    digest: str
    evaluation_id: int
    proposed_by: int
    proposed_by_name: str
    proposed_at: datetime
    comment: str
    via: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, by whom, when and by which way (`site`, `shell: root`).

    release_id: None where a step back leaves no release in force. from_day: the first day of visits for
    which it counts; None for a rejection.
    """

    step_id: int
    kind: ReleaseKind
    word: StepKind
    release_id: int | None
    from_day: date | None
    user_id: int
    user_name: str
    decided_at: datetime
    comment: str
    via: str


@dataclass(frozen=True, slots=True)
class Span:
    """From this day up to the next span's, this release is in force; none where it is None."""

    from_day: date
    release_id: int | None


def in_force(steps: Sequence[Step], day: date) -> int | None:
    """The release in force for the visits of a day; steps of one kind, oldest first."""
    spoken = [step for step in steps if step.from_day is not None and step.from_day <= day]
    return spoken[-1].release_id if spoken else None


def spans(steps: Sequence[Step]) -> tuple[Span, ...]:
    """What is in force when, by day: what is left of all steps once later ones had their say."""
    left: list[Span] = []
    for step in steps:
        if step.from_day is not None:
            earlier = [span for span in left if span.from_day < step.from_day]
            left = [*earlier, Span(step.from_day, step.release_id)]
    return tuple(left)


def line(steps: Sequence[Step]) -> tuple[int, ...]:
    """The approved releases that were not gone back behind, each resting on the one before it."""
    stack: list[int] = []
    for step in steps:
        if step.word is StepKind.APPROVE and step.release_id is not None:
            stack.append(step.release_id)
        elif step.word is StepKind.BACK:
            stack = stack[: stack.index(step.release_id) + 1] if step.release_id in stack else []
    return tuple(stack)


def state_of(release_id: int, steps: Sequence[Step]) -> ReleaseState:
    """Where a release stands after the steps of its kind."""
    if release_id in line(steps):
        return ReleaseState.APPROVED
    words = [step.word for step in steps if step.release_id == release_id]
    if not words:
        return ReleaseState.PROPOSED
    return ReleaseState.REJECTED if words[-1] is StepKind.REJECT else ReleaseState.WITHDRAWN
