"""Two fingerprints of a file: one of its bytes, one of what its picture looks like."""

import hashlib
from pathlib import Path

import imagehash
from PIL import Image

from models.resizing import shrunk
from pipeline.ports import Pixels

_REDUCED_SIDE_PX = 512


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def perceptual_hash(pixels: Pixels) -> str:
    """DCT hash of an upright picture, 64 bits as 16 hex digits: near pictures differ in few bits.

    Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), as in imagehash.
    """
    # By blocks first: the hash itself shrinks to 32 x 32, which takes ten times as long from 12 megapixels.
    return str(imagehash.phash(Image.fromarray(shrunk(pixels, _REDUCED_SIDE_PX))))
