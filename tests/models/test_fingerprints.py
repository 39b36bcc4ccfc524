"""Fingerprints: near pictures lie near, others don't."""

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.fingerprints import perceptual_hash, sha256_of
from models.resizing import enlarged, shrunk
from pipeline.ports import Pixels


def blobs(seed: int, width: int = 1600, height: int = 1200) -> Pixels:
    """A smooth picture: noise of a few cells, enlarged."""
    cells = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC))


def distance(first: Pixels, second: Pixels) -> int:
    return (int(perceptual_hash(first), 16) ^ int(perceptual_hash(second), 16)).bit_count()


def test_hash_is_64_bits_in_hex() -> None:
    assert len(perceptual_hash(blobs(1))) == 16
    assert int(perceptual_hash(blobs(1)), 16) < 2**64


@pytest.mark.parametrize("seed", range(5))
def test_smaller_and_recompressed_copies_lie_near_and_others_far(seed: int) -> None:
    picture = blobs(seed)
    buffer = BytesIO()
    Image.fromarray(picture).resize((800, 600)).save(buffer, "JPEG", quality=40)
    copy = np.asarray(Image.open(buffer))
    assert distance(picture, copy) <= 4
    assert distance(picture, blobs(seed + 100)) >= 12


def test_sha256_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"visit" * 100_000)
    assert sha256_of(path) == hashlib.sha256(b"visit" * 100_000).hexdigest()


@pytest.mark.parametrize(
    ("size", "longer_side", "wanted"),
    [
        ((4000, 3000), 1280, (1000, 750)),
        ((1280, 960), 1280, (1280, 960)),
        ((1281, 3), 1280, (640, 1)),
        ((1, 5000), 1280, (1, 1250)),
    ],
)
def test_shrunk_by_whole_blocks(size: tuple[int, int], longer_side: int, wanted: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 3), 77, dtype=np.uint8)
    small = shrunk(pixels, longer_side)
    assert small.shape == (wanted[1], wanted[0], 3)
    assert (small == 77).all()


def test_enlarged_to_a_side_but_not_without_bounds() -> None:
    pixels = np.zeros((10, 40, 3), dtype=np.uint8)
    assert enlarged(pixels, 20, most=4).shape == (20, 80, 3)
    assert enlarged(pixels, 100, most=4).shape == (40, 160, 3)
    assert enlarged(pixels, 10, most=4) is pixels
