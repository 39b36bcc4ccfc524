"""The cloth's shape and the tools' lengths from one photo, over random cameras with known truth."""

from math import radians, tan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.layout.measuring import THICKNESS_CM, measure, sigma_of_difference
from pipeline.layout.rectify import shape_of
from pipeline.layout.values import ClothFailure, ClothOutline, ClothSize, LayoutObservation
from tests.pipeline.made_layouts import Camera, Tool, row, seen

NOMINAL = ClothSize(60.0, 30.0)
cameras = st.builds(
    Camera,
    elevation_deg=st.floats(25, 88),
    turn_deg=st.floats(-180, 180),
    roll_deg=st.floats(-20, 20),
    distance_cm=st.floats(60, 110),
    equivalent_mm=st.floats(23, 29),
)
exactly = settings(max_examples=40, deadline=None)


def longer_over_shorter(ratio, interval):
    return (ratio, interval) if ratio >= 1 else (1 / ratio, (1 / interval[1], 1 / interval[0]))


@exactly
@given(cameras, st.floats(1.2, 3.0), st.booleans())
def test_the_interval_holds_the_aspect_from_any_camera(camera, aspect, stated):
    picture = seen(camera=camera, size_cm=(30 * aspect, 30), focal_is_stated=stated)
    shape = shape_of(picture.cloth, picture.width_px, picture.height_px, picture.focal_px)
    measured, (low, high) = longer_over_shorter(shape.ratio, shape.interval)
    assert shape.fits
    assert low <= aspect <= high
    if stated:  # without it, a cloth seen straight along its sides leaves the focal length open
        assert measured == pytest.approx(aspect, rel=0.03)
        assert shape.elevation_deg == pytest.approx(camera.elevation_deg, abs=6)


@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize("noise_px", [1.0, 4.0])
def test_noisy_corners_are_covered_as_promised(stated, noise_px):
    random, held, count = np.random.default_rng(11), 0, 200
    for seed in range(count):
        elevation, turn = float(random.uniform(25, 80)), float(random.uniform(-180, 180))
        camera = Camera(elevation, turn, equivalent_mm=float(random.uniform(23, 29)))
        picture = seen(camera=camera, noise_px=noise_px, seed=seed, focal_is_stated=stated)
        cloth = measure(picture, NOMINAL).cloth
        held += cloth is not None and cloth.aspect_interval[0] <= 2.0 <= cloth.aspect_interval[1]
    assert held >= 0.92 * count


def test_a_stated_focal_length_makes_the_shape_firmer():
    camera = Camera(elevation_deg=35, turn_deg=2)
    free, stated = (
        shape_of(p.cloth, p.width_px, p.height_px, p.focal_px)
        for p in (seen(camera=camera, noise_px=3, focal_is_stated=s) for s in (False, True))
    )
    assert stated.relative_sigma < 0.7 * free.relative_sigma


def test_seen_from_straight_above_nothing_degenerates():
    shape = shape_of(seen(camera=Camera(90.0)).cloth, 1600, 1200, None)
    assert shape.ratio == pytest.approx(2.0, rel=0.01)
    assert shape.interval[1] / shape.interval[0] < 1.06
    assert shape.elevation_deg == pytest.approx(90, abs=2)


def test_what_no_camera_sees_is_no_rectangle():
    skewed = ClothOutline(((300, 300), (1100, 500), (1100, 900), (300, 900)), (1.0, 1.0, 1.0, 1.0))
    layout = measure(LayoutObservation(1600, 1200, 1000.0, skewed, None), NOMINAL)
    assert layout.failure is ClothFailure.NO_RECTANGLE


def test_too_flat_a_view_is_refused():
    layout = measure(seen(camera=Camera(elevation_deg=10.0, distance_cm=150)), NOMINAL)
    assert layout.failure is ClothFailure.TOO_FLAT_A_VIEW


def test_a_failure_of_the_reader_is_handed_on():
    layout = measure(LayoutObservation(1600, 1200, None, None, ClothFailure.NO_EDGES), NOMINAL)
    assert (layout.cloth, layout.failure) == (None, ClothFailure.NO_EDGES)


@exactly
@given(cameras, st.floats(0, 179), st.floats(6, 24), st.floats(15, 45), st.floats(8, 22))
def test_a_tool_is_as_long_as_it_is_however_it_lies(camera, angle, length, x, y):
    picture = seen([Tool(x, y, length, angle_deg=angle)], camera)
    (tool,) = measure(picture, NOMINAL).tools
    low, high = tool.length_interval_cm
    assert low <= length <= high
    # These tools are flat: what thickness is thought to add to those that point away is taken off them.
    leaned = THICKNESS_CM / tan(radians(camera.elevation_deg))
    assert 0.97 * length - 1.2 * leaned <= tool.length_cm <= 1.03 * length
    assert tool.width_cm == pytest.approx(2.0, rel=0.15)


def test_places_and_angles_are_those_of_the_cloth_as_seen():
    picture = seen([Tool(10, 15, 20), Tool(40, 10, 16, angle_deg=30)], Camera(55, turn_deg=8))
    layout = measure(picture, NOMINAL)
    assert layout.cloth is not None
    assert (layout.cloth.width_cm, layout.cloth.height_cm) == (60, 30)
    first, second = layout.tools
    assert first.centre_cm == pytest.approx((10, 15), abs=0.2)
    assert (first.angle_deg, second.angle_deg) == (pytest.approx(90, abs=1), pytest.approx(30, abs=1))
    assert first.on_cloth_share == pytest.approx(1.0)


def test_a_cloth_of_another_shape_is_measured_by_its_long_side():
    layout = measure(seen(row([20]), Camera(60), size_cm=(60, 45)), NOMINAL)
    assert layout.cloth is not None
    assert not layout.cloth.is_nominal
    assert layout.cloth.height_cm == pytest.approx(45, rel=0.03)
    assert layout.tools[0].length_cm == pytest.approx(20, rel=0.04)


def test_a_difference_is_surer_than_two_lengths():
    layout = measure(seen(row([20, 15]), Camera(40), noise_px=4), NOMINAL)
    first, second = layout.tools
    apart = [(t.length_interval_cm[1] - t.length_interval_cm[0]) / (2 * 1.96) for t in layout.tools]
    assert sigma_of_difference(first, second) < 0.8 * np.hypot(*apart)


def test_a_tool_half_over_the_edge_and_one_far_away():
    layout = measure(seen([Tool(60, 15, 20, angle_deg=0), Tool(30, -300, 20)], Camera(40)), NOMINAL)
    assert [round(tool.on_cloth_share, 1) for tool in layout.tools] == [0.5]
    assert len(layout.beyond) == 1
