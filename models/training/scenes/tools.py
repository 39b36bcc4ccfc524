"""Eight hand tools, each lying on z = 0 along x with its middle at the origin; `scale` 1 is a common size."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import bpy
import numpy as np
from numpy.typing import NDArray

from models.training.scenes.hand_tools import hammer, knife, pliers, screwdriver, tape_measure
from models.training.scenes.meshes import place
from models.training.scenes.spanners import adjustable, pipe_wrench, wrench
from models.training.scenes.tool_parts import Objects


@dataclass(frozen=True, slots=True)
class ToolKind:
    """A tool's builder, its length at scale 1 and the scales it is sold in."""

    build: Callable[[float, Random], Objects]
    length_m: float
    scales: tuple[float, float]
    radius_m: float


KINDS: dict[str, ToolKind] = {
    "pipe_wrench": ToolKind(pipe_wrench, 0.344, (0.72, 0.84), 0.03),
    "hammer": ToolKind(hammer, 0.292, (0.75, 0.98), 0.04),
    "adjustable": ToolKind(adjustable, 0.248, (0.6, 1.1), 0.03),
    "screwdriver": ToolKind(screwdriver, 0.21, (0.7, 1.25), 0.015),
    "wrench": ToolKind(wrench, 0.207, (0.6, 1.25), 0.02),
    "pliers": ToolKind(pliers, 0.193, (0.75, 1.15), 0.026),
    "knife": ToolKind(knife, 0.178, (0.8, 1.05), 0.012),
    "tape_measure": ToolKind(tape_measure, 0.087, (0.8, 1.1), 0.035),
}


def make_tool(kind: str, scale: float, rng: Random) -> tuple[bpy.types.Object, Objects]:
    """The tool's pivot (to move it by) and its meshes."""
    items = KINDS[kind].build(scale, rng)
    return place(items, (0, 0, 0)), items


def footprint(items: Objects) -> NDArray[np.float64]:
    """The tool's points seen from above, in the scene's x and y, shape (n, 2)."""
    bpy.context.view_layer.update()
    return np.concatenate([[(o.matrix_world @ v.co)[:2] for v in o.data.vertices] for o in items])


def measured_length_m(items: Objects) -> float:
    """The longest distance between two points of the tool as built, across the plane it lies on."""
    spots = footprint(items)
    spread = spots - spots.mean(axis=0)
    return max(float(np.ptp(spread @ (np.cos(a), np.sin(a)))) for a in np.linspace(0, np.pi, 60))
