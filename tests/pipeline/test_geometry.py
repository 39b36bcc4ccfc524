import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import BoundingBox

fractions = st.floats(0, 1, allow_nan=False)
boxes = st.builds(BoundingBox.clipped, fractions, fractions, fractions, fractions)


@pytest.mark.parametrize(
    "corners",
    [(0.5, 0, 0.4, 1), (0, 0.5, 1, 0.4), (-0.1, 0, 1, 1), (0, 0, 1.1, 1), (float("nan"), 0, 1, 1)],
)
def test_a_box_outside_the_picture_or_inside_out_is_refused(
    corners: tuple[float, float, float, float],
) -> None:
    with pytest.raises(ValueError, match="not a relative box"):
        BoundingBox(*corners)


@given(*[st.floats(-3, 3, allow_nan=False)] * 4)
def test_clipping_always_gives_a_valid_box(x_min: float, y_min: float, x_max: float, y_max: float) -> None:
    box = BoundingBox.clipped(x_min, y_min, x_max, y_max)
    assert 0 <= box.x_min <= box.x_max <= 1
    assert 0 <= box.y_min <= box.y_max <= 1


@given(boxes, boxes)
def test_overlap_is_symmetric_and_bounded(first: BoundingBox, second: BoundingBox) -> None:
    assert first.iou(second) == second.iou(first)
    assert 0 <= first.iou(second) <= 1 + 1e-9
    assert first.intersection_area(second) <= min(first.area, second.area) + 1e-12


def test_known_overlaps() -> None:
    left, right = BoundingBox(0, 0, 0.5, 1), BoundingBox(0.25, 0, 0.75, 1)
    assert left.iou(right) == pytest.approx(1 / 3)
    assert left.share_inside(right) == pytest.approx(0.5)
    assert BoundingBox(0.1, 0.1, 0.1, 0.1).share_inside(left) == 0
    assert left.centre == (0.25, 0.5)
