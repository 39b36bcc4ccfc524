"""Labels out of decisions: which word counts, who said what, and who is in which split."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.auditing import Decision, ItemDecision, ItemWord, Role, Verdict
from pipeline.labels import Label, Split, labels_of, source_of, split_of
from pipeline.results import CheckResult, EvidenceRef, Outcome, ScoredItem
from pipeline.rules import BilingualText
from tests.reports import plain_report

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = BilingualText("工牌", "Badge")
SEEN = (EvidenceRef("visits/a.jpg", "badge 0.4"),)
ROLES = {1: Role.AUDITOR, 2: Role.QA_LEAD}
CONFIRMED = ItemDecision("badge.visible", ItemWord.CONFIRM, Outcome.FAIL, Outcome.FAIL)
OVERTURNED = ItemDecision("badge.visible", ItemWord.OVERTURN, Outcome.FAIL, Outcome.PASS, "visible")
UNSURE = ItemDecision("badge.visible", ItemWord.CANNOT_TELL, Outcome.FAIL, None)
_BADGE = CheckResult("badge.visible", Outcome.FAIL, WORDS, evidence=SEEN)
REPORT = plain_report(items=(ScoredItem(_BADGE, WORDS, WORDS, (), 1.0, True, 0.0),))


def decision(
    number: int, user: int, *items: ItemDecision, digest: str = "d", blind: bool = False
) -> Decision:
    at = NOON + timedelta(minutes=number)
    return Decision(
        number, "V1", digest, user, f"user {user}", at, Verdict.REJECT, items, "", blind, None, None, "x"
    )


def labels(*decisions: Decision) -> tuple[Label, ...]:
    return labels_of({"d": REPORT, "older": REPORT}, decisions, ROLES)


@pytest.mark.parametrize(
    ("decisions", "right", "disputed"),
    [
        ([decision(1, 1, OVERTURNED)], Outcome.PASS, False),
        ([decision(1, 1, OVERTURNED), decision(2, 2, CONFIRMED)], Outcome.FAIL, True),
        ([decision(1, 1, OVERTURNED), decision(2, 2, OVERTURNED)], Outcome.PASS, False),
        ([decision(1, 1, OVERTURNED), decision(2, 1, CONFIRMED)], Outcome.FAIL, False),
        ([decision(1, 1, OVERTURNED), decision(2, 2, UNSURE)], Outcome.PASS, False),
        ([decision(1, 1, OVERTURNED), decision(2, 2)], Outcome.PASS, False),
        ([decision(1, 1, CONFIRMED, digest="older"), decision(2, 2, OVERTURNED)], Outcome.PASS, False),
    ],
)
def test_the_newest_word_counts_and_those_who_disagree_are_both_there(
    decisions: list[Decision], right: Outcome, disputed: bool
) -> None:
    (label,) = labels(*decisions)
    assert (label.right_outcome, label.disputed, label.outcome_by_system) == (right, disputed, Outcome.FAIL)
    assert label.words[-1].right_outcome is right
    assert label.evidence == SEEN


def test_no_word_no_label() -> None:
    assert labels() == ()
    assert labels(decision(1, 1), decision(2, 2, UNSURE)) == ()


def test_a_label_names_no_person() -> None:
    (label,) = labels(decision(1, 2, OVERTURNED, blind=True))
    (word,) = label.words
    assert (word.user_id, word.role, word.blind, word.reason) == (2, Role.QA_LEAD, True, "visible")
    assert not any(name in repr(label) for name in ("王小明", "user 2", "technician 7"))


def test_one_technician_is_in_one_split_and_the_splits_have_their_shares() -> None:
    other_visit = labels_of({"d": replace(REPORT, visit_id="V2")}, [decision(1, 1, OVERTURNED)], ROLES)
    assert other_visit[0].split is labels(decision(1, 1, OVERTURNED))[0].split
    counts = Counter(split_of(source_of(str(number))) for number in range(4000))
    shares = {split: counts[split] / 4000 for split in Split}
    assert shares == pytest.approx({Split.TRAIN: 0.7, Split.TUNE: 0.15, Split.TEST: 0.15}, abs=0.03)


@given(st.text())
def test_every_technician_has_a_split(number: str) -> None:
    assert split_of(source_of(number)) in Split
