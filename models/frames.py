"""Files on disk to bounded, upright RGB pixels: a photo, or frames sampled from a video.

Header before pixels: a file over its limit is refused before any decoder sees its content. These functions
run decoders of C in the calling process; `models.isolation` runs them where a hang or a crash does no harm.
"""

import math
import struct
import warnings
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from models.file_kinds import HEAD_BYTES, PHOTO_KINDS, VIDEO_KINDS, FileKind, is_cut_short, kind_of
from models.limits import Limits
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.ports import Pixels

register_heif_opener()

DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plugins are known to raise on damaged and hostile files."""

_PILLOW_FORMATS = {
    FileKind.JPEG: "JPEG",
    FileKind.PNG: "PNG",
    FileKind.WEBP: "WEBP",
    FileKind.HEIC: "HEIF",
}
# EXIF 2.32, 4.6.5 Orientation: what turns the stored picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MIN_SAMPLED_FRAMES = 3
"""First, middle and last, however short a video is."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright photo: pixels of height_px x width_px x 3."""

    pixels: Pixels
    width_px: int
    height_px: int


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


def open_photo(path: Path, limits: Limits) -> Photo:
    """Decode a JPEG, PNG, WebP or HEIC file (by content) and turn it upright; the first frame if animated.

    Raises MediaError: NOT_FOUND, EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, TRUNCATED,
    CORRUPT.
    """
    kind = _check_file(path, limits.max_photo_bytes, PHOTO_KINDS)
    data = BytesIO(path.read_bytes())
    try:
        with _open_image(data, kind) as image:
            _check_pixels(image.width, image.height, limits)
            image.load()
            upright = _turn_upright(image)
            pixels = _to_rgb(upright)
    except Image.DecompressionBombError as error:
        raise MediaError(FailureReason.TOO_MANY_PIXELS, f"{error}; send a smaller picture") from error
    except DECODER_ERRORS as error:
        raise _decoder_failure(data, kind, error) from error
    return Photo(pixels, width_px=pixels.shape[1], height_px=pixels.shape[0])


def _check_file(path: Path, max_bytes: int, wanted: frozenset[FileKind]) -> FileKind:
    """The file's kind by its content, if it is there, not empty, not too large and wanted."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise MediaError(FailureReason.NOT_FOUND, f"no file {path.name}; upload it again") from error
    if size == 0:
        raise MediaError(FailureReason.EMPTY, "the file has no bytes; upload it again")
    if size > max_bytes:
        raise MediaError(
            FailureReason.TOO_MANY_BYTES, f"{size} bytes, the limit is {max_bytes}; send a smaller file"
        )
    kind = kind_of(head)
    if kind not in wanted:
        names = ", ".join(sorted(wanted))
        raise MediaError(FailureReason.UNSUPPORTED_FORMAT, f"the content is {kind}; send one of: {names}")
    return kind


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_pixels:
        detail = f"{width} x {height} pixels, the limit is {limits.max_pixels}; send a smaller picture"
        raise MediaError(FailureReason.TOO_MANY_PIXELS, detail)


def _open_image(data: BytesIO, kind: FileKind) -> Image.Image:
    """Reads the header only; Pillow decodes at `load`."""
    with warnings.catch_warnings():
        # Pillow warns of what `_check_pixels` refuses, and of damaged metadata, which is read elsewhere.
        warnings.simplefilter("ignore")
        return Image.open(data, formats=(_PILLOW_FORMATS[kind],))


def _decoder_failure(data: BytesIO, kind: FileKind, error: BaseException) -> MediaError:
    cut = is_cut_short(data, kind) or "truncated" in str(error)
    reason = FailureReason.TRUNCATED if cut else FailureReason.CORRUPT
    said = "its header can't be read" if isinstance(error, UnidentifiedImageError) else str(error)[:200]
    return MediaError(reason, f"{kind} can't be decoded ({said}); upload the original again")


def _turn_upright(image: Image.Image) -> Image.Image:
    """Apply EXIF orientation; pillow-heif has applied a HEIC's own and says so by resetting the tag."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except DECODER_ERRORS:
        # Damaged metadata is no damaged picture.
        return image
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _to_rgb(image: Image.Image) -> Pixels:
    """8 bits per channel; 16-bit grey keeps its upper byte; transparency lies on white."""
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image, dtype=np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        overlay = image.convert("RGBA")
        image = Image.new("RGBA", overlay.size, "white")
        image.alpha_composite(overlay)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)


def sample_video(path: Path, limits: Limits) -> VideoSample:
    """Decode frames spread evenly over an MP4 or MOV file, upright, with their true presentation times.

    A keyframe is taken where one lies within half a step before the wanted time; elsewhere frames are decoded
    from the keyframe before. Raises MediaError like `open_photo`.
    """
    kind = _check_file(path, limits.max_video_bytes, VIDEO_KINDS)
    with path.open("rb") as file:
        if is_cut_short(file, kind):
            raise MediaError(FailureReason.TRUNCATED, f"{kind} ends too early; upload the original again")
    try:
        with _open_container(path, limits) as container:
            return _sample(container, limits)
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        detail = f"{kind} can't be decoded ({type(error).__name__}); upload the original again"
        raise MediaError(FailureReason.CORRUPT, detail) from error


@contextmanager
def _open_container(path: Path, limits: Limits) -> Iterator[InputContainer]:
    """The demuxer is named, so that no playlist or image sequence can hide behind the name of a video."""
    options = {"max_pixels": str(limits.max_pixels), "protocol_whitelist": "file"}
    with av.open(str(path), format="mov", options=options, metadata_errors="replace") as container:
        yield container


def _sample(container: InputContainer, limits: Limits) -> VideoSample:
    stream = next(iter(container.streams.video), None)
    if stream is None:
        raise MediaError(FailureReason.CORRUPT, "the file holds no video stream; upload the original again")
    _check_pixels(stream.codec_context.width, stream.codec_context.height, limits)
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
    tolerance = (wanted[1] - wanted[0]) / 2 if len(wanted) > 1 else 0.0
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
        self._start = stream.start_time or 0
        self._time_base = stream.time_base or Fraction(1, av.time_base)
        self._keys = [entry.timestamp for entry in stream.index_entries if entry.is_keyframe] or [self._start]
        self._frames = container.decode(stream)
        self._position_s = -math.inf

    def presentation_s(self, frame: VideoFrame) -> float:
        """Seconds since the stream's first frame."""
        if frame.pts is None or frame.time_base is None:
            return max(0.0, self._position_s)
        return float((frame.pts - self._start) * frame.time_base)

    def frame_at(self, second: float, tolerance: float) -> VideoFrame | None:
        """The keyframe up to `tolerance` before `second`, else the first sound frame from `second` on.

        At the end of the stream, the last one; None where all frames were given before.
        """
        key, key_s = self._keyframe_before(second)
        is_near = second - key_s <= tolerance or self._budget <= 0
        if key_s > self._position_s and key > self._start:
            self._container.seek(key, stream=self._stream)
            self._frames = self._container.decode(self._stream)
        return self._walk_to(key_s if is_near else second)

    def _keyframe_before(self, second: float) -> tuple[int, float]:
        wanted = self._start + int(second / self._time_base)
        key = self._keys[max(0, bisect_right(self._keys, wanted) - 1)]
        return key, float((key - self._start) * self._time_base)

    def _walk_to(self, second: float) -> VideoFrame | None:
        found = None
        for frame in self._frames:
            self._budget -= 1
            if frame.is_corrupt:
                continue
            found, self._position_s = frame, self.presentation_s(frame)
            if self._position_s >= second:
                break
        return found


def _quarter_turns(frame: VideoFrame) -> int:
    return round(frame.rotation / 90) % 4


def _upright_pixels(frame: VideoFrame, max_side: int) -> Pixels:
    scale = min(1.0, max_side / max(frame.width, frame.height))
    size = {"width": max(1, round(frame.width * scale)), "height": max(1, round(frame.height * scale))}
    pixels = frame.reformat(**size, format="rgb24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, _quarter_turns(frame)))
