"""Videos: true presentation times, rotation applied, little decoded, and a MediaError for what is broken."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.frames import VideoSample, sample_video
from models.limits import Limits
from models.videos import VideoLook, look_into
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

VideoWriter = Callable[..., Path]
Clock = Callable[[Pixels], float]
LIMITS = Limits(video_interval_s=1.0)
UNEVEN_MS = (0, 40, 80, 700, 760, 1500, 1540, 2600, 2640, 2680, 3900)


def seconds_of(sample: VideoSample) -> list[float]:
    return [frame.presentation_s for frame in sample.frames]


def reason_for(path: Path, limits: Limits = LIMITS) -> FailureReason | None:
    try:
        sample_video(path, limits)
    except MediaError as error:
        return error.reason
    return None


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov"])
@pytest.mark.parametrize("gop", [1, 10, 100])
def test_frames_are_spread_and_show_their_time(
    name: str, gop: int, write_video: VideoWriter, seconds_shown: Clock
) -> None:
    sample = sample_video(write_video(name, gop=gop), LIMITS)
    seconds = seconds_of(sample)
    assert np.allclose(seconds, np.linspace(0, 3.9, 4), atol=0.66)  # half a step
    shown = [seconds_shown(frame.pixels) for frame in sample.frames]
    assert np.allclose(shown, seconds, atol=0.1)
    assert sample.duration_s == pytest.approx(4.0, abs=0.1)
    assert (sample.width_px, sample.height_px) == (64, 48)


def test_uneven_frame_rate_keeps_true_times(write_video: VideoWriter, seconds_shown: Clock) -> None:
    sample = sample_video(write_video(milliseconds=UNEVEN_MS, gop=100), LIMITS)
    seconds = seconds_of(sample)
    assert set(seconds) <= {moment / 1000 for moment in UNEVEN_MS}
    assert seconds[0] == 0
    assert seconds[-1] == 3.9
    assert np.allclose([seconds_shown(frame.pixels) for frame in sample.frames], seconds, atol=0.1)


@pytest.mark.parametrize(
    ("rotation", "size", "white"),
    [(0, (64, 48), (0, 0)), (90, (48, 64), (1, 0)), (-90, (48, 64), (0, 1)), (180, (64, 48), (1, 1))],
)
def test_rotation_is_applied(
    rotation: int, size: tuple[int, int], white: tuple[int, int], write_video: VideoWriter
) -> None:
    """The white quarter at the stored top left goes (row, column) with a counterclockwise turn."""
    sample = sample_video(write_video(rotation_deg=rotation), LIMITS)
    pixels = sample.frames[0].pixels
    assert (sample.width_px, sample.height_px) == size == (pixels.shape[1], pixels.shape[0])
    row, column = (int((0.25 + white[0] / 2) * size[1]), int((0.25 + white[1] / 2) * size[0]))
    assert pixels[row, column].min() > 230
    assert pixels[size[1] - 1 - row, size[0] - 1 - column].max() < 60


def test_few_frames_of_a_long_video_and_three_of_a_short_one(write_video: VideoWriter) -> None:
    long = write_video("long.mp4", milliseconds=tuple(range(0, 10_000, 200)))
    assert len(sample_video(long, Limits(video_interval_s=0.1, max_sampled_frames=4)).frames) == 4
    short = write_video("short.mp4", milliseconds=tuple(range(0, 500, 100)))
    assert len(sample_video(short, LIMITS).frames) == 3


def test_spent_budget_falls_back_to_keyframes(write_video: VideoWriter) -> None:
    path = write_video(gop=20)
    sample = sample_video(path, Limits(video_interval_s=0.5, max_decoded_frames=8))
    assert seconds_of(sample) == [0.0, 0.6, 0.7, 2.0]


def test_large_frames_are_reduced(write_video: VideoWriter) -> None:
    sample = sample_video(write_video(size=(128, 96)), Limits(max_frame_side_px=64))
    assert (sample.width_px, sample.height_px) == (128, 96)
    assert sample.frames[0].pixels.shape == (48, 64, 3)


def test_fragmented_video_without_a_stated_duration(write_video: VideoWriter, seconds_shown: Clock) -> None:
    path = write_video(options={"movflags": "frag_keyframe+empty_moov"}, gop=10)
    sample = sample_video(path, LIMITS)
    shown = [seconds_shown(frame.pixels) for frame in sample.frames]
    assert np.allclose(shown, seconds_of(sample), atol=0.1)
    assert len(shown) >= 3


def test_limits_are_checked_before_decoding(write_video: VideoWriter) -> None:
    path = write_video()
    assert reason_for(path, Limits(max_video_bytes=100)) is FailureReason.TOO_MANY_BYTES
    assert reason_for(path, Limits(max_pixels=64 * 48 - 1)) is FailureReason.TOO_MANY_PIXELS
    assert reason_for(path, Limits(max_pixels=64 * 48)) is None


def test_what_is_no_video(tmp_path: Path) -> None:
    page = tmp_path / "clip.mp4"
    page.write_text("#EXTM3U\nfile:///etc/passwd\n")
    assert reason_for(page) is FailureReason.UNSUPPORTED_FORMAT
    page.touch()
    page.write_bytes(b"")
    assert reason_for(page) is FailureReason.EMPTY
    assert reason_for(tmp_path / "nowhere.mp4") is FailureReason.NOT_FOUND


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.01, 0.99), is_streamable=st.booleans())
def test_truncated_anywhere(share: float, is_streamable: bool, write_video: VideoWriter) -> None:
    options = {"movflags": "faststart"} if is_streamable else {}
    path = write_video(options=options, milliseconds=tuple(range(0, 1000, 100)))
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    assert reason_for(path) in (FailureReason.TRUNCATED, FailureReason.CORRUPT)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), flips=st.integers(1, 60))
def test_damaged_anywhere(seed: int, flips: int, write_video: VideoWriter) -> None:
    """A sample or a MediaError, and nothing else."""
    path = write_video(milliseconds=tuple(range(0, 1000, 100)))
    data = bytearray(path.read_bytes())
    random = np.random.default_rng(seed)
    for position in random.integers(0, len(data), flips):
        data[position] = random.integers(0, 256)
    path.write_bytes(data)
    try:
        sample = sample_video(path, Limits(max_pixels=100_000))
    except MediaError:
        return
    assert seconds_of(sample) == sorted(seconds_of(sample))


WHOLE = BoundingBox(0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize("gop", [1, 10, 100])
@pytest.mark.parametrize("milliseconds", [tuple(range(0, 4000, 100)), UNEVEN_MS], ids=["even", "uneven"])
def test_a_look_gives_the_first_frame_from_each_second_on(
    gop: int, milliseconds: tuple[int, ...], write_video: VideoWriter, seconds_shown: Clock
) -> None:
    wanted = (0.0, 0.65, 0.75, 2.7, 9.0)
    look = look_into(write_video(gop=gop, milliseconds=milliseconds), wanted, WHOLE, LIMITS)
    due = [min((ms for ms in milliseconds if ms / 1000 >= s), default=milliseconds[-1]) for s in wanted]
    assert [glance.presentation_s for glance in look.glances] == [ms / 1000 for ms in dict.fromkeys(due)]
    for glance in look.glances:
        assert seconds_shown(glance.cut_out) == pytest.approx(glance.presentation_s, abs=0.1)
    assert look.frames_decoded <= len(milliseconds)


def test_a_look_decodes_from_the_keyframe_before(write_video: VideoWriter) -> None:
    path = write_video(milliseconds=tuple(range(0, 10_000, 100)), gop=10)
    assert look_into(path, (7.05,), WHOLE, LIMITS).frames_decoded <= 12


@pytest.mark.parametrize("rotation", [0, 90, -90, 180])
def test_a_look_is_cut_out_of_the_upright_frame(rotation: int, write_video: VideoWriter) -> None:
    path = write_video(rotation_deg=rotation)
    upright = sample_video(path, LIMITS).frames[0].pixels
    region = BoundingBox(0.25, 0.5, 1.0, 0.75)
    (glance,) = look_into(path, (0.0,), region, LIMITS).glances
    height, width = upright.shape[:2]
    assert np.array_equal(glance.cut_out, upright[height // 2 : height * 3 // 4, width // 4 :])
    assert glance.small.shape[:2] in ((36, 48), (48, 36))


def test_a_look_ends_where_the_budget_does(write_video: VideoWriter) -> None:
    look: VideoLook = look_into(write_video(gop=100), (0.0, 1.0, 2.0), WHOLE, Limits(max_decoded_frames=8))
    assert look.frames_decoded == 8


def test_a_look_into_what_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        look_into(tmp_path / "nowhere.mp4", (0.0,), WHOLE, LIMITS)
