"""The detector: its letterbox, its suppression, what it sees in real pictures, and both backends."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from models.detector import DetectorSettings, Letterbox, detections_of, load_detector, suppressed
from models.ultralytics_detector import import_yolo
from pipeline.errors import RegistryError
from pipeline.evidence import Detection
from pipeline.ports import Detector, Pixels

SIDES = st.integers(min_value=8, max_value=5000)
CONFIDENCE_TOLERANCE = 0.01
"""How far the backends' confidences may be apart: weights are rounded to 16 bits before and after fusing."""


@given(width=SIDES, height=SIDES, side=st.sampled_from([320, 512, 640]))
def test_a_letterbox_holds_the_whole_picture(width: int, height: int, side: int) -> None:
    box = Letterbox(side, width, height)
    inner_width, inner_height = box.resized
    left, top = box.offset
    assert 0 <= left <= side - inner_width
    assert 0 <= top <= side - inner_height
    assert max(inner_width, inner_height) == side


@given(
    width=st.integers(64, 4000),
    height=st.integers(64, 4000),
    corners=st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_a_box_comes_back_through_the_letterbox(width: int, height: int, corners: list[float]) -> None:
    box = Letterbox(640, width, height)
    left, top = box.offset
    extent = np.array([width, height, width, height], dtype=np.float32)
    inside = np.array([corners], dtype=np.float32) * extent * box.scale + np.array([left, top, left, top])
    assert np.abs(box.undo(inside.astype(np.float32)) - corners).max() < 1e-3


def test_a_letterbox_frames_in_grey() -> None:
    framed = Letterbox(64, 64, 32).apply(np.zeros((32, 64, 3), dtype=np.uint8))
    assert framed.shape == (64, 64, 3)
    assert (framed[:16] == 114).all()
    assert (framed[48:] == 114).all()
    assert (framed[16:48] == 0).all()


def output(*anchors: tuple[float, float, float, float, float, float]) -> np.typing.NDArray[np.float32]:
    """Raw network output: x, y, width, height and the scores of two classes, one column per anchor."""
    return np.array(anchors, dtype=np.float32).T


@pytest.mark.parametrize(
    ("raw", "classes"),
    [
        (output((50, 50, 20, 20, 0.9, 0), (51, 50, 20, 20, 0.8, 0)), [0]),
        (output((50, 50, 20, 20, 0.9, 0), (51, 50, 20, 20, 0, 0.8)), [0, 1]),
        (output((50, 50, 20, 20, 0.6, 0), (90, 90, 20, 20, 0, 0.8)), [1, 0]),
        (output((50, 50, 20, 20, 0.04, 0.01)), []),
    ],
)
def test_suppression_keeps_the_best_of_each_class(
    raw: np.typing.NDArray[np.float32], classes: list[int]
) -> None:
    _, scores, found = suppressed(raw, DetectorSettings(128, 0.05, 0.6, 300))
    assert found.tolist() == classes
    assert sorted(scores.tolist(), reverse=True) == scores.tolist()


def test_suppression_stops_at_the_most() -> None:
    raw = output(*((10.0 + 30 * i, 50.0, 20.0, 20.0, 0.5, 0.0) for i in range(4)))
    assert len(suppressed(raw, DetectorSettings(128, 0.05, 0.6, 2))[0]) == 2


def test_detections_are_clipped_to_the_picture() -> None:
    (found,) = detections_of(np.array([[-0.1, 0.2, 1.3, 0.4]]), np.array([0.5]), np.array([1]), ("a", "b"))
    assert found.label == "b"
    assert found.box.as_tuple() == (0.0, 0.2, 1.0, 0.4)


@pytest.mark.parametrize(
    ("arguments", "told"), [({"backend": "onnx"}, "openvino"), ({"name": "none"}, "nearest")]
)
def test_what_is_not_there_stops(arguments: dict[str, str], told: str) -> None:
    with pytest.raises(RegistryError, match=told):
        load_detector(**arguments)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="module")
def people(shared_folder: Path) -> list[Pixels]:
    paths = sorted((shared_folder / "data/coco256/val2017").glob("*.jpg"))[:6]
    return [np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)) for path in paths]


def test_nothing_is_seen_in_an_empty_picture(detector: Detector) -> None:
    (found,) = detector.detect([np.full((480, 640, 3), 127, dtype=np.uint8)])
    assert [one for one in found if one.confidence > 0.5] == []


def test_no_pictures_give_no_detections(detector: Detector) -> None:
    assert detector.detect([]) == []


@pytest.mark.shared
def test_a_batch_says_what_single_pictures_say(detector: Detector, people: list[Pixels]) -> None:
    together = detector.detect(people)
    for picture, batched in zip(people, together, strict=True):
        assert_alike(detector.detect([picture])[0], batched, 0.001)


@pytest.mark.shared
def test_a_person_is_seen(detector: Detector, shared_folder: Path) -> None:
    path = sorted((shared_folder / "data/badges").glob("*.jpg"))[40]
    picture = np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))
    found = detector.detect([picture])[0]
    assert any(one.label == "person" and one.confidence > 0.5 and one.box.height > 0.5 for one in found)


@pytest.mark.shared
@pytest.mark.train
def test_both_backends_see_the_same(detector: Detector, people: list[Pixels]) -> None:
    other = load_detector(backend="ultralytics")
    assert other.labels == detector.labels
    assert other.digest != detector.digest
    for here, there in zip(detector.detect(people), other.detect(people), strict=True):
        assert_alike(here, there, CONFIDENCE_TOLERANCE)


def assert_alike(here: tuple[Detection, ...], there: tuple[Detection, ...], tolerance: float) -> None:
    """Every detection well above the floor has its counterpart: same label, box and confidence nearly so."""
    for some, others in ((here, there), (there, here)):
        for one in some:
            if one.confidence > 0.05 + 2 * tolerance:
                twins = [o for o in others if o.label == one.label and o.box.iou(one.box) > 0.97]
                assert any(abs(o.confidence - one.confidence) <= tolerance for o in twins), one


@pytest.mark.train
def test_ultralytics_leaves_pillow_as_it_was() -> None:
    import_yolo()
    assert Image.open.__module__ == "PIL.Image"
