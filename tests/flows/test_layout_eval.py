"""The evaluation of layouts: its figures from rows, and that it goes on where it stopped."""

import json
from pathlib import Path

import pytest

from flows.layout_eval import main
from flows.layout_figures import table

TRUE_TOOL = {"outline": 0.02, "oriented": 0.06, "upright": -0.1, "covered": True}


def row(number: int, **changed: object) -> dict[str, object]:
    return {
        "number": number,
        "fault": "none",
        "real": False,
        "covers": 0,
        "corner_outside": False,
        "failure": None,
        "corner_error": 0.01,
        "aspect": 2.02,
        "aspect_interval": [1.9, 2.1],
        "true_aspect": 2.0,
        "lengths": [TRUE_TOOL],
        "order": "holds",
        "ms_look": 30.0,
        "ms_measure": 5.0,
    } | changed


def told(rows: list[dict[str, object]], start: str) -> str:
    return next(line for line in table(rows) if line.strip().startswith(start))


def test_wrong_and_refused_are_counted_apart() -> None:
    refused = {"failure": "no_edges", "corner_error": None, "aspect": None, "aspect_interval": None}
    rows = [row(0), row(1, corner_error=0.2), row(2, **refused, order=None, lengths=[])]
    assert "1/3" in told(rows, "refused")
    assert "'no_edges': 1" in told(rows, "refused")
    assert "1/2" in told(rows, "outline within 2 %")
    assert "1/3" in told(rows, "of all photos")
    assert "1/2" in told(rows, "outline wrong by over 5 %")


def test_orders_are_counted_by_what_is_true() -> None:
    rows = [
        row(0, order="breaks"),
        row(1),
        row(2, order="unknown"),
        row(3, fault="swapped", order="breaks"),
        row(4, fault="swapped", order=None),
    ]
    assert "1/3" in told(rows, "ordered: said to be out of order")
    assert "1/2" in told(rows, "ordered: of those judged")
    assert "1/2" in told(rows, "one pair out of order: said")
    assert "1/1" in told(rows, "one pair out of order: of those judged")


def test_lengths_are_compared_on_the_same_tools() -> None:
    rows = [row(0, lengths=[TRUE_TOOL, {"upright": 0.5, "oriented": 0.5}])]
    assert "1/2" in told(rows, "detected tools with an outline")
    assert "10.0%" in told(rows, "length by upright")
    assert told(rows, "length by outline").endswith("; 1")


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--seed", "3", "--out", str(tmp_path), "--shared", str(tmp_path / "none")]
    main([*asked, "--count", "1"])
    first = (tmp_path / "seed-3.jsonl").read_text(encoding="utf-8")
    main([*asked, "--count", "2"])
    second = (tmp_path / "seed-3.jsonl").read_text(encoding="utf-8")
    assert second.startswith(first)
    assert [json.loads(line)["number"] for line in second.splitlines()] == [0, 1]
    assert "2 photos, 0 of them with cut-outs" in capsys.readouterr().out
