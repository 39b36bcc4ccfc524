"""What the nightly evaluation measures: the detector that serves, at the thresholds of the rules in force."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flows.assembly import detector_in_force, rules_in_force
from flows.detector_evaluation import Means, Question, evaluate, to_keep
from flows.labelled_sets import read_object_set
from flows.settings import Settings
from flows.tuning_night import Measured
from models.detector import load_detector
from models.registry import load_registry
from pipeline.labels import Split
from pipeline.tuning.bounds import detector_figures
from storage.results import ResultStore

_NIGHTLY = Question(split=Split.TEST, iou=0.5, beta=1.0, wish=None, seed=1)
"""On the split that nothing was trained on or chosen by."""


def measure_set(settings: Settings, results: ResultStore, folder: Path) -> Measured:
    """Raises DatasetError, RegistryError, RulesError, StorageError."""
    means = means_of(settings, detector_in_force(settings, results), _tell_nobody)
    found = evaluate(read_object_set(folder), _NIGHTLY, means)
    return Measured(to_keep(found), detector_figures(found, confidence_in_force(settings, results)))


def means_of(settings: Settings, name: str | None, progress: Callable[[int, int], None]) -> Means:
    """A registered detector, ready to look; None names the registry's default. Raises RegistryError."""
    entry = load_registry().entry(name)
    detector = load_detector(entry.name, settings.detector_backend)
    return Means(entry, detector, settings.data_folder, settings.limits, progress)


def confidence_in_force(settings: Settings, results: ResultStore) -> Mapping[str, float]:
    """Label -> the least confidence of the rules in force today; where service types differ, the lowest."""
    rules, _ = rules_in_force(settings, results)
    lowest: dict[str, float] = {}
    for rule_set in rules.values():
        for label, confidence in rule_set.confidence.items():
            lowest[label] = min(confidence, lowest.get(label, confidence))
    return lowest


def _tell_nobody(done: int, total: int) -> None:
    """Nobody waits for a nightly run."""
