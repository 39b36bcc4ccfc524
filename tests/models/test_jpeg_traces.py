"""Traces of a JPEG's structure, on files written with known tables and thumbnails."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.jpeg_traces import tables_name, thumbnail_trace, with_jpeg_traces
from pipeline.evidence import Metadata
from pipeline.ports import Pixels


@pytest.fixture
def scene() -> Pixels:
    x, y = np.meshgrid(np.linspace(0, 255, 640), np.linspace(0, 200, 480))
    return np.stack([x, y, 255 - x], axis=2).astype(np.uint8)


def written(path: Path, scene: Pixels, thumbnail: Pixels | None = None, **options: object) -> Path:
    """A JPEG; its EXIF, made by hand, holds the thumbnail in its second directory."""
    if thumbnail is not None:
        options["exif"] = exif_with(thumbnail)
    Image.fromarray(scene).save(path, "JPEG", **options)
    return path


def exif_with(thumbnail: Pixels) -> bytes:
    body = BytesIO()
    Image.fromarray(thumbnail).resize((160, 120)).save(body, "JPEG", quality=90)
    first = b"\0\0" + (14).to_bytes(4, "little")
    entries = [(0x0201, 44), (0x0202, len(body.getvalue()))]
    second = len(entries).to_bytes(2, "little")
    for tag, value in entries:
        second += tag.to_bytes(2, "little") + (4).to_bytes(2, "little") + (1).to_bytes(4, "little")
        second += value.to_bytes(4, "little")
    tiff = b"II*\0\x08\0\0\0" + first + second + b"\0\0\0\0"
    assert len(tiff) == 44
    return b"Exif\0\0" + tiff + body.getvalue()


@pytest.mark.parametrize(
    ("options", "due"),
    [
        ({"quality": 85}, "standard 85"),
        ({"quality": "web_high"}, "photoshop web_high"),
        ({"quality": "maximum"}, "photoshop maximum"),
        ({"qtables": [[7] * 64, [9] * 64]}, ""),
    ],
)
def test_tables(tmp_path: Path, scene: Pixels, options: dict[str, object], due: str) -> None:
    path = written(tmp_path / "a.jpg", scene, **options)
    assert with_jpeg_traces(Metadata(), path, scene).jpeg_tables == due
    assert tables_name({}) == ""


def test_a_thumbnail_of_the_picture_differs_little(tmp_path: Path, scene: Pixels) -> None:
    trace = with_jpeg_traces(Metadata(), written(tmp_path / "a.jpg", scene, scene), scene).thumbnail
    assert trace is not None
    assert max(trace.differences) < 10


def test_a_stamp_that_the_thumbnail_lacks_shows_where_it_stands(tmp_path: Path, scene: Pixels) -> None:
    stamped = scene.copy()
    stamped[400:470, 20:300] = 255
    trace = with_jpeg_traces(Metadata(), written(tmp_path / "a.jpg", stamped, scene), stamped).thumbnail
    assert trace is not None
    grid = np.array(trace.differences).reshape(trace.rows, trace.columns)
    assert grid[14, 1:6].min() > 60
    assert np.median(grid) < 10


def test_another_thumbnail_differs_everywhere(tmp_path: Path, scene: Pixels) -> None:
    other = np.ascontiguousarray(scene[::-1, ::-1])
    trace = with_jpeg_traces(Metadata(), written(tmp_path / "a.jpg", scene, other), scene).thumbnail
    assert trace is not None
    assert np.median(trace.differences) > 40


def test_no_thumbnail_another_shape_and_no_jpeg_leave_no_trace(tmp_path: Path, scene: Pixels) -> None:
    assert with_jpeg_traces(Metadata(), written(tmp_path / "a.jpg", scene), scene).thumbnail is None
    assert thumbnail_trace(scene, np.ascontiguousarray(scene[:200])) is None
    junk = tmp_path / "b.jpg"
    junk.write_bytes(b"\xff\xd8 junk")
    assert with_jpeg_traces(Metadata(), junk, scene) == Metadata()
