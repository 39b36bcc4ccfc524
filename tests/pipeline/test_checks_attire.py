"""Badge and shoe covers: seen, not seen, and something else seen are three different things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.identity import Match, match_badge, normalised
from pipeline.evidence import RegionText, TextLine
from pipeline.geometry import BoundingBox
from pipeline.results import Leaning, Outcome
from pipeline.visit import Stage, Technician

KEY_STAGES = ("entry", "before", "during", "after")
PERSON = (0.3, 0.1, 0.7, 0.9)


def badged(build, stages, confidence=0.9):
    return [build.photo(f"{s}.jpg", s, "09:00", build.box("badge", confidence)) for s in stages]


# ---- badge.visible --------------------------------------------------------------------------------------


def test_a_badge_at_every_key_step(bench, build):
    result = bench.check("badge.visible", *badged(build, KEY_STAGES))
    assert result.outcome is Outcome.PASS
    assert len(result.evidence) == 4
    assert all(ref.boxes for ref in result.evidence)


def test_a_step_without_a_badge_is_named_and_retaken(bench, build):
    bare = build.photo("d.jpg", "during", "10:00", build.box("badge", 0.2))
    result = bench.check("badge.visible", *badged(build, ("entry", "before", "after")), bare)
    assert result.outcome is Outcome.MISSING
    assert result.retake == (Stage.DURING,)
    assert "during work" in result.reason.en
    assert result.measurement is not None
    assert result.measurement.value.startswith("0.20 ")


def test_any_one_step_if_the_rule_set_says_so(bench, build):
    result = bench.check("badge.visible", *badged(build, ["after"]), params={"every_stage": 0})
    assert result.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("times_threshold", "near"), [(0.98, True), (1.02, True), (1.1, False), (0.5, False)]
)
def test_near_its_threshold(bench, build, times_threshold, near):
    confidence = bench.rules("meter_replacement").confidence["badge"] * times_threshold
    result = bench.check("badge.visible", *badged(build, KEY_STAGES, confidence))
    assert result.measurement is not None
    assert (result.measurement.nearness < 0.05) == near


def test_what_was_looked_at_in_vain_is_shown(bench, build):
    result = bench.check("badge.visible", build.photo("a.jpg", "entry", "09:00"))
    assert [ref.media_key.rsplit("/")[-1] for ref in result.evidence] == ["a.jpg"]
    assert "not seen here" in result.evidence[0].label


def test_a_damaged_file_is_not_a_missing_badge(bench, build):
    result = bench.check("badge.visible", *badged(build, KEY_STAGES[1:]), build.damaged("e.jpg", "entry"))
    assert result.outcome is Outcome.UNREADABLE
    assert "e.jpg can't be opened" in result.reason.en
    assert result.retake == (Stage.ENTRY,)


def test_a_damaged_file_beside_a_good_one_changes_nothing(bench, build):
    result = bench.check("badge.visible", *badged(build, KEY_STAGES), build.damaged("e2.jpg", "entry"))
    assert result.outcome is Outcome.PASS


# ---- badge.position -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("badge", "outcome"),
    [
        ((0.55, 0.3, 0.62, 0.4), Outcome.PASS),
        ((0.38, 0.3, 0.45, 0.4), Outcome.CONFIRM),
        ((0.47, 0.3, 0.53, 0.4), Outcome.CONFIRM),
        ((0.8, 0.3, 0.9, 0.4), Outcome.MISSING),
    ],
    ids=["left", "right", "middle", "on nobody"],
)
def test_the_wearers_left_is_the_pictures_right(bench, build, badge, outcome):
    seen = build.photo(
        "a", "entry", "09:00", build.box("person", 0.9, *PERSON), build.box("badge", 0.9, *badge)
    )
    result = bench.check("badge.position", seen)
    assert result.outcome is outcome
    assert result.leaning is (Leaning.AGAINST if outcome is Outcome.CONFIRM else None)


def test_a_wrong_side_fails_only_if_the_rule_set_says_so(bench, build):
    seen = build.photo(
        "a",
        "entry",
        "09:00",
        build.box("person", 0.9, *PERSON),
        build.box("badge", 0.9, 0.38, 0.3, 0.45, 0.4),
    )
    assert bench.check("badge.position", seen, params={"wrong_side_fails": 1}).outcome is Outcome.FAIL


# ---- badge.identity -------------------------------------------------------------------------------------

IDENTITY = [
    ("both", [("王小明", 0.9), ("工号 A10234", 0.9)], Outcome.PASS),
    ("in one line", [("王小明A10234", 0.9)], Outcome.PASS),
    ("full width, look-alikes", [("王 小 明", 0.9), ("Ａ１O234", 0.9)], Outcome.PASS),
    ("number alone", [("A10234", 0.9)], Outcome.CONFIRM),
    ("name alone", [("王小明", 0.9)], Outcome.CONFIRM),
    ("another number", [("李四", 0.9), ("A98765", 0.95)], Outcome.FAIL),
    ("another number, unsure", [("A98765", 0.5)], Outcome.UNREADABLE),
    ("one character off", [("A10284", 0.95)], Outcome.UNREADABLE),
    ("part of a longer number", [("13A102345678", 0.95)], Outcome.UNREADABLE),
    ("no text", [], Outcome.UNREADABLE),
    ("noise", [("公司", 0.9)], Outcome.UNREADABLE),
]


@pytest.mark.parametrize(
    ("lines", "outcome"), [case[1:] for case in IDENTITY], ids=[case[0] for case in IDENTITY]
)
def test_identity(bench, build, lines, outcome):
    seen = build.photo("a", "entry", "09:00", build.box("badge", 0.9), badge_text=lines)
    assert bench.check("badge.identity", seen).outcome is outcome


def test_no_badge_is_missing_and_an_unread_one_unreadable(bench, build):
    assert bench.check("badge.identity", build.photo("a", "entry", "09:00")).outcome is Outcome.MISSING
    unread = build.photo("a", "entry", "09:00", build.box("badge", 0.9))
    assert bench.check("badge.identity", unread).outcome is Outcome.UNREADABLE


def test_another_badge_beside_the_right_one_asks_a_person(bench, build):
    right = build.photo("a", "entry", "09:00", build.box("badge", 0.9), badge_text=[("王小明 A10234", 0.9)])
    other = build.photo("b", "before", "09:10", build.box("badge", 0.9), badge_text=[("A98765", 0.95)])
    result = bench.check("badge.identity", right, other)
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.AGAINST)


@given(st.text(max_size=20), st.floats(0, 1))
def test_text_of_another_length_never_proves_a_mismatch(text, sure):
    region = RegionText("badge", BoundingBox(0, 0, 1, 1), (TextLine(text, sure, BoundingBox(0, 0, 1, 1)),))
    longer = Technician("王小明", "X" * 40)
    params = {"min_text_confidence": 0.8, "mismatch_min_edits": 2}
    assert match_badge(region, longer, params) is Match.NOTHING


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text):
    once = normalised(text)
    assert normalised(once) == once


# ---- shoe_cover.worn ------------------------------------------------------------------------------------

LEFT, RIGHT = (0.3, 0.8, 0.4, 0.9), (0.5, 0.8, 0.6, 0.9)
FEET = [
    ("both covered", [("shoe_cover", *LEFT), ("shoe_cover", *RIGHT)], Outcome.PASS),
    (
        "covered shoes",
        [("shoe_cover", *LEFT), ("shoe_cover", *RIGHT), ("shoe", *LEFT), ("shoe", *RIGHT)],
        Outcome.PASS,
    ),
    ("one bare", [("shoe_cover", *LEFT), ("shoe", *RIGHT)], Outcome.FAIL),
    ("both bare", [("shoe", *LEFT), ("shoe", *RIGHT)], Outcome.FAIL),
    ("one foot in view", [("shoe_cover", *LEFT)], Outcome.MISSING),
    ("no feet in view", [], Outcome.MISSING),
]


@pytest.mark.parametrize(("feet", "outcome"), [case[1:] for case in FEET], ids=[case[0] for case in FEET])
def test_shoe_covers(bench, build, feet, outcome):
    boxes = [build.box(label, 0.9, *corners) for label, *corners in feet]
    result = bench.check("shoe_cover.worn", build.photo("a", "entry", "09:00", *boxes))
    assert result.outcome is outcome


def test_an_unproven_detector_only_asks(bench, build):
    bare = build.photo("a", "entry", "09:00", build.box("shoe", 0.9, *LEFT))
    result = bench.check("shoe_cover.worn", bare, proven=False)
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.AGAINST)
    pair = [build.box("shoe_cover", 0.9, *LEFT), build.box("shoe_cover", 0.9, *RIGHT)]
    result = bench.check("shoe_cover.worn", build.photo("a", "entry", "09:00", *pair), proven=False)
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.FOR)
    assert result.remedy is not None


def test_covers_at_each_stage_if_the_rule_set_says_so(bench, build):
    pair = [build.box("shoe_cover", 0.9, *LEFT), build.box("shoe_cover", 0.9, *RIGHT)]
    entry, during = build.photo("a", "entry", "09:00", *pair), build.photo("b", "during", "09:30")
    result = bench.check("shoe_cover.worn", entry, during, params={"every_stage": 1})
    assert result.outcome is Outcome.MISSING
    assert result.retake == (Stage.DURING,)


def test_a_damaged_entry_photo_leaves_the_feet_unread(bench, build):
    result = bench.check("shoe_cover.worn", build.damaged("a", "entry"))
    assert result.outcome is Outcome.UNREADABLE
