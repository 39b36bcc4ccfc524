"""The fewest further photos: held against brute force, and read in whole visits."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.results import Outcome
from pipeline.retakes import Need, Shot, View, fewest_shots
from pipeline.visit import Stage

shots = st.builds(Shot, st.integers(0, 3), st.sampled_from(View))
needs = st.lists(
    st.builds(Need, st.sampled_from("abcdef"), st.frozensets(shots, min_size=1, max_size=6)), max_size=7
)


def covers(chosen, wanted):
    return all(need.shots & set(chosen) for need in wanted)


def brute_force(wanted):
    every = sorted({shot for need in wanted for shot in need.shots})
    return next(n for n in range(len(every) + 1) if any(covers(c, wanted) for c in combinations(every, n)))


@settings(max_examples=60, deadline=None)
@given(needs)
def test_never_more_photos_than_brute_force_finds(wanted):
    found = fewest_shots(wanted)
    assert covers(found, wanted)
    assert len(found) == brute_force(wanted)


@given(needs, st.randoms())
def test_the_order_of_the_needs_changes_nothing(wanted, random):
    shuffled = list(wanted)
    random.shuffle(shuffled)
    assert len(fewest_shots(shuffled)) == len(fewest_shots(wanted))


def test_greedy_alone_would_take_one_too_many():
    a, b, c = (Shot(0, view) for view in (View.PERSON, View.BADGE, View.ROOM))
    wanted = [
        Need("1", frozenset({a, c})),
        Need("2", frozenset({b, c})),
        Need("3", frozenset({a})),
        Need("4", frozenset({b})),
    ]
    assert fewest_shots(wanted) == (a, b)


def test_a_need_that_no_photo_serves_is_left_out():
    assert fewest_shots([Need("x", frozenset())]) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            Need,
            st.just("x"),
            st.frozensets(st.builds(Shot, st.integers(0, 8), st.sampled_from(View)), min_size=1),
        ),
        max_size=45,
    )
)
def test_a_whole_visits_needs_are_covered_quickly(wanted):
    assert covers(fewest_shots(wanted), wanted)


# ---- in whole visits ------------------------------------------------------------------------------------


def test_one_photo_of_the_work_place_completes_several_items(bench, build):
    entry = [
        build.photo(s, s, "09:00", build.box("badge", 0.9), build.box("gas_meter", 0.9))
        for s in ("entry", "during", "after")
    ]
    retakes = bench.report(*entry).retakes
    before = [retake for retake in retakes if retake.stage is Stage.BEFORE]
    workplace = next(retake for retake in before if "cloth.laid" in retake.item_ids)
    assert {"badge.visible", "tools.order", "tools.neat", "tools.on_cloth", "object.visible"} <= set(
        workplace.item_ids
    )
    assert workplace.must_show[0].en == "burned-in time"
    assert "document.signed" not in workplace.item_ids


def test_a_legible_badge_and_feet_need_two_pictures(bench, build):
    retakes = bench.report(build.photo("a", "arrival", "08:50")).retakes
    assert not any({"badge.identity", "shoe_cover.worn"} <= set(retake.item_ids) for retake in retakes)


def test_what_no_photo_can_mend_is_not_asked_for(bench, build):
    report = bench.report(build.photo("a", "entry", "2026-05-11T09:00"))
    failed = {item.result.item_id for item in report.items if item.result.outcome is Outcome.FAIL}
    assert "time.window" in failed
    asked = {item_id for retake in report.retakes for item_id in retake.item_ids}
    assert not asked & {*failed, "time.punctual", "time.notice"}


def test_retakes_complete_every_lacking_item_and_no_remark(bench, build):
    report = bench.report(build.photo("a", "entry", None))
    asked = {item_id for retake in report.retakes for item_id in retake.item_ids}
    mendable = {
        item.result.item_id
        for item in report.items
        if item.weight > 0
        and item.result.outcome in (Outcome.MISSING, Outcome.UNREADABLE)
        and item.result.retake
    }
    assert asked == mendable
