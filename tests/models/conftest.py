"""Pictures and videos with known truth, written by the tests."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.ports import Pixels

VideoWriter = Callable[..., Path]


def quadrants(width: int = 96, height: int = 64) -> Pixels:
    """Red, green, blue and white quarters, clockwise from the top left: every turn and flip shows."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 255, 0)
    pixels[height // 2 :, width // 2 :] = (0, 0, 255)
    pixels[height // 2 :, : width // 2] = (255, 255, 255)
    return pixels


@pytest.fixture(scope="session")
def upright_quadrants() -> Pixels:
    return quadrants()


@pytest.fixture
def write_video(tmp_path: Path) -> VideoWriter:
    """A writer of small H.264 videos whose grey level tells the presentation time (see `seconds_shown`)."""

    def write(
        name: str = "clip.mp4",
        milliseconds: Sequence[int] = tuple(range(0, 4000, 100)),
        gop: int = 10,
        size: tuple[int, int] = (64, 48),
        rotation_deg: int = 0,
        tags: dict[str, str] | None = None,
        options: dict[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as container:
            container.metadata.update(tags or {})
            stream = container.add_stream("libx264", rate=25, options={"crf": "10", "sc_threshold": "0"})
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.gop_size = gop
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
            if rotation_deg:
                stream.set_display_rotation(rotation_deg)
            for moment in milliseconds:
                container.mux(stream.encode(_frame(moment, size)))
            container.mux(stream.encode(None))
        return path

    return write


def _frame(moment_ms: int, size: tuple[int, int]) -> av.VideoFrame:
    """Grey that grows by 2 each 100 ms, under a white top left quarter that shows the turn."""
    pixels = np.full((size[1], size[0], 3), 20 + moment_ms // 50, dtype=np.uint8)
    pixels[: size[1] // 2, : size[0] // 2] = 255
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts, frame.time_base = moment_ms, Fraction(1, 1000)
    return frame


@pytest.fixture(scope="session")
def seconds_shown() -> Callable[[Pixels], float]:
    """Reads the presentation time out of a frame of `write_video`, to about 0.05 s."""

    def read(pixels: Pixels) -> float:
        height, width = pixels.shape[:2]
        grey = float(pixels[height * 5 // 8 : height * 7 // 8, width * 5 // 8 : width * 7 // 8].mean())
        return (grey - 20) * 0.05

    return read
