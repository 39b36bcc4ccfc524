"""Videos on disk to upright frames with their true presentation times, decoding as little as possible."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from models.bounds import check_file, check_pixels
from models.file_kinds import VIDEO_KINDS, is_cut_short
from models.limits import Limits
from models.resizing import part_of
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels

_MIN_SAMPLED_FRAMES = 3
"""First, middle and last, however short a video is."""
_SMALL_SIDE_PX = 48


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """An upright video frame, perhaps reduced, and the second at which the video shows it."""

    presentation_s: float
    pixels: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class VideoSample:
    """Frames of a video in order of presentation; width_px and height_px are the upright full size.

    rotation_deg: the counterclockwise turn of the container's display matrix, already applied.
    """

    frames: tuple[SampledFrame, ...]
    duration_s: float | None
    width_px: int
    height_px: int
    rotation_deg: int


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """A part of an upright frame, the frame as a small picture, and the second at which it is shown."""

    presentation_s: float
    cut_out: Pixels
    small: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class VideoLook:
    """Glances in order of presentation, and how many frames were decoded for them."""

    glances: tuple[Glance, ...]
    frames_decoded: int


def sample_video(path: Path, limits: Limits) -> VideoSample:
    """Decode frames spread evenly over an MP4 or MOV file, upright, with their true presentation times.

    A keyframe is taken where one lies within half a step before the wanted time; elsewhere frames are decoded
    from the keyframe before. Raises MediaError like `open_photo`.
    """
    with _opened(path, limits) as container:
        return _sample(container, limits)


def look_into(path: Path, seconds: Sequence[float], region: BoundingBox, limits: Limits) -> VideoLook:
    """The region of the frames at these presentation seconds, which must ascend: each the first frame from
    that second on, at the end of the stream the last.

    Seconds that fall on one frame give one glance. Frames are decoded from the keyframe before, and no more
    than the limits allow. Raises MediaError like `sample_video`.
    """
    with _opened(path, limits) as container:
        stream = _video_stream(container, limits)
        walker = _FrameWalker(container, stream, limits.max_decoded_frames)
        glances = tuple(
            Glance(
                round(walker.presentation_s(frame), 3),
                part_of(_upright_pixels(frame, limits.max_frame_side_px), region).copy(),
                _upright_pixels(frame, _SMALL_SIDE_PX),
            )
            for frame in _ascending(walker, seconds, tolerance=0.0)
        )
        return VideoLook(glances, walker.frames_decoded)


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[InputContainer]:
    """A video that may be decoded, with all that a decoder raises as a MediaError."""
    kind = check_file(path, limits.max_video_bytes, VIDEO_KINDS)
    with path.open("rb") as file:
        if is_cut_short(file, kind):
            raise MediaError(FailureReason.TRUNCATED, f"{kind} ends too early; upload the original again")
    try:
        with _open_container(path, limits) as container:
            yield container
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        detail = f"{kind} can't be decoded ({type(error).__name__}); upload the original again"
        raise MediaError(FailureReason.CORRUPT, detail) from error


@contextmanager
def _open_container(path: Path, limits: Limits) -> Iterator[InputContainer]:
    """The demuxer is named, so that no playlist or image sequence can hide behind the name of a video."""
    options = {"max_pixels": str(limits.max_pixels), "protocol_whitelist": "file"}
    with av.open(str(path), format="mov", options=options, metadata_errors="replace") as container:
        yield container


def _video_stream(container: InputContainer, limits: Limits) -> VideoStream:
    """The first video stream, checked against the pixel limit before a frame of it is decoded."""
    stream = next(iter(container.streams.video), None)
    if stream is None or stream.codec_context is None:
        raise MediaError(
            FailureReason.CORRUPT, "no video stream that can be decoded; upload the original again"
        )
    check_pixels(stream.codec_context.width, stream.codec_context.height, limits)
    return stream


def _sample(container: InputContainer, limits: Limits) -> VideoSample:
    stream = _video_stream(container, limits)
    duration = _duration_s(container, stream)
    walker = _FrameWalker(container, stream, limits.max_decoded_frames)
    frames = tuple(_sampled(walker, _wanted_times(duration, limits)))
    if not frames:
        raise MediaError(FailureReason.CORRUPT, "the file holds no picture; upload the original again")
    turn = frames[0].rotation
    pictures = tuple(
        SampledFrame(round(walker.presentation_s(frame), 3), _upright_pixels(frame, limits.max_frame_side_px))
        for frame in frames
    )
    width, height = frames[0].width, frames[0].height
    if _quarter_turns(frames[0]) % 2:
        width, height = height, width
    return VideoSample(pictures, duration, width, height, turn)


def _duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration and container.duration > 0 else None


def _wanted_times(duration_s: float | None, limits: Limits) -> list[float]:
    """Seconds from the first frame to the last, evenly; by the plain interval where no duration is stated."""
    if duration_s is None:
        return [index * limits.video_interval_s for index in range(limits.max_sampled_frames)]
    wanted = max(_MIN_SAMPLED_FRAMES, 1 + math.floor(duration_s / limits.video_interval_s))
    count = min(wanted, limits.max_sampled_frames)
    return [float(second) for second in np.linspace(0.0, duration_s, count)]


def _sampled(walker: "_FrameWalker", wanted: list[float]) -> Iterator[VideoFrame]:
    return _ascending(walker, wanted, (wanted[1] - wanted[0]) / 2 if len(wanted) > 1 else 0.0)


def _ascending(walker: "_FrameWalker", wanted: Sequence[float], tolerance: float) -> Iterator[VideoFrame]:
    """The frames at these seconds, each once."""
    last = -math.inf
    for second in wanted:
        frame = walker.frame_at(second, tolerance)
        if frame is not None and walker.presentation_s(frame) > last:
            last = walker.presentation_s(frame)
            yield frame


class _FrameWalker:
    """Gets frames of one stream by presentation time, in ascending order, decoding as little as it can."""

    def __init__(self, container: InputContainer, stream: VideoStream, budget: int) -> None:
        self._container, self._stream = container, stream
        self._budget = budget
        self.frames_decoded = 0
        self._start = stream.start_time or 0
        self._time_base = stream.time_base or Fraction(1, av.time_base)
        self._keys_s, self._last_s = _index_seconds(stream, self._time_base)
        self._frames = container.decode(stream)
        self._position_s = -math.inf

    def presentation_s(self, frame: VideoFrame) -> float:
        """Seconds since the stream's first frame."""
        if frame.pts is None or frame.time_base is None:
            return max(0.0, self._position_s)
        return float((frame.pts - self._start) * frame.time_base)

    def frame_at(self, second: float, tolerance: float) -> VideoFrame | None:
        """The keyframe up to `tolerance` before `second`, else the first sound frame from `second` on.

        At the end of the stream, the last one; where the budget ends, the last one that it paid
        for. None where all were given before.
        """
        if self._keyframe_before(second) <= self._position_s:
            return self._walk_to(second) if self._budget > 0 else None
        if second > 0:
            wanted = self._start + int(min(second, self._last_s) / self._time_base)
            self._container.seek(wanted, stream=self._stream)
            self._frames = self._container.decode(self._stream)
        keyframe = self._walk_to(-math.inf)
        if keyframe is None or second - self._position_s <= tolerance or self._budget <= 0:
            return keyframe
        return self._walk_to(second) or keyframe

    def _keyframe_before(self, second: float) -> float:
        return self._keys_s[max(0, bisect_right(self._keys_s, second) - 1)]

    def _walk_to(self, second: float) -> VideoFrame | None:
        found = None
        for frame in self._frames:
            self._budget -= 1
            self.frames_decoded += 1
            if frame.is_corrupt:
                continue
            found, self._position_s = frame, self.presentation_s(frame)
            if self._position_s >= second or self._budget <= 0:
                break
        return found


def _index_seconds(stream: VideoStream, time_base: Fraction) -> tuple[list[float], float]:
    """Where keyframes and the last frame lie by the container's index, about: it holds decoding times."""
    entries = list(stream.index_entries)
    if not entries:
        return [0.0], 0.0
    first = entries[0].timestamp
    keys = [float((entry.timestamp - first) * time_base) for entry in entries if entry.is_keyframe]
    return keys or [0.0], float((entries[-1].timestamp - first) * time_base)


def _quarter_turns(frame: VideoFrame) -> int:
    return round(frame.rotation / 90) % 4


def _upright_pixels(frame: VideoFrame, max_side: int) -> Pixels:
    scale = min(1.0, max_side / max(frame.width, frame.height))
    size = {"width": max(1, round(frame.width * scale)), "height": max(1, round(frame.height * scale))}
    pixels = frame.reformat(**size, format="rgb24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, _quarter_turns(frame)))
