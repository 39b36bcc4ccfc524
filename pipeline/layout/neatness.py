"""Whether tools lie side by side: parallel, and neither touching nor crossing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.layout.homography import Array
from pipeline.layout.polygons import gap, overlaps
from pipeline.layout.values import MeasuredTool

_SURE_OVERLAP_CM = 0.4
"""Outlines that overlap by less may only touch: a shadow or the far side of a thick tool."""


@dataclass(frozen=True, slots=True)
class Neatness:
    """How tools (indexes) lie to each other.

    deviation_deg: of the tool that is turned most from the common direction, None where fewer than two tools
    are long enough to have one; turned: those beyond the limit. least_gap_cm: between any two, 0 where they
    cross, None for fewer than two. touching and crossing: pairs of indexes.
    """

    deviation_deg: float | None
    turned: tuple[int, ...]
    least_gap_cm: float | None
    touching: tuple[tuple[int, int], ...]
    crossing: tuple[tuple[int, int], ...]


def neatness_of(
    tools: Sequence[MeasuredTool],
    indexes: Sequence[int],
    max_angle_deg: float,
    elongated_ratio: float,
    min_gap_cm: float,
) -> Neatness:
    """How the tools with these indexes lie; pairs nearer than min_gap_cm touch."""
    turned = _turned(tools, indexes, elongated_ratio)
    gaps = {(one, other): _gap(tools[one], tools[other]) for one, other in combinations(indexes, 2)}
    crossing = tuple(pair for pair in gaps if gaps[pair] == 0.0 and _cross(tools, pair))
    return Neatness(
        deviation_deg=max(turned.values(), default=None),
        turned=tuple(index for index, degrees in turned.items() if degrees > max_angle_deg),
        least_gap_cm=min(gaps.values(), default=None),
        touching=tuple(pair for pair in gaps if gaps[pair] < min_gap_cm and pair not in crossing),
        crossing=crossing,
    )


def _turned(tools: Sequence[MeasuredTool], indexes: Sequence[int], ratio: float) -> dict[int, float]:
    """By how many degrees each elongated tool is turned from their common direction.

    That is the mean of axes: angles are doubled, so that 179 degrees are next to 1 (K. Mardia and P. Jupp,
    Directional Statistics, 2000, 9.1); each axis counts by its tool's length, as long ones show it better.
    """
    long = [index for index in indexes if tools[index].length_cm >= ratio * tools[index].width_cm]
    if len(long) < 2:
        return {}
    doubled = np.radians([2 * tools[index].angle_deg for index in long])
    weights = np.array([tools[index].length_cm for index in long])
    common = np.arctan2(weights @ np.sin(doubled), weights @ np.cos(doubled))
    apart = np.abs(np.angle(np.exp(1j * (doubled - common)))) / 2
    return {index: float(np.degrees(angle)) for index, angle in zip(long, apart, strict=True)}


def _gap(first: MeasuredTool, second: MeasuredTool) -> float:
    one, other = np.asarray(first.outline), np.asarray(second.outline)
    apart = np.maximum(one.min(axis=0) - other.max(axis=0), other.min(axis=0) - one.max(axis=0))
    if apart.max() > max(first.width_cm, second.width_cm):
        return float(apart.max())  # far apart: the gap is not asked for any closer
    return gap(one, other)


def _cross(tools: Sequence[MeasuredTool], pair: tuple[int, int]) -> bool:
    """Whether one lies over the other by more than their outlines may be wrong by."""
    one, other = (np.asarray(tools[index].outline) for index in pair)
    return overlaps(_shrunk(one, tools[pair[0]]), _shrunk(other, tools[pair[1]]))


def _shrunk(outline: Array, tool: MeasuredTool) -> Array:
    """Drawn in towards the tool's long axis."""
    axis = np.array([np.cos(np.radians(tool.angle_deg)), np.sin(np.radians(tool.angle_deg))])
    across = np.array([-axis[1], axis[0]])
    beside = (outline - np.asarray(tool.centre_cm)) @ across
    inwards = -np.sign(beside) * np.minimum(np.abs(beside), _SURE_OVERLAP_CM / 2)
    return np.asarray(outline + inwards[:, None] * across)
