"""Renders one small training picture where Blender's environment is there (`make render-env`)."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
BLENDER = ROOT / ".venv-render" / "bin" / "python"
NAME = "cloth_000003"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BLENDER.exists(), reason="no .venv-render: run `make render-env`"),
]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renders")
    command = ["-m", "models.training.scenes", "train", str(folder), "--first", "3", "--count", "1"]
    done = subprocess.run(
        [str(BLENDER), *command, "--kinds", "cloth"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_boxes_are_those_of_the_pixels_in_the_mask(rendered: Path) -> None:
    truth = json.loads((rendered / "train" / f"{NAME}.json").read_text(encoding="utf-8"))
    mask = np.asarray(Image.open(rendered / "masks" / f"{NAME}.png"))
    assert mask.shape == (truth["height"], truth["width"])
    assert {label["label"] for label in truth["labels"]} == {"tool", "work_cloth"}
    for label in truth["labels"]:
        rows, columns = np.nonzero(mask == label["index"])
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        relative = np.array(box) / (mask.shape[1], mask.shape[0], mask.shape[1], mask.shape[0])
        assert label["box"] == pytest.approx(relative, abs=1e-4)


def test_yolo_lines_say_the_same_as_the_truth(rendered: Path) -> None:
    truth = json.loads((rendered / "train" / f"{NAME}.json").read_text(encoding="utf-8"))
    lines = (rendered / "train" / f"{NAME}.txt").read_text(encoding="ascii").splitlines()
    assert len(lines) == len(truth["labels"])
    for line, label in zip(lines, truth["labels"], strict=True):
        _, x, y, width, height = (float(word) for word in line.split())
        assert [x - width / 2, y - height / 2, x + width / 2, y + height / 2] == pytest.approx(
            label["box"], abs=1e-4
        )


def test_the_cloths_corners_enclose_its_outline(rendered: Path) -> None:
    truth = json.loads((rendered / "train" / f"{NAME}.json").read_text(encoding="utf-8"))
    corners = np.array(truth["corners"]["cloth_corners"])
    cloth = next(label for label in truth["labels"] if label["label"] == "work_cloth")
    middle = np.array(cloth["outline"]).mean(axis=0)
    assert corners.shape == (4, 2)
    assert (corners.min(axis=0) < middle).all()
    assert (middle < corners.max(axis=0)).all()
