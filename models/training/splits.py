"""Which side of the split a scene stands on: decided by its name alone, so it never moves."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from models.training.labelled import LabelledPicture


class Split(StrEnum):
    TRAIN = "train"
    VAL = "val"


HELD_BACK = (
    "tools/session-2023-08",
    "coco256-val2017/",
    "badges/d",
    "badges/h",
    "badges/j",
    "people/session-",
    "renders-val/",
)
"""Groups (by prefix) that never train: a bench with a camera of its own, three wearers, COCO's validation
half, the people who were shot in series, and the scenes that were rendered for validation."""

WHOLLY_TRAINED = ("tools/session-20231102", "coco256-train2017/", "badges/", "renders-train/")

HELD_BACK_SHARE = {"tools": 0.12, "people": 0.2, "rooms": 0.4}
"""The share of the other groups that is held back, by source."""


def split_of(group: str) -> Split:
    """Raises KeyError for a source that has no share."""
    if group.startswith(HELD_BACK):
        return Split.VAL
    if group.startswith(WHOLLY_TRAINED):
        return Split.TRAIN
    share = HELD_BACK_SHARE[group.split("/", 1)[0]]
    return Split.VAL if _unit_hash(group) < share else Split.TRAIN


def _unit_hash(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) / 2**64


def on_side(pictures: Iterable[LabelledPicture], split: Split) -> tuple[LabelledPicture, ...]:
    return tuple(picture for picture in pictures if split_of(picture.group) is split)
