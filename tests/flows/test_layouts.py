"""`visitproof layout`: its JSON is a contract; what it draws; what it says where nothing can be measured."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from flows.cli.layouts import LayoutLooker
from models.limits import Limits
from models.opening import InProcessOpener
from pipeline.evidence import Detection
from pipeline.layout.demands import demands_of
from pipeline.layout.values import ClothFailure, LayoutObservation
from pipeline.ports import Pixels
from pipeline.visit import ServiceType
from review.layout_drawing import draw
from review.layout_picture import as_png
from storage.rule_files import load_rule_sets
from tests.flows.test_cli import visitproof
from tests.pipeline.made_layouts import Camera, Tool, row, seen


@dataclass
class SeesLayout:
    """Fits Detector and LayoutReader: sees one layout in every picture."""

    layout: LayoutObservation
    digest: str = "fake"
    labels: tuple[str, ...] = ("tool", "work_cloth")
    asked_focal_px: float | None = None

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        return [tuple(Detection("tool", 0.9, tool.box) for tool in self.layout.tools) for _ in pictures]

    def read(
        self, picture: Pixels, detections: Sequence[Detection], focal_px: float | None
    ) -> LayoutObservation:
        self.asked_focal_px = focal_px
        return self.layout


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "tools.jpg"
    Image.fromarray(np.full((120, 160, 3), 90, np.uint8)).save(path)
    return path


def looker(layout: LayoutObservation, focal_px: float | None = None) -> LayoutLooker:
    rules = load_rule_sets()[ServiceType.METER_REPLACEMENT]
    demands, eye = demands_of(rules), SeesLayout(layout)
    assert demands is not None
    return LayoutLooker(InProcessOpener(Limits()), eye, eye, lambda *_: focal_px, rules, demands)


LAID_OUT = seen([*row([16, 22, 12]), Tool(66, 15, 15)], Camera(55, turn_deg=10))


def test_the_shape_of_the_json(photo: Path) -> None:
    line = json.loads(json.dumps(looker(LAID_OUT).look(photo).line))
    assert set(line) == {"file", "cloth", "tools", "findings", "failure"}
    assert set(line["cloth"]) == {"corners", "aspect", "aspect_interval"}
    assert np.shape(line["cloth"]["corners"]) == (4, 2)
    assert line["cloth"]["aspect_interval"][0] < 2 < line["cloth"]["aspect_interval"][1]
    keys = {"label", "corners", "length_cm", "length_interval_cm", "angle_deg", "on_cloth"}
    assert all(set(tool) == keys and np.shape(tool["corners"]) == (4, 2) for tool in line["tools"])
    assert [tool["on_cloth"] for tool in line["tools"]] == [True, True, True, False]
    assert {found["item"]: found["truth"] for found in line["findings"]} == {
        "cloth.laid": "holds",
        "tools.on_cloth": "breaks",
        "tools.order": "breaks",
        "tools.neat": "holds",
    }
    assert line["failure"] is None


def test_a_tools_corners_lie_around_its_outline_in_the_photo(photo: Path) -> None:
    line = looker(LAID_OUT).look(photo).line
    for told, outline in zip(line["tools"], LAID_OUT.tools, strict=True):
        corners, contour = np.array(told["corners"]), np.array(outline.contour)
        assert corners.min(axis=0) == pytest.approx(contour.min(axis=0), abs=12)
        assert corners.max(axis=0) == pytest.approx(contour.max(axis=0), abs=12)


def test_a_tool_far_away_is_seen_and_not_measured(photo: Path) -> None:
    far = seen([Tool(30, -400, 20), *row([20])], Camera(40))
    line = looker(far).look(photo).line
    assert [(tool["length_cm"] is None, tool["on_cloth"]) for tool in line["tools"]] == [
        (False, True),
        (True, False),
    ]


def test_no_cloth_is_a_failure_by_name(photo: Path) -> None:
    looked = looker(LayoutObservation(160, 120, None, None, ClothFailure.OUTSIDE_PICTURE)).look(photo)
    assert looked.line["failure"]["reason"] == "outside_picture"
    assert (looked.line["cloth"], looked.line["tools"], looked.layout) == (None, [], None)


def test_a_file_that_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    line = looker(LAID_OUT).look(tmp_path / "a.jpg").line
    assert line["failure"]["reason"] == "unsupported_format"
    assert set(line) == {"file", "cloth", "tools", "findings", "failure"}


def test_the_picture_is_a_png(photo: Path) -> None:
    looked = looker(LAID_OUT).look(photo)
    assert looked.layout is not None
    assert looked.photo is not None
    image = Image.open(BytesIO(as_png(draw(looked.layout), looked.photo)))
    assert image.format == "PNG"
    assert image.width > image.height > 500


@pytest.mark.slow
def test_the_command_measures_a_made_visit(tmp_path: Path) -> None:
    scene = Path(__file__).parents[2] / "datasets" / "samples" / "scenes" / "v2_before.jpg"
    said = visitproof("layout", scene, "--json", "--out", tmp_path / "top.png")
    assert said.returncode == 0, said.stderr
    line = json.loads(said.stdout)
    assert line["cloth"]["aspect"] == pytest.approx(2.0, rel=0.1)
    assert len(line["tools"]) >= 3
    assert (tmp_path / "top.png").read_bytes().startswith(b"\x89PNG")


def test_a_drawing_is_of_one_file(photo: Path) -> None:
    said = visitproof("layout", photo, photo, "--out", photo.with_suffix(".png"))
    assert said.returncode != 0
    assert "one file" in said.stderr


def test_rules_without_a_cloth_are_named(photo: Path) -> None:
    said = visitproof("layout", photo, "--service", "cleaning")
    assert said.returncode == 1
    assert "ask for no cloth" in said.stderr
