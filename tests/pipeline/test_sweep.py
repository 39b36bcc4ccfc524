"""Sweeps of one number: paths, what each value makes of the truths, the choice, and refusals."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.auditing import Role
from pipeline.errors import RulesError
from pipeline.labels import Label, LabelWord, Split
from pipeline.results import Leaning, Outcome
from pipeline.rules import Grade
from pipeline.tuning.parameters import default_values, parse, paths_of, spread, value_in, with_value
from pipeline.tuning.replay import Skipped
from pipeline.tuning.replaying import ReplayCase, replay
from pipeline.tuning.sweeping import sweep
from pipeline.tuning.truths import ItemTruth, Truths, truth_of, truths_for
from pipeline.tuning.verdicts import Side, Standing
from pipeline.tuning.wishes import CostRatio, PrecisionAtLeast
from pipeline.visit import ServiceType
from tests.pipeline.test_replay import inputs_of

SERVICE = ServiceType.REPAIR
BADGE = parse("confidence.badge")


def rules_of(bench):
    return bench.rules("repair", proven=["badge.visible"])


def visit_of(bench, build, number: int, confidence: float):
    """A badge seen with this confidence wherever the rules ask for one."""
    seen = [
        build.photo(f"{stage}-{number}.jpg", stage, clock, build.box("badge", confidence))
        for stage, clock in (
            ("entry", "09:00:00"),
            ("before", "09:05:00"),
            ("during", "09:30:00"),
            ("after", "10:00"),
        )
    ]
    return inputs_of(bench, seen, "repair", visit_id=f"V-{number}")


def truth(
    number: int, outcome: Outcome, item_id: str = "badge.visible", split: Split = Split.TUNE
) -> ItemTruth:
    return ItemTruth(f"V-{number}", item_id, Standing(outcome), split)


def planted(bench, build, count: int, seed: int = 3):
    """Badges that are there, seen with 0.5 to 1; and false alarms with 0 to 0.6."""
    dice = random.Random(seed)
    cases, truths = [], []
    for number in range(count):
        worn = number % 2 == 0
        confidence = dice.uniform(0.5, 1.0) if worn else dice.uniform(0.0, 0.6)
        cases.append(ReplayCase(visit_of(bench, build, number, confidence)))
        truths.append(truth(number, Outcome.PASS if worn else Outcome.MISSING))
    return cases, truths_for(truths, Split.TUNE)


# ---- paths --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ServiceType)
def test_every_number_of_a_rule_set_has_a_path_that_reads_and_sets_it(bench, service):
    rules = bench.rule_sets[service]
    paths = list(paths_of(rules))
    assert len(paths) >= 90
    for path in paths:
        assert parse(str(path)) == path
        value = value_in(rules, path)
        assert value is not None
        other = with_value(rules, path, value + 0.001 if value < 1 else value - 0.001)
        assert value_in(other, path) == pytest.approx(value, abs=0.002)
        assert value_in(other, path) != value
        assert other.digest != rules.digest
        assert str(path) in other.version
        assert with_value(other, path, value).items == rules.items
        assert min(default_values(rules, path)) <= value <= max(default_values(rules, path))


@pytest.mark.parametrize(
    "text",
    ["", "badge", "confidence", "confidence.a.b", "items.weight", "items..params", "cutoffs.best", "objects"],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(RulesError, match=r"wanted confidence\.LABEL"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("confidence.badge", 1.5),
        ("near_threshold", -0.1),
        ("items.time.window.weight", -1),
        ("cutoffs.good", 95),
        ("items.cloth.laid.params.cloth_long_cm", 0),
    ],
)
def test_impossible_values_are_refused(bench, text, value):
    with pytest.raises(RulesError, match=text):
        with_value(bench.rules("repair"), parse(text), value)


def test_a_number_that_no_rule_set_has_is_refused(bench):
    with pytest.raises(RulesError, match=r"confidence\.hat"):
        sweep([], Truths({}), {SERVICE: bench.rules("repair")}, parse("confidence.hat"), [0.5])
    with pytest.raises(RulesError, match="ascending"):
        spread(1.0, 0.5, 4)


# ---- counts -------------------------------------------------------------------------------------------


def test_each_value_is_counted_by_what_is_right(bench, build):
    cases = [ReplayCase(visit_of(bench, build, n, seen)) for n, seen in enumerate((0.9, 0.5, 0.5, 0.2))]
    right = (Outcome.PASS, Outcome.PASS, Outcome.MISSING, Outcome.MISSING)
    truths = truths_for([truth(n, outcome) for n, outcome in enumerate(right)], Split.TUNE)
    found = sweep(cases, truths, {SERVICE: rules_of(bench)}, BADGE, [0.1, 0.6, 0.95])
    assert [point.value for point in found.points] == [0.1, 0.4, 0.6, 0.95]
    assert found.present == 0.4
    counts = {
        point.value: (
            point.right_accusations,
            point.wrong_accusations,
            point.right_passes,
            point.wrong_passes,
        )
        for point in found.points
    }
    assert counts == {0.1: (0, 0, 2, 2), 0.4: (1, 0, 2, 1), 0.6: (2, 1, 1, 0), 0.95: (2, 2, 0, 0)}
    assert found.at(0.4).flipped == ()
    assert found.at(0.1).flipped == ("V-3",)
    assert found.at(0.6).flipped == ("V-1", "V-2")
    assert found.at(0.6).precision == pytest.approx(2 / 3)
    assert found.at(0.6).recall == 1.0
    assert all(
        point.precision_low <= (point.precision or 0) <= point.precision_high or point.precision is None
        for point in found.points
    )
    assert "badge.visible" in found.item_ids
    assert (found.truths.used, found.truths.visits) == (4, 4)
    with pytest.raises(KeyError):
        found.at(0.77)


def test_a_sweep_flips_what_a_replay_flips(bench, build):
    cases, truths = planted(bench, build, 12)
    rules = rules_of(bench)
    found = sweep(cases, truths, {SERVICE: rules}, BADGE, spread(0.1, 0.9, 4))
    for point in found.points:
        new = with_value(rules, BADGE, point.value)
        replayed = replay(cases, {SERVICE: rules}, {SERVICE: new})
        changed = {
            change.visit_id
            for change in replayed.changes
            if change.item_ids
            or change.grade_before is not change.grade_after
            or change.flagged_before != change.flagged_after
        }
        assert set(point.flipped) == changed


def test_unreadable_and_unasked_are_undecided_and_a_confirm_counts_by_its_leaning(bench, build):
    unproven = bench.rules("repair")
    rules = replace(
        unproven,
        items=tuple(replace(r, unproven=r.item_id == "badge.visible" or r.unproven) for r in unproven.items),
    )
    broken = inputs_of(
        bench,
        [build.damaged("a.jpg", stage) for stage in ("entry", "before", "during", "after")][:1],
        "repair",
        visit_id="V-1",
    )
    cases = [ReplayCase(visit_of(bench, build, 0, 0.9)), ReplayCase(broken)]
    truths = truths_for([truth(0, Outcome.PASS), truth(1, Outcome.PASS)], Split.TUNE)
    found = sweep(cases, truths, {SERVICE: rules}, BADGE, [0.5, 0.95], only_items=["badge.visible"])
    assert (found.at(0.5).right_passes, found.at(0.5).to_confirm) == (1, 1)
    assert found.at(0.5).undecided + found.at(0.5).wrong_accusations == 1
    assert all(point.truths == 2 for point in found.points)


def test_truths_that_do_not_count_are_counted_as_such(bench, build):
    cases = [
        ReplayCase(visit_of(bench, build, 0, 0.5)),
        Skipped("V-7", "2026-05-12", bench.rules("repair").items[0].title),
    ]
    every = [
        truth(0, Outcome.PASS),
        truth(1, Outcome.PASS, split=Split.TEST),
        replace(truth(2, Outcome.PASS), disputed=True),
        truth(0, Outcome.UNREADABLE, "badge.identity"),
        truth(7, Outcome.PASS),
        truth(0, Outcome.PASS, "time.order"),
    ]
    found = sweep(cases, truths_for(every, Split.TUNE), {SERVICE: rules_of(bench)}, BADGE, [0.1, 0.9])
    told = found.truths
    assert (told.used, told.disputed, told.other_split, told.sideless, told.without_visit) == (1, 1, 1, 1, 1)


def test_a_label_is_a_truth_and_a_confirmed_confirm_leans_as_it_did():
    word = LabelWord(1, Role.AUDITOR, Outcome.CONFIRM, "", True, datetime(2026, 5, 13, tzinfo=UTC))
    label = Label(
        visit_id="V-1",
        report_digest="d",
        item_id="cloth.laid",
        service_type="repair",
        rule_set="r",
        rule_version="1",
        outcome_by_system=Outcome.CONFIRM,
        leaning=Leaning.AGAINST,
        right_outcome=Outcome.CONFIRM,
        disputed=False,
        words=(word,),
        evidence=(),
        source="0" * 16,
        split=Split.TUNE,
    )
    assert truth_of(label).right.side is Side.LACKING
    assert truth_of(replace(label, right_outcome=Outcome.PASS)).right == Standing(Outcome.PASS)


def test_service_types_with_different_values_are_not_mixed(bench, build):
    path = parse("items.time.window.params.after_window_min")
    seen = [build.photo("a.jpg", "entry", "09:00:00")]
    cases = [ReplayCase(inputs_of(bench, seen, service)) for service in ("repair", "meter_reading")]
    rules = {service: bench.rule_sets[service] for service in (ServiceType.REPAIR, ServiceType.METER_READING)}
    with pytest.raises(RulesError, match=r"meter_reading 240, repair 480.*choose one"):
        sweep(cases, Truths({}), rules, path, [100.0])
    alone = sweep(cases, Truths({}), {SERVICE: rules[SERVICE]}, path, [100.0])
    assert (alone.service_types, alone.present) == (("repair",), 480.0)


# ---- the choice ---------------------------------------------------------------------------------------


def test_the_best_value_lies_where_it_was_planted(bench, build):
    cases, truths = planted(bench, build, 120)
    rules, wish = {SERVICE: rules_of(bench)}, CostRatio(false_alarm=3)
    values = spread(0.2, 0.8, 12)
    found = sweep(cases, truths, rules, BADGE, values, wish, only_items=["badge.visible"])
    # The badges that are there begin at 0.5, and there are more of them than false alarms at any confidence:
    # up to 0.5 raising the threshold costs nothing, beyond it more than it gains.
    assert found.chosen is not None
    assert found.chosen_low is not None
    assert found.chosen_high is not None
    assert found.chosen_low <= 0.5 <= found.chosen_high
    assert abs(found.chosen - 0.5) <= 0.05
    assert found == sweep(cases, truths, rules, BADGE, values, wish, only_items=["badge.visible"])


def test_too_few_truths_are_refused_with_how_many_more(bench, build):
    cases, truths = planted(bench, build, 12)
    found = sweep(
        cases, truths, {SERVICE: rules_of(bench)}, BADGE, spread(0.1, 0.9, 8), PrecisionAtLeast(0.9)
    )
    assert found.chosen is None
    assert found.refusal is not None
    assert "too few" in found.refusal.en
    assert found.more_labels_needed is not None
    assert found.more_labels_needed > 0


def test_a_weight_is_held_against_right_grades_and_refused_without(bench, build):
    path = parse("items.badge.visible.weight")
    cases = [ReplayCase(visit_of(bench, build, n, 0.9 if n % 2 else 0.1)) for n in range(6)]
    rules = {SERVICE: rules_of(bench)}
    blind = sweep(cases, Truths({}), rules, path, [0.0, 50.0], CostRatio(1))
    assert blind.refusal is not None
    assert "grade" in blind.refusal.en
    assert blind.at(50.0).grades_flipped == len(blind.at(50.0).flipped) > 0
    grades = {f"V-{n}": Grade.FAIL for n in range(6)}
    known = sweep(cases, Truths({}, grades), rules, path, [0.0, 50.0], CostRatio(1))
    for point in known.points:
        new = {SERVICE: with_value(rules[SERVICE], path, point.value)}
        right = sum(case.inputs.report(new[SERVICE]).score.grade is Grade.FAIL for case in cases)
        assert (point.grades_right, point.grades_known, point.right_accusations) == (right, 6, right)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 50))
def test_spread_ends_where_it_was_told(low, high, steps):
    if round(low, 6) < round(high, 6):
        values = spread(round(low, 6), round(high, 6), steps)
        assert len(values) == steps + 1
        assert (values[0], values[-1]) == (round(low, 6), round(high, 6))
        assert list(values) == sorted(values)
