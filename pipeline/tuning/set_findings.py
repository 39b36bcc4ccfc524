"""What is wrong with a labelled set, each by name and with what to do about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import BoundingBox
from pipeline.labels import Split
from pipeline.rules import BilingualText
from pipeline.tuning.labelled_sets import LabelledPicture, RawBox

NEAR_BITS = 6
"""Perceptual hashes (64 bits) that differ in no more than these are of one scene, nearly always."""
_EDGE = 0.002
"""So far outside the picture, in fractions of it, is rounding: a pixel of a small one."""
_ONE_BATCH = 512


class FindingCode(StrEnum):
    """What is wrong. All but the last two are faults; those are for a person to look at."""

    UNREADABLE_FILE = "unreadable_file"
    BAD_LABEL_LINE = "bad_label_line"
    UNKNOWN_CLASS = "unknown_class"
    OUTSIDE_PICTURE = "outside_picture"
    EMPTY_BOX = "empty_box"
    LABEL_WITHOUT_PICTURE = "label_without_picture"
    PICTURE_WITHOUT_LABEL = "picture_without_label"
    CLASS_WITHOUT_EXAMPLES = "class_without_examples"
    SOURCE_ON_BOTH_SIDES = "source_on_both_sides"
    NEAR_DUPLICATE = "near_duplicate"
    NO_DATA_CARD = "no_data_card"
    DISPUTED = "disputed"
    DISAGREES_WITH_MODEL = "disagrees_with_model"

    @property
    def is_fault(self) -> bool:
        return self not in (FindingCode.DISPUTED, FindingCode.DISAGREES_WITH_MODEL)


@dataclass(frozen=True, slots=True)
class SetFinding:
    """subject: the file, class or source. text: what is wrong and what to do. other: a second file."""

    code: FindingCode
    subject: str
    text: BilingualText
    box: BoundingBox | None = None
    other: str = ""


def box_findings(pictures: Iterable[LabelledPicture]) -> list[SetFinding]:
    """Boxes outside their picture, without an area, or of a class that the set doesn't name."""
    return [
        finding
        for picture in pictures
        for box in picture.boxes
        if (finding := _box_finding(picture.media_key, box)) is not None
    ]


def _box_finding(key: str, box: RawBox) -> SetFinding | None:
    corners = ", ".join(f"{value:.3f}" for value in (box.x_min, box.y_min, box.x_max, box.y_max))
    if not box.label:
        text = BilingualText(
            f"类别编号 {box.class_id} 不在 dataset.yaml 的 classes 中：补上类别，或改正标注",
            f"class id {box.class_id} is none of dataset.yaml's classes: add the class, or correct the label",
        )
        return SetFinding(FindingCode.UNKNOWN_CLASS, key, text)
    if box.x_max <= box.x_min or box.y_max <= box.y_min:
        text = BilingualText(
            f"{box.label} 的框没有面积（{corners}）：删除或重画",
            f"the box of {box.label} has no area ({corners}): delete it or draw it again",
        )
        return SetFinding(FindingCode.EMPTY_BOX, key, text)
    if min(box.x_min, box.y_min) < -_EDGE or max(box.x_max, box.y_max) > 1 + _EDGE:
        text = BilingualText(
            f"{box.label} 的框超出画面（{corners}）：重画；先看宽高单位与图片是否被旋转过",
            f"the box of {box.label} lies outside the picture ({corners}): draw it again; look first whether "
            "its unit is right and the picture was turned since",
        )
        return SetFinding(FindingCode.OUTSIDE_PICTURE, key, text)
    return None


def class_findings(pictures: Sequence[LabelledPicture], classes: Sequence[str]) -> list[SetFinding]:
    """Classes that no picture shows, in the whole set or in one split of it."""
    counted = Counter((picture.split, box.label) for picture in pictures for box in picture.boxes)
    splits = sorted({picture.split for picture in pictures}, key=list(Split).index)
    findings = []
    for label in classes:
        absent = [split.value for split in splits if not counted[split, label]]
        if absent:
            where = ", ".join(absent) if len(absent) < len(splits) else "—"
            findings.append(SetFinding(FindingCode.CLASS_WITHOUT_EXAMPLES, label, _absent(label, where)))
    return findings


def _absent(label: str, where: str) -> BilingualText:
    if where == "—":
        return BilingualText(
            f"类别 {label} 没有任何样例：标注一些，或从 classes 中删去",
            f"class {label} has no example: label some, or take it out of `classes`",
        )
    return BilingualText(
        f"类别 {label} 在 {where} 中没有样例：在那里得不到任何数字；补充来源",
        f"class {label} has no example in {where}: nothing can be measured there; add sources",
    )


def source_findings(placed: Iterable[tuple[str, str, Split]]) -> list[SetFinding]:
    """Sources on both sides of a split; takes (item, source, split) of every item."""
    sides: defaultdict[str, Counter[Split]] = defaultdict(Counter)
    for _, source, split in placed:
        sides[source][split] += 1
    findings = []
    for source, counted in sorted(sides.items()):
        if len(counted) > 1:
            where = ", ".join(f"{split.value} {counted[split]}" for split in Split if counted[split])
            text = BilingualText(
                f"来源 {source} 同时出现在多个划分中（{where}）："
                "同一来源只能在一个划分，改 sources.csv 的 split 列",
                f"source {source} stands on both sides ({where}): near-copies flatter every figure; "
                "give it one split in sources.csv",
            )
            findings.append(SetFinding(FindingCode.SOURCE_ON_BOTH_SIDES, source, text))
    return findings


def near_duplicate_findings(
    hashes: Mapping[str, str], splits: Mapping[str, Split], most_bits: int = NEAR_BITS
) -> list[SetFinding]:
    """Pictures that look like one of another split: each of the later split once, with its nearest.

    hashes: 64 bits as 16 hex digits by media key (see `models.fingerprints`).
    """
    keys = sorted(hashes)
    if len({splits[key] for key in keys}) < 2:
        return []
    order = {split: number for number, split in enumerate(Split)}
    bits, side = _bits([hashes[key] for key in keys]), np.array([order[splits[key]] for key in keys])
    findings = []
    for first in range(0, len(keys), _ONE_BATCH):
        rows = slice(first, first + _ONE_BATCH)
        apart = _apart(bits[rows], bits)
        apart[side[rows, None] <= side[None, :]] = 65
        for row, column in enumerate(apart.argmin(axis=1)):
            if (distance := int(apart[row, column])) <= most_bits:
                alike = int((apart[row] <= most_bits).sum())
                findings.append(_near(keys[first + row], keys[column], distance, alike, splits))
    return findings


def _bits(hashes: Sequence[str]) -> NDArray[np.float32]:
    packed = np.array([list(bytes.fromhex(one)) for one in hashes], dtype=np.uint8)
    return np.unpackbits(packed, axis=1).astype(np.float32)


def _apart(some: NDArray[np.float32], all_: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bits in which each of some differs from each of all."""
    return np.asarray(some @ (1 - all_).T + (1 - some) @ all_.T, dtype=np.float32)


def _near(key: str, other: str, bits: int, alike: int, splits: Mapping[str, Split]) -> SetFinding:
    mine, theirs = splits[key].value, splits[other].value
    text = BilingualText(
        f"{key}（{mine}）与 {other}（{theirs}）几乎相同（64 位中差 {bits} 位；共 {alike} 张相似）："
        "归入同一来源，或删去一张",
        f"{key} ({mine}) looks like {other} ({theirs}): {bits} of 64 bits differ, {alike} such "
        "pictures there; give both one source, or drop one",
    )
    return SetFinding(FindingCode.NEAR_DUPLICATE, key, text, other=other)
