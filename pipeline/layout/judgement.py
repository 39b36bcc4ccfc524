"""A picture's layout, measured and held against what is demanded: the same for checks, report and command.

Only tools on the cloth are of the row; one in a hand is in use and not judged. What can't be told is no
fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from pipeline.geometry import BoundingBox
from pipeline.layout.demands import LayoutDemands
from pipeline.layout.measuring import measure
from pipeline.layout.neatness import Neatness, neatness_of
from pipeline.layout.rows import RowOrder, order_of
from pipeline.layout.values import LayoutObservation, MeasuredCloth, MeasuredLayout, MeasuredTool
from pipeline.punctuality import Truth

_OF_THE_ROW_SHARE = 0.5
"""A tool of which less lies on the cloth is not taken for one of the row."""

_MOST_LAYOUTS_KEPT = 64


class Fault(StrEnum):
    """What may be wrong with one tool, for the picture."""

    OFF_CLOTH = "off_cloth"
    OUT_OF_ORDER = "out_of_order"
    TURNED = "turned"
    TOUCHING = "touching"
    CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class JudgedLayout:
    """What one picture's layout measures and what is wrong with it. Tools are named by their indexes.

    shape: whether the cloth has the demanded shape. off_cloth: tools that lie off it; beyond: the boxes of
    those that lie so far off it that they weren't measured. order and neat are None where too few tools lie
    on the cloth, the cloth could not be measured, or nobody asks.
    """

    layout: MeasuredLayout
    shape: Truth
    judged: tuple[int, ...]
    off_cloth: tuple[int, ...]
    beyond: tuple[BoundingBox, ...]
    order: RowOrder | None
    neat: Neatness | None

    @property
    def on_cloth(self) -> tuple[int, ...]:
        return tuple(index for index in self.judged if index not in self.off_cloth)

    @property
    def least_on_cloth_share(self) -> float:
        """Of the tool that lies on the cloth least; 1 where there is none."""
        if self.beyond:
            return 0.0
        return min((self.layout.tools[index].on_cloth_share for index in self.judged), default=1.0)

    def faults(self, index: int) -> tuple[Fault, ...]:
        """What is wrong with one tool, worst first."""
        neat, order = self.neat, self.order
        crossing, touching = (neat.crossing, neat.touching) if neat else ((), ())
        holds = {
            Fault.OFF_CLOTH: index in self.off_cloth,
            Fault.CROSSING: any(index in pair for pair in crossing),
            Fault.OUT_OF_ORDER: order is not None and index in order.misplaced,
            Fault.TOUCHING: any(index in pair for pair in touching),
            Fault.TURNED: neat is not None and index in neat.turned,
        }
        return tuple(fault for fault, held in holds.items() if held)


@lru_cache(maxsize=_MOST_LAYOUTS_KEPT)
def judge_layout(
    observation: LayoutObservation, people: tuple[BoundingBox, ...], demands: LayoutDemands
) -> JudgedLayout:
    """Measure a picture and judge it. Four items and the report ask for the same, so the last are kept."""
    counted = tuple(tool for tool in observation.tools if tool.confidence >= demands.tool_confidence)
    layout = measure(replace(observation, tools=counted), demands.cloth)
    judged = tuple(i for i, tool in enumerate(layout.tools) if not _in_hand(tool, people, demands))
    least = demands.min_outline_share
    of_row = [index for index in judged if layout.tools[index].on_cloth_share >= _OF_THE_ROW_SHARE]
    return JudgedLayout(
        layout=layout,
        shape=shape_holds(layout.cloth, demands),
        judged=judged,
        off_cloth=tuple(i for i in judged if least is not None and layout.tools[i].on_cloth_share < least),
        beyond=tuple(box for box in layout.beyond if not _held(box, people, demands)),
        order=_order(layout.tools, of_row, demands),
        neat=_neat(layout.tools, of_row, demands),
    )


def shape_holds(cloth: MeasuredCloth | None, demands: LayoutDemands) -> Truth:
    """Held with the whole interval: it holds inside the tolerance, breaks outside, and is unknown across."""
    if cloth is None:
        return Truth.UNKNOWN
    low, high = cloth.aspect_interval
    least, most = accepted_aspects(demands)
    if least <= low and high <= most:
        return Truth.HOLDS
    return Truth.BREAKS if high < least or low > most else Truth.UNKNOWN


def accepted_aspects(demands: LayoutDemands) -> tuple[float, float]:
    tolerance = demands.aspect_tolerance_share * demands.cloth.aspect
    return demands.cloth.aspect - tolerance, demands.cloth.aspect + tolerance


def _in_hand(tool: MeasuredTool, people: Sequence[BoundingBox], demands: LayoutDemands) -> bool:
    is_off = demands.min_outline_share is None or tool.on_cloth_share < demands.min_outline_share
    return is_off and _held(tool.box, people, demands)


def _held(box: BoundingBox, people: Sequence[BoundingBox], demands: LayoutDemands) -> bool:
    least = demands.in_hand_share
    return least is not None and any(box.share_inside(person) >= least for person in people)


def _order(tools: Sequence[MeasuredTool], of_row: Sequence[int], demands: LayoutDemands) -> RowOrder | None:
    wanted = demands.order
    if wanted is None or len(of_row) < max(1, wanted.min_tools):
        return None
    return order_of(tools, of_row, wanted.length_tolerance_cm)


def _neat(tools: Sequence[MeasuredTool], of_row: Sequence[int], demands: LayoutDemands) -> Neatness | None:
    wanted = demands.neat
    if wanted is None or len(of_row) < max(1, wanted.min_tools):
        return None
    return neatness_of(tools, of_row, wanted.max_angle_deg, wanted.elongated_ratio, wanted.min_gap_cm)
