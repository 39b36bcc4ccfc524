"""Score, grade, flags and the spot check."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.results import CheckResult, FlagReason, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText, Grade, GradeCutoffs, ItemRule
from pipeline.scoring import flags_of, is_drawn, score_items, scored
from pipeline.visit import ManifestFinding, ManifestFindingCode

CUTOFFS = GradeCutoffs(90, 75, 60)
WORDS = BilingualText("字", "words")


def rule(item_id="x", weight=1.0, critical=False):
    return ItemRule(item_id, WORDS, WORDS, ("A",), weight, critical, ())


def result(outcome, item_id="x", leaning=None, **changes):
    if outcome is Outcome.CONFIRM and leaning is None:
        leaning = Leaning.FOR
    return CheckResult(item_id, outcome, WORDS, leaning=leaning, **changes)


def item(outcome, weight=1.0, critical=False, item_id="x", **changes):
    return scored(result(outcome, item_id, **changes), rule(item_id, weight, critical))


def test_earned_over_applicable():
    items = [
        item(Outcome.PASS, 3),
        item(Outcome.FAIL, 1),
        item(Outcome.EXEMPT, 5),
        item(Outcome.NOT_CHECKED, 5),
    ]
    score = score_items(items, CUTOFFS)
    assert (score.score, score.earned_weight, score.applicable_weight) == (75, 3, 4)
    assert score.grade is Grade.GOOD


def test_an_unconfirmed_sighting_counts_in_one_score_only():
    items = [item(Outcome.PASS), item(Outcome.CONFIRM), item(Outcome.CONFIRM, leaning=Leaning.AGAINST)]
    score = score_items(items, CUTOFFS)
    assert score.score == pytest.approx(200 / 3)
    assert score.confirmed_score == pytest.approx(100 / 3)


def test_a_failed_critical_item_caps_the_grade():
    items = [item(Outcome.PASS, 99), item(Outcome.FAIL, 1, critical=True, item_id="c")]
    score = score_items(items, CUTOFFS)
    assert score.score == 99
    assert score.grade is Grade.FAIL
    assert score.grade_capped_by == ("c",)


def test_a_missing_critical_item_caps_nothing():
    score = score_items([item(Outcome.PASS, 99), item(Outcome.MISSING, 1, critical=True)], CUTOFFS)
    assert score.grade is Grade.EXCELLENT


def test_nothing_to_score_needs_a_person():
    score = score_items([item(Outcome.EXEMPT)], CUTOFFS)
    assert (score.score, score.confirmed_score, score.grade) == (None, None, Grade.FAIL)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (100, Grade.EXCELLENT),
        (90, Grade.EXCELLENT),
        (89.9, Grade.GOOD),
        (75, Grade.GOOD),
        (60, Grade.PASS),
        (59.9, Grade.FAIL),
        (0, Grade.FAIL),
    ],
)
def test_cut_offs(points, grade):
    assert score_items([item(Outcome.PASS, points), item(Outcome.FAIL, 100 - points)], CUTOFFS).grade is grade


outcomes = st.lists(
    st.tuples(st.sampled_from(Outcome), st.floats(0, 50), st.booleans(), st.sampled_from(Leaning)),
    max_size=12,
)


def items_of(drawn):
    return [
        item(outcome, weight, critical, leaning=leaning if outcome is Outcome.CONFIRM else None)
        for outcome, weight, critical, leaning in drawn
    ]


@given(outcomes)
def test_scores_stay_in_range_and_confirming_never_exceeds_seeing(drawn):
    score = score_items(items_of(drawn), CUTOFFS)
    if score.score is not None:
        assert score.confirmed_score is not None
        assert 0 <= score.confirmed_score <= score.score <= 100 + 1e-9


@given(outcomes, st.sampled_from([Outcome.EXEMPT, Outcome.NOT_CHECKED, Outcome.NOT_APPLICABLE]))
def test_what_does_not_apply_never_changes_the_score(drawn, outcome):
    items = items_of(drawn)
    assert score_items([*items, item(outcome, 40)], CUTOFFS) == score_items(items, CUTOFFS)


@given(outcomes)
def test_one_more_pass_never_lowers_the_score(drawn):
    items = items_of(drawn)
    before, after = score_items(items, CUTOFFS), score_items([*items, item(Outcome.PASS, 5)], CUTOFFS)
    assert after.score is not None
    assert before.score is None or after.score >= before.score - 1e-9


def flags(bench, *items, findings=()):
    score = score_items(items, CUTOFFS)
    return {flag.reason for flag in flags_of(items, score, [], findings, bench.rules("repair"))}


NEAR = Measurement("0.41", "0.40", 0.02)
FLAGS = [
    ("nothing to flag", [item(Outcome.PASS)], set()),
    ("fails", [item(Outcome.FAIL)], {FlagReason.GRADE_FAIL}),
    (
        "critical fail",
        [item(Outcome.PASS, 99), item(Outcome.FAIL, 1, True)],
        {FlagReason.GRADE_FAIL, FlagReason.CRITICAL_FAIL},
    ),
    (
        "critical missing",
        [item(Outcome.PASS, 99), item(Outcome.MISSING, 1, True)],
        {FlagReason.CRITICAL_MISSING},
    ),
    (
        "critical unreadable",
        [item(Outcome.PASS, 99), item(Outcome.UNREADABLE, 1, True)],
        {FlagReason.CRITICAL_UNREADABLE},
    ),
    ("missing, not critical", [item(Outcome.PASS, 99), item(Outcome.MISSING, 1)], set()),
    ("doubt", [item(Outcome.PASS, 99, doubt=True)], {FlagReason.AUTHENTICITY}),
    (
        "doubt of a remark",
        [item(Outcome.PASS, 99), item(Outcome.FAIL, 0, doubt=True)],
        {FlagReason.AUTHENTICITY},
    ),
    ("near", [item(Outcome.PASS, measurement=NEAR)], {FlagReason.NEAR_THRESHOLD}),
    ("near, a remark", [item(Outcome.PASS), item(Outcome.PASS, 0, measurement=NEAR)], set()),
    (
        "seen against",
        [item(Outcome.PASS, 99), item(Outcome.CONFIRM, 1, leaning=Leaning.AGAINST)],
        {FlagReason.CONFIRM_AGAINST},
    ),
    ("seen for", [item(Outcome.CONFIRM)], set()),
]


@pytest.mark.parametrize(("items", "reasons"), [case[1:] for case in FLAGS], ids=[case[0] for case in FLAGS])
def test_flags(bench, items, reasons):
    assert flags(bench, *items) == reasons


def test_a_manifest_finding_flags(bench):
    finding = ManifestFinding(ManifestFindingCode.MEDIA_MISSING, "a.jpg", "not in the store")
    assert flags(bench, item(Outcome.PASS), findings=[finding]) == {FlagReason.MANIFEST}


def test_the_draw_repeats_and_takes_about_its_share():
    drawn = [n for n in range(4000) if is_drawn(f"V-{n}", 7, 0.05)]
    assert drawn == [n for n in range(4000) if is_drawn(f"V-{n}", 7, 0.05)]
    assert drawn != [n for n in range(4000) if is_drawn(f"V-{n}", 8, 0.05)]
    assert 140 < len(drawn) < 260


@given(st.text(max_size=20), st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_draws_no_fewer(visit_id, seed, one, other):
    low, high = sorted((one, other))
    assert not is_drawn(visit_id, seed, low) or is_drawn(visit_id, seed, high)
    assert not is_drawn(visit_id, seed, 0.0)
    assert is_drawn(visit_id, seed, 1.0)


def test_only_unflagged_visits_are_drawn(bench, build):
    everybody = replace(bench.rules("repair"), spot_check_share=1.0)
    report = bench.report(build.photo("a", "entry", "09:00"), service="repair", rules=everybody)
    assert report.is_flagged
    assert not report.spot_check
