"""Two detectors over a drawn set with known labels, and what the night measures of it."""

from pathlib import Path

import pytest

from flows.detector_comparison import PairQuestion, compare_detectors
from flows.detector_evaluation import Means, Question, evaluate, to_keep
from flows.labelled_sets import ObjectSet, read_object_set
from models.limits import Limits
from models.registry import WeightsEntry
from pipeline.errors import DatasetError
from pipeline.labels import Split
from pipeline.tuning.bounds import Figure, Measure, detector_figures
from pipeline.tuning.comparison import DetectorName, Finding, Paired
from tests.labelled import KnowingDetector, write_set

TRUE_BOX, OTHER_BOX = (0.3, 0.3, 0.7, 0.7), (0.0, 0.0, 0.1, 0.1)
PICTURES = 16


@pytest.fixture
def labelled(tmp_path: Path) -> ObjectSet:
    """Sixteen pictures of sixteen visits with a badge in each, all to test with."""
    labels = {f"p{number:02d}": ["0 0.5 0.5 0.4 0.4"] for number in range(PICTURES)}
    sources = [(f"images/p{number:02d}.png", f"visit-{number}", "test") for number in range(PICTURES)]
    return read_object_set(write_set(tmp_path / "set", labels, sources))


def means(
    folder: Path, name: str, finds: range, suggested: float | None = None, label: str = "badge"
) -> Means:
    """A detector that finds the badges of some pictures, and in picture 0 one where there is none."""
    says = {number: [(0.6, TRUE_BOX)] for number in finds}
    says[0] = [*says.get(0, []), (0.9, OTHER_BOX)]
    entry = WeightsEntry(
        name=name,
        version="1",
        file="none.zip",
        sha256=name[0] * 64,
        licence="CC0-1.0",
        labels=(label,),
        input_px=32,
        floor=0.05,
        overlap=0.5,
        most=9,
        suggested_confidence={label: suggested} if suggested is not None else {},
    )
    detector = KnowingDetector(says, label=label, digest=f"knows-{name}")
    return Means(entry, detector, folder, Limits(), lambda _done, _all: None)


def question(split: Split | None = Split.TEST, **in_force: float) -> PairQuestion:
    return PairQuestion(split, 0.5, 1, in_force or {"badge": 0.5})


def test_who_finds_more_is_counted_picture_by_picture(labelled: ObjectSet, tmp_path: Path) -> None:
    few, all_ = means(tmp_path, "champion", range(4)), means(tmp_path, "dauntless", range(PICTURES))
    found = compare_detectors(labelled, question(), few, all_)
    (badge,) = found.labels
    assert badge.hits == Paired(both=4, champion_only=0, challenger_only=12, neither=0)
    assert badge.false_alarms == Paired(both=1, champion_only=0, challenger_only=0, neither=15)
    assert found.finding is Finding.BETTER
    assert (found.champion, found.challenger) == (
        DetectorName("champion", "1", "c" * 64),
        DetectorName("dauntless", "1", "d" * 64),
    )
    assert (found.set_name, found.split) == ("drawn", "test")
    again = compare_detectors(labelled, question(), few, all_)
    assert again == found


def test_the_challenger_brings_its_own_threshold(labelled: ObjectSet, tmp_path: Path) -> None:
    strict = means(tmp_path, "dauntless", range(PICTURES), suggested=0.7)
    (badge,) = compare_detectors(labelled, question(), means(tmp_path, "champion", range(4)), strict).labels
    assert (badge.champion_threshold, badge.challenger_threshold) == (0.5, 0.7)
    assert badge.hits == Paired(both=0, champion_only=4, challenger_only=0, neither=12)


def test_what_can_t_be_compared_is_said(labelled: ObjectSet, tmp_path: Path) -> None:
    badges = means(tmp_path, "champion", range(4))
    with pytest.raises(DatasetError, match="no picture in that split"):
        compare_detectors(labelled, question(Split.TRAIN), badges, badges)
    with pytest.raises(DatasetError, match="rules have a threshold for"):
        compare_detectors(labelled, question(tool=0.5), badges, badges)
    with pytest.raises(DatasetError, match="knows none of the set's classes"):
        compare_detectors(labelled, question(), badges, means(tmp_path, "eager", range(4), label="shoe"))


def test_the_night_s_figures_are_those_at_the_threshold_in_force(labelled: ObjectSet, tmp_path: Path) -> None:
    asked = Question(split=Split.TEST, iou=0.5, beta=1.0, wish=None, seed=1)
    found = evaluate(labelled, asked, means(tmp_path, "champion", range(4)))
    precision, recall, average = detector_figures(found, {"badge": 0.5, "tool": 0.5})
    assert (precision.value, precision.n, recall.value, recall.n) == (0.8, 5, 0.25, PICTURES)
    assert recall.low < 0.25 < recall.high
    assert average.measure is Measure.AVERAGE_PRECISION
    strict, *_ = detector_figures(found, {"badge": 0.8})
    assert strict == Figure("badge", Measure.PRECISION, 0.0, strict.low, strict.high, 1)
    assert detector_figures(found, {}) == ()
    kept = to_keep(found)
    assert (kept.set_name, kept.model_digest, kept.subject) == ("drawn", "c" * 64, "champion on drawn")
