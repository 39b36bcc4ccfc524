"""A stored evaluation as what people look at, by its kind."""

import json
from collections.abc import Mapping

from pipeline.errors import StorageError
from pipeline.tuning.comparison import Comparison
from pipeline.tuning.curves import DetectorEvaluation
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.replay import Replay
from pipeline.tuning.sweeps import ParameterSweep
from review.tuning import comparison_view, detector_view, replay_view, sweep_view
from review.tuning.background import Background, NamedVisits
from review.tuning.views import EvaluationView
from storage.tuning_codec import comparison_from_json, detector_from_json, replay_from_json, sweep_from_json

Measured = Comparison | DetectorEvaluation | ParameterSweep | Replay


def measured(kind: EvaluationKind, body: str) -> Measured:
    """The evaluation itself. Raises StorageError for a body that is none of this kind."""
    match kind:
        case EvaluationKind.DETECTOR:
            return detector_from_json(body)
        case EvaluationKind.SWEEP:
            return sweep_from_json(body)
        case EvaluationKind.REPLAY:
            return replay_from_json(body)
        case EvaluationKind.COMPARISON:
            return comparison_from_json(body)


_TOLD_BY: Mapping[EvaluationKind, frozenset[str]] = {
    EvaluationKind.COMPARISON: frozenset({"champion", "challenger"}),
    EvaluationKind.DETECTOR: frozenset({"classes", "model_sha256"}),
    EvaluationKind.SWEEP: frozenset({"path", "points"}),
    EvaluationKind.REPLAY: frozenset({"flips", "changes"}),
}
"""The fields by which a file is known for what it is: nothing else has them."""


def kind_of(body: str) -> EvaluationKind:
    """What an evaluation in a file is. Raises StorageError where it is none that has a page."""
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise StorageError(f"no evaluation: not JSON: {error}") from error
    names = fields.keys() if isinstance(fields, dict) else frozenset()
    found = next((kind for kind, telling in _TOLD_BY.items() if telling <= names), None)
    if found is None:
        raise StorageError(
            "no evaluation: it has the fields of none; name a file that `visitproof tune` wrote"
        )
    return found


def named_visits(found: Measured) -> NamedVisits:
    """The visits of which the page wants to know more."""
    match found:
        case DetectorEvaluation():
            return detector_view.named_visits(found)
        case ParameterSweep():
            return sweep_view.named_visits(found)
        case Comparison():
            return NamedVisits((), ())
        case Replay():
            return replay_view.named_visits(found)


def view_of(found: Measured, background: Background) -> EvaluationView:
    """What the page shows."""
    match found:
        case DetectorEvaluation():
            return detector_view.detector_view(found, background)
        case ParameterSweep():
            return sweep_view.sweep_view(found, background)
        case Comparison():
            return comparison_view.comparison_view(found)
        case Replay():
            return replay_view.replay_view(found, background)
