"""A stored evaluation as what people look at, by its kind."""

from pipeline.errors import StorageError
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.replay import Replay
from pipeline.tuning.sweeps import ParameterSweep
from review.tuning import replay_view, sweep_view
from review.tuning.background import Background
from review.tuning.views import EvaluationView
from storage.tuning_codec import replay_from_json, sweep_from_json

Measured = ParameterSweep | Replay


def measured(kind: EvaluationKind, body: str) -> Measured:
    """The evaluation itself. Raises StorageError for a body that is none of this kind."""
    match kind:
        case EvaluationKind.SWEEP:
            return sweep_from_json(body)
        case EvaluationKind.REPLAY:
            return replay_from_json(body)
        case _:
            raise StorageError(f"evaluations of the kind {kind.value} have no page")


def named_visits(found: Measured) -> tuple[str, ...]:
    """The visits of which the page wants to know more."""
    match found:
        case ParameterSweep():
            return sweep_view.named_visits(found)
        case Replay():
            return replay_view.named_visits(found)


def view_of(found: Measured, background: Background) -> EvaluationView:
    match found:
        case ParameterSweep():
            return sweep_view.sweep_view(found, background)
        case Replay():
            return replay_view.replay_view(found, background)
