"""What the rules believe of a stamp: one that was read with too little confidence is not legible to them.

A small picture, as messengers pass on, asks for more: that is where readings were wrong (docs/watermarks.md).
"""

from dataclasses import dataclass, replace

from pipeline.evidence import MediaEvidence, Observation, WatermarkReading, WatermarkStatus
from pipeline.rules import RuleSet

_LEGIBLE = (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class LeastConfidence:
    """Which stamps the rules believe, 0..1: those of small pictures, shorter on their long side than
    `small_long_side_px`, and those of all others."""

    usual: float
    small: float
    small_long_side_px: float

    def of(self, seen: MediaEvidence) -> float:
        """What a stamp in this picture needs."""
        is_small = max(seen.width_px, seen.height_px) < self.small_long_side_px
        return self.small if is_small else self.usual


def believed(seen: Observation, rules: RuleSet) -> Observation:
    """The evidence with every stamp below the rules' least confidence made unreadable.

    Judged, not observed: another threshold needs no picture looked at again. Where a rule set doesn't ask for
    a stamp, every reading counts; so do those of a video whose clock was followed, for they bear each other
    out or are doubted together.
    """
    needed = least_confidence(rules)
    if needed is None or not isinstance(seen, MediaEvidence) or seen.video_clock is not None:
        return seen
    least = needed.of(seen)
    stamps = (frame.watermark for frame in seen.frames if frame.watermark is not None)
    if all(_is_believed(reading, least) for reading in stamps):
        return seen
    frames = tuple(
        replace(frame, watermark=_believed(frame.watermark, least)) if frame.watermark else frame
        for frame in seen.frames
    )
    return replace(seen, frames=frames)


def least_confidence(rules: RuleSet) -> LeastConfidence | None:
    """Which stamps the rules believe; None where they don't ask for one."""
    rule = rules.item("time.watermark")
    if rule is None:
        return None
    return LeastConfidence(
        rule.param("min_confidence"), rule.param("min_confidence_small"), rule.param("small_long_side_px")
    )


def _is_believed(reading: WatermarkReading, least: float) -> bool:
    return reading.status not in _LEGIBLE or reading.confidence >= least


def _believed(reading: WatermarkReading, least: float) -> WatermarkReading:
    """The reading, or that there is one which nobody should rely on; the text that was read stays."""
    if _is_believed(reading, least):
        return reading
    times = (reading.taken_at,) if reading.taken_at else reading.alternatives
    said = " / ".join(time.isoformat().replace("T", " ") for time in times)
    note = f"read as {said}, with a confidence of {reading.confidence:.3f}: less than {least:.3f}"
    return replace(reading, status=WatermarkStatus.UNREADABLE, taken_at=None, alternatives=(), note=note)
