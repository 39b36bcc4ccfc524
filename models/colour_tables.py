"""How often colours occur: Lab colours in bins, coarse in lightness since light is uneven, and smoothed."""

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ports import Pixels

_BINS = 24
_LIGHTS = 12
COLOURS = _LIGHTS * _BINS * _BINS
_PRIOR = 4.0
"""Pixels spread over all bins, so that a colour seen nowhere says little."""


def binned(picture: Pixels) -> NDArray[np.int32]:
    """Each pixel's bin of Lab colour; the lightness is binned coarser, since light is uneven."""
    lab = cv2.cvtColor(cv2.GaussianBlur(picture, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.int32)
    light = lab[..., 0] * _LIGHTS // 256
    first, second = (np.clip((lab[..., axis] - 128) // 5 + _BINS // 2, 0, _BINS - 1) for axis in (1, 2))
    return np.asarray((light * _BINS + first) * _BINS + second, dtype=np.int32)


def density(colours: NDArray[np.int32], light_spread: float = 1.6) -> NDArray[np.float64]:
    """Shares of each bin, smoothed over its neighbours; `light_spread` in bins of lightness.

    A shadow darkens a ground by some bins: its colour must not look new where it falls into a box only.
    """
    counts = np.bincount(colours, minlength=COLOURS).astype(np.float32)
    hues = np.ascontiguousarray(counts.reshape(_LIGHTS, _BINS, _BINS).transpose(1, 2, 0))
    smooth = cv2.GaussianBlur(hues, (0, 0), 0.8).transpose(2, 0, 1).reshape(_LIGHTS, -1)
    spread = cv2.GaussianBlur(np.ascontiguousarray(smooth), (1, 11), 0.1, sigmaY=light_spread)
    shares = (spread.reshape(-1).astype(np.float64) + _PRIOR / spread.size) / (spread.sum() + _PRIOR)
    return np.asarray(shares + 2e-6)
