"""A `pipeline.ports.LayoutReader`: the outlines of work cloth and tools, from one picture."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from models.cloth_outline import find_cloth
from models.tool_outlines import find_tools
from pipeline.evidence import Detection
from pipeline.layout.rectify import FULL_FRAME_DIAGONAL_MM
from pipeline.layout.values import ClothFailure, ClothOutline, LayoutObservation
from pipeline.ports import Pixels

_VERSION = "1"
"""Changes whenever equal pictures and detections may yield other outlines."""

_FOCAL_TAG = "EXIF FocalLengthIn35mmFilm"


@dataclass(frozen=True, slots=True)
class LayoutSettings:
    """What counts as a cloth and as a tool, by the detector's confidence; rule sets ask for more.

    rival_share: a second cloth whose confidence is at least this share of the first's, and whose box overlaps
    it by an IoU under rival_overlap, makes it unclear which is meant. most_tools: the most confident ones.
    """

    cloth_label: str = "work_cloth"
    tool_label: str = "tool"
    cloth_confidence: float = 0.25
    tool_confidence: float = 0.25
    rival_share: float = 0.7
    rival_overlap: float = 0.3
    most_tools: int = 24


class ClothLayoutReader:
    """Finds outlines by colour and edges; holds no model and no state."""

    def __init__(self, settings: LayoutSettings | None = None) -> None:
        self._settings = settings or LayoutSettings()
        said = repr((_VERSION, astuple(self._settings)))
        self.digest = hashlib.sha256(said.encode()).hexdigest()

    def read(
        self, picture: Pixels, detections: Sequence[Detection], focal_px: float | None
    ) -> LayoutObservation:
        """Look in `picture`, whose detections these are; focal_px is in its pixels, None where unknown."""
        height, width = picture.shape[:2]
        tools = self._confident(detections, self._settings.tool_label, self._settings.tool_confidence)
        tools = tools[: self._settings.most_tools]
        cloth = self._cloth(picture, detections, tools)
        if isinstance(cloth, ClothFailure):
            return LayoutObservation(width, height, focal_px, None, cloth)
        return LayoutObservation(width, height, focal_px, cloth, None, find_tools(picture, cloth, tools))

    def _cloth(
        self, picture: Pixels, detections: Sequence[Detection], tools: Sequence[Detection]
    ) -> ClothOutline | ClothFailure:
        settings = self._settings
        cloths = self._confident(detections, settings.cloth_label, settings.cloth_confidence)
        if not cloths:
            return ClothFailure.NO_CLOTH
        first = cloths[0]
        for other in cloths[1:]:
            rivals = other.confidence >= settings.rival_share * first.confidence
            if rivals and other.box.iou(first.box) < settings.rival_overlap:
                return ClothFailure.SEVERAL_CLOTHS
        return find_cloth(picture, first.box, [tool.box for tool in tools])

    @staticmethod
    def _confident(detections: Sequence[Detection], label: str, least: float) -> list[Detection]:
        """Those of a label, most confident first."""
        found = [one for one in detections if one.label == label and one.confidence >= least]
        return sorted(found, key=lambda one: (-one.confidence, one.box.as_tuple()))


def stated_focal_px(raw: Iterable[tuple[str, str]], width_px: int, height_px: int) -> float | None:
    """The focal length in pixels by a file's raw EXIF (35 mm equivalent: EXIF 2.32, 4.6.5), else None."""
    stated = dict(raw).get(_FOCAL_TAG, "")
    if not stated.strip().isdigit() or int(stated) == 0:
        return None
    return int(stated) / FULL_FRAME_DIAGONAL_MM * math.hypot(width_px, height_px)
