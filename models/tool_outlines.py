"""The outlines of tools inside their upright boxes: what doesn't look like the cloth that they lie on.

Colours of the cloth (and of the ground around it) are learnt outside the tools' boxes, in their own light and
in shadow; what is left in a box and fits it best is the tool. Boxes may overlap: a patch goes to the one that
it fills.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.colour_tables import COLOURS, binned, density
from pipeline.evidence import Detection
from pipeline.layout.values import ClothOutline, ToolOutline
from pipeline.ports import Pixels

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_WORK_PX = 560
_LIGHT_SPREAD = 0.6
_TOOLS_OWN = 0.7
"""A colour is the tools' where it is exp(this) times as common in them as in the cloth."""
_SHADOWS = ((0.85, 0.5), (0.7, 0.3))
"""How much darker a shadow makes the cloth, and how common that is."""
_MARGIN = 0.1
_LEAST_FIT = 0.62
_BOX_ERROR = 0.05
"""Of a box's longer side: how far detectors' boxes are off themselves."""
_HALF = 0.5
_LEAST_AREA = 8
_MOST_PATCHES = 6
_LEVELS = (-0.7, -1.5, -2.3)
_GOOD_FIT = 0.8
_CLEARLY = 0.06
_WHOLE = 0.85
_UNLIKE = 0.4
"""A pixel is no cloth where its colour is exp(this) times as rare as the cloth's rarest hundredth."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the picture that is looked at, reduced: left, top in pixels and the block's side."""

    left: int
    top: int
    block: int
    columns: int
    rows: int

    def inside(self, points: Floats) -> Floats:
        return np.asarray((points - [self.left, self.top] + 0.5) / self.block - 0.5)

    def outside(self, points: Floats) -> Floats:
        return np.asarray((points + 0.5) * self.block - 0.5 + [self.left, self.top])


def find_tools(picture: Pixels, cloth: ClothOutline, tools: Sequence[Detection]) -> tuple[ToolOutline, ...]:
    """An outline for each of the detected tools of which one can be made out, in the order of detections."""
    if not tools:
        return ()
    height, width = picture.shape[:2]
    boxes = np.array([tool.box.as_tuple() for tool in tools]) * (width, height, width, height)
    small, window = _window(picture, np.array(cloth.corners), boxes)
    inner = np.hstack([window.inside(boxes[:, :2]), window.inside(boxes[:, 2:])])
    strange = _strange(small, window.inside(np.array(cloth.corners)), inner)
    found = []
    for tool, box, (outline, fit) in zip(tools, inner, _best_outlines(strange, inner), strict=True):
        if outline is not None and fit >= _LEAST_FIT:
            points = window.outside(outline).round(1)
            contour = tuple((float(x), float(y)) for x, y in points)
            sigma_px = round(_sigma(outline, box) * window.block, 1)
            found.append(ToolOutline(tool.label, tool.confidence, contour, tool.box, sigma_px))
    return tuple(found)


def _window(picture: Pixels, corners: Floats, boxes: Floats) -> tuple[Pixels, _Window]:
    points = np.vstack([corners, boxes[:, :2], boxes[:, 2:]])
    height, width = picture.shape[:2]
    margin = 0.02 * np.ptp(points, axis=0).max()
    left, top = np.maximum(points.min(axis=0) - margin, 0).astype(int)
    right, bottom = np.minimum(points.max(axis=0) + margin, [width, height]).astype(int)
    block = max(1, int(np.ceil(max(right - left, bottom - top) / _WORK_PX)))
    rows, columns = (bottom - top) // block, (right - left) // block
    part = picture[top : top + rows * block, left : left + columns * block]
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA) if block > 1 else part
    return np.asarray(small, dtype=np.uint8), _Window(int(left), int(top), block, int(columns), int(rows))


def _strange(small: Pixels, corners: Floats, boxes: Floats) -> NDArray[np.float32]:
    """How much too rare each pixel's colour is for the cloth, outside of it for the ground; over 0: neither.

    Colours that are clearly a tool's in one place are taken for a tool's in others: bright metal shows what
    dull metal on a grey cloth is.
    """
    on_cloth = np.zeros(small.shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(on_cloth, (corners * 16).round().astype(np.int32), 1, cv2.LINE_8, 4)
    free = ~_inside_any(small.shape[:2], boxes)
    colours = binned(small)
    strange = np.empty(small.shape[:2], dtype=np.float32)
    for ground in (on_cloth.astype(bool), on_cloth == 0):
        if not (ground & ~free).any():
            strange[ground] = -4
            continue
        rarity = _rarity(small, colours, ground & free, ground & ~free)
        strange[ground] = rarity[colours[ground]]
    return np.asarray(cv2.GaussianBlur(strange, (0, 0), 0.7), dtype=np.float32)


def _rarity(small: Pixels, colours: NDArray[np.int32], known: Mask, asked: Mask) -> NDArray[np.float32]:
    """Of each bin of colours, as for `_strange`; nothing is strange where nothing is known."""
    if known.sum() < 50:
        return np.full(COLOURS, -1.0, dtype=np.float32)
    plain = density(colours[known], _LIGHT_SPREAD)
    shaded = plain.copy()
    sample = small[known][:: max(1, int(known.sum()) // 4000)]
    for factor, weight in _SHADOWS:
        dark = (sample.astype(np.float32) * factor).astype(np.uint8)
        shaded = np.maximum(shaded, weight * density(binned(dark[None])[0], _LIGHT_SPREAD))
    usual = np.log(shaded)
    rarest = float(np.quantile(np.log(plain[colours[known]]), 0.01))
    rarity = rarest - usual - _UNLIKE
    found = colours[asked]
    found = found[rarity[found] > 0]
    if len(found) > 50:
        rarity = np.maximum(rarity, np.log(density(found, _LIGHT_SPREAD)) - usual - _TOOLS_OWN)
    return np.asarray(np.clip(rarity, -4, 4), dtype=np.float32)


def _best_outlines(strange: NDArray[np.float32], boxes: Floats) -> list[tuple[Floats | None, float]]:
    """Of each box the outline and how well it fills the box, at the level of strangeness where it does best.

    A lower level finds more of a tool that is coloured like its cloth, and more that is no tool: it has to
    win clearly.
    """
    best: list[tuple[Floats | None, float]] = [(None, 0.0) for _ in boxes]
    for level in _LEVELS:
        if all(fit >= _GOOD_FIT for _, fit in best):
            break
        for index, patches in enumerate(_patches_of(strange, boxes, level)):
            outline, fit = _outline(patches, boxes[index])
            if fit > best[index][1] + _CLEARLY:
                best[index] = outline, fit
    return best


def _patches_of(strange: NDArray[np.float32], boxes: Floats, level: float) -> list[list[NDArray[np.intp]]]:
    """Of each box the patches (n x 2 points, x and y) that are its tool's, in a window of `strange`.

    A patch that lies in one box is that one's; in several, the one's that it resembles most; one that reaches
    over the borders of its boxes is several tools that touch, and is parted where the boxes meet.
    """
    wide = _widened(boxes)
    mask = ((strange > level) & _inside_any(strange.shape, wide)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    strong = np.bincount(labels[strange > level + 0.7], minlength=count)
    patches: list[list[NDArray[np.intp]]] = [[] for _ in boxes]
    worth = np.flatnonzero((stats[:, cv2.CC_STAT_AREA] >= _LEAST_AREA) & (strong > 2))
    largest = worth[np.argsort(-stats[worth, cv2.CC_STAT_AREA], kind="stable")]
    for label in largest[largest > 0][: _MOST_PATCHES * len(boxes)]:
        left, top, width, height, _ = stats[label]
        bounds = np.array([left, top, left + width - 1, top + height - 1], dtype=np.float64)
        near = np.flatnonzero(
            (wide[:, :2] <= bounds[2:]).all(axis=1) & (wide[:, 2:] >= bounds[:2]).all(axis=1)
        )
        if not len(near):
            continue
        rows, columns = np.nonzero(labels[top : top + height, left : left + width] == label)
        points = np.stack([columns + left, rows + top], axis=1)
        for index, part in _shared_out(points, bounds, near, boxes, wide):
            patches[index].append(part)
    return patches


def _inside_any(shape: tuple[int, ...], boxes: Floats) -> Mask:
    inside = np.zeros(shape, dtype=bool)
    for x0, y0, x1, y1 in boxes.round().astype(int):
        inside[max(0, y0) : max(0, y1 + 1), max(0, x0) : max(0, x1 + 1)] = True
    return inside


def _widened(boxes: Floats) -> Floats:
    margin = _MARGIN * (boxes[:, 2:] - boxes[:, :2]) + 1.5
    return np.hstack([boxes[:, :2] - margin, boxes[:, 2:] + margin])


def _shared_out(
    points: NDArray[np.intp], bounds: Floats, near: NDArray[np.intp], boxes: Floats, wide: Floats
) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """To which boxes (of those `near`) which points of a patch belong."""
    inside = np.stack(
        [((points >= wide[at, :2]) & (points <= wide[at, 2:])).all(axis=1) for at in near], axis=1
    )
    whole = near[inside.mean(axis=0) > _WHOLE]
    if len(whole):
        best = max(
            whole, key=lambda at: (round(_overlap(bounds, boxes[at]), 3), -_off(points, boxes[at]).mean())
        )
        yield int(best), points
        return
    off = np.stack([_off(points, boxes[at]) for at in near], axis=1)
    nearest = np.where(inside, off, np.inf).argmin(axis=1)
    for place, at in enumerate(near):
        part = points[inside[:, place] & (nearest == place)]
        if len(part) >= _LEAST_AREA:
            yield int(at), part


def _off(points: NDArray[np.intp], box: Floats) -> Floats:
    """How far from the box's middle, in its half sides."""
    return np.asarray(
        np.abs((points - (box[:2] + box[2:]) / 2) / np.maximum(1.0, box[2:] - box[:2])).max(axis=1)
    )


def _outline(patches: Sequence[NDArray[np.intp]], box: Floats) -> tuple[Floats | None, float]:
    """The hull of those patches that together are most like `box` (n x 2, None without any), and how much."""
    chosen: list[NDArray[np.intp]] = []
    bounds: Floats | None = None
    fit = 0.0
    for patch in sorted(patches, key=len, reverse=True)[:8]:
        own = np.hstack([patch.min(axis=0), patch.max(axis=0)]).astype(np.float64)
        joint = own
        if bounds is not None:
            joint = np.hstack([np.minimum(bounds[:2], own[:2]), np.maximum(bounds[2:], own[2:])])
        got = _overlap(joint, box)
        if got > fit:
            chosen, bounds, fit = [*chosen, patch], joint, got
    if not chosen:
        return None, 0.0
    hull = cv2.convexHull(np.vstack(chosen).astype(np.float32))[:, 0]
    return (np.asarray(hull, dtype=np.float64), fit) if len(hull) >= 3 else (None, 0.0)


def _sigma(outline: Floats, box: Floats) -> float:
    """How far an end may be off: a pixel, or more where the outline ends far from where its box does."""
    ends = np.hstack([outline.min(axis=0), outline.max(axis=0)])
    beyond = float(np.abs(ends - box).max()) - _BOX_ERROR * float((box[2:] - box[:2]).max())
    return float(np.hypot(1.0, _HALF * max(0.0, beyond)))


def _overlap(one: Floats, other: Floats) -> float:
    """Intersection over union."""
    sides = np.maximum(0.0, np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]))
    common = float(sides.prod())
    union = float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod()) - common
    return common / union if union > 0 else 0.0
