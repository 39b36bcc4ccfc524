"""Projective maps between the picture and a plane, for one quadrilateral or for many at once."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def homographies(source: Array, target: Array) -> Array:
    """The maps that carry four points each onto four others: (..., 4, 2) twice -> (..., 3, 3), last entry 1.

    The eight linear equations of the direct linear transform (Hartley & Zisserman, Multiple View Geometry,
    2nd ed., 4.1). Raises numpy.linalg.LinAlgError where three of the points lie on one line.
    """
    source, target = np.broadcast_arrays(source, target)
    x, y, u, v = source[..., 0], source[..., 1], target[..., 0], target[..., 1]
    one, zero = np.ones_like(x), np.zeros_like(x)
    upper = np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1)
    lower = np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1)
    equations = np.concatenate([upper, lower], axis=-2)
    right = np.concatenate([u, v], axis=-1)[..., None]
    solved = np.linalg.solve(equations, right)[..., 0]
    return np.concatenate([solved, np.ones_like(solved[..., :1])], axis=-1).reshape(*x.shape[:-1], 3, 3)


def mapped(homography: Array, points: Array) -> Array:
    """(..., 3, 3) and (N, 2) or (..., N, 2) -> (..., N, 2)."""
    carried = points @ np.swapaxes(homography[..., :2], -1, -2) + homography[..., None, :, 2]
    return carried[..., :2] / carried[..., 2:]


def is_ahead(homography: Array, points: Array, reference: Array) -> bool:
    """Whether all points lie on the same side of the plane's horizon as the reference point (2,) does."""
    depths = points @ homography[2, :2] + homography[2, 2]
    return bool(np.all(depths * (reference @ homography[2, :2] + homography[2, 2]) > 0))
