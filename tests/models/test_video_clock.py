"""The clock of drawn videos, whole and tampered with, found and followed by the real engine."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.encoding import Encoding
from models.limits import Limits
from models.opening import InProcessOpener
from models.tampered_videos import (
    STYLES_TO_THE_MINUTE,
    STYLES_TO_THE_SECOND,
    Tampering,
    breaks_at_s,
    plan_video,
    story,
    write_video,
)
from models.text_reader import RapidTextReader
from models.video_clock import VideoClockReader
from models.videos import sample_video
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.evidence import VideoClock
from pipeline.ports import Pixels
from pipeline.video_clock import fit_clock

LIMITS = Limits()
LIMIT_S = 1.0
SEED = 77


@pytest.fixture(scope="module")
def rapid() -> RapidTextReader:
    return RapidTextReader(threads=1, long_side=ENGINE_LONG_SIDE_PX)


@pytest.fixture(scope="module")
def scene() -> Pixels:
    """Smooth blobs of colour: a room as far as encoders are concerned."""
    rng = np.random.default_rng(SEED)
    coarse = rng.integers(60, 200, (9, 16, 3), dtype=np.uint8)
    return np.kron(coarse, np.ones((80, 80, 1), dtype=np.uint8))


def followed(path: Path, rapid: RapidTextReader) -> VideoClock | None:
    """As the observer does: the watermark of the first sampled frames, then the clock."""
    reader, opener = VideoClockReader(rapid), InProcessOpener(LIMITS)
    sample = sample_video(path, LIMITS)
    for frame in sample.frames[:3]:
        strip = reader.find(frame.pixels, WatermarkReader(rapid).read(frame.pixels), frame.presentation_s)
        if strip is not None:
            return reader.follow(strip, partial(opener.look, path), sample.frames[-1].presentation_s)
    return None


@pytest.mark.parametrize("tampering", [t for t in Tampering if t is not Tampering.NONE])
def test_every_story_parts_clock_and_scene_as_planned(tampering: Tampering) -> None:
    plan = plan_video(SEED, tampering)
    start, end = breaks_at_s(plan)
    before, after = (story(plan, at_s) for at_s in (max(0.0, start - 0.01), end + 0.01))
    parted = {(round(s - at, 1), round(c - at, 1)) for (s, c), at in ((before, start), (after, end))}
    assert end <= plan.length_s
    if tampering in (Tampering.CLOCK_STANDS, Tampering.PICTURE_STANDS):
        middle = story(plan, end - 0.01)
        assert abs(middle[0] - middle[1]) == pytest.approx(plan.shift_s, abs=0.05)
    else:
        assert len(parted) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "tampering", [Tampering.NONE, Tampering.CUT, Tampering.LOOP, Tampering.CLOCK_STANDS, Tampering.SPEED]
)
def test_drawn_videos(tampering: Tampering, rapid: RapidTextReader, scene: Pixels, tmp_path: Path) -> None:
    plan = replace(plan_video(SEED, tampering), size=(640, 360))
    write_video(tmp_path / "clip.mp4", plan, scene)
    clock = followed(tmp_path / "clip.mp4", rapid)
    assert clock is not None
    fit = fit_clock(clock.samples)
    assert fit is not None
    assert (fit.deviation_s > LIMIT_S) == (tampering is not Tampering.NONE)
    shown = [sample.shown for sample in clock.samples if sample.shown is not None]
    assert len(shown) >= 0.9 * len(clock.samples)


@pytest.mark.slow
def test_a_clock_to_the_minute_is_followed(rapid: RapidTextReader, scene: Pixels, tmp_path: Path) -> None:
    """And its strip, which hardly ever changes, is recognised a few times only."""
    plan = replace(plan_video(SEED, Tampering.NONE, STYLES_TO_THE_MINUTE), size=(640, 360))
    write_video(tmp_path / "clip.mp4", plan, scene)
    clock = followed(tmp_path / "clip.mp4", rapid)
    assert clock is not None
    fit = fit_clock(clock.samples)
    assert fit is not None
    assert fit.deviation_s <= LIMIT_S
    assert fit.blind_s > 3


def test_plans_repeat_and_hold_what_they_promise() -> None:
    plans = [plan_video(seed, Tampering.CUT) for seed in range(50)]
    assert plans == [plan_video(seed, Tampering.CUT) for seed in range(50)]
    assert {plan.style for plan in plans} == set(STYLES_TO_THE_SECOND)
    assert all(plan.shift_s >= 2 for plan in plans)
    assert any(plan.messenger for plan in plans)
    assert any(isinstance(plan.encoding, Encoding) and plan.encoding.rotation_deg for plan in plans)
