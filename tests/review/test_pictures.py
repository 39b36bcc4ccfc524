"""Sizes of JPEGs, boxes in pixels, and crops."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.geometry import BoundingBox
from pipeline.results import EvidenceRef
from review.pictures import Album, PictureSource, jpeg_size

unit = st.floats(0, 1)
boxes = st.builds(BoundingBox.clipped, unit, unit, unit, unit)


def _jpeg(width: int, height: int, **options: object) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height)).save(data, "JPEG", **options)
    return data.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"x" * 3000}, {"dpi": (72, 72)}])
def test_the_size_of_a_jpeg(options: dict[str, object]) -> None:
    assert jpeg_size(_jpeg(321, 123, **options)) == (321, 123)


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    data = _jpeg(40, 30)
    assert jpeg_size(data[:2] + b"\xff\xff" + data[2:]) == (40, 30)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x00\x03"],
)
def test_what_has_no_size(data: bytes) -> None:
    assert jpeg_size(data) is None


@given(st.binary(max_size=300))
def test_any_bytes_have_a_size_or_none(data: bytes) -> None:
    size = jpeg_size(b"\xff\xd8" + data)
    assert size is None or min(size) > 0


@pytest.mark.shared
def test_the_sizes_of_real_photos(shared_folder: Path) -> None:
    photos = sorted((shared_folder / "data" / "people").rglob("*.jpg"))[:40]
    for photo in photos:
        with Image.open(photo) as image:
            assert jpeg_size(photo.read_bytes()) == image.size, photo.name


def test_references_to_one_picture_become_one_numbered_shot(
    drawn_pictures: Callable[..., PictureSource],
) -> None:
    album = Album(drawn_pictures())
    shots = album.shots(
        [
            EvidenceRef("a.jpg", "badge", (BoundingBox(0.5, 0.5, 0.6, 0.6),)),
            EvidenceRef("b.mp4", "clock", (), 2.0),
            EvidenceRef("a.jpg", "person", (BoundingBox(0.25, 0.0, 0.75, 1.0),)),
        ]
    )
    assert [shot.name for shot in shots] == ["a.jpg", "b.mp4 @ 2.0 s"]
    assert [(box.number, box.x, box.y, box.width, box.height) for box in shots[0].boxes] == [
        (1, 240.0, 180.0, 48.0, 36.0),
        (2, 120.0, 0.0, 240.0, 360.0),
    ]
    assert [(caption.number, caption.text) for caption in shots[0].captions] == [(1, "badge"), (2, "person")]
    assert len(shots[0].crops) == 1
    assert [caption.number for caption in shots[1].captions] == [0]


@given(st.lists(boxes, max_size=4))
def test_a_crop_holds_its_box_and_stays_in_the_picture(
    drawn_pictures: Callable[..., PictureSource], found: list[BoundingBox]
) -> None:
    (shot,) = Album(drawn_pictures()).shots([EvidenceRef("a.jpg", "badge", tuple(found))])
    small = [box for box in shot.boxes if box.width * box.height < 0.0399 * 480 * 360]
    assert len(shot.crops) >= min(2, len(small))
    for crop in shot.crops:
        assert crop.width > 0
        assert crop.height > 0
        assert crop.x >= 0
        assert crop.y >= 0
        assert crop.x + crop.width <= 480.2
        assert crop.y + crop.height <= 360.2
    if len(shot.boxes) == 1 and shot.crops:
        box, crop = shot.boxes[0], shot.crops[0]
        assert crop.x <= box.x + 0.1
        assert crop.y <= box.y + 0.1
        assert crop.x + crop.width >= box.x + box.width - 0.2
        assert crop.y + crop.height >= box.y + box.height - 0.2
