"""Decisions as values: a blind answer, when a second person is needed, what comes first in a queue."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.auditing import (
    BLIND_SEVERITY,
    GRAVITY,
    PERMISSIONS,
    BlindAnswer,
    CaseState,
    Decision,
    Draft,
    ItemDecision,
    ItemWord,
    Permission,
    Role,
    Verdict,
    blind_word,
    gravest_flag,
    needs_second,
    severity,
    state_after,
    subject_of,
)
from pipeline.results import CheckResult, Flag, FlagReason, Leaning, Outcome, ScoredItem, VisitReport
from pipeline.rules import BilingualText
from tests.reports import plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TITLE = BilingualText("鞋套", "Shoe covers")


def item(
    outcome: Outcome,
    leaning: Leaning | None = None,
    *,
    two_people: bool = False,
    item_id: str = "shoe_cover.worn",
) -> ScoredItem:
    result = CheckResult(item_id, outcome, TITLE, leaning=leaning)
    credit = 1.0 if outcome is Outcome.PASS or leaning is Leaning.FOR else 0.0
    return ScoredItem(result, TITLE, TITLE, ("A",), 5.0, True, credit, two_people)


def report(*flags: Flag, items: tuple[ScoredItem, ...] = (), blind: bool = False) -> VisitReport:
    return plain_report(visit_id="V", flags=flags, items=items, blind=blind)


@pytest.mark.parametrize(
    ("outcome", "leaning", "answer", "word", "after"),
    [
        (Outcome.PASS, None, BlindAnswer.SHOWN, ItemWord.CONFIRM, Outcome.PASS),
        (Outcome.PASS, None, BlindAnswer.NOT_SHOWN, ItemWord.OVERTURN, Outcome.FAIL),
        (Outcome.FAIL, None, BlindAnswer.NOT_SHOWN, ItemWord.CONFIRM, Outcome.FAIL),
        (Outcome.FAIL, None, BlindAnswer.SHOWN, ItemWord.OVERTURN, Outcome.PASS),
        (Outcome.MISSING, None, BlindAnswer.NOT_SHOWN, ItemWord.CONFIRM, Outcome.MISSING),
        (Outcome.UNREADABLE, None, BlindAnswer.SHOWN, ItemWord.OVERTURN, Outcome.PASS),
        (Outcome.CONFIRM, Leaning.FOR, BlindAnswer.SHOWN, ItemWord.CONFIRM, Outcome.CONFIRM),
        (Outcome.CONFIRM, Leaning.FOR, BlindAnswer.NOT_SHOWN, ItemWord.OVERTURN, Outcome.FAIL),
        (Outcome.CONFIRM, Leaning.AGAINST, BlindAnswer.SHOWN, ItemWord.OVERTURN, Outcome.PASS),
        (Outcome.PASS, None, BlindAnswer.CANNOT_TELL, ItemWord.CANNOT_TELL, None),
    ],
)
def test_a_blind_answer_confirms_what_it_agrees_with_and_overturns_the_rest(
    outcome: Outcome, leaning: Leaning | None, answer: BlindAnswer, word: ItemWord, after: Outcome | None
) -> None:
    said = blind_word(item(outcome, leaning), answer)
    assert (said.word, said.outcome_before, said.outcome_after) == (word, outcome, after)


@pytest.mark.parametrize(
    "wrong",
    [
        {"word": ItemWord.OVERTURN, "outcome_after": Outcome.PASS},
        {"word": ItemWord.OVERTURN, "outcome_after": Outcome.PASS, "reason": "nonsense"},
        {"word": ItemWord.OVERTURN, "outcome_after": Outcome.PASS, "reason": "other", "comment": " "},
        {"word": ItemWord.CONFIRM, "outcome_after": None},
        {"word": ItemWord.CANNOT_TELL, "outcome_after": Outcome.FAIL},
    ],
)
def test_an_item_decision_that_does_not_hold_together_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shoe_cover\.worn"):
        ItemDecision("shoe_cover.worn", outcome_before=Outcome.FAIL, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdict", "second", "state"),
    [
        (Verdict.ACCEPT, False, CaseState.CLOSED),
        (Verdict.REJECT, False, CaseState.CLOSED),
        (Verdict.REJECT, True, CaseState.SECOND),
        (Verdict.HAND_OVER, False, CaseState.SECOND),
        (Verdict.RETAKE, True, CaseState.RETAKE),
    ],
)
def test_where_a_case_goes(verdict: Verdict, second: bool, state: CaseState) -> None:
    assert state_after(verdict, second) is state


OVERTURNED = ItemDecision("shoe_cover.worn", ItemWord.OVERTURN, Outcome.FAIL, Outcome.PASS, "visible")
CONFIRMED = ItemDecision("shoe_cover.worn", ItemWord.CONFIRM, Outcome.FAIL, Outcome.FAIL)
ANNA, BEN = 1, 2


def draft(verdict: Verdict, *items: ItemDecision) -> Draft:
    return Draft("V", "digest", verdict, items, "", "token")


def kept(user_id: int, verdict: Verdict, *items: ItemDecision, digest: str = "digest") -> Decision:
    return Decision(1, "V", digest, user_id, "?", NOON, verdict, items, "", False, None, None, "")


@pytest.mark.parametrize(
    ("said", "earlier", "needed"),
    [
        (draft(Verdict.REJECT), (), True),
        (draft(Verdict.RETAKE), (), False),
        (draft(Verdict.REJECT), (kept(BEN, Verdict.REJECT),), False),
        (draft(Verdict.REJECT, CONFIRMED), (kept(BEN, Verdict.REJECT),), False),
        (draft(Verdict.REJECT), (kept(ANNA, Verdict.REJECT),), True),
        (draft(Verdict.REJECT), (kept(BEN, Verdict.ACCEPT),), True),
        (draft(Verdict.ACCEPT, OVERTURNED), (kept(BEN, Verdict.ACCEPT),), True),
        (draft(Verdict.ACCEPT, OVERTURNED), (kept(BEN, Verdict.ACCEPT, OVERTURNED),), False),
        (draft(Verdict.REJECT), (kept(BEN, Verdict.REJECT, digest="older"),), True),
        (draft(Verdict.REJECT), (kept(ANNA, Verdict.REJECT), kept(BEN, Verdict.REJECT)), False),
    ],
)
def test_high_stakes_need_another_person_who_says_the_same_of_the_same_report(
    said: Draft, earlier: tuple[Decision, ...], needed: bool
) -> None:
    at_stake = report(items=(item(Outcome.FAIL, two_people=True),))
    assert needs_second(at_stake, said, ANNA, earlier) is needed
    harmless = report(items=(item(Outcome.FAIL),))
    assert not needs_second(harmless, said, ANNA, earlier)


def test_an_item_that_keeps_its_credit_and_is_not_spoken_of_needs_nobody_else() -> None:
    passed = report(items=(item(Outcome.PASS, two_people=True),))
    assert not needs_second(passed, draft(Verdict.ACCEPT), ANNA, ())
    assert needs_second(
        passed, draft(Verdict.REJECT, replace(OVERTURNED, outcome_after=Outcome.FAIL)), ANNA, ()
    )


def test_every_reason_has_its_gravity_and_the_gravest_leads() -> None:
    assert set(GRAVITY) == set(FlagReason)
    flags = [Flag(reason, "shoe_cover.worn") for reason in FlagReason]
    first = gravest_flag(report(*flags))
    assert first is not None
    assert first.reason is FlagReason.CRITICAL_FAIL
    assert gravest_flag(report()) is None


def test_severity_grows_with_the_gravest_flag_and_tells_nothing_of_a_blind_case() -> None:
    near, doubt = Flag(FlagReason.NEAR_THRESHOLD, "x"), Flag(FlagReason.AUTHENTICITY, "x")
    failed = Flag(FlagReason.GRADE_FAIL, "x")
    ladder = [report(), report(near), report(failed), report(doubt), report(doubt, near)]
    values = [severity(one) for one in ladder]
    assert values == sorted(set(values))
    assert {severity(report(*flags, blind=True)) for flags in ((), (near,), (doubt, near))} == {
        BLIND_SEVERITY
    }


@pytest.mark.parametrize(
    ("flag", "named"),
    [
        (Flag(FlagReason.CRITICAL_FAIL, "shoe_cover.worn"), "鞋套"),
        (Flag(FlagReason.MEDIA_FAILURE, "visits/a/b.jpg"), "b.jpg"),
        (Flag(FlagReason.GRADE_FAIL, "不合格"), ""),
    ],
)
def test_what_a_flag_is_about(flag: Flag, named: str) -> None:
    assert subject_of(report(flag, items=(item(Outcome.FAIL),)), flag).zh == named


def test_who_may_what() -> None:
    assert set(PERMISSIONS) == set(Role)
    holders = {
        permission: {role for role in Role if permission in PERMISSIONS[role]} for permission in Permission
    }
    office = {Role.AUDITOR, Role.QA_LEAD, Role.ADMINISTRATOR}
    assert holders == {
        Permission.SEE_VISITS: office,
        Permission.DECIDE: office,
        Permission.EXPORT: office,
        Permission.SEE_NUMBERS: office - {Role.AUDITOR},
        Permission.RELEASE: office - {Role.AUDITOR},
        Permission.MANAGE_USERS: {Role.ADMINISTRATOR},
        Permission.SEE_OWN_VISITS: {Role.TECHNICIAN},
        Permission.OBJECT: {Role.TECHNICIAN},
    }
