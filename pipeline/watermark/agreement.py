"""Two readers of one stamp: what they share is believed, what they don't is not.

RapidOCR reads first. Tesseract, which knows nothing of it, reads the same lines; where it reads the same
time, that is enough. Otherwise RapidOCR reads again from other cut-outs, and the time must come out every
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.times import WallTime
from pipeline.watermark.interpret import Interpretation

_SURE_DIGIT = 0.5
_CERTAIN_DIGIT = 0.9
_ENOUGH = 3
_SELF_DOUBT = 0.5  # Tesseract's own confidence in its least certain word, below which it may be overruled


class Reader(StrEnum):
    RAPID = "rapid"
    TESSERACT = "tesseract"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reading of a stamp's lines."""

    reader: Reader
    verdict: Interpretation

    @property
    def times(self) -> frozenset[WallTime]:
        return frozenset(self.verdict.times)

    @property
    def has_clock(self) -> bool:
        return any(time.hour is not None for time in self.times)


def is_settled(opinions: Sequence[Opinion]) -> bool:
    """Whether no further reading is needed: the other reader agrees, or this one does and was sure."""
    first, *others = opinions
    if _dissent(opinions):
        return False
    same = [other for other in others if other.times == first.times]
    if any(other.reader is not first.reader for other in same):
        return True
    return bool(same) and max(item.verdict.weakest for item in (first, *same)) >= _SURE_DIGIT


def agreed(opinions: Sequence[Opinion]) -> WatermarkReading:
    """The reading that at least two opinions share, where no other opinion reads another time."""
    first = opinions[0].verdict.reading
    votes = sum(opinion.times == opinions[0].times for opinion in opinions)
    if votes >= 2 and not _dissent(opinions):
        return replace(first, confidence=first.confidence * votes / len(opinions))
    texts = dict.fromkeys(opinion.verdict.reading.raw_text for opinion in opinions)
    note = "readings of the same characters differ: " + ", ".join(repr(text) for text in texts)
    return WatermarkReading(
        WatermarkStatus.UNREADABLE, None, (), first.raw_text, first.confidence / 2, first.box, note
    )


def _dissent(opinions: Sequence[Opinion]) -> bool:
    """Whether an opinion that counts reads another time than the first.

    One that reads less (no clock, or nothing) contradicts nobody. Tesseract, where it doubts its own reading,
    is overruled by three readings of the other engine that are certain of every digit and of one another.
    """
    first = opinions[0]
    against = [o for o in opinions if o.times and o.times != first.times and o.has_clock == first.has_clock]
    rapid = [o for o in opinions if o.reader is Reader.RAPID]
    unanimous = len(rapid) >= _ENOUGH and all(
        o.times == first.times and o.verdict.weakest >= _CERTAIN_DIGIT for o in rapid
    )
    return any(
        not (o.reader is Reader.TESSERACT and o.verdict.weakest < _SELF_DOUBT and unanimous) for o in against
    )
