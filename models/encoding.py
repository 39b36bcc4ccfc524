"""Writes H.264 as phones and messengers do: for videos that tests and figures need."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from pipeline.ports import Pixels

_TICKS_PER_S = 90_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """How frames are written.

    crf is x264's constant quality, more is worse. rotation_deg is the turn that the display matrix asks for:
    pixels are stored turned the other way. short_side_px: 0 keeps the size.
    """

    crf: int = 23
    keyframes_every: int = 30
    b_frames: int = 0
    rotation_deg: int = 0
    starts_late_s: float = 0.0
    short_side_px: int = 0


def encode(path: Path, frames: Iterable[tuple[float, Pixels]], rate: int, how: Encoding) -> None:
    """Upright frames with their presentation seconds to an MP4; the seconds may lie unevenly."""
    quarter_turns = round(how.rotation_deg / 90) % 4
    options = {"crf": str(how.crf), "preset": "ultrafast", "bf": str(how.b_frames)}
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.pix_fmt = "yuv420p"
        stream.gop_size = how.keyframes_every
        stream.codec_context.thread_count = 1
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        if how.rotation_deg:
            stream.set_display_rotation(how.rotation_deg)
        for at_s, upright in frames:
            pixels = np.ascontiguousarray(np.rot90(upright, -quarter_turns))
            height, width = (side // 2 * 2 for side in pixels.shape[:2])
            if not stream.codec_context.is_open:
                stream.height, stream.width = height, width
            frame = av.VideoFrame.from_ndarray(pixels[:height, :width], format="rgb24")
            frame.pts = round((at_s + how.starts_late_s) * _TICKS_PER_S)
            frame.time_base = Fraction(1, _TICKS_PER_S)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def passed_on(source: Path, path: Path, how: Encoding) -> None:
    """A video as a messenger passes it on: reduced and encoded anew, frame times and rotation kept."""
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        rate = round(float(stream.average_rate or 25))
        start = stream.start_time or 0
        frames = (
            (
                float((frame.pts - start) * frame.time_base),
                _reduced(np.rot90(frame.to_ndarray(format="rgb24"), round(how.rotation_deg / 90) % 4), how),
            )
            for frame in container.decode(stream)
            if frame.pts is not None and frame.time_base is not None
        )
        encode(path, frames, rate, how)


def _reduced(pixels: Pixels, how: Encoding) -> Pixels:
    scale = how.short_side_px / min(pixels.shape[:2]) if how.short_side_px else 1.0
    if scale >= 1:
        return pixels
    size = round(pixels.shape[1] * scale / 2) * 2, round(pixels.shape[0] * scale / 2) * 2
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
