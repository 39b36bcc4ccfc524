"""What the rules believe of a stamp: one that was read with too little confidence is not legible to them."""

from dataclasses import replace

from pipeline.evidence import MediaEvidence, Observation, WatermarkReading, WatermarkStatus
from pipeline.rules import RuleSet

_LEGIBLE = (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS)


def believed(seen: Observation, rules: RuleSet) -> Observation:
    """The evidence with every stamp below the rules' `min_confidence` of `time.watermark` made unreadable.

    Judged, not observed: another threshold needs no picture looked at again. Where a rule set doesn't ask for
    a stamp, every reading counts; so do those of a video whose clock was followed, for they bear each other
    out or are doubted together.
    """
    least = least_confidence(rules)
    if least is None or not isinstance(seen, MediaEvidence) or seen.video_clock is not None:
        return seen
    stamps = (frame.watermark for frame in seen.frames if frame.watermark is not None)
    if all(_is_believed(reading, least) for reading in stamps):
        return seen
    frames = tuple(
        replace(frame, watermark=_believed(frame.watermark, least)) if frame.watermark else frame
        for frame in seen.frames
    )
    return replace(seen, frames=frames)


def least_confidence(rules: RuleSet) -> float | None:
    """Which stamps the rules believe; None where they don't ask for one."""
    rule = rules.item("time.watermark")
    return rule.param("min_confidence") if rule is not None else None


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
