"""Champion and challenger over the same labelled pictures: the values that `comparing` finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.rules import BilingualText
from pipeline.tuning.paired_tests import mcnemar


@dataclass(frozen=True, slots=True)
class Paired:
    """The same things judged twice: how often it held for both, for one only, for neither."""

    both: int
    champion_only: int
    challenger_only: int
    neither: int

    @property
    def p_value(self) -> float:
        """Of McNemar's exact test, two-sided: how likely is so uneven a split, or more, by chance?"""
        return mcnemar(self.champion_only, self.challenger_only)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger the challenger's figure is, `low` to `high` being the 95 % interval by sources drawn
    anew. A figure is None where there was nothing to count, the interval where there are too few sources."""

    champion: float | None
    challenger: float | None
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        if self.champion is None or self.challenger is None:
            return None
        return self.challenger - self.champion

    @property
    def sign(self) -> int:
        """1 where the challenger's is larger over the whole interval, -1 where it is smaller, else 0."""
        if self.low is None or self.high is None:
            return 0
        return (self.low > 0) - (self.high < 0)


class Finding(StrEnum):
    """What a comparison shows of the challenger."""

    BETTER = "better"
    WORSE = "worse"
    MIXED = "mixed"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True)
class LabelComparison:
    """One label, each detector at its own threshold.

    hits: over the labelled boxes. false_alarms: over the pictures, those with at least one. recall,
    average_precision, alarms_per_picture: how large the difference is. finding: what is shown.
    """

    label: str
    iou: float
    pictures: int
    sources: int
    truths: int
    champion_threshold: float
    challenger_threshold: float
    hits: Paired
    false_alarms: Paired
    recall: Difference
    average_precision: Difference
    alarms_per_picture: Difference
    finding: Finding = Finding.NOT_SHOWN


@dataclass(frozen=True, slots=True)
class DetectorName:
    """Registered weights."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two detectors over one split of one labelled set; `tests` of them had to hold together."""

    set_name: str
    set_version: str
    set_digest: str
    split: str
    champion: DetectorName
    challenger: DetectorName
    resamples: int
    seed: int
    labels: tuple[LabelComparison, ...]

    @property
    def finding(self) -> Finding:
        """Better only if nothing is worse."""
        found = {one.finding for one in self.labels}
        if Finding.MIXED in found or {Finding.BETTER, Finding.WORSE} <= found:
            return Finding.MIXED
        return next((one for one in (Finding.BETTER, Finding.WORSE) if one in found), Finding.NOT_SHOWN)

    @property
    def verdict(self) -> BilingualText:
        """In words, with the labels that it rests on."""
        return _verdict(self)


_WORDS: Mapping[Finding, BilingualText] = {
    Finding.BETTER: BilingualText("新模型更好", "the challenger is better"),
    Finding.WORSE: BilingualText("新模型更差", "the challenger is worse"),
    Finding.MIXED: BilingualText("有得有失", "the challenger is better in one way and worse in another"),
    Finding.NOT_SHOWN: BilingualText("未能证明新模型更好", "the challenger is not shown to be better"),
}


def _verdict(comparison: Comparison) -> BilingualText:
    words = _WORDS[comparison.finding]
    named = [one.label for one in comparison.labels if one.finding is not Finding.NOT_SHOWN]
    boxes = "、".join(f"{one.label} {one.truths}" for one in comparison.labels)
    zh = f"（{'、'.join(named)}）" if named else ""
    en = f" ({', '.join(named)})" if named else ""
    return BilingualText(
        f"{words.zh}{zh}；标注框：{boxes}",
        f"{words.en}{en}; labelled boxes: {boxes.replace('、', ', ')}",
    )
