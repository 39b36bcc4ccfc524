"""A stamp that was read with too little confidence is not legible to the rules, and says what was read."""

from dataclasses import replace

import pytest

from pipeline.evidence import WatermarkReading, WatermarkStatus
from pipeline.results import Outcome
from pipeline.stamp_confidence import believed
from pipeline.times import WallTime

MAY, DECEMBER = WallTime(2026, 5, 12, 14, 35), WallTime(2026, 12, 5, 14, 35)
READ = WatermarkReading(WatermarkStatus.READ, MAY, (), "2026-05-12 14:35")
AMBIGUOUS = WatermarkReading(WatermarkStatus.AMBIGUOUS, None, (MAY, DECEMBER), "05/12/2026 14:35")


def rules_with(bench, **params):
    rules = bench.rules("repair")
    stamp = rules.item("time.watermark")
    changed = replace(stamp, params={**stamp.params, **params})
    return replace(rules, items=tuple(changed if rule is stamp else rule for rule in rules.items))


def small(seen):
    return replace(seen, width_px=480, height_px=640)


@pytest.mark.parametrize("reading", [READ, AMBIGUOUS])
@pytest.mark.parametrize(
    ("size", "param"), [(small, "min_confidence_small"), (lambda s: s, "min_confidence")]
)
def test_the_threshold_is_the_least_that_counts(bench, build, reading, size, param):
    others = {"min_confidence_small": 0.0, "min_confidence": 0.0}
    rules, least = rules_with(bench, **{**others, param: 0.6}), 0.6
    for confidence, status in (
        (least, reading.status),
        (1.0, reading.status),
        (least - 0.001, WatermarkStatus.UNREADABLE),
        (0.0, WatermarkStatus.UNREADABLE),
    ):
        _, seen = build.photo("a", "entry", "09:00")
        frames = tuple(
            replace(frame, watermark=replace(reading, confidence=confidence)) for frame in seen.frames
        )
        (frame,) = believed(size(replace(seen, frames=frames)), rules).frames
        assert frame.watermark.status is status
        assert frame.watermark.raw_text == reading.raw_text
        if status is WatermarkStatus.UNREADABLE:
            assert "2026-05-12 14:35" in frame.watermark.note


def test_a_doubtful_stamp_asks_a_person(bench, build):
    item, seen = build.photo("a", "entry", "09:00")
    (frame,) = seen.frames
    doubtful = replace(seen, frames=(replace(frame, watermark=replace(frame.watermark, confidence=0.5)),))
    result = bench.check("time.watermark", (item, small(doubtful)))
    assert result.outcome is Outcome.UNREADABLE
    assert bench.check("time.watermark", (item, small(seen))).outcome is Outcome.PASS
    assert bench.check("time.watermark", (item, doubtful)).outcome is Outcome.PASS


def test_a_video_s_clock_speaks_for_its_readings(bench, build):
    _, seen = build.video("v", "entry", [(0.0, "09:00:00"), (5.0, "09:00:05")])
    frames = tuple(replace(f, watermark=replace(f.watermark, confidence=0.5)) for f in seen.frames)
    doubtful = small(replace(seen, frames=frames))
    assert believed(doubtful, bench.rules("repair")) == doubtful
    alone = believed(replace(doubtful, video_clock=None), bench.rules("repair"))
    assert {frame.watermark.status for frame in alone.frames} == {WatermarkStatus.UNREADABLE}
