"""What a measurement is of: the head of a stored evaluation. Its body is the JSON of what measured it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EvaluationKind(StrEnum):
    """What was measured: a detector on a labelled set, one number of a rule set over many values, stored
    visits under other rules, two detectors side by side."""

    DETECTOR = "detector"
    SWEEP = "sweep"
    REPLAY = "replay"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A stored measurement without its body.

    subject: a few words for lists, as `confidence.badge`. set_digest: of the labelled set that it was
    measured on. rules_digest: of all rules that it speaks for, as `storage.rule_codec.rules_digest` gives
    it: the new ones of a replay. model_digest: sha256 of the weights that it speaks for: the challenger's
    of a comparison. created_by: None where no person asked, as in a nightly run.
    """

    evaluation_id: int
    kind: EvaluationKind
    subject: str
    set_name: str
    set_digest: str | None
    rules_digest: str | None
    model_digest: str | None
    body_digest: str
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
