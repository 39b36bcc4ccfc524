"""A cloth's side, refined to a part of a pixel: where colours change across a strip along its rough place.

First the line along which the cloth's colours end most likely, among all lines across the strip (as in a
Hough transform over two offsets), each place's say being bounded; then the steepest change of colour beside
that line at each place, and a line through those by iteratively reweighted least squares with Tukey's
biweight (Beaton and Tukey, Technometrics 16, 1974). Rounded corners don't matter: a side is looked at between
them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ports import Pixels

Floats = NDArray[np.float64]
Profiles = NDArray[np.float32]

_PLACES = 72
_FIRST, _LAST = 0.05, 0.95
_WIDE_OFFSETS = 49
_FINE_STEP_PX = 0.5
_SAY = 30.0
_LOOKS = 3
"""So often the strip is moved along where the side lies at its border."""
_LEAST_CONTRAST = 5.0
_TUKEY = 4.685


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A straight side: start and end (pixels) where it was looked for, moved onto it; sigma_start_px and
    sigma_end_px: of its place across itself at either end; seen: which of the places along it (places: shares
    of the way) agree with it; deviation_px: how far those lie beside it."""

    start: Floats
    end: Floats
    sigma_start_px: float
    sigma_end_px: float
    places: Floats
    seen: NDArray[np.bool_]
    deviation_px: float

    @property
    def seen_share(self) -> float:
        return float(self.seen.mean()) if len(self.seen) else 0.0


def refined_side(
    picture: Pixels, start: Floats, end: Floats, reach_px: float, score: Callable[[Pixels], Profiles]
) -> Side | None:
    """The side from `start` to `end`, the cloth to its right, up to `reach_px` beside its rough place.

    score: of colours, how much more they are the cloth's. None where too little of it is in the picture.
    """
    places = _places_inside(picture.shape, start, end)
    if len(places) < _PLACES // 5:
        return None
    offsets = np.linspace(-reach_px, reach_px, _WIDE_OFFSETS)
    for _ in range(_LOOKS):
        strip = _strip(picture, start, end, places[::2], offsets)
        at_start, at_end = _likeliest_line(score(strip), places[::2], offsets)
        normal = _inward(start, end)
        start, end = start + at_start * normal, end + at_end * normal
        if max(abs(at_start), abs(at_end)) < 0.8 * reach_px:
            break
    for near in (max(5.0, 0.16 * reach_px), 4.0):
        side = _fitted(picture, start, end, near)
        if side is None:
            return None
        start, end = side.start, side.end
    return side


def _inward(start: Floats, end: Floats) -> Floats:
    """The unit normal to the right of the way, y downwards."""
    along = (end - start) / max(1e-9, float(np.linalg.norm(end - start)))
    return np.array([-along[1], along[0]])


def _places_inside(shape: tuple[int, ...], start: Floats, end: Floats) -> Floats:
    """Shares of the way at which the side is in the picture, three pixels from its border or more."""
    places = np.linspace(_FIRST, _LAST, _PLACES)
    points = start + places[:, None] * (end - start)
    inside = (points >= 3).all(axis=1) & (points <= np.array([shape[1], shape[0]]) - 4).all(axis=1)
    if inside.sum() < _PLACES // 2 and inside.any():
        kept = places[inside]
        return np.linspace(kept[0], kept[-1], max(_PLACES // 2, int(inside.sum())))
    return np.asarray(places[inside])


def _strip(picture: Pixels, start: Floats, end: Floats, places: Floats, offsets: Floats) -> Pixels:
    """Colours at places along the side (rows) and offsets across it (columns, inwards)."""
    points = start + places[:, None] * (end - start)
    grid = points[:, None, :] + offsets[None, :, None] * _inward(start, end)
    x, y = grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32)
    taken = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken, dtype=np.uint8)


def _likeliest_line(scores: Profiles, places: Floats, offsets: Floats) -> tuple[float, float]:
    """The offsets at the side's start and end of the line that parts cloth from ground best."""
    inner = np.cumsum(scores[:, ::-1], axis=1)[:, ::-1]
    total = inner[:, :1]
    likelihood = 2 * inner - total
    say = np.maximum(likelihood - likelihood.max(axis=1, keepdims=True), -_SAY)
    steps = np.arange(len(offsets))
    at = steps[:, None, None] + (steps[None, :, None] - steps[:, None, None]) * places[None, None, :]
    sums = say[np.arange(len(places)), at.round().astype(np.int32)].sum(axis=-1)
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return float(offsets[first]), float(offsets[last])


def _fitted(picture: Pixels, start: Floats, end: Floats, near_px: float) -> Side | None:
    places = _places_inside(picture.shape, start, end)
    if len(places) < _PLACES // 5:
        return None
    offsets = np.arange(-near_px - 3, near_px + 3 + _FINE_STEP_PX / 2, _FINE_STEP_PX)
    strip = _strip(picture, start, end, places, offsets).astype(np.float32)
    edges, contrast = _steepest(strip, offsets, near_px)
    clear = contrast > _LEAST_CONTRAST
    if clear.sum() < _PLACES // 6:
        return None
    slope, middle, deviation = _robust_line(places[clear], edges[clear])
    residual = edges - (middle + slope * places)
    seen = clear & (np.abs(residual) < max(1.5, 3 * deviation))
    sigma = _sigma(places[seen], residual[seen], deviation)
    normal = _inward(start, end)
    return Side(
        start + middle * normal,
        end + (middle + slope) * normal,
        sigma(0.0),
        sigma(1.0),
        places,
        seen,
        deviation,
    )


def _steepest(strip: Profiles, offsets: Floats, near_px: float) -> tuple[Floats, Floats]:
    """At each place the offset of the steepest change from ground to cloth, and the height of that step."""
    smooth = cv2.blur(strip, (1, 5))
    inner = smooth[:, offsets > 1.5].mean(axis=1)
    outer = smooth[:, offsets < -1.5].mean(axis=1)
    step = cv2.blur(inner - outer, (1, 9)).reshape(-1, 1, 3)
    size = np.linalg.norm(step, axis=-1)
    tone = (smooth * step).sum(axis=-1) / np.maximum(size, 1e-6)
    tone = cv2.GaussianBlur(tone, (7, 1), 1.2)
    steep = np.zeros_like(tone)
    steep[:, 2:-2] = tone[:, 4:] - tone[:, :-4]
    inside = np.abs(offsets) <= near_px
    prior = np.exp(-0.5 * (offsets[inside] / near_px) ** 2)
    rows = np.arange(len(tone))
    peak = (steep[:, inside] * prior).argmax(axis=1) + int(np.flatnonzero(inside)[0])
    before, at, after = steep[rows, peak - 1], steep[rows, peak], steep[rows, peak + 1]
    bend = before - 2 * at + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0.0)
    return offsets[peak] + np.clip(shift, -1, 1) * _FINE_STEP_PX, np.asarray(at, dtype=np.float64)


def _robust_line(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Slope, offset at x = 0 and the deviation of those that count."""
    slope, middle = 0.0, _middle(y)
    deviation = 1.0
    for _ in range(10):
        residual = y - middle - slope * x
        deviation = max(0.15, 1.4826 * _middle(np.abs(residual)))
        weights = np.maximum(0.0, 1 - (residual / (_TUKEY * deviation)) ** 2) ** 2
        before = slope, middle
        slope, middle = _weighted_line(x, y, weights)
        if abs(slope - before[0]) + abs(middle - before[1]) < 1e-3:
            break
    return slope, middle, deviation


def _middle(values: Floats) -> float:
    """The upper median; numpy's own costs more than all the rest here."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2])


def _weighted_line(x: Floats, y: Floats, weights: Floats) -> tuple[float, float]:
    total = weights.sum()
    mean_x, mean_y = (weights * x).sum() / total, (weights * y).sum() / total
    spread = (weights * (x - mean_x) ** 2).sum()
    slope = float((weights * (x - mean_x) * (y - mean_y)).sum() / spread) if spread > 1e-9 else 0.0
    return slope, float(mean_y - slope * mean_x)


def _sigma(places: Floats, residual: Floats, deviation: float) -> Callable[[float], float]:
    """Of the line's place as a function of the share of the way. Neighbouring residuals of a wavy border are
    alike, so they count as fewer: n (1 - r) / (1 + r), r their correlation (Bayley and Hammersley, 1946)."""
    if len(places) < 4:
        return lambda _share: 10.0 * deviation
    centred = residual - residual.mean()
    power = float((centred**2).sum())
    alike = float(np.clip((centred[1:] * centred[:-1]).sum() / power, 0.0, 0.95)) if power > 0 else 0.0
    count = max(3.0, len(places) * (1 - alike) / (1 + alike))
    mean, spread = float(places.mean()), max(1e-4, float(places.var()))
    return lambda share: deviation * float(np.sqrt((1 + (share - mean) ** 2 / spread) / count))
