"""The command line as a program: clean standard output, errors in one line, help that helps."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storage.codec import REPORT_VERSION
from tests.flows.fakes import write_visit

COMMANDS = (
    "demo",
    "upload",
    "verify",
    "nightly",
    "report",
    "read-time",
    "detect",
    "layout",
    "serve",
    "user",
    "doctor",
)


def visitproof(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("visitproof")
    return subprocess.run(
        [str(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=250,
    )


def grey_picture(path: Path) -> Path:
    Image.fromarray(np.full((120, 160, 3), 90, np.uint8)).save(path)
    return path


def test_help_names_every_command() -> None:
    said = visitproof("--help")
    assert said.returncode == 0
    assert all(command in said.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_of_its_own(command: str) -> None:
    said = visitproof(command, "--help")
    assert said.returncode == 0
    assert f"visitproof {command}" in said.stdout


def test_help_and_the_commands_without_prefect_import_no_heavy_library() -> None:
    program = """
import sys
import flows.cli.app, flows.cli.verdicts, flows.cli.looking, flows.cli.checkup
heavy = {"prefect", "torch", "ultralytics", "openvino", "rapidocr"} & set(sys.modules)
sys.exit(f"imported at start: {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["read-time", "detect"])
def test_each_file_is_one_json_line_and_a_bad_one_stops_nothing(command: str, tmp_path: Path) -> None:
    good = grey_picture(tmp_path / "good.png")
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[:60])
    missing = tmp_path / "missing.jpg"
    done = visitproof(command, cut, missing, tmp_path, good, "--json")
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(cut), str(missing), str(tmp_path), str(good)]
    assert [bool(line["failure"]) for line in lines] == [True, True, True, False]
    assert all(line["failure"]["reason"] and line["failure"]["detail"] for line in lines[:3])
    expected = {"file", "watermark", "exif", "failure"}
    if command == "detect":
        expected = {"file", "width", "height", "detections", "failure"}
        assert (lines[-1]["width"], lines[-1]["height"]) == (160, 120)
    assert all(set(line) == expected for line in lines)


@pytest.mark.slow
def test_a_folder_is_verified_and_its_report_kept(tmp_path: Path) -> None:
    picture = grey_picture(tmp_path / "picture.png").read_bytes()
    folder = write_visit(tmp_path, "V-1", {"0.png": picture})
    data = ("--data-folder", tmp_path / "data")
    verified = visitproof(*data, "verify", folder, "--json", "--html", tmp_path / "page.html")
    assert verified.returncode == 0, verified.stderr
    report = json.loads(verified.stdout)
    assert (report["visit_id"], report["schema_version"]) == ("V-1", REPORT_VERSION)
    assert "<html" in (tmp_path / "page.html").read_text(encoding="utf-8")
    kept = visitproof(*data, "report", "V-1", "--json")
    assert json.loads(kept.stdout) == report
    shown = visitproof(*data, "report", "V-1")
    assert "time.watermark" in shown.stdout


@pytest.mark.slow
def test_what_is_not_there_is_said_in_one_line_without_a_traceback(tmp_path: Path) -> None:
    done = visitproof("--data-folder", tmp_path / "data", "report", "V-404", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "V-404" in done.stderr
    assert "Traceback" not in done.stderr
    debugged = visitproof("--debug", "--data-folder", tmp_path / "data", "report", "V-404")
    assert "Traceback" in debugged.stderr


def test_a_misspelt_setting_stops_at_start(tmp_path: Path) -> None:
    (tmp_path / "visitproof.toml").write_text("chunk_sise = 4\n")
    done = visitproof("report", "V-1", cwd=tmp_path)
    assert done.returncode == 1
    assert "chunk_size" in done.stderr
    assert not (tmp_path / ".visitproof").exists()


def test_a_folder_without_a_visit_is_not_uploaded(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = visitproof("--data-folder", tmp_path / "data", "upload", tmp_path / "empty")
    assert done.returncode == 1
    assert "visit.json" in done.stderr


def test_an_interrupted_pipe_is_no_traceback(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("visitproof")
    command = f"{program} read-time {tmp_path}/none-{{1..300}}.jpg --json | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, env=os.environ
    )
    assert json.loads(done.stdout)["failure"]["reason"] == "not_found"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_doctor_says_what_there_is(tmp_path: Path) -> None:
    done = visitproof("--data-folder", tmp_path / "data", "doctor")
    for name in ("tesseract", "chinese font", "prefect", "detector", "object store", "database", "rule sets"):
        assert name in done.stdout
