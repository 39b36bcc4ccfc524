"""Two fingerprints of a file: one of its bytes, one of what its picture looks like."""

import hashlib
from pathlib import Path

import cv2
import imagehash
from PIL import Image

from pipeline.ports import Pixels

_REDUCED_SIDE = 256


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def perceptual_hash(pixels: Pixels) -> str:
    """DCT hash of an upright picture, 64 bits as 16 hex digits: near pictures differ in few bits.

    Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010), as in imagehash.
    """
    # By area first: the hash shrinks to 32 x 32, and doing so from 12 megapixels takes eight times as long.
    height, width = pixels.shape[:2]
    if min(height, width) > _REDUCED_SIDE:
        pixels = cv2.resize(pixels, (_REDUCED_SIDE, _REDUCED_SIDE), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return str(imagehash.phash(Image.fromarray(pixels)))
