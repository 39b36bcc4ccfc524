"""Sets of made layouts on disk: a photo and its truth beside it, each made alone and only once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from models.layouts.camera import Floats
from models.layouts.cutouts import CutOutTools
from models.layouts.plan import DrawnTools, Fault, Toolbox
from models.layouts.render import MadeLayout, made
from pipeline.ports import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class TrueTool:
    """See `models.layouts.render.ToolTruth`."""

    kind: str
    length_cm: float
    angle_deg: float
    contour: Floats
    seen: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TrueLayout:
    """The truth of one photo of a set. `tools` along the row; elevation and distance are the camera's."""

    photo: Path
    corners: Floats
    width_cm: float
    depth_cm: float
    focal_px: float
    elevation_deg: float
    nearest_cm: float
    fault: Fault
    covers: int
    corner_outside: bool
    has_real_tools: bool
    tools: tuple[TrueTool, ...]

    def pixels(self) -> Pixels:
        with Image.open(self.photo) as image:
            return np.asarray(image.convert("RGB"), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class LayoutSet:
    """The made photos of one seed in a folder. Every second one is of cut-outs and rooms where `data` (the
    shared pictures' folder) is given, the others are drawn throughout."""

    folder: Path
    seed: int
    data: Path | None = None
    _material: dict[str, Any] = field(default_factory=dict)

    def get(self, number: int) -> TrueLayout:
        """Made where it isn't there yet."""
        truth = self.folder / f"{number:05}.json"
        if not truth.is_file():
            self._make(number, truth)
        return _read(truth)

    def _make(self, number: int, truth: Path) -> None:
        real = self.data is not None and number % 2 == 1
        layout = made(self.seed, number, toolbox=self._tools(real), rooms=self._rooms(real))
        self.folder.mkdir(parents=True, exist_ok=True)
        truth.with_suffix(".jpg").write_bytes(layout.jpeg)
        unfinished = truth.with_suffix(".part")
        unfinished.write_text(json.dumps(_as_json(layout, real)), encoding="utf-8")
        unfinished.replace(truth)

    def _tools(self, real: bool) -> Toolbox:
        if not real or self.data is None:
            return DrawnTools()
        if "tools" not in self._material:
            self._material["tools"] = CutOutTools(self.data / "tools")
        tools: Toolbox = self._material["tools"]
        return tools

    def _rooms(self, real: bool) -> Sequence[Path]:
        return sorted((self.data / "rooms").rglob("*.jpg")) if real and self.data else ()


def _as_json(layout: MadeLayout, real: bool) -> dict[str, Any]:
    plan, camera = layout.plan, layout.plan.camera
    x, y, z = camera.position
    beside = np.hypot(max(0.0, abs(x) - plan.width_cm / 2), max(0.0, abs(y) - plan.depth_cm / 2))
    return {
        "corners": layout.corners.tolist(),
        "width_cm": plan.width_cm,
        "depth_cm": plan.depth_cm,
        "focal_px": camera.focal_px,
        "elevation_deg": float(np.degrees(np.arcsin(-camera.axes[2][2]))),
        "nearest_cm": float(np.hypot(beside, z)),
        "fault": plan.fault.value,
        "covers": plan.covers,
        "corner_outside": plan.corner_outside,
        "has_real_tools": real,
        "tools": [
            {
                "kind": tool.kind,
                "length_cm": tool.length_cm,
                "angle_deg": tool.angle_deg,
                "contour": tool.contour.round(2).tolist(),
                "seen": tool.seen.round(2).tolist(),
            }
            for tool in layout.tools
        ],
    }


def _read(truth: Path) -> TrueLayout:
    said = json.loads(truth.read_text(encoding="utf-8"))
    said["corners"], said["fault"] = np.array(said["corners"]), Fault(said["fault"])
    said["tools"] = tuple(
        TrueTool(**{**tool, "contour": np.array(tool["contour"]), "seen": np.array(tool["seen"])})
        for tool in said["tools"]
    )
    return TrueLayout(photo=truth.with_suffix(".jpg"), **said)
