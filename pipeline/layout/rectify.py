"""The shape of a rectangle from one photo at an angle, with its interval, and where the camera stood.

Square pixels, the principal point near the picture's centre. Z. Zhang and L.-W. He, "Whiteboard scanning
and image enhancement", Digital Signal Processing 17 (2007) 414-432 (also MSR-TR-2003-39), section 4: the
corners give the two directions of the sides up to the focal length, and that these are at right angles gives
the focal length. Where the sides are seen almost parallel (from above), it doesn't; their formula then
divides noise by noise. So the focal length is not solved for: each on a grid is weighed by how well it fits
a right angle within the corners' errors, and by what is known of it beforehand (EXIF, or the lenses that
phones have). Seen from above, the shape hardly depends on it; seen flatly, the corners decide. Errors are
carried through to first order, by differences over one sigma: for each focal length the aspect and the right
angle are nearly linear in the corners, and what isn't linear, the focal length, is summed over.
"""

from dataclasses import dataclass
from math import exp, hypot, log

import numpy as np

from pipeline.layout.homography import Array
from pipeline.layout.values import ClothOutline, Interval

FULL_FRAME_DIAGONAL_MM = 43.27
"""Of 36 x 24 mm: 35 mm equivalents compare diagonals (CIPA DCG-001)."""

_PHONE_LENSES = ((26.0, 0.15, 0.8), (14.0, 0.12, 0.1), (52.0, 0.2, 0.1))
"""What a phone's picture is taken with: 35 mm equivalent, relative sigma, share. Main, ultra-wide, twice; the
main ones are 23 to 28 mm, and videos and watermark cameras cut some of the picture away."""

_STATED_SIGMA = 0.04
"""Relative error of a stated focal length: whole millimetres, and focusing near lengthens it."""

_CENTRE_SIGMA = 0.01
"""The principal point, off the picture's centre: shares of the diagonal (assembly, image stabilisation)."""

_DISTORTION_SIGMA = 0.02
"""Radial distortion that a phone leaves: 0.02 r^2 is half a percent at the picture's corners."""

_STEPS_IN_LOG = 0.02
_GREATEST_MISFIT = 4.0
"""Sigmas between the corners and any rectangle that a lens within reason would see like this."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle's shape: sides 0-1 over 1-2, with its 95 % interval and sigma (relative).

    focal_diagonals: the best focal length in diagonals. misfit_sigmas: how far the corners are from any
    rectangle. elevation_deg: of the camera above the plane, seen from the rectangle's middle.
    """

    ratio: float
    interval: Interval
    relative_sigma: float
    focal_diagonals: float
    misfit_sigmas: float
    elevation_deg: float

    @property
    def fits(self) -> bool:
        return self.misfit_sigmas <= _GREATEST_MISFIT


def disturbed(outline: ClothOutline, width_px: int, height_px: int) -> Array:
    """The corners (px), and under one sigma of each error, up and down: (1 + 2 * 11, 4, 2).

    The errors: eight coordinates, the principal point's two, the radial distortion. A shifted principal point
    is a shift of all corners the other way.
    """
    corners = np.asarray(outline.corners, dtype=float)
    steps = [np.zeros((4, 2))]
    for index, sigma in enumerate(outline.corner_sigma_px):
        steps += [_one(index, axis, sigma) for axis in (0, 1)]
    diagonal = hypot(width_px, height_px)
    steps += [np.full((4, 2), shift) * diagonal * _CENTRE_SIGMA for shift in ((1.0, 0.0), (0.0, 1.0))]
    steps.append(distortion_of(corners, width_px, height_px))
    moved = np.stack(steps)
    return np.concatenate([corners + moved, corners - moved[1:]])


def distortion_of(points: Array, width_px: int, height_px: int) -> Array:
    """By how much one sigma of radial distortion moves points (N, 2), in pixels."""
    from_centre = points - np.array([width_px / 2, height_px / 2])
    radius = np.hypot(from_centre[:, 0], from_centre[:, 1]) / hypot(width_px, height_px)
    return np.asarray(from_centre * (_DISTORTION_SIGMA * radius**2)[:, None])


def _one(index: int, axis: int, step: float) -> Array:
    moved = np.zeros((4, 2))
    moved[index, axis] = step
    return moved


def shape_of(outline: ClothOutline, width_px: int, height_px: int, focal_px: float | None) -> Shape:
    """The shape of the rectangle whose corners these are."""
    diagonal = hypot(width_px, height_px)
    corners = disturbed(outline, width_px, height_px)
    normalised = (corners - np.array([width_px / 2, height_px / 2])) / diagonal
    across, down = side_directions(normalised)
    focals, prior = _known_of_focal(focal_px / diagonal if focal_px else None)
    ratios, angles = _seen_with(across, down, focals)
    (ratio, sigma), (angle, angle_sigma) = _conditional(ratios, angles)
    weights = prior * np.exp(-0.5 * (angle / angle_sigma) ** 2)
    best = int(np.argmax(weights))
    share = weights / weights.sum() if weights.sum() > 0 else prior / prior.sum()
    low, middle, high = _quantiles(ratio, sigma, share, (0.025, 0.5, 0.975))
    return Shape(
        ratio=exp(middle),
        interval=(exp(low), exp(high)),
        relative_sigma=(high - low) / (2 * 1.96),
        focal_diagonals=float(focals[best]),
        misfit_sigmas=float(np.min(np.abs(angle / angle_sigma)[prior > prior.max() * exp(-8)])),
        elevation_deg=_elevation(across[0], down[0], normalised[0], float(focals[best])),
    )


def side_directions(corners: Array) -> tuple[Array, Array]:
    """Zhang & He's n2 and n3 of corners (..., 4, 2) around the principal point: sides 0-1 and 0-3, (..., 3).

    Divided by the focal length in x and y, they are the sides in space, in one unknown unit.
    """
    points = np.concatenate([corners, np.ones_like(corners[..., :1])], axis=-1)
    origin, right, far, below = (points[..., index, :] for index in range(4))
    diagonal = np.cross(origin, far)
    to_right = _dot(diagonal, below) / _dot(np.cross(right, far), below)
    to_below = _dot(diagonal, right) / _dot(np.cross(below, far), right)
    return to_right[..., None] * right - origin, to_below[..., None] * below - origin


def _dot(first: Array, second: Array) -> Array:
    return np.asarray((first * second).sum(axis=-1))


def _known_of_focal(stated: float | None) -> tuple[Array, Array]:
    """A grid of focal lengths in diagonals, and how likely each is before the corners are looked at."""
    if stated is not None:
        logs = log(stated) + np.arange(-4, 4.01, 0.25) * _STATED_SIGMA
        return np.exp(logs), np.exp(-0.5 * ((logs - log(stated)) / _STATED_SIGMA) ** 2)
    logs = np.arange(log(0.2), log(2.5), _STEPS_IN_LOG)
    prior = np.zeros_like(logs)
    for millimetres, sigma, share in _PHONE_LENSES:
        distance = (logs - log(millimetres / FULL_FRAME_DIAGONAL_MM)) / sigma
        prior += share / sigma * np.exp(-0.5 * distance**2)
    return np.exp(logs), prior


def _seen_with(across: Array, down: Array, focals: Array) -> tuple[Array, Array]:
    """Log of the sides' ratio, and the cosine between them: (disturbed quads, focal lengths)."""
    scale = np.stack([1 / focals, 1 / focals, np.ones_like(focals)], axis=-1)
    first, second = across[:, None, :] * scale, down[:, None, :] * scale
    lengths = np.linalg.norm(first, axis=-1), np.linalg.norm(second, axis=-1)
    return np.log(lengths[0] / lengths[1]), _dot(first, second) / (lengths[0] * lengths[1])


def _conditional(ratios: Array, angles: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Per focal length: ratio and sigma given that the angle is right, and the angle and its sigma."""
    half = (len(ratios) + 1) // 2
    ratio_slopes = (ratios[1:half] - ratios[half:]) / 2
    angle_slopes = (angles[1:half] - angles[half:]) / 2
    ratio_variance = (ratio_slopes**2).sum(axis=0)
    angle_variance = (angle_slopes**2).sum(axis=0) + 1e-18
    together = (ratio_slopes * angle_slopes).sum(axis=0)
    ratio = ratios[0] - together / angle_variance * angles[0]
    left = np.maximum(ratio_variance - together**2 / angle_variance, 1e-12)
    return (ratio, np.sqrt(left)), (angles[0], np.sqrt(angle_variance))


def _quantiles(means: Array, sigmas: Array, shares: Array, at: tuple[float, ...]) -> list[float]:
    """Quantiles of a mixture of normal distributions, by its distribution function on a grid."""
    counts = shares > shares.max() * 1e-5
    means, sigmas, shares = means[counts], sigmas[counts], shares[counts] / shares[counts].sum()
    grid = np.linspace((means - 5 * sigmas).min(), (means + 5 * sigmas).max(), 300)
    below = (_normal_below((grid[:, None] - means) / sigmas) * shares).sum(axis=1)
    return [float(np.interp(share, below, grid)) for share in at]


def _normal_below(z: Array) -> Array:
    """The normal distribution function, to 3e-4 (E. Page, Applied Statistics 26 (1977) 75-76)."""
    return np.asarray(0.5 * (1 + np.tanh(0.7978846 * (z + 0.044715 * z**3))))


def _elevation(across: Array, down: Array, corners: Array, focal: float) -> float:
    scale = np.array([1 / focal, 1 / focal, 1.0])
    normal = np.cross(across * scale, down * scale)
    one, two, three, four = np.column_stack([corners, np.ones(4)])
    middle = np.cross(np.cross(one, three), np.cross(two, four))  # where the diagonals meet
    to_middle = middle * scale
    sine = abs(normal @ to_middle) / (np.linalg.norm(normal) * np.linalg.norm(to_middle))
    return float(np.degrees(np.arcsin(min(1.0, sine))))
