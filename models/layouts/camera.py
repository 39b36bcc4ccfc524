"""A pinhole camera with a phone's focal length and a little radial distortion, above the plane z = 0.

Plane coordinates are centimetres: x to the right, y away from a camera at azimuth 0, z up. Pixels have their
origin in the middle of the top left pixel; y runs down.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.rectify import FULL_FRAME_DIAGONAL_MM

Floats = NDArray[np.float64]
Grid = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Camera:
    """position: cm; axes: rows right, down, forward (unit vectors); curve: x_ideal = x (1 + curve r^2), with
    r in focal lengths from the picture's middle."""

    position: tuple[float, float, float]
    axes: tuple[tuple[float, float, float], ...]
    focal_px: float
    width_px: int
    height_px: int
    curve: float = 0.0

    @property
    def middle(self) -> Floats:
        return np.array([(self.width_px - 1) / 2, (self.height_px - 1) / 2])

    def project(self, points: Floats) -> Floats:
        """n x 3 points in cm (n x 2: on the plane) to n x 2 pixels."""
        if points.shape[1] == 2:
            points = np.hstack([points, np.zeros((len(points), 1))])
        seen = (points - self.position) @ np.array(self.axes).T
        ideal = seen[:, :2] / np.maximum(seen[:, 2:], 1e-6)
        bent = ideal.copy()
        for _ in range(6):
            bent = ideal / (1 + self.curve * (bent**2).sum(axis=1, keepdims=True))
        return np.asarray(bent * self.focal_px + self.middle)

    def slopes(self) -> Grid:
        """Height x width x 2: how far each pixel's ray runs in x and y per cm of z; NaN above the horizon."""
        x = ((np.arange(self.width_px) - self.middle[0]) / self.focal_px).astype(np.float32)[None, :]
        y = ((np.arange(self.height_px) - self.middle[1]) / self.focal_px).astype(np.float32)[:, None]
        unbent = 1 + np.float32(self.curve) * (x * x + y * y)
        right, down, forward = np.array(self.axes, dtype=np.float32)
        falling = (right[2] * x + down[2] * y) * unbent + forward[2]
        falling[falling > -0.02] = np.nan
        slopes = np.empty((self.height_px, self.width_px, 2), dtype=np.float32)
        for axis in (0, 1):
            slopes[..., axis] = ((right[axis] * x + down[axis] * y) * unbent + forward[axis]) / falling
        return slopes


def plane_points(slopes: Grid, position: tuple[float, float, float], z_cm: float | Grid) -> Grid:
    """Where rays meet the height `z_cm` (a number, or height x width), as x and y in cm."""
    points = slopes * (np.asarray(z_cm, dtype=np.float32) - np.float32(position[2]))[..., None]
    points += np.array(position[:2], dtype=np.float32)
    return np.asarray(points, dtype=np.float32)


def looking(
    at: tuple[float, float],
    azimuth_deg: float,
    elevation_deg: float,
    distance_cm: float,
    roll_deg: float,
) -> tuple[tuple[float, float, float], tuple[tuple[float, float, float], ...]]:
    """Position and axes of a camera that looks at a point of the plane from `distance_cm` away."""
    azimuth, elevation, roll = np.deg2rad([azimuth_deg, elevation_deg, roll_deg])
    back = np.array(
        [np.sin(azimuth) * np.cos(elevation), -np.cos(azimuth) * np.cos(elevation), np.sin(elevation)]
    )
    forward = -back
    right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    down = np.cross(forward, right)
    turned = np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right
    position = np.array([*at, 0.0]) + distance_cm * back
    axes = tuple((float(v[0]), float(v[1]), float(v[2])) for v in (*turned, forward))
    return (float(position[0]), float(position[1]), float(position[2])), axes


def focal_length_px(equivalent_mm: float, width_px: int, height_px: int) -> float:
    """The focal length of a lens named by its 35 mm equivalent over the diagonal (CIPA DCG-001)."""
    return float(equivalent_mm / FULL_FRAME_DIAGONAL_MM * np.hypot(width_px, height_px))
