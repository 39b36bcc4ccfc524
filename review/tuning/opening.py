"""A stored evaluation as what people look at, by its kind."""

from pipeline.errors import StorageError
from pipeline.tuning.curves import DetectorEvaluation
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.replay import Replay
from pipeline.tuning.sweeps import ParameterSweep
from review.tuning import detector_view, replay_view, sweep_view
from review.tuning.background import Background
from review.tuning.views import EvaluationView
from storage.tuning_codec import detector_from_json, replay_from_json, sweep_from_json

Measured = DetectorEvaluation | ParameterSweep | Replay


def measured(kind: EvaluationKind, body: str) -> Measured:
    """The evaluation itself. Raises StorageError for a body that is none of this kind."""
    match kind:
        case EvaluationKind.DETECTOR:
            return detector_from_json(body)
        case EvaluationKind.SWEEP:
            return sweep_from_json(body)
        case EvaluationKind.REPLAY:
            return replay_from_json(body)
        case _:
            raise StorageError(f"evaluations of the kind {kind.value} have no page")


def named_visits(found: Measured) -> tuple[str, ...]:
    """The visits of which the page wants to know more."""
    match found:
        case DetectorEvaluation():
            return detector_view.named_visits(found)
        case ParameterSweep():
            return sweep_view.named_visits(found)
        case Replay():
            return replay_view.named_visits(found)


def view_of(found: Measured, background: Background) -> EvaluationView:
    """What the page shows."""
    match found:
        case DetectorEvaluation():
            return detector_view.detector_view(found, background)
        case ParameterSweep():
            return sweep_view.sweep_view(found, background)
        case Replay():
            return replay_view.replay_view(found, background)
