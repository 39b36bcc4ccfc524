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
from pipeline.watermark.calibration import Calibration
from pipeline.watermark.interpret import Interpretation

_SURE_DIGIT = 0.5
_CERTAIN_DIGIT = 0.9
_ENOUGH = 3
_OTHER_AGREES = 0.1  # what is left of the doubt when an independent reader reads the same
_OTHER_DIFFERS = 5.0
_LEAST_DOUBT = 0.01  # of an engine that nobody backs
CALIBRATION = Calibration(1.0, 0.0)
"""The identity: not fitted. Confidence orders readings by their support; it is no probability.

`python -m models.watermark_calibration` fits it, given enough mistakes (docs/watermarks.md)."""
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
        return replace(first, confidence=CALIBRATION.probability(support(opinions)))
    texts = dict.fromkeys(opinion.verdict.reading.raw_text for opinion in opinions)
    note = "readings of the same characters differ: " + ", ".join(repr(text) for text in texts)
    return WatermarkReading(
        WatermarkStatus.UNREADABLE, None, (), first.raw_text, first.confidence / 2, first.box, note
    )


def support(opinions: Sequence[Opinion]) -> float:
    """How well the first opinion is founded, 0..1: its engine's least certain digit at its surest, and what
    the other reader says."""
    first = opinions[0]
    same = [o for o in opinions if o.times == first.times]
    doubt = 1 - max(o.verdict.weakest for o in same if o.reader is first.reader)
    others = [o for o in opinions if o.reader is not first.reader and o.times]
    if any(o.times == first.times for o in others):
        return 1 - doubt * _OTHER_AGREES
    return 1 - min(1.0, (doubt + _LEAST_DOUBT) * (_OTHER_DIFFERS if others else 1.0))


def film_confidence(weakest: float) -> float:
    """The same for a film camera's date, which segments and OCR read alike."""
    return CALIBRATION.probability(1 - (1 - weakest) * _OTHER_AGREES)


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
