"""Rows, order, angles and gaps of tools whose places are known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.geometry import BoundingBox
from pipeline.layout.demands import demands_of
from pipeline.layout.judgement import Fault, judge_layout
from pipeline.layout.values import ClothFailure, LayoutObservation
from pipeline.punctuality import Truth
from tests.pipeline.made_layouts import Camera, Tool, row, seen

FROM_ABOVE = Camera(65, turn_deg=4)


@pytest.fixture(scope="module")
def judged(bench):
    demands = demands_of(bench.rules("meter_replacement"))
    return lambda tools, camera=FROM_ABOVE, people=(), **made: judge_layout(
        seen(tools, camera, **made), people, demands
    )


ROWS = [
    ("falling", [24, 20, 16, 12], [], 4, 0),
    ("rising is read from the other end", [12, 16, 20, 24], [], 4, 0),
    ("ties", [18, 18.3, 17.9, 18.2], [], 4, 0),
    ("one pair the wrong way round", [24, 16, 20, 12], [(1, 2)], 2, 1),
    ("a long one at the end", [20, 16, 12, 24], [(0, 3), (1, 3), (2, 3)], 3, 1),
]


@pytest.mark.parametrize(
    ("lengths", "pairs", "run", "misplaced"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_pairs_out_of_order_and_the_longest_run(judged, lengths, pairs, run, misplaced):
    order = judged(row(lengths)).order
    assert [(pair.first, pair.second) for pair in order.out_of_order] == pairs
    assert (order.longest_run, len(order.misplaced), len(order.rows)) == (run, misplaced, 1)


lengths_apart = st.lists(st.integers(3, 11), min_size=3, max_size=7, unique=True)


@settings(max_examples=20, deadline=None)
@given(lengths_apart)
def test_a_row_reads_the_same_from_both_ends(judged, halves):
    lengths = [2.2 * half for half in halves]
    forth, back = judged(row(lengths)).order, judged(row(lengths[::-1])).order
    excesses = [sorted(round(pair.excess_cm, 1) for pair in order.out_of_order) for order in (forth, back)]
    assert excesses[0] == pytest.approx(excesses[1], abs=0.25)
    assert forth.longest_run == back.longest_run


@settings(max_examples=20, deadline=None)
@given(lengths_apart, st.floats(35, 85), st.floats(-60, 60))
def test_sorted_tools_are_in_order_from_any_camera(judged, halves, elevation, turn):
    lengths = sorted((2.2 * half for half in halves), reverse=True)
    order = judged(row(lengths), Camera(elevation, turn, distance_cm=90)).order
    assert order.out_of_order == ()
    assert order.longest_run == len(lengths)


@settings(max_examples=20, deadline=None)
@given(st.permutations([24.0, 20.0, 16.0, 12.0, 8.0]))
def test_a_layout_does_not_depend_on_the_order_of_detections(judged, lengths):
    tools = row([24.0, 12.0, 20.0, 8.0, 16.0])
    shuffled = [next(tool for tool in tools if tool.length_cm == length) for length in lengths]
    first, second = judged(tools), judged(shuffled)
    assert len(first.order.out_of_order) == len(second.order.out_of_order)
    assert first.order.longest_run == second.order.longest_run
    ranked = [shuffled[index].length_cm for index in second.order.ranked]
    assert ranked == [tools[index].length_cm for index in first.order.ranked]


def test_what_is_within_the_error_is_undecided(judged):
    order = judged(row([20, 12, 13.6]), Camera(24, distance_cm=140, equivalent_mm=23), noise_px=2).order
    assert order.out_of_order == ()
    assert order.undecided


def test_the_row_is_read_from_the_side_of_the_longest(judged):
    falling, rising = judged(row([24, 18, 12])).order, judged(row([12, 18, 24])).order
    assert falling.direction[0] > 0.9
    assert rising.direction[0] < -0.9
    assert [judged(row([12, 18, 24])).layout.tools[i].length_cm for i in rising.ranked] == pytest.approx(
        [24, 18, 12], rel=0.03
    )


def test_two_rows_are_two_rows(judged):
    upper = [Tool(8 + 10 * i, 7, length) for i, length in enumerate([12, 10, 8])]
    lower = [Tool(8 + 10 * i, 23, length) for i, length in enumerate([11, 9, 7])]
    order = judged([*upper, *lower]).order
    assert [len(each) for each in order.rows] == [3, 3]
    assert order.out_of_order == ()


def test_tools_aligned_at_their_ends_are_one_row(judged):
    tools = [Tool(6 + 8 * i, 28 - length / 2, length) for i, length in enumerate([24, 18, 12, 7])]
    assert len(judged(tools).order.rows) == 1


def test_tools_one_above_the_other(judged):
    tools = [Tool(30, 4 + 5 * i, length, angle_deg=0) for i, length in enumerate([26, 20, 14, 9])]
    order = judged(tools).order
    assert (len(order.rows), order.direction[1] > 0.9, order.out_of_order) == (1, True, ())


@pytest.mark.parametrize("angle", [100, 82, 90])
def test_about_parallel_is_neat(judged, angle):
    neat = judged([*row([20, 16, 12]), Tool(32, 15, 14, angle_deg=angle)]).neat
    assert (neat.turned, neat.touching, neat.crossing) == ((), (), ())
    assert neat.least_gap_cm == pytest.approx(5, abs=1.5)


def test_a_turned_tool_is_named(judged):
    found = judged([*row([20, 16, 12]), Tool(40, 15, 9, angle_deg=50)])
    assert found.neat.turned == (3,)
    assert found.faults(3) == (Fault.TURNED,)
    assert found.neat.deviation_deg == pytest.approx(30, abs=12)


def test_angles_around_zero_are_near_each_other(judged):
    tools = [Tool(30, 5 + 6 * i, 16, angle_deg=angle) for i, angle in enumerate([178, 1, 3])]
    assert judged(tools).neat.deviation_deg < 5


def test_touching_is_not_crossing(judged):
    touching = judged([Tool(20, 15, 20, 2.0), Tool(22.1, 15, 18, 2.0)]).neat
    assert (touching.touching, touching.crossing) == (((0, 1),), ())
    crossing = judged([Tool(20, 15, 20, 2.0), Tool(20, 15, 18, 2.0, angle_deg=60)]).neat
    assert (crossing.touching, crossing.crossing) == ((), ((0, 1),))


def test_what_lies_off_the_cloth_is_not_of_the_row(judged):
    found = judged([*row([24, 18, 12]), Tool(66, 15, 20)])
    assert found.off_cloth == (3,)
    assert found.order.ranked == (0, 1, 2)
    assert found.least_on_cloth_share == pytest.approx(0, abs=0.01)
    assert found.faults(3) == (Fault.OFF_CLOTH,)


def test_a_tool_in_a_hand_is_not_judged(judged):
    held = Tool(66, 15, 20)
    box = seen([held], FROM_ABOVE).tools[0].box
    around = BoundingBox.clipped(box.x_min - 0.05, box.y_min - 0.05, box.x_max + 0.05, box.y_max + 0.05)
    found = judged([*row([24, 18, 12]), held], people=(around,))
    assert (found.off_cloth, found.judged) == ((), (0, 1, 2))


SHAPES = [((60, 30), Truth.HOLDS), ((60, 40), Truth.BREAKS), ((50, 50), Truth.BREAKS)]


@pytest.mark.parametrize(("size", "truth"), SHAPES)
def test_the_shape_is_held_against_two_to_one(judged, size, truth):
    assert judged((), Camera(60, turn_deg=20), size_cm=size).shape is truth


def test_a_shape_across_the_limit_can_not_be_told(judged):
    assert judged((), Camera(30), size_cm=(60, 26), noise_px=4).shape is Truth.UNKNOWN


def test_without_a_cloth_nothing_is_judged(bench):
    demands = demands_of(bench.rules("repair"))
    nothing = LayoutObservation(1600, 1200, None, None, ClothFailure.NO_CLOTH, seen(row([20])).tools)
    found = judge_layout(nothing, (), demands)
    assert (found.shape, found.order, found.neat, found.judged) == (Truth.UNKNOWN, None, None, ())
