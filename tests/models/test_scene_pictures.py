"""The committed scenes: every picture is listed with its truth, and the truth is within the picture."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SCENES = Path(__file__).resolve().parents[2] / "datasets" / "samples" / "scenes"
LABELS = {
    "badge",
    "shoe_cover",
    "shoe",
    "work_cloth",
    "tool",
    "person",
    "document",
    "tool_bag",
    "gas_meter",
}
Entry = dict[str, Any]


def _entries() -> list[Entry]:
    listed = json.loads((SCENES / "scenes.json").read_text(encoding="utf-8"))
    return [*listed["pictures"], *listed["video_frames"]]


ENTRIES = _entries()
NAMES = [entry["file"] for entry in ENTRIES]


def test_every_picture_is_listed_once() -> None:
    assert sorted(NAMES) == sorted(path.name for path in SCENES.glob("*.jpg"))


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_truth_lies_within_the_picture(entry: Entry) -> None:
    with Image.open(SCENES / entry["file"]) as picture:
        assert picture.size == (entry["width"], entry["height"])
    for label in entry["labels"]:
        x_min, y_min, x_max, y_max = label["box"]
        assert label["label"] in LABELS
        assert 0 <= x_min < x_max <= 1
        assert 0 <= y_min < y_max <= 1
        assert all(x_min - 0.01 <= x <= x_max + 0.01 for x, _ in label.get("outline", ()))


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_what_a_picture_is_said_to_show_is_labelled(entry: Entry) -> None:
    seen = [label["label"] for label in entry["labels"]]
    shows = entry["shows"]
    if entry["kind"] == "cloth":
        assert ("work_cloth" in seen) == shows["work_cloth"]
        assert seen.count("tool") == shows["tools"]
    if entry["kind"] == "feet":
        assert seen == ["shoe_cover" if shows["shoe_covers"] else "shoe"] * 2
    assert ("gas_meter" in seen) == ("meter" in shows)


def test_tools_said_to_be_in_order_run_down_in_length() -> None:
    rows = [entry for entry in ENTRIES if entry["shows"].get("tools")]
    assert {entry["shows"]["tools_in_order"] for entry in rows} == {True, False}
    for entry in rows:
        tools = sorted((t for t in entry["labels"] if t["label"] == "tool"), key=lambda t: t["box"][0])
        lengths = [tool["length_cm"] for tool in tools]
        in_order = lengths in (sorted(lengths), sorted(lengths, reverse=True))
        assert in_order == entry["shows"]["tools_in_order"], entry["file"]


def test_no_seed_is_one_of_the_training_pictures() -> None:
    assert min(entry["seed"] for entry in ENTRIES) >= 1_000_000
