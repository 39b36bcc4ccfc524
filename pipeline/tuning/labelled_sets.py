"""Labelled sets: what people say is so, picture by picture or visit by visit, with what each comes from.

`docs/datasets.md` documents the files; `storage.labelled_sets` and `models.object_labels` read them.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.evidence import Detection
from pipeline.labels import Split, split_of
from pipeline.results import Outcome
from pipeline.times import WallTime


class SetKind(StrEnum):
    """What is labelled."""

    OBJECTS = "objects"
    TIMES = "times"
    VISITS = "visits"


class LabelFormat(StrEnum):
    """How object labels are written."""

    YOLO = "yolo"
    COCO = "coco"


@dataclass(frozen=True, slots=True)
class RawBox:
    """A labelled box as it stands in the file: fractions of the picture, which a mistake can put outside it.

    ignore: COCO's `iscrowd`: a region in which nothing counts, for or against. class_id as in the file;
    `label` is empty where the set has no such class.
    """

    label: str
    class_id: int
    x_min: float
    y_min: float
    x_max: float
    y_max: float
    ignore: bool = False


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture of a set. media_key: its path within the set. source: whose or from where; equal ones never
    stand on both sides of a split. vouched: the classes for which "not labelled" means "not there"."""

    media_key: str
    source: str
    split: Split
    boxes: tuple[RawBox, ...]
    vouched: frozenset[str]


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """A labelled picture and what a detector saw in it, down to its low floor."""

    picture: LabelledPicture
    detections: tuple[Detection, ...]


class TimeTruthKind(StrEnum):
    """What a person reads: a time, a clock without a day, something illegible, nothing."""

    READ = "read"
    TIME_ONLY = "time_only"
    UNREADABLE = "unreadable"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimeTruth:
    """The burned-in time of a picture, to its legible precision; `taken_at` only where `kind` is READ."""

    media_key: str
    source: str
    split: Split
    kind: TimeTruthKind
    taken_at: WallTime | None = None
    raw_text: str = ""


@dataclass(frozen=True, slots=True)
class VisitTruth:
    """The right outcome of an item of a visit. by: who said so, a name or a number. disputed: not all did."""

    visit_id: str
    item_id: str
    right_outcome: Outcome
    by: str
    source: str
    split: Split
    disputed: bool = False
    decided_at: datetime | None = None


_HASHED = re.compile(r"[0-9a-f]{16,}")


def split_of_source(source: str) -> Split:
    """Where a source belongs, by a hash of its name, so that it stays when others are added.

    Sources that are hashes already, as those of exported labels, keep the split that they have there.
    """
    return split_of(source if _HASHED.fullmatch(source) else hashlib.sha256(source.encode()).hexdigest())
