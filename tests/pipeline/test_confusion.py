"""Outcomes against what was right."""

import pytest

from pipeline.results import Leaning, Outcome
from pipeline.shares import Share
from pipeline.tuning.confusion import ConfusionCell, Judgement, by_item, judgement, right_standing
from pipeline.tuning.verdicts import Standing

AGAINST = Standing(Outcome.CONFIRM, Leaning.AGAINST)
FOR = Standing(Outcome.CONFIRM, Leaning.FOR)


def outcome(name: str) -> Standing:
    return Standing(Outcome(name))


@pytest.mark.parametrize(
    ("system", "right", "expected"),
    [
        (outcome("fail"), outcome("pass"), Judgement.WRONG_ACCUSATION),
        (outcome("missing"), outcome("pass"), Judgement.WRONG_ACCUSATION),
        (AGAINST, outcome("pass"), Judgement.WRONG_ACCUSATION),
        (AGAINST, AGAINST, Judgement.RIGHT),
        (outcome("fail"), outcome("missing"), Judgement.RIGHT),
        (outcome("pass"), outcome("fail"), Judgement.WRONG_PASS),
        (FOR, outcome("missing"), Judgement.WRONG_PASS),
        (FOR, outcome("pass"), Judgement.RIGHT),
        (outcome("unreadable"), outcome("pass"), Judgement.UNDECIDED),
        (outcome("unreadable"), outcome("unreadable"), Judgement.OTHER),
        (outcome("fail"), outcome("unreadable"), Judgement.OTHER),
        (outcome("exempt"), outcome("pass"), Judgement.OTHER),
    ],
)
def test_how_an_outcome_did(system: Standing, right: Standing, expected: Judgement) -> None:
    assert judgement(system, right) is expected


def test_a_confirmed_confirm_leans_as_it_leant() -> None:
    assert right_standing(AGAINST, Outcome.CONFIRM) == AGAINST
    assert right_standing(AGAINST, Outcome.PASS) == outcome("pass")


def test_an_item_s_shares_are_of_what_they_say() -> None:
    cells = (
        ConfusionCell("a", outcome("fail"), outcome("pass"), 3),
        ConfusionCell("a", outcome("fail"), outcome("fail"), 7),
        ConfusionCell("a", outcome("pass"), outcome("fail"), 1),
        ConfusionCell("a", outcome("pass"), outcome("pass"), 9),
        ConfusionCell("a", outcome("unreadable"), outcome("pass"), 5),
        ConfusionCell("a", outcome("exempt"), outcome("exempt"), 50),
        ConfusionCell("b", outcome("pass"), outcome("pass"), 100),
    )
    first, second = by_item(cells)
    assert (first.item_id, first.visits, second.item_id) == ("a", 75, "b")
    assert first.wrong_accusations == Share(3, 10)
    assert first.wrong_passes == Share(1, 10)
    assert first.undecided == Share(5, 25)
    assert second.wrong_accusations == Share(0, 0)
