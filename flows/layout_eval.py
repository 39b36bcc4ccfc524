"""How well cloths and tools are measured on made photos with exact truth: `make eval-layout`.

Photos are drawn from a seed (`models.layouts`); every second one shows cut-outs of real tools in front of
real rooms where ../shared/data is there. The detector is simulated: true boxes with jitter, some of them
missing. What follows is what a visit goes through: outlines, measuring, judging by the shipped rules. One
JSON line a photo goes to `--out`; a run that was killed goes on where it stopped.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from flows.layout_figures import table
from models.layout_reader import ClothLayoutReader
from models.layouts.boxes import oriented_box, upright_box
from models.layouts.sets import LayoutSet, TrueLayout
from pipeline.evidence import Detection
from pipeline.layout.assessment import assess, of_all
from pipeline.layout.demands import LayoutDemands, demands_of
from pipeline.layout.judgement import judge_layout
from pipeline.layout.measuring import measure
from pipeline.layout.values import LayoutObservation, MeasuredLayout, ToolOutline
from pipeline.visit import ServiceType
from storage.rule_files import load_rule_sets

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
CLOTH_JITTER, TOOL_JITTER, MISSED, STATED_FOCAL = 0.015, 0.03, 0.02, 0.3
"""Standard deviation of a box's sides (of its size); shares of tools not detected, and of photos with a focal
length."""
Row = dict[str, Any]
Floats = NDArray[np.float64]


@cache
def _demands() -> LayoutDemands:
    demands = demands_of(load_rule_sets()[ServiceType.REPAIR])
    if demands is None:
        raise SystemExit("the shipped rule set for repairs demands no layout")
    return demands


def detections_of(truth: TrueLayout, size: tuple[int, int], rng: Generator) -> list[Detection]:
    """The cloth, then the tools as far as they are detected; their confidences tell which is which."""
    found = [Detection("work_cloth", 0.9, upright_box(truth.corners, size, CLOTH_JITTER, rng))]
    for number, tool in enumerate(truth.tools):
        box = upright_box(tool.seen, size, TOOL_JITTER, rng)
        if rng.random() >= MISSED:
            found.append(Detection("tool", round(0.85 - 0.01 * number, 2), box))
    return found


def measured(truth: TrueLayout, number: int) -> Row:
    """One photo: what was made out of it, beside the truth. Milliseconds are of processor time."""
    pixels = truth.pixels()
    size = pixels.shape[1], pixels.shape[0]
    rng = default_rng([number, 77])
    detections = detections_of(truth, size, rng)
    focal_px = truth.focal_px * (1 + rng.normal(0, 0.02)) if rng.random() < STATED_FOCAL else None
    started = time.process_time()
    seen = ClothLayoutReader().read(pixels, detections, focal_px)
    looked = time.process_time()
    judged = judge_layout(seen, (), _demands())
    missing = len(detections) - 1 - len(seen.tools)
    said = {one.item_id: of_all(one, missing) for one in assess(judged, _demands())}
    ended = time.process_time()
    order = said.get("tools.order")
    return {
        "number": number,
        **_about(truth),
        "failure": judged.layout.failure.value if judged.layout.failure else None,
        "ms_look": 1000 * (looked - started),
        "ms_measure": 1000 * (ended - looked),
        "corner_error": _corner_error(seen, truth),
        **_shape(judged.layout),
        "tools": len(truth.tools),
        "detected": len(detections) - 1,
        "outlined": len(seen.tools),
        "order": order.truth.value if order else None,
        "said": order.words.en if order else None,
        "lengths": _lengths(seen, truth, detections[1:], rng),
    }


def _about(truth: TrueLayout) -> Row:
    return {
        "fault": truth.fault.value,
        "real": truth.has_real_tools,
        "covers": truth.covers,
        "corner_outside": truth.corner_outside,
        "elevation": round(truth.elevation_deg, 1),
        "nearest_cm": round(truth.nearest_cm),
        "true_aspect": max(truth.width_cm, truth.depth_cm) / min(truth.width_cm, truth.depth_cm),
        "true_long_cm": max(truth.width_cm, truth.depth_cm),
        "true_lengths": [round(tool.length_cm, 2) for tool in truth.tools],
    }


def _shape(layout: MeasuredLayout) -> Row:
    if layout.cloth is None:
        return {"aspect": None, "aspect_interval": None}
    return {"aspect": layout.cloth.aspect, "aspect_interval": list(layout.cloth.aspect_interval)}


def _corner_error(seen: LayoutObservation, truth: TrueLayout) -> float | None:
    """The farthest corner, as a share of the cloth's width in the picture (its longest side there)."""
    if seen.cloth is None:
        return None
    corners = np.array(seen.cloth.corners)
    sides = np.linalg.norm(np.roll(truth.corners, -1, axis=0) - truth.corners, axis=1)
    turns = [np.roll(corners, step, axis=0) - truth.corners[::-1] for step in range(4)]
    return min(float(np.linalg.norm(turn, axis=1).max()) for turn in turns) / float(sides.max())


def _lengths(
    seen: LayoutObservation, truth: TrueLayout, tools: Sequence[Detection], rng: Generator
) -> list[Row]:
    """Relative errors of each detected tool's length: by our outline, an upright box, an oriented one."""
    if seen.cloth is None:
        return []
    size = seen.width_px, seen.height_px
    known = {round(0.85 - 0.01 * number, 2): tool for number, tool in enumerate(truth.tools)}
    upright = tuple(_outline_of(tool, _corners_of(tool, size)) for tool in tools)
    oriented = tuple(
        _outline_of(tool, oriented_box(known[tool.confidence].seen, TOOL_JITTER, rng)) for tool in tools
    )
    scale = max(truth.width_cm, truth.depth_cm) / _demands().cloth.long_cm
    rows: dict[float, Row] = {tool.confidence: {} for tool in tools}
    for name, outlines in (("outline", seen.tools), ("upright", upright), ("oriented", oriented)):
        for found in measure(replace(seen, tools=outlines), _demands().cloth).tools:
            true_cm = known[found.confidence].length_cm
            rows[found.confidence][name] = found.length_cm * scale / true_cm - 1
            if name == "outline":
                low, high = found.length_interval_cm
                rows[found.confidence]["covered"] = low * scale <= true_cm <= high * scale
    return list(rows.values())


def _outline_of(tool: Detection, corners: Floats) -> ToolOutline:
    contour = tuple((float(x), float(y)) for x, y in corners)
    return ToolOutline(tool.label, tool.confidence, contour, tool.box)


def _corners_of(tool: Detection, size: tuple[int, int]) -> Floats:
    left, top, right, bottom = tool.box.as_tuple()
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]]) * size


def _rows(path: Path) -> dict[int, Row]:
    if not path.is_file():
        return {}
    return {row["number"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def run(photos: LayoutSet, numbers: Sequence[int], path: Path) -> None:
    """Measure what the file lacks, and append a line for each as soon as it is known."""
    known = _rows(path)
    lacking = [number for number in numbers if number not in known]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for done, number in enumerate(lacking, start=1):
            row = measured(photos.get(number), number)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            if done % 50 == 0:
                print(f"{done}/{len(lacking)}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eval-layout", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--shared", type=Path, default=SHARED, help="the shared pictures' folder")
    parser.add_argument("--out", type=Path, default=Path(".visitproof/eval-layout"))
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not yet measured, then print the figures."""
    asked = _parser().parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    data = asked.shared if asked.shared.is_dir() else None
    photos = LayoutSet(asked.out / f"seed-{asked.seed}", asked.seed, data)
    path = asked.out / f"seed-{asked.seed}.jsonl"
    run(photos, range(asked.count), path)
    known = _rows(path)
    print(
        f"simulated boxes: off by {CLOTH_JITTER:.1%} (cloth), {TOOL_JITTER:.0%} (tools), {MISSED:.0%} missed"
    )
    print("\n".join(table([known[number] for number in range(asked.count)])))


if __name__ == "__main__":
    main()
