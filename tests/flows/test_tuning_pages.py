"""`tune page`: kept evaluations and files as pages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from flows.assembly import open_results
from flows.cli.app import app
from flows.pictures import FolderFiles
from flows.settings import Settings, load_settings
from flows.tuning_pages import Wanted, write
from pipeline.errors import ObjectNotFound, ReleaseError, SettingsError, StorageError
from pipeline.tuning.evaluations import EvaluationKind
from review.tuning.opening import kind_of
from storage.evaluations import NewEvaluation
from storage.tuning_codec import comparison_to_json, detector_to_json, replay_to_json, sweep_to_json
from tests.review.tuning_parts import made_comparison, made_detector, made_replay, made_sweep

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BODIES = {
    EvaluationKind.COMPARISON: comparison_to_json(made_comparison()),
    EvaluationKind.DETECTOR: detector_to_json(made_detector()),
    EvaluationKind.SWEEP: sweep_to_json(made_sweep()),
    EvaluationKind.REPLAY: replay_to_json(made_replay(())),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(None, data_folder=tmp_path / "data")


@pytest.mark.parametrize("kind", BODIES)
def test_a_file_and_a_kept_evaluation_give_the_same_page(
    settings: Settings, tmp_path: Path, kind: EvaluationKind
) -> None:
    file = tmp_path / "evaluation.json"
    file.write_text(BODIES[kind], encoding="utf-8")
    with open_results(settings) as results:
        kept = results.evaluations.add(NewEvaluation(kind, "x", BODIES[kind]), None, NOON)
    for asked, out in ((str(file), "a.html"), (str(kept.evaluation_id), "b.html")):
        write(settings, Wanted(asked, tmp_path / "pages" / out, pictures=False))
    pages = [(tmp_path / "pages" / out).read_text(encoding="utf-8") for out in ("a.html", "b.html")]
    assert pages[0] == pages[1]
    assert "image/jpeg" not in pages[0]


def test_pictures_of_a_labelled_set_come_out_of_its_folder(settings: Settings, tmp_path: Path) -> None:
    file, out = tmp_path / "evaluation.json", tmp_path / "page.html"
    file.write_text(BODIES[EvaluationKind.DETECTOR], encoding="utf-8")
    with pytest.raises(SettingsError, match="--set"):
        write(settings, Wanted(str(file), out, pictures=True))
    folder = tmp_path / "badges"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (640, 480), (90, 120, 90)).save(folder / "images" / "miss.jpg")
    write(settings, Wanted(str(file), out, pictures=True, labelled_set=folder))
    text = out.read_text(encoding="utf-8")
    assert "data:image/jpeg" in text
    assert "没有可显示的图片" in text  # of those that the folder lacks


def test_a_folder_gives_nothing_that_lies_outside(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    files = FolderFiles(tmp_path / "set")
    for key in ("../secret", str(tmp_path / "secret"), "missing"):
        with pytest.raises(ObjectNotFound):
            files.fetch_to_file(key, tmp_path / "out", 100)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"visit_id": "V-1"}', "\x00"])
def test_what_is_no_evaluation_is_said_so(body: str) -> None:
    with pytest.raises(StorageError, match="no evaluation"):
        kind_of(body)


def test_what_is_not_there_is_said_by_name(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no evaluation 7"):
        write(settings, Wanted("7", tmp_path / "out.html", pictures=False))
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        write(settings, Wanted("nowhere.json", tmp_path / "out.html", pictures=False))


def test_the_command_says_where_the_page_is(tmp_path: Path) -> None:
    file = tmp_path / "sweep.json"
    file.write_text(BODIES[EvaluationKind.SWEEP], encoding="utf-8")
    out = tmp_path / "sweep.html"
    asked = ["--data-folder", str(tmp_path / "data"), "tune", "page", "--evaluation", str(file)]
    told = CliRunner().invoke(app, [*asked, "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
