"""Which pictures show the same scene: near-duplicates, and series shot by one camera that didn't move.

A source that was augmented or filmed holds the same hammer many times; splitting it picture by picture
would test on what was trained. Two pictures share a group if their perceptual hashes are close, or if the
ring along their borders looks alike (one bench, other tools on it). Blank borders say nothing: not compared.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_HASH_BITS_APART = 6
_RING_CORRELATION = 0.9
_RING_BLANK_DEVIATION = 10.0
_THUMBNAIL = 24
_RING = 4


def scene_groups(paths: Sequence[Path]) -> list[str]:
    """A group name for each picture: the stem of the group's first member."""
    thumbnails = [_grey(path) for path in paths]
    alike = _close_hashes(thumbnails) | _like_rings(thumbnails)
    return [paths[root].stem for root in _roots(alike)]


def _grey(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_2)
    if picture is None:
        raise FileNotFoundError(f"{path} can't be read as a picture")
    return np.asarray(picture, dtype=np.uint8)


def _close_hashes(thumbnails: Sequence[NDArray[np.uint8]]) -> NDArray[np.bool_]:
    bits = np.stack([imagehash.phash(Image.fromarray(one)).hash.ravel() for one in thumbnails]).astype(
        np.float32
    )
    apart = bits @ (1 - bits).T
    return np.asarray(apart + apart.T <= _HASH_BITS_APART)


def _like_rings(thumbnails: Sequence[NDArray[np.uint8]]) -> NDArray[np.bool_]:
    rings = np.stack([_ring(one) for one in thumbnails])
    deviation = rings.std(axis=1)
    centred = (rings - rings.mean(axis=1, keepdims=True)) / np.maximum(deviation, 1e-6)[:, None]
    correlation = centred @ centred.T / rings.shape[1]
    telling = deviation > _RING_BLANK_DEVIATION
    return np.asarray((correlation > _RING_CORRELATION) & telling[:, None] & telling[None, :])


def _ring(thumbnail: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = cv2.resize(thumbnail, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = np.zeros(small.shape, dtype=np.bool_)
    inside[_RING:-_RING, _RING:-_RING] = True
    return np.asarray(small[~inside], dtype=np.float32)


def _roots(alike: NDArray[np.bool_]) -> list[int]:
    """The smallest index of each index's connected component."""
    roots = np.arange(len(alike))
    while True:
        lowest = np.where(alike, roots[None, :], len(alike)).min(axis=1)
        lowest = np.minimum(lowest, roots)
        if (lowest == roots).all():
            return [int(root) for root in roots]
        roots = lowest
