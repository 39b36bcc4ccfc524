"""A detector that knows the truth, measured on a drawn set; and the real one, by the command line."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer import BadParameter

from flows.cli.detector_tuning import Wanted, run, wish_of
from flows.detector_evaluation import Means, Question, evaluate
from flows.labelled_sets import read_object_set
from flows.settings import Settings
from models.limits import Limits
from models.object_labels import write_yolo
from models.registry import WeightsEntry, load_registry
from pipeline.errors import DatasetError
from pipeline.labels import Split
from pipeline.tuning.curves import DetectorEvaluation, MistakeKind
from pipeline.tuning.labelled_sets import RawBox
from pipeline.tuning.wishes import CostRatio, PrecisionAtLeast, RecallAtLeast, Wish
from storage.results import ResultStore
from storage.tuning_codec import detector_from_json, detector_to_json
from tests.flows.test_cli import visitproof
from tests.labelled import KnowingDetector, write_set

ROOT = Path(__file__).resolve().parents[2]
HERE = (0.3, 0.3, 0.7, 0.7)
BADGE = "0 0.5 0.5 0.4 0.4"


@pytest.fixture(scope="module")
def entry() -> WeightsEntry:
    return load_registry().entry()


def measure(
    folder: Path, data: Path, detector: KnowingDetector, entry: WeightsEntry, wish: Wish | None = None
) -> DetectorEvaluation:
    means = Means(entry, detector, data, Limits(), lambda _done, _all: None)
    return evaluate(read_object_set(folder), Question(Split.TUNE, 0.5, 1.0, wish, seed=1), means)


def drawn(folder: Path, head: str = "") -> Path:
    """Three pictures with a badge and one without, to tune on; one to test on."""
    labels = {"p0": [BADGE], "p1": [BADGE], "p2": [BADGE], "p3": [], "p4": [BADGE]}
    sides = [(f"images/p{n}.png", f"v{n}", "test" if n == 4 else "tune") for n in range(5)]
    return write_set(folder, labels, sides, head=head)


SAYS = {0: [(0.9, HERE)], 1: [(0.6, HERE)], 3: [(0.7, HERE)]}


def test_a_curve_its_mistakes_and_what_they_are_of(tmp_path: Path, entry: WeightsEntry) -> None:
    found = measure(drawn(tmp_path / "set"), tmp_path, KnowingDetector(SAYS), entry)
    point = found.curve("badge").at(0.5)
    assert (point.true_positives, point.false_positives, point.false_negatives) == (2, 1, 1)
    assert (found.pictures, found.visits, found.split) == (4, 4, "tune")
    assert (found.model_name, found.model_sha256) == (entry.name, entry.sha256)
    # At recall 1/3 all is right, at 2/3 two of three: 101 points, 34 and 33 of them.
    assert found.curve("badge").average_precision == pytest.approx((34 * 1 + 33 * 2 / 3) / 101)
    assert [(one.kind, one.media_key) for one in found.mistakes] == [
        (MistakeKind.FALSE_ALARM, "images/p3.png"),
        (MistakeKind.MISS, "images/p2.png"),
    ]
    assert detector_from_json(detector_to_json(found)) == found


def test_too_few_labels_are_refused_with_the_number_needed(tmp_path: Path, entry: WeightsEntry) -> None:
    found = measure(drawn(tmp_path / "set"), tmp_path, KnowingDetector(SAYS), entry, PrecisionAtLeast(0.9))
    (choice,) = found.choices
    assert not choice.point.accepted
    assert choice.point.more_labels_needed is not None
    assert choice.point.more_labels_needed > 30


def test_the_digest_goes_with_labels_and_pictures_and_with_nothing_else(
    tmp_path: Path, entry: WeightsEntry
) -> None:
    folder, detector = drawn(tmp_path / "set"), KnowingDetector(SAYS)
    first = measure(folder, tmp_path, detector, entry).set_digest
    shutil.copytree(folder, tmp_path / "other")
    assert measure(tmp_path / "other", tmp_path, detector, entry).set_digest == first
    (folder / "labels" / "p0.txt").write_text("0 0.5 0.5 0.4 0.3\n")
    assert measure(folder, tmp_path, detector, entry).set_digest != first


def test_a_set_s_own_names_are_what_the_detector_calls_them(tmp_path: Path, entry: WeightsEntry) -> None:
    folder = drawn(tmp_path / "set", head="detector_labels: {badge: tool}\n")
    detector = KnowingDetector(SAYS, label="tool")
    assert measure(folder, tmp_path, detector, entry).curve("tool").at(0.5).true_positives == 2


def test_an_unreadable_picture_is_named_and_counts_nowhere(tmp_path: Path, entry: WeightsEntry) -> None:
    folder = drawn(tmp_path / "set")
    (folder / "images" / "p0.png").write_bytes(b"no picture")
    found = measure(folder, tmp_path, KnowingDetector(SAYS), entry)
    assert found.unreadable == ("images/p0.png",)
    assert found.curve("badge").truths == 2


@pytest.mark.parametrize(
    ("classes", "split", "labels", "said"),
    [
        (("glove",), Split.TUNE, (), "knows none"),
        (("badge",), Split.TRAIN, (), "no picture in train"),
        (("badge",), Split.TUNE, ("shoe",), "no class 'shoe'"),
    ],
)
def test_what_can_not_be_measured_is_refused(
    tmp_path: Path,
    entry: WeightsEntry,
    classes: tuple[str, ...],
    split: Split,
    labels: tuple[str, ...],
    said: str,
) -> None:
    folder = write_set(tmp_path / "set", {"p0": [BADGE]}, [("images/p0.png", "v", "tune")], classes)
    means = Means(entry, KnowingDetector({}), tmp_path, Limits(), lambda _done, _all: None)
    with pytest.raises(DatasetError, match=said):
        evaluate(read_object_set(folder), Question(split, 0.5, 1.0, None, 1, labels), means)


def test_a_set_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text(
        'name: a\nversion: "1"\nkind: times\norigins:\n  - {name: own, licence: own}\n'
    )
    with pytest.raises(DatasetError, match="kind times"):
        read_object_set(tmp_path)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own rendered scenes as a labelled set."""
    folder = tmp_path_factory.mktemp("scenes")
    rendered = ROOT / "datasets" / "samples" / "scenes"
    classes = ("badge", "person", "tool")
    boxes: dict[str, list[RawBox]] = {}
    for one in json.loads((rendered / "scenes.json").read_text(encoding="utf-8"))["pictures"][:12]:
        key = f"images/{one['visit']}/{one['file']}"
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).symlink_to(rendered / one["file"])
        labels = [label for label in one["labels"] if label["label"] in classes]
        boxes[key] = [RawBox(each["label"], classes.index(each["label"]), *each["box"]) for each in labels]
    write_yolo(folder, boxes)
    (folder / "dataset.yaml").write_text(
        'name: scenes\nversion: "1"\nkind: objects\norigins:\n  - {name: own renders, licence: AGPL-3.0}\n'
        "classes: [badge, person, tool]\n"
    )
    return folder


@pytest.mark.slow
def test_the_real_detector_by_the_command_line(scenes: Path, tmp_path: Path) -> None:
    data, result = ("--data-folder", tmp_path / "data"), tmp_path / "result.json"
    asked = ("tune", "detector", scenes, "--split", "all", "--precision-at-least", 0.98)
    said = visitproof(*data, *asked, "--keep", "--out", result)
    assert said.returncode == 0, said.stderr
    assert "refused" in said.stdout
    assert "more labels" in said.stdout
    found = detector_from_json(result.read_text(encoding="utf-8"))
    assert {curve.label for curve in found.classes} == {"badge", "person", "tool"}
    person = found.curve("person")
    assert person.truths > 0
    assert person.at(0.3).true_positives > 0
    # Kept, and the same again without looking at any picture.
    results = ResultStore(f"sqlite:///{tmp_path / 'data' / 'results.db'}")
    (kept,) = results.evaluations.newest()
    assert kept.set_digest == found.set_digest
    assert results.evaluations.body(kept.evaluation_id) == detector_to_json(found)
    results.close()
    again = visitproof(*data, *asked, "--json")
    assert detector_from_json(again.stdout) == found


@pytest.mark.slow
def test_check_and_convert_by_the_command_line(scenes: Path, tmp_path: Path) -> None:
    data = ("--data-folder", tmp_path / "data")
    checked = visitproof(*data, "dataset", "check", scenes, "--json", "--no-model")
    said = json.loads(checked.stdout)
    assert checked.returncode == 1
    assert {one["code"] for one in said["findings"] if one["fault"]} >= {"no_data_card"}
    (tmp_path / "coco").mkdir()
    assert (
        visitproof(*data, "dataset", "convert", scenes, "--to", "coco", "--out", tmp_path / "coco").returncode
        == 0
    )
    head = (scenes / "dataset.yaml").read_text() + "labels: coco\n"
    (tmp_path / "coco" / "dataset.yaml").write_text(head)
    (tmp_path / "coco" / "images").symlink_to(scenes / "images")
    before, after = read_object_set(scenes), read_object_set(tmp_path / "coco")
    assert [len(one.boxes) for one in after.pictures] == [len(one.boxes) for one in before.pictures]


@pytest.mark.parametrize(
    ("odd", "said"),
    [({"iou": 0.0}, "no overlap"), ({"iou": 1.5}, "no overlap"), ({"split": "tuen"}, "tune, test, all")],
)
def test_odd_questions_are_refused_by_name(tmp_path: Path, odd: dict[str, Any], said: str) -> None:
    asked = Wanted(tmp_path, "tune", None, (), 0.5, 1.0, None, None, 1, False, None, False)
    with pytest.raises(BadParameter, match=said):
        run(Settings(data_folder=tmp_path), replace(asked, **odd))


@pytest.mark.parametrize(
    ("wishes", "made"),
    [
        ((None, None, None, None), None),
        ((0.98, None, None, None), PrecisionAtLeast(0.98)),
        ((None, 0.9, None, None), RecallAtLeast(0.9)),
        ((None, None, 10.0, None), CostRatio(10.0, 1.0)),
        ((None, None, None, 10.0), CostRatio(1.0, 10.0)),
    ],
)
def test_a_wish_of_options(wishes: tuple[float | None, ...], made: Wish | None) -> None:
    precision, recall, false_alarm, miss = wishes
    assert wish_of(precision, recall, false_alarm, miss) == made


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ((0.9, 0.9, None, None), "one wish"),
        ((1.0, None, None, None), "bound"),
        ((None, None, 0.0, None), "cost"),
    ],
)
def test_odd_wishes_are_refused(wishes: tuple[float | None, ...], said: str) -> None:
    precision, recall, false_alarm, miss = wishes
    with pytest.raises(BadParameter, match=said):
        wish_of(precision, recall, false_alarm, miss)
