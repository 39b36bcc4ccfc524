"""Releases: what is in force on a day, where a release stands, who may do what."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.auditing import Person, Role
from pipeline.errors import ReleaseError
from pipeline.tuning.evaluations import Evaluation, EvaluationKind
from pipeline.tuning.releases import (
    Release,
    ReleaseKind,
    ReleaseState,
    Step,
    StepKind,
    in_force,
    line,
    spans,
    state_of,
)
from pipeline.tuning.releasing import check_approval, check_proposal, check_rejection, way_back

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ANNA = Person(1, "anna", "安娜", Role.QA_LEAD)
BEN = Person(2, "ben", "本", Role.ADMINISTRATOR)
AUDITOR = Person(3, "cai", "蔡", Role.AUDITOR)
TECHNICIAN = Person(4, "du", "杜", Role.TECHNICIAN, "7")
APPROVE, REJECT, BACK = StepKind.APPROVE, StepKind.REJECT, StepKind.BACK
Said = tuple[StepKind, int | None, int | None]


def day(number: int) -> date:
    return TODAY + timedelta(number)


def steps(*said: Said) -> tuple[Step, ...]:
    """(word, release, days from today) -> steps, in order."""
    return tuple(
        Step(
            step_id=number,
            kind=ReleaseKind.RULES,
            word=word,
            release_id=release_id,
            from_day=day(days) if days is not None else None,
            user_id=2,
            user_name="本",
            decided_at=NOON,
            comment="",
            via="site",
        )
        for number, (word, release_id, days) in enumerate(said, start=1)
    )


def release(number: int = 1, version: str = "2", digest: str = "d", by: int = 1) -> Release:
    return Release(number, ReleaseKind.RULES, version, digest, 5, by, "安娜", NOON, "", "site")


def evaluation(
    kind: EvaluationKind = EvaluationKind.REPLAY, rules: str | None = "new", model: str | None = None
) -> Evaluation:
    return Evaluation(5, kind, "", "", None, rules, model, "b", NOON, 1, "安娜")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ((), {0: None}),
        (((APPROVE, 1, 2),), {1: None, 2: 1, 9: 1}),
        (((APPROVE, 1, 0), (APPROVE, 2, 5)), {4: 1, 5: 2}),
        # Going back leaves the days before it as they were, and calls off what was to come.
        (((APPROVE, 1, 0), (APPROVE, 2, 5), (BACK, 1, 8)), {4: 1, 7: 2, 8: 1}),
        (((APPROVE, 1, 0), (APPROVE, 2, 5), (BACK, 1, 3)), {4: 1, 6: 1}),
        (((APPROVE, 1, 0), (BACK, None, 3)), {2: 1, 3: None}),
        # The last word counts, also on a day that an earlier one spoke of.
        (((APPROVE, 1, 9), (APPROVE, 2, 4)), {3: None, 4: 2, 9: 2}),
        (((APPROVE, 1, 4), (APPROVE, 2, 4)), {4: 2}),
        (((REJECT, 2, None), (APPROVE, 1, 0)), {0: 1}),
        (((APPROVE, 1, 0), (REJECT, 2, None)), {0: 1}),
    ],
)
def test_what_is_in_force(said: Sequence[Said], wanted: dict[int, int | None]) -> None:
    assert {number: in_force(steps(*said), day(number)) for number in wanted} == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ((), ReleaseState.PROPOSED),
        (((REJECT, 1, None),), ReleaseState.REJECTED),
        (((APPROVE, 1, 0),), ReleaseState.APPROVED),
        (((APPROVE, 1, 0), (APPROVE, 2, 0)), ReleaseState.APPROVED),
        (((APPROVE, 2, 0), (APPROVE, 1, 0), (BACK, 2, 0)), ReleaseState.WITHDRAWN),
        (((APPROVE, 1, 0), (BACK, None, 0)), ReleaseState.WITHDRAWN),
        (((APPROVE, 1, 0), (BACK, None, 0), (APPROVE, 1, 1)), ReleaseState.APPROVED),
    ],
)
def test_where_a_release_stands(said: Sequence[Said], wanted: ReleaseState) -> None:
    assert state_of(1, steps(*said)) is wanted


_anything = st.lists(
    st.tuples(st.sampled_from([APPROVE, BACK]), st.integers(1, 4), st.integers(0, 9)).map(
        lambda said: (said[0], None if said[0] is BACK and said[1] == 4 else said[1], said[2])
    ),
    max_size=8,
)


@given(_anything)
def test_every_step_overwrites_all_days_from_its_own_on(said: list[Said]) -> None:
    calendar: list[int | None] = [None] * 12
    for _, release_id, from_day in said:
        assert from_day is not None
        calendar[from_day:] = [release_id] * (12 - from_day)
    assert [in_force(steps(*said), day(number)) for number in range(12)] == calendar


@given(_anything)
def test_spans_say_the_same_as_the_steps(said: list[Said]) -> None:
    found = spans(steps(*said))
    assert [span.from_day for span in found] == sorted({span.from_day for span in found})
    for number in range(12):
        begun = [span.release_id for span in found if span.from_day <= day(number)]
        assert (begun[-1] if begun else None) == in_force(steps(*said), day(number))


@given(_anything)
def test_only_what_was_approved_is_in_line(said: list[Said]) -> None:
    for release_id in line(steps(*said)):
        assert (APPROVE, release_id) in {(word, one) for word, one, _ in said}


def test_a_proposal_needs_a_new_version_new_content_and_an_evaluation_of_it() -> None:
    rules = ReleaseKind.RULES
    check_proposal(rules, "3", "new", ANNA, [release()], evaluation())
    check_proposal(
        ReleaseKind.MODEL, "2", "m", ANNA, [release()], evaluation(EvaluationKind.COMPARISON, model="m")
    )
    with pytest.raises(ReleaseError, match="'2' is release 1, with other content"):
        check_proposal(rules, "2", "new", ANNA, [release()], evaluation())
    with pytest.raises(ReleaseError, match="nothing new to propose"):
        check_proposal(rules, "2", "d", ANNA, [release()], evaluation(rules="d"))
    with pytest.raises(ReleaseError, match="equal to version '2'"):
        check_proposal(rules, "3", "d", ANNA, [release()], evaluation(rules="d"))


@pytest.mark.parametrize(
    "other",
    [
        evaluation(rules="other"),
        evaluation(rules=None),
        evaluation(EvaluationKind.SWEEP),
        evaluation(EvaluationKind.DETECTOR),
        evaluation(EvaluationKind.COMPARISON, model="new"),
    ],
)
def test_an_evaluation_of_something_else_is_refused(other: Evaluation) -> None:
    with pytest.raises(ReleaseError, match="no replay of this very content"):
        check_proposal(ReleaseKind.RULES, "3", "new", ANNA, [], other)


def test_the_proposer_can_t_approve() -> None:
    check_approval(release(by=1), (), BEN, TODAY, TODAY, retroactive=False)
    with pytest.raises(ReleaseError, match="another person") as caught:
        check_approval(release(by=2), (), BEN, TODAY, TODAY, retroactive=False)
    assert "另一人" in caught.value.text.zh


@pytest.mark.parametrize("person", [AUDITOR, TECHNICIAN])
def test_who_may_not_release(person: Person) -> None:
    approved = steps((APPROVE, 1, 0))
    for attempt in (
        lambda: check_proposal(ReleaseKind.RULES, "3", "new", person, [], evaluation()),
        lambda: check_approval(release(), (), person, TODAY, TODAY, retroactive=False),
        lambda: check_rejection(release(), (), person),
        lambda: way_back(approved, None, person, TODAY, TODAY, retroactive=False),
    ):
        with pytest.raises(ReleaseError, match="may not release"):
            attempt()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (((APPROVE, 1, 0),), "is approved already"),
        (((REJECT, 1, None),), "is rejected already"),
    ],
)
def test_what_was_decided_is_not_approved_again(said: Sequence[Said], complaint: str) -> None:
    with pytest.raises(ReleaseError, match=complaint):
        check_approval(release(), steps(*said), BEN, TODAY, TODAY, retroactive=False)


def test_what_was_withdrawn_can_be_approved_anew() -> None:
    withdrawn = steps((APPROVE, 1, 0), (BACK, None, 0))
    check_approval(release(), withdrawn, BEN, TODAY, TODAY, retroactive=False)
    with pytest.raises(ReleaseError, match="is withdrawn: only what is proposed"):
        check_rejection(release(), withdrawn, BEN)


def test_days_that_are_over_must_be_meant() -> None:
    approved = steps((APPROVE, 1, -5))
    with pytest.raises(ReleaseError, match="2026-11-19 is over"):
        check_approval(release(), (), BEN, day(-1), TODAY, retroactive=False)
    with pytest.raises(ReleaseError, match="2026-11-19 is over"):
        way_back(approved, None, BEN, day(-1), TODAY, retroactive=False)
    check_approval(release(), (), BEN, day(-1), TODAY, retroactive=True)
    assert way_back(approved, None, BEN, day(-1), TODAY, retroactive=True) is None


@pytest.mark.parametrize(
    ("said", "to", "wanted"),
    [
        (((APPROVE, 1, 0),), None, None),
        (((APPROVE, 1, 0), (APPROVE, 2, 0)), None, 1),
        (((APPROVE, 1, 0), (APPROVE, 2, 0), (APPROVE, 3, 0)), 1, 1),
        # A second step back goes further back, never forward to what the first one left.
        (((APPROVE, 1, 0), (APPROVE, 2, 0), (APPROVE, 3, 0), (BACK, 2, 0)), None, 1),
        (((APPROVE, 1, 0), (APPROVE, 2, 0), (BACK, 1, 0)), None, None),
    ],
)
def test_the_way_back(said: Sequence[Said], to: int | None, wanted: int | None) -> None:
    assert way_back(steps(*said), to, ANNA, TODAY, TODAY, retroactive=False) == wanted


@pytest.mark.parametrize(
    ("said", "to", "complaint"),
    [
        ((), None, "nothing to go back from"),
        (((APPROVE, 1, 0), (BACK, None, 0)), None, "nothing to go back from"),
        (((APPROVE, 1, 0), (APPROVE, 2, 0)), 2, "no earlier one"),
        (((APPROVE, 1, 0), (APPROVE, 2, 0)), 3, "no earlier one"),
        (((APPROVE, 1, 0), (APPROVE, 2, 0), (BACK, 1, 0)), 2, "a withdrawn one needs an approval anew"),
    ],
)
def test_no_way_back(said: Sequence[Said], to: int | None, complaint: str) -> None:
    with pytest.raises(ReleaseError, match=complaint):
        way_back(steps(*said), to, ANNA, TODAY, TODAY, retroactive=False)
