"""Replays: the shortcut says what the whole judgement says, equal rules flip nothing, what flips is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.auditing import ItemWord, Role
from pipeline.checks.judging import judge
from pipeline.checks.reach import REACHES, change_between
from pipeline.checks.registry import CHECKS
from pipeline.judging_inputs import VisitInputs
from pipeline.labels import Label, LabelWord, Split
from pipeline.report import view_media
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import GradeCutoffs, RuleSet
from pipeline.tuning.rejudging import Change, KeptVerdict, judged, remembered
from pipeline.tuning.replay import Direction, Skipped, named
from pipeline.tuning.replaying import ReplayCase, replay, with_words
from pipeline.tuning.verdicts import Side, Standing, verdict_of
from pipeline.visit import ServiceType
from tests.pipeline.test_any_evidence import observations
from tests.pipeline.test_report import complete_visit

SERVICE = ServiceType.METER_REPLACEMENT
quietly = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def inputs_of(bench, seen, service="meter_replacement", **changes) -> VisitInputs:
    visit = bench.visit(service, seen, **changes)
    return VisitInputs(visit, {item.key: found for item, found in seen}, {}, {}, 7, "observer-1")


def kept(inputs: VisitInputs, rules: RuleSet) -> KeptVerdict:
    """As the results database keeps it: from the report's own flags."""
    report = inputs.report(rules)
    about = {
        reason: frozenset(f.subject for f in report.flags if f.reason is reason) for reason in FlagReason
    }
    return KeptVerdict(verdict_of(report), about[FlagReason.AUTHENTICITY], about[FlagReason.NEAR_THRESHOLD])


def with_items(rules: RuleSet, change) -> RuleSet:
    return replace(rules, items=tuple(change(rule) for rule in rules.items), digest="other")


@st.composite
def changed_rules(draw, rules: RuleSet) -> RuleSet:
    """Other values for some numbers, anywhere in a rule set, and some items more or less."""
    labels = draw(st.sets(st.sampled_from(sorted(rules.confidence)), max_size=2))
    confidence = {**rules.confidence, **{label: draw(st.floats(0.05, 0.95)) for label in labels}}
    picked = draw(st.sets(st.sampled_from([rule.item_id for rule in rules.items]), max_size=3))
    factor, weight = draw(st.sampled_from([0.0, 0.5, 2.0])), draw(st.sampled_from([None, 0.0, 5.0]))
    flipped = draw(st.booleans())

    def change(rule):
        if rule.item_id not in picked:
            return rule
        # Sizes of cloths and badges are refused unless they are some.
        params = {
            name: value * (factor if value > 1 else 0.9) if value != 1 and not name.endswith("_cm") else value
            for name, value in rule.params.items()
        }
        return replace(
            rule,
            params=params,
            weight=rule.weight if weight is None else weight,
            unproven=rule.unproven ^ flipped,
            critical=rule.critical ^ flipped,
        )

    items = tuple(change(rule) for rule in rules.items)
    gone = draw(st.sets(st.sampled_from([rule.item_id for rule in rules.items]), max_size=1))
    return replace(
        rules,
        digest="other",
        items=tuple(rule for rule in items if rule.item_id not in gone),
        confidence=confidence,
        objects=draw(st.sampled_from([rules.objects, (), ("tool_bag",)])),
        cutoffs=draw(st.sampled_from([rules.cutoffs, GradeCutoffs(95, 80, 40)])),
        near_threshold=draw(st.sampled_from([rules.near_threshold, 0.0, 0.5])),
        spot_check_share=draw(st.sampled_from([rules.spot_check_share, 1.0])),
    )


@quietly
@given(st.data(), observations(), st.sampled_from(ServiceType))
def test_the_shortcut_says_what_the_whole_judgement_says(bench, data, seen, service):
    old = bench.rules(service.value)
    new = data.draw(changed_rules(old))
    inputs = inputs_of(bench, seen, service.value)
    whole = judged(inputs, new)
    change = Change.between(old, new)
    from_report = change.judged_again(inputs, remembered(kept(inputs, old)))
    from_judgement = change.judged_again(inputs, judged(inputs, old))
    assert whole.verdict == verdict_of(inputs.report(new))
    assert from_report.verdict == whole.verdict
    assert from_judgement.verdict == whole.verdict
    assert from_judgement.results == whole.results


@quietly
@given(st.data(), observations(), st.sampled_from(ServiceType))
def test_a_check_looks_at_nothing_beyond_its_reach(bench, data, seen, service):
    rules = bench.rules(service.value)
    new = data.draw(changed_rules(rules))
    inputs = inputs_of(bench, seen, service.value)
    media = view_media(inputs.visit, inputs.observed(), rules)
    change = change_between(rules, new)
    before, after = (
        {result.item_id: result for result in judge(inputs.visit, media, each, {}, {})}
        for each in (rules, new)
    )
    if not change.touches(any(item.stage is None for item in inputs.visit.media)):
        assert view_media(inputs.visit, inputs.observed(), new) == media
    untouched = after.keys() - change.items
    assert {item_id: after[item_id] for item_id in untouched} == {i: before[i] for i in untouched}


@pytest.mark.parametrize(
    ("item_id", "name"),
    [
        ("time.watermark", "min_confidence"),
        ("time.watermark", "min_confidence_small"),
        ("time.consistent", "tolerance_s"),
    ],
)
def test_a_number_that_files_are_seen_by_touches_everything(bench, item_id, name):
    old = bench.rules(SERVICE.value)
    new = with_items(old, lambda r: replace(r, params={**r.params, name: 0.7}) if r.item_id == item_id else r)
    assert change_between(old, new).touches(has_unplaced_media=False)


def test_what_reaches_are_told_of_is_there():
    assert REACHES.keys() <= CHECKS.keys()


@quietly
@given(observations(), st.sampled_from(ServiceType), st.booleans())
def test_equal_rules_flip_nothing(bench, seen, service, from_report):
    rules, inputs = bench.rules(service.value), inputs_of(bench, seen, service.value)
    case = ReplayCase(inputs, kept(inputs, rules) if from_report else None)
    found = replay([case], {service: rules}, {service: rules})
    assert (found.visits, found.from_reports) == (1, int(from_report))
    assert found.flips == found.changes == found.skipped == ()
    assert found.load_before_per_day == found.load_after_per_day


@quietly
@given(st.data(), st.lists(observations(), min_size=1, max_size=4))
def test_what_flips_is_exactly_what_two_reports_say_otherwise(bench, data, many):
    old = bench.rules("repair")
    new = data.draw(changed_rules(old))
    every = [inputs_of(bench, seen, "repair", visit_id=f"V-{n}") for n, seen in enumerate(many)]
    found = replay([ReplayCase(one) for one in every], {ServiceType.REPAIR: old}, {ServiceType.REPAIR: new})
    wanted, changed = set(), set()
    for one in every:
        before, after = verdict_of(one.report(old)), verdict_of(one.report(new))
        name = one.visit.visit_id
        wanted |= {
            (name, i) for i in {*before.items, *after.items} if before.items.get(i) != after.items.get(i)
        }
        changed |= {name} if before != after else set()
    assert {(flip.visit_id, flip.item_id) for flip in found.flips} == wanted
    assert {change.visit_id for change in found.changes} == changed
    assert sum(found.by_item().values()) == sum(found.by_team().values()) == len(found.flips)
    assert sum(day.after for day in found.days) == sum(
        report.is_flagged or report.spot_check for report in (one.report(new) for one in every)
    )


def lower_badge(rules: RuleSet, least: float) -> RuleSet:
    return replace(rules, confidence={**rules.confidence, "badge": least}, digest=f"badge {least}")


def with_faint_badge(build):
    """A complete visit in which the badge is seen with a confidence of 0.5 before the work."""
    return [
        (item, replace(found, frames=tuple(map(_fainter, found.frames))) if "before" in item.key else found)
        for item, found in complete_visit(build)
    ]


def _fainter(frame):
    return replace(
        frame,
        detections=tuple(replace(d, confidence=0.5) if d.label == "badge" else d for d in frame.detections),
    )


def test_a_flip_says_where_to_look_and_what_the_auditor_had_said(bench, build):
    old = bench.rules(SERVICE.value, proven=["badge.visible"])
    new, inputs = lower_badge(old, 0.6), inputs_of(bench, with_faint_badge(build))
    found = replay([ReplayCase(inputs, kept(inputs, old))], {SERVICE: old}, {SERVICE: new})
    (flip,) = [flip for flip in found.flips if flip.item_id == "badge.visible"]
    assert (named(flip.before), named(flip.after)) == ("pass", "missing")
    assert flip.direction is Direction.TO_LACKING
    assert flip.media_keys == ("visits/2026-05-12/V-1/before.jpg",)
    assert flip.evidence[0].boxes
    assert flip.measurement is not None
    assert flip.measurement.threshold == "≥ 0.60"
    assert flip.agrees_with_auditor is None
    (change,) = found.changes
    assert "badge.visible" in change.item_ids
    assert (change.flagged_before, change.flagged_after) == (False, True)
    assert (found.load_before_per_day, found.load_after_per_day) == (0.0, 1.0)
    (told,) = [f for f in with_words(found, [label(Outcome.PASS)]).flips if f.item_id == "badge.visible"]
    assert told.auditor_word is not None
    assert told.auditor_word.word is ItemWord.CONFIRM
    assert told.agrees_with_auditor is False
    (told,) = [f for f in with_words(found, [label(Outcome.MISSING)]).flips if f.item_id == "badge.visible"]
    assert told.agrees_with_auditor is True


def label(right: Outcome) -> Label:
    word = LabelWord(1, Role.AUDITOR, right, "", False, datetime(2026, 5, 13, tzinfo=UTC))
    return Label(
        visit_id="V-1",
        report_digest="d",
        item_id="badge.visible",
        service_type=SERVICE.value,
        rule_set="r",
        rule_version="1",
        outcome_by_system=Outcome.PASS,
        leaning=None,
        right_outcome=right,
        disputed=False,
        words=(word,),
        evidence=(),
        source="0" * 16,
        split=Split.TUNE,
    )


def test_a_weight_moves_scores_and_grades_and_no_item(bench, build):
    old = bench.rules(SERVICE.value, proven=["badge.visible"])
    seen = [pair for pair in complete_visit(build) if "before" not in pair[0].key]
    inputs = inputs_of(bench, seen)
    new = with_items(
        old, lambda rule: replace(rule, weight=rule.weight * (1 + (rule.item_id == "tools.order")))
    )
    found = replay([ReplayCase(inputs, kept(inputs, old))], {SERVICE: old}, {SERVICE: new})
    assert found.flips == ()
    (change,) = found.changes
    assert change.score_before != change.score_after
    assert change.item_ids == ()


def test_an_item_that_the_new_rules_drop_is_told_as_such(bench, build):
    old = bench.rules(SERVICE.value)
    new = replace(old, items=tuple(rule for rule in old.items if rule.item_id != "time.notice"), digest="n")
    inputs = inputs_of(bench, complete_visit(build))
    found = replay([ReplayCase(inputs)], {SERVICE: old}, {SERVICE: new})
    (flip,) = found.flips
    assert (named(flip.before), named(flip.after), flip.direction) == ("pass", "-", Direction.ASIDE)
    assert "no longer" in flip.reason.en or "don't ask" in flip.reason.en


def test_one_visit_that_cannot_be_judged_stops_no_other(bench, build):
    rules = bench.rules(SERVICE.value)
    lacking = replace(rules, confidence={}, digest="none")
    good, bad = inputs_of(bench, complete_visit(build)), inputs_of(bench, complete_visit(build), "repair")
    gone = Skipped("V-9", "2026-05-12", rules.items[0].title)
    found = replay([ReplayCase(bad), gone, ReplayCase(good)], {SERVICE: rules}, {SERVICE: rules})
    assert (found.visits, len(found.skipped)) == (1, 2)
    assert any("rule set" in one.reason.en for one in found.skipped)
    none = replay([ReplayCase(good)], {SERVICE: rules}, {SERVICE: lacking})
    assert (none.visits, len(none.skipped)) == (0, 1)
    assert "confidence" in none.skipped[0].reason.en


@pytest.mark.parametrize(
    ("outcome", "leaning", "side"),
    [
        (Outcome.PASS, None, Side.FULFILLED),
        (Outcome.CONFIRM, Leaning.FOR, Side.FULFILLED),
        (Outcome.CONFIRM, Leaning.AGAINST, Side.LACKING),
        (Outcome.FAIL, None, Side.LACKING),
        (Outcome.MISSING, None, Side.LACKING),
        (Outcome.UNREADABLE, None, Side.OPEN),
        (Outcome.EXEMPT, None, Side.OUTSIDE),
        (Outcome.NOT_CHECKED, None, Side.OUTSIDE),
    ],
)
def test_every_outcome_is_on_a_side(outcome, leaning, side):
    assert Standing(outcome, leaning).side is side
