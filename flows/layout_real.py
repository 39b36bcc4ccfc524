"""Tool outlines on real photos with labelled outlines: `python -m flows.layout_real`.

No real photo of tools on a cloth whose four sides are seen was found, so lengths are compared in pixels, the
whole picture standing for the cloth: `models.tool_outlines` in the labels' upright boxes against the labels.
And what the shipped detector takes for a cloth in them: none is one.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from flows.layout_figures import counted, quantiles, share
from models.detector import load_detector
from models.layout_reader import ClothLayoutReader
from models.tool_outlines import find_tools
from models.training.pictures import read_picture
from models.training.sources import read_tools
from pipeline.evidence import Detection
from pipeline.layout.polygons import smallest_box
from pipeline.layout.values import ClothOutline, Point
from pipeline.ports import Pixels

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
_LEAST_TOOLS = 4


def whole(picture: Pixels) -> ClothOutline:
    """The picture itself, a pixel inside."""
    right, bottom = picture.shape[1] - 2.0, picture.shape[0] - 2.0
    return ClothOutline(((1.0, 1.0), (right, 1.0), (right, bottom), (1.0, bottom)), (1.0, 1.0, 1.0, 1.0))


def length_px(points: Sequence[Point]) -> float:
    """The longer side of the smallest rectangle around them."""
    return smallest_box(np.array(points, dtype=float)).length


def errors_in(
    picture: Pixels, polygons: Sequence[Sequence[Point]], boxes: Sequence[Detection]
) -> Iterator[float]:
    """Relative errors of the lengths of the tools that have an outline, in pixels."""
    size = np.array([picture.shape[1], picture.shape[0]])
    found = {tool.box: tool for tool in find_tools(picture, whole(picture), boxes)}
    for polygon, box in zip(polygons, boxes, strict=True):
        if box.box in found:
            true_px = length_px([(float(x), float(y)) for x, y in np.array(polygon) * size])
            yield length_px(found[box.box].contour) / true_px - 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Look, and print what is seen."""
    parser = argparse.ArgumentParser(prog="layout-real", description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--every", type=int, default=1, help="look at each n-th photo")
    asked = parser.parse_args(arguments)
    photos = [one for one in read_tools(asked.shared / "tools") if len(one.boxes) >= _LEAST_TOOLS]
    chosen = photos[:: asked.every]
    detector, reader = load_detector(), ClothLayoutReader()
    errors: list[float] = []
    said: list[str] = []
    tools = 0
    for photo in chosen:
        picture = read_picture(photo.path)
        labelled = [box for box in photo.boxes if box.polygon]
        boxes = [Detection("tool", 0.9, box.box) for box in labelled]
        tools += len(boxes)
        errors += errors_in(picture, [box.polygon or () for box in labelled], boxes)
        seen = reader.read(picture, detector.detect([picture])[0], None)
        said.append(seen.cloth_failure.value if seen.cloth_failure else "outlined")
    print(f"{len(chosen)} of {len(photos)} photos with {_LEAST_TOOLS} labelled tools or more, {tools} tools")
    print(
        share(
            "tools with an outline in their labels' boxes",
            [True] * len(errors) + [False] * (tools - len(errors)),
        )
    )
    bias = f"{np.median(errors):+.1%}" if errors else "none"
    print(f"length beside the label's (median error, 90 %; bias): {quantiles(np.abs(errors))}; {bias}")
    print(
        share("something is outlined as a cloth", [one == "outlined" for one in said]) + f" {counted(said)}"
    )


if __name__ == "__main__":
    main()
