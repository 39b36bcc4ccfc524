"""A detector's curve on planted detections: counts by hand, intervals that hold what was planted."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.labels import Split
from pipeline.shares import wilson
from pipeline.tuning.curves import MistakeKind
from pipeline.tuning.labelled_sets import LabelledPicture, RawBox, SeenPicture
from pipeline.tuning.matching import match_class
from pipeline.tuning.measuring import class_curve, operating_point, worst_mistakes
from pipeline.tuning.wishes import CostRatio, PrecisionAtLeast

SEED = 5
HERE, THERE = (0.1, 0.1, 0.3, 0.3), (0.6, 0.6, 0.9, 0.9)
Corners = tuple[float, float, float, float]


def truth(corners: Corners, label: str = "badge", ignore: bool = False) -> RawBox:
    return RawBox(label, 0, *corners, ignore=ignore)


def seen(
    key: str,
    truths: Sequence[RawBox],
    found: Sequence[tuple[float, Corners]],
    source: str | None = None,
    vouched: frozenset[str] = frozenset({"badge"}),
) -> SeenPicture:
    picture = LabelledPicture(key, source or key, Split.TUNE, tuple(truths), vouched)
    return SeenPicture(picture, tuple(Detection("badge", sure, BoundingBox(*box)) for sure, box in found))


@pytest.mark.parametrize(
    ("truths", "found", "expected"),
    [
        ([HERE], [(0.9, HERE)], (1, 0, 0)),
        ([HERE], [(0.9, THERE)], (0, 1, 1)),
        ([HERE], [(0.9, HERE), (0.8, HERE)], (1, 1, 0)),
        ([HERE, THERE], [(0.9, HERE)], (1, 0, 1)),
        ([], [(0.9, HERE)], (0, 1, 0)),
        ([HERE], [(0.4, HERE)], (0, 0, 1)),
        ([HERE], [], (0, 0, 1)),
    ],
)
def test_counts_at_a_threshold(
    truths: list[Corners], found: list[tuple[float, Corners]], expected: tuple[int, int, int]
) -> None:
    matches = match_class([seen("a", [truth(one) for one in truths], found)], "badge", 0.5)
    point = class_curve(matches, None, SEED).at(0.5)
    assert (point.true_positives, point.false_positives, point.false_negatives) == expected


def test_the_surer_detection_takes_the_box_though_the_other_fits_better() -> None:
    near = (0.1, 0.1, 0.3, 0.27)
    matches = match_class([seen("a", [truth(HERE)], [(0.6, HERE), (0.9, near)])], "badge", 0.5)
    assert [(one.detection.confidence, one.right) for one in matches.detections] == [
        (0.9, True),
        (0.6, False),
    ]


def test_what_lies_in_an_ignored_region_counts_neither_way() -> None:
    region = truth((0.5, 0.5, 1.0, 1.0), ignore=True)
    found = [(0.9, THERE), (0.8, THERE), (0.7, HERE)]
    matches = match_class([seen("a", [region, truth(HERE)], found)], "badge", 0.5)
    assert [(one.detection.confidence, one.right) for one in matches.detections] == [(0.7, True)]
    assert (len(matches.truths), matches.ignored) == (1, 1)


def test_pictures_that_were_not_labelled_for_a_class_are_left_out() -> None:
    others = seen("b", [], [(0.9, HERE)], vouched=frozenset({"tool"}))
    matches = match_class([seen("a", [truth(HERE)], [(0.9, HERE)]), others], "badge", 0.5)
    assert [key for key, _ in matches.pictures] == ["a"]
    assert len(matches.detections) == 1


@pytest.mark.parametrize("iou", [0.0, -0.1, 1.1, float("nan")])
def test_an_overlap_that_is_none_is_refused(iou: float) -> None:
    with pytest.raises(ValueError, match="IoU"):
        match_class([], "badge", iou)


def test_an_empty_set_has_a_curve_without_figures() -> None:
    curve = class_curve(match_class([], "badge", 0.5), None, SEED)
    assert (curve.truths, curve.pictures, curve.visits) == (0, 0, 0)
    assert {(one.precision, one.precision_low, one.precision_high) for one in curve.points} == {
        (None, 0.0, 1.0)
    }


places = st.floats(0, 0.6)
boxes = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), places, places, st.just(0.3), st.floats(0.2, 0.4))
confidences = st.integers(5, 99).map(lambda hundredths: hundredths / 100)
pictures = st.lists(
    st.tuples(
        st.lists(boxes, max_size=3),
        st.lists(st.tuples(confidences, boxes), max_size=4),
        st.sampled_from("abc"),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(pictures, st.floats(0.05, 1.0))
def test_along_a_curve(
    drawn: list[tuple[list[Corners], list[tuple[float, Corners]], str]], iou: float
) -> None:
    shown = [
        seen(str(number), [truth(one) for one in truths], found, source)
        for number, (truths, found, source) in enumerate(drawn)
    ]
    curve = class_curve(match_class(shown, "badge", iou), None, SEED)
    for below, above in zip(curve.points, curve.points[1:], strict=False):
        assert below.true_positives >= above.true_positives
        assert below.false_positives >= above.false_positives
        assert below.false_negatives <= above.false_negatives
    for point in curve.points:
        assert point.true_positives + point.false_negatives == curve.truths
        for share, low, high in (
            (point.precision, point.precision_low, point.precision_high),
            (point.recall, point.recall_low, point.recall_high),
        ):
            assert 0.0 <= low <= high <= 1.0
            assert share is None or low <= share <= high


def planted(random: np.random.Generator, visits: int, boxes: int) -> list[SeenPicture]:
    """Right detections spread evenly over 0.4 to 1, and as many false alarms over 0.1 to 0.7."""
    shown = []
    for visit in range(visits):
        for number in range(boxes):
            right, wrong = random.uniform(0.4, 1.0), random.uniform(0.1, 0.7)
            found = [(round(right, 4), HERE), (round(wrong, 4), THERE)]
            shown.append(seen(f"{visit}/{number}", [truth(HERE)], found, f"visit-{visit}"))
    return shown


def best_planted(false_alarm: float) -> float:
    """Of `planted`: from 0.4 to 0.7 both are equally dense, so a cost above 1 wants all false alarms out."""
    return 0.7 if false_alarm > 1 else 0.4


@pytest.mark.parametrize("false_alarm", [10.0, 0.1])
def test_the_planted_best_threshold_lies_in_the_interval(false_alarm: float) -> None:
    matches = match_class(planted(np.random.default_rng(3), 150, 2), "badge", 0.5)
    point = operating_point(matches, class_curve(matches, None, SEED), CostRatio(false_alarm, 1.0), SEED)
    assert point.accepted
    assert point.threshold_low is not None
    assert point.threshold_high is not None
    # Thresholds are hundredths, and the last false alarm lies somewhat below its density's end.
    assert point.threshold_low - 0.01 <= best_planted(false_alarm) <= point.threshold_high + 0.01
    assert point.threshold_high - point.threshold_low < 0.1


def test_the_same_threshold_is_refused_for_too_few_labels_and_accepted_with_as_many_as_were_asked_for() -> (
    None
):
    wish, random = PrecisionAtLeast(0.9), np.random.default_rng(4)
    few = planted(random, 20, 1)
    matches = match_class(few, "badge", 0.5)
    refused = operating_point(matches, class_curve(matches, None, SEED), wish, SEED)
    assert not refused.accepted
    assert refused.more_labels_needed is not None
    # A margin, because the share moves with the labels that come.
    more = few + planted(random, 20 + 2 * refused.more_labels_needed, 1)
    renamed = [
        seen(f"{number}", one.picture.boxes, [(d.confidence, d.box.as_tuple()) for d in one.detections])
        for number, one in enumerate(more)
    ]
    matches = match_class(renamed, "badge", 0.5)
    assert operating_point(matches, class_curve(matches, None, SEED), wish, SEED).accepted


def clustered(random: np.random.Generator, visits: int, boxes: int, share: float) -> list[SeenPicture]:
    """Whole visits go wrong: `share` of them have right detections only, the others false ones only."""
    wrong = [random.random() >= share for _ in range(visits)]
    return [
        seen(f"{visit}/{number}", [truth(HERE)], [(0.9, THERE if wrong[visit] else HERE)], f"visit-{visit}")
        for visit in range(visits)
        for number in range(boxes)
    ]


@pytest.mark.parametrize("share", [0.9, 0.98])
def test_intervals_hold_the_planted_share_though_whole_visits_go_wrong(share: float) -> None:
    random = np.random.default_rng(11)
    held, held_by_box = [], []
    for _ in range(60):
        matches = match_class(clustered(random, 40, 8, share), "badge", 0.5)
        point = class_curve(matches, None, SEED, thresholds=(0.5,)).points[0]
        held.append(point.precision_low <= share <= point.precision_high)
        low, high = wilson(point.precision, point.found)
        held_by_box.append(low <= share <= high)
    assert np.mean(held) > 0.9
    assert np.mean(held_by_box) < 0.75


def test_boxes_without_an_error_of_a_few_visits_are_worth_no_more_than_the_visits() -> None:
    matches = match_class(clustered(np.random.default_rng(1), 20, 30, 1.0), "badge", 0.5)
    point = class_curve(matches, None, SEED).at(0.5)
    assert point.precision == 1.0
    assert point.precision_low == pytest.approx(20 / (20 + 1.959964**2), abs=1e-3)


def test_equal_seeds_give_equal_figures_and_others_other_intervals() -> None:
    matches = match_class(planted(np.random.default_rng(3), 30, 1), "badge", 0.5)
    assert class_curve(matches, None, 1) == class_curve(matches, None, 1)
    assert class_curve(matches, None, 1) != class_curve(matches, None, 2)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_f_beta_is_the_weighted_harmonic_mean(beta: float) -> None:
    matches = match_class(planted(np.random.default_rng(3), 30, 1), "badge", 0.5)
    point = class_curve(matches, None, SEED, beta).at(0.5)
    assert point.precision is not None
    assert point.recall is not None
    expected = (1 + beta**2) * point.precision * point.recall / (beta**2 * point.precision + point.recall)
    assert point.f_beta == pytest.approx(expected)
    assert point.f_beta_low <= expected <= point.f_beta_high


def test_the_worst_mistakes_come_first() -> None:
    shown = [
        seen("alarm-90", [], [(0.9, HERE)]),
        seen("alarm-70", [], [(0.7, HERE)]),
        seen("faint", [truth(HERE)], [(0.2, HERE)]),
        seen("unseen", [truth(HERE)], []),
        seen("quiet", [], [(0.3, HERE)]),
    ]
    worst = worst_mistakes(match_class(shown, "badge", 0.5), 0.5, most=2)
    assert [(one.kind, one.media_key) for one in worst] == [
        (MistakeKind.FALSE_ALARM, "alarm-90"),
        (MistakeKind.FALSE_ALARM, "alarm-70"),
        (MistakeKind.MISS, "unseen"),
        (MistakeKind.MISS, "faint"),
    ]
