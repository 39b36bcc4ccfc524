"""What may be done about releases, and by whom. Every check raises ReleaseError, saying what to do."""

from collections.abc import Sequence
from datetime import date

from pipeline.auditing import Permission, Person
from pipeline.errors import ReleaseError
from pipeline.tuning.evaluations import Evaluation, EvaluationKind
from pipeline.tuning.releases import Release, ReleaseKind, ReleaseState, Step, line, state_of


def check_proposal(
    kind: ReleaseKind,
    version: str,
    digest: str,
    person: Person,
    known: Sequence[Release],
    evaluation: Evaluation,
) -> None:
    """A new version, with an evaluation of exactly this content, by somebody who may release."""
    _check_permitted(person)
    for other in known:
        if (other.kind, other.version) == (kind, version):
            _refuse_version(other, digest)
        if (other.kind, other.digest) == (kind, digest):
            raise ReleaseError(
                f"内容与版本 {other.version}（发布 {other.release_id}）完全相同：无需再次提交",
                f"equal to version {other.version!r}, release {other.release_id}: nothing new to propose",
            )
    _check_evaluation(kind, digest, evaluation)


def check_approval(
    release: Release, steps: Sequence[Step], person: Person, from_day: date, today: date, retroactive: bool
) -> None:
    """By another person than proposed it, from a day that is not over, unless `retroactive` says so."""
    _check_second(release, person)
    state = state_of(release.release_id, steps)
    if state in (ReleaseState.APPROVED, ReleaseState.REJECTED):
        raise ReleaseError(
            f"发布 {release.release_id}（版本 {release.version}）已{_STATE_ZH[state]}，不能再批准",
            f"release {release.release_id}, version {release.version!r}, is {state.value} already",
        )
    _check_day(from_day, today, retroactive)


def check_rejection(release: Release, steps: Sequence[Step], person: Person) -> None:
    """Anybody who may release, the proposer too, but only while nobody has approved it."""
    _check_permitted(person)
    state = state_of(release.release_id, steps)
    if state is not ReleaseState.PROPOSED:
        raise ReleaseError(
            f"发布 {release.release_id}（版本 {release.version}）已{_STATE_ZH[state]}，只能驳回待批准的发布",
            f"release {release.release_id}, version {release.version!r}, is {state.value}: only what is "
            "proposed can be rejected",
        )


def way_back(
    steps: Sequence[Step], to: int | None, person: Person, from_day: date, today: date, retroactive: bool
) -> int | None:
    """The release that a step back puts in force: `to`, or without it the one before the newest, None for
    none. One person is enough: two had approved it."""
    _check_permitted(person)
    _check_day(from_day, today, retroactive)
    approved = line(steps)
    if not approved:
        raise ReleaseError(
            "没有已批准的发布，无可回退", "no release is approved: there is nothing to go back from"
        )
    if to is None:
        return approved[-2] if len(approved) > 1 else None
    if to not in approved[:-1]:
        raise ReleaseError(
            f"发布 {to} 不是可回退的早期版本：只能回到曾批准且未撤回的较早版本；已撤回的须由他人重新批准",
            f"release {to} is no earlier one to go back to: it must have been approved before the newest and "
            "not withdrawn; a withdrawn one needs an approval anew",
        )
    return to


_STATE_ZH = {
    ReleaseState.PROPOSED: "提交待批准",
    ReleaseState.APPROVED: "批准",
    ReleaseState.REJECTED: "驳回",
    ReleaseState.WITHDRAWN: "撤回",
}


def _check_permitted(person: Person) -> None:
    if not person.may(Permission.RELEASE):
        raise ReleaseError(
            f"{person.display_name} 无权发布：须为质检主管或管理员",
            f"{person.name} ({person.role.value}) may not release: a QA lead or an administrator may",
        )


def _check_second(release: Release, person: Person) -> None:
    _check_permitted(person)
    if person.user_id == release.proposed_by:
        raise ReleaseError(
            f"提交人 {person.display_name} 不能批准自己的发布：须由另一人批准",
            f"{person.name} proposed release {release.release_id}: another person must approve it",
        )


def _check_day(from_day: date, today: date, retroactive: bool) -> None:
    if from_day < today and not retroactive:
        raise ReleaseError(
            f"{from_day} 已过：请选今天（{today}）或以后，或明确指定追溯生效",
            f"{from_day} is over: choose {today} or later, or say that it is meant to be retroactive",
        )


def _refuse_version(other: Release, digest: str) -> None:
    if other.digest != digest:
        raise ReleaseError(
            f"版本 {other.version} 已是发布 {other.release_id} 且内容不同：规则有改动须换新的版本号",
            f"version {other.version!r} is release {other.release_id}, with other content: give what has "
            "changed a new version",
        )


_RESTS_ON = {ReleaseKind.RULES: EvaluationKind.REPLAY, ReleaseKind.MODEL: EvaluationKind.COMPARISON}


def _check_evaluation(kind: ReleaseKind, digest: str, evaluation: Evaluation) -> None:
    wanted = _RESTS_ON[kind]
    measured = evaluation.rules_digest if kind is ReleaseKind.RULES else evaluation.model_digest
    if evaluation.kind is not wanted or measured != digest:
        raise ReleaseError(
            f"评估 {evaluation.evaluation_id} 不是针对此内容的 {wanted.value} 评估：请先评估此版本",
            f"evaluation {evaluation.evaluation_id} ({evaluation.kind.value}) is no {wanted.value} of this "
            "very content: run one on it and name that",
        )
