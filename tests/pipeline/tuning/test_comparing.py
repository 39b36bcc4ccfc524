"""Champion and challenger: counts by hand, tests against published values, and nothing said without proof."""

import random
from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.average_precision import ScoredPicture, average_precisions
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.labels import Split
from pipeline.tuning.comparing import Contender, compare, compare_label, with_findings
from pipeline.tuning.comparison import Comparison, DetectorName, Finding, LabelComparison, Paired
from pipeline.tuning.labelled_sets import LabelledPicture, RawBox, SeenPicture
from pipeline.tuning.matching import ClassMatches, MatchedDetection, MatchedTruth
from pipeline.tuning.paired_tests import holm, mcnemar
from storage.tuning_codec import comparison_from_json, comparison_to_json

BOX, AWAY = BoundingBox(0.1, 0.1, 0.2, 0.2), BoundingBox(0.6, 0.6, 0.9, 0.9)
Seen = tuple[float | None, tuple[float, ...]]
"""One picture with one labelled box: at which confidence it is found, and those of the false alarms."""


def matches(*pictures: Seen, per_source: int = 1) -> ClassMatches:
    named = [(f"{number}.jpg", f"s{number // per_source:03d}") for number in range(len(pictures))]
    detections = [
        MatchedDetection(key, source, Detection("badge", confidence, BOX), right)
        for (key, source), (found_at, alarms) in zip(named, pictures, strict=True)
        for confidence, right in (*((one, False) for one in alarms), (found_at, True))
        if confidence is not None
    ]
    truths = [
        MatchedTruth(key, source, BOX, found_at)
        for (key, source), (found_at, _) in zip(named, pictures, strict=True)
    ]
    return ClassMatches("badge", 0.5, tuple(named), tuple(detections), tuple(truths), 0)


def compared(champion: ClassMatches, challenger: ClassMatches, seed: int = 1) -> LabelComparison:
    one = compare_label(Contender(champion, 0.5), Contender(challenger, 0.5), seed, resamples=500)
    return with_findings([one])[0]


def comparison(*labels: LabelComparison) -> Comparison:
    names = DetectorName("a", "1", "a" * 64), DetectorName("b", "1", "b" * 64)
    return Comparison("set", "1", "d", "test", *names, 500, 1, labels)


def drawn(seed: int, pictures: int, recall: float, alarms: float) -> ClassMatches:
    dice = random.Random(seed)
    return matches(
        *(
            (0.9 if dice.random() < recall else None, (0.8,) if dice.random() < alarms else ())
            for _ in range(pictures)
        )
    )


@pytest.mark.parametrize(
    ("first", "second", "p_value"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (0, 5, 2 / 32),
        (1, 9, 22 / 1024),
        # Agresti, Categorical Data Analysis, 2nd ed., table 10.1: 150 against 86.
        (86, 150, 3.716e-05),
    ],
)
def test_mcnemar_by_known_values(first: int, second: int, p_value: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p_value, rel=1e-3)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_binomial_tail(first: int, second: int) -> None:
    n = first + second
    as_uneven = (k for k in range(n + 1) if abs(2 * k - n) >= abs(first - second))
    exact = sum((Fraction(comb(n, k), 2**n) for k in as_uneven), Fraction(0))
    assert mcnemar(first, second) == pytest.approx(float(exact))
    assert mcnemar(first, second) == mcnemar(second, first)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == (True, False, False, True)
    assert holm([0.01, 0.02, 0.03]) == (True, True, True)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_drops_no_more_than_each_test_alone(p_values: list[float]) -> None:
    fallen = holm(p_values)
    assert all(p <= 0.05 for p, fell in zip(p_values, fallen, strict=True) if fell)
    assert sum(fallen) >= sum(p <= 0.05 / max(1, len(p_values)) for p in p_values)


def test_counts_by_hand() -> None:
    one = compared(
        matches((0.9, ()), (0.4, (0.6,)), (None, ()), (0.5, (0.7, 0.4))),
        matches((0.9, ()), (0.8, ()), (0.3, (0.9, 0.9)), (0.4, (0.9,))),
    )
    assert one.hits == Paired(both=1, champion_only=1, challenger_only=1, neither=1)
    assert one.false_alarms == Paired(both=1, champion_only=1, challenger_only=1, neither=1)
    assert (one.recall.champion, one.recall.challenger, one.recall.value) == (0.5, 0.5, 0.0)
    assert (one.alarms_per_picture.champion, one.alarms_per_picture.challenger) == (0.5, 0.75)
    assert (one.pictures, one.sources, one.truths) == (4, 4, 4)
    # Four sources drawn anew tell nothing: no interval, and so no finding.
    assert (one.recall.low, one.recall.high, one.finding) == (None, None, Finding.NOT_SHOWN)


def test_average_precision_by_hand() -> None:
    """Right, wrong, right over two of two boxes: precision 1 up to a recall of 0.5, then 2/3."""
    seen = matches((0.9, (0.8,)), (0.7, ()))
    one = compared(seen, replace(seen, detections=()))
    assert one.average_precision.champion == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert one.average_precision.challenger == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_average_precision_is_what_faster_coco_eval_says(seed: int) -> None:
    """One labelled box a picture, so that rank alone decides."""
    dice = random.Random(seed)
    pictures: list[Seen] = [
        (
            round(dice.random(), 3) if dice.random() < 0.7 else None,
            tuple(round(dice.random(), 3) for _ in range(dice.randrange(3))),
        )
        for _ in range(dice.randrange(2, 25))
    ]
    scored = [
        ScoredPicture(
            (BOX,),
            (
                *(Detection("badge", sure, AWAY) for sure in alarms),
                *((Detection("badge", found_at, BOX),) if found_at is not None else ()),
            ),
            (),
        )
        for found_at, alarms in pictures
    ]
    expected = average_precisions(scored, (0.5,))
    assert expected is not None
    one = compared(matches(*pictures), matches(*pictures))
    assert one.average_precision.champion == pytest.approx(expected[0], abs=1e-6)


def test_a_much_better_challenger_is_shown_to_be_so() -> None:
    one = compared(drawn(1, 150, 0.6, 0.2), drawn(2, 150, 0.95, 0.02))
    assert one.finding is Finding.BETTER
    assert one.recall.low is not None
    assert 0 < one.recall.low < 0.35 < (one.recall.high or 0)
    assert comparison(one).verdict.en == "the challenger is better (badge); labelled boxes: badge 150"
    assert compared(drawn(2, 150, 0.95, 0.02), drawn(1, 150, 0.6, 0.2)).finding is Finding.WORSE


def test_more_found_and_more_false_alarms_is_mixed() -> None:
    one = compared(drawn(1, 200, 0.6, 0.02), drawn(2, 200, 0.95, 0.4))
    assert one.finding is Finding.MIXED
    assert "有得有失" in comparison(one).verdict.zh


def test_equals_are_not_shown_to_differ() -> None:
    seen = drawn(1, 100, 0.8, 0.1)
    one = compared(seen, seen)
    assert (one.hits.p_value, one.false_alarms.p_value) == (1.0, 1.0)
    assert (one.recall.value, one.recall.low, one.recall.high) == (0.0, 0.0, 0.0)
    assert comparison(one).finding is Finding.NOT_SHOWN
    assert "not shown to be better" in comparison(one).verdict.en


def test_equally_good_detectors_are_seldom_told_apart() -> None:
    """Of 60 comparisons of two detectors of the same quality hardly any may find a difference."""
    pairs = ((drawn(seed, 80, 0.8, 0.1), drawn(1000 + seed, 80, 0.8, 0.1)) for seed in range(60))
    shown = sum(compared(*pair).finding is not Finding.NOT_SHOWN for pair in pairs)
    assert shown <= 5


def test_one_source_with_many_boxes_proves_little() -> None:
    """Thirty boxes of one visit, found by the challenger only, are one visit's luck."""
    missed: tuple[Seen, ...] = ((None, ()),) * 30
    found: tuple[Seen, ...] = ((0.9, ()),) * 330
    champion = matches(*missed, *found, per_source=30)
    challenger = matches(*found, *((0.9, ()),) * 30, per_source=30)
    one = compared(champion, challenger)
    assert one.hits.p_value < 1e-6
    assert one.recall.low == 0.0
    assert one.finding is Finding.NOT_SHOWN


def test_the_same_seed_gives_the_same_intervals() -> None:
    pair = drawn(1, 60, 0.7, 0.1), drawn(2, 60, 0.8, 0.1)
    assert compared(*pair, seed=3) == compared(*pair, seed=3)
    assert compared(*pair, seed=3).recall != compared(*pair, seed=4).recall


def test_other_pictures_can_t_be_compared() -> None:
    with pytest.raises(ValueError, match="not held against the same labels"):
        compared(matches((0.9, ())), matches((0.9, ()), (0.9, ())))


def picture(number: int, seen: float) -> SeenPicture:
    """A picture with one badge that is seen that surely, vouched for badges only."""
    boxes = (RawBox("badge", 0, BOX.x_min, BOX.y_min, BOX.x_max, BOX.y_max),)
    labelled = LabelledPicture(f"{number}.jpg", f"s{number}", Split.TEST, boxes, frozenset({"badge"}))
    return SeenPicture(labelled, (Detection("badge", seen, BOX),))


def test_each_detector_is_held_at_its_own_threshold() -> None:
    champion, challenger = ([picture(number, seen) for number in range(12)] for seen in (0.4, 0.7))
    thresholds = {"badge": (0.5, 0.8), "tool": (0.5, 0.5)}
    (found,) = compare(champion, challenger, thresholds, 0.5, seed=1)
    assert (found.label, found.hits) == ("badge", Paired(0, 0, 0, 12))
    (found,) = compare(champion, challenger, {"badge": (0.3, 0.8)}, 0.5, seed=1)
    assert found.hits == Paired(0, 12, 0, 0)
    assert found.finding is Finding.WORSE


def test_a_comparison_survives_its_json() -> None:
    whole = comparison(
        compared(drawn(1, 30, 0.6, 0.2), drawn(2, 30, 0.9, 0.1)), compared(matches(), matches())
    )
    assert comparison_from_json(comparison_to_json(whole)) == whole


def test_a_label_that_nobody_labelled() -> None:
    empty = ClassMatches("badge", 0.5, (("1.jpg", "s"),), (), (), 0)
    one = compared(empty, empty)
    assert (one.recall.value, one.average_precision.value, one.alarms_per_picture.value) == (None, None, 0.0)
    assert one.finding is Finding.NOT_SHOWN
