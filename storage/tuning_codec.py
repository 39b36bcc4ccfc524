"""What tuning yields, to JSON and back; each document has its `schema_version` (see `storage.codec`)."""

from pydantic import TypeAdapter

from pipeline.tuning.comparison import Comparison
from pipeline.tuning.curves import DetectorEvaluation
from pipeline.tuning.replay import Replay
from pipeline.tuning.sweeps import ParameterSweep
from storage.codec import Document, canonical_json

COMPARISON_VERSION = 1
DETECTOR_VERSION = 1
REPLAY_VERSION = 1
SWEEP_VERSION = 1

_COMPARISON = Document("comparison", COMPARISON_VERSION, TypeAdapter(Comparison))
_DETECTOR = Document("detector evaluation", DETECTOR_VERSION, TypeAdapter(DetectorEvaluation))
_REPLAY = Document("replay", REPLAY_VERSION, TypeAdapter(Replay))
_SWEEP = Document("parameter sweep", SWEEP_VERSION, TypeAdapter(ParameterSweep))


def comparison_to_json(comparison: Comparison) -> str:
    return canonical_json(_COMPARISON.dump(comparison))


def comparison_from_json(text: str | bytes) -> Comparison:
    """Raises StorageError for anything that `comparison_to_json` did not write."""
    return _COMPARISON.load(text)


def detector_to_json(evaluation: DetectorEvaluation) -> str:
    return canonical_json(_DETECTOR.dump(evaluation))


def detector_from_json(text: str | bytes) -> DetectorEvaluation:
    """Raises StorageError for anything that `detector_to_json` did not write."""
    return _DETECTOR.load(text)


def replay_to_json(replay: Replay) -> str:
    return canonical_json(_REPLAY.dump(replay))


def replay_from_json(text: str | bytes) -> Replay:
    """Raises StorageError for anything that `replay_to_json` did not write."""
    return _REPLAY.load(text)


def sweep_to_json(sweep: ParameterSweep) -> str:
    return canonical_json(_SWEEP.dump(sweep))


def sweep_from_json(text: str | bytes) -> ParameterSweep:
    """Raises StorageError for anything that `sweep_to_json` did not write."""
    return _SWEEP.load(text)
