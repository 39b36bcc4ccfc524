"""What `layout` says about one file, as plain values that JSON can hold; docs/layout.md gives the shape.

All corners are in pixels of the upright picture.
"""

from pathlib import Path

import numpy as np

from flows.lines import Json, failure_json
from pipeline.checks.layouts import AssessedLayout
from pipeline.evidence import MediaFailure
from pipeline.geometry import BoundingBox
from pipeline.layout.assessment import Assessment
from pipeline.layout.demands import LayoutDemands
from pipeline.layout.homography import Array, mapped
from pipeline.layout.judgement import JudgedLayout
from pipeline.layout.values import MeasuredCloth, MeasuredTool
from pipeline.layout.words import not_measured


def layout_line(file: Path, layout: AssessedLayout, demands: LayoutDemands) -> Json:
    """What a picture's layout says by these demands."""
    judged, seen = layout.judged, layout.seen
    cloth, failure = judged.layout.cloth, judged.layout.failure
    size_px = seen.width_px, seen.height_px
    return {
        "file": str(file),
        "cloth": _cloth_json(cloth) if cloth else None,
        "tools": [*_measured(judged, demands), *(_beyond_json(box, size_px) for box in judged.beyond)],
        "findings": [finding_json(one) for one in layout.assessments],
        "failure": {"reason": failure.value, "detail": not_measured(failure).en} if failure else None,
    }


def unseen_line(file: Path, failure: MediaFailure) -> Json:
    """Of a file that nobody could look at."""
    return {"file": str(file), "cloth": None, "tools": [], "findings": [], "failure": failure_json(failure)}


def finding_json(found: Assessment) -> Json:
    """`truth`: holds, breaks, or unknown where it can't be told."""
    return {
        "item": found.item_id,
        "truth": found.truth.value,
        "zh": found.words.zh,
        "en": found.words.en,
        "measured": found.measured,
        "threshold": found.threshold,
    }


def _cloth_json(cloth: MeasuredCloth) -> Json:
    return {
        "corners": _rounded(np.asarray(cloth.corners)),
        "aspect": round(cloth.aspect, 4),
        "aspect_interval": [round(value, 4) for value in cloth.aspect_interval],
    }


def _measured(judged: JudgedLayout, demands: LayoutDemands) -> list[Json]:
    cloth = judged.layout.cloth
    if cloth is None:
        return []
    to_picture = np.linalg.inv(np.asarray(cloth.homography))
    least = demands.min_outline_share or 0.0
    return [_tool_json(tool, to_picture, least) for tool in judged.layout.tools]


def _tool_json(tool: MeasuredTool, to_picture: Array, least_share: float) -> Json:
    return {
        "label": tool.label,
        "corners": _rounded(mapped(to_picture, np.asarray(tool.corners))),
        "length_cm": round(tool.length_cm, 2),
        "length_interval_cm": [round(value, 2) for value in tool.length_interval_cm],
        "angle_deg": round(tool.angle_deg, 1),
        "on_cloth": tool.on_cloth_share >= least_share,
    }


def _beyond_json(box: BoundingBox, size_px: tuple[int, int]) -> Json:
    """A tool that doesn't lie in the cloth's plane, or far off the cloth: seen, not measured."""
    x_min, y_min, x_max, y_max = box.as_tuple()
    corners = np.array([(x_min, y_min), (x_max, y_min), (x_max, y_max), (x_min, y_max)]) * size_px
    return {
        "label": "tool",
        "corners": _rounded(corners),
        "length_cm": None,
        "length_interval_cm": None,
        "angle_deg": None,
        "on_cloth": False,
    }


def _rounded(points: Array) -> list[list[float]]:
    return [[round(float(x), 1), round(float(y), 1)] for x, y in points]
