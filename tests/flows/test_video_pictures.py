"""A report shows the very frame that a finding names, not the sampled one near by."""

import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from flows.pictures import StorePictures
from models.encoding import Encoding, encode
from models.limits import Limits
from models.opening import InProcessOpener
from pipeline.ports import ObjectInfo


@dataclass
class OneFile:
    """A store that holds one file under every key; only fetching is asked of it here."""

    path: Path

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int) -> None:
        shutil.copy(self.path, path)

    def fetch(self, key: str, limit_bytes: int) -> bytes:
        return self.path.read_bytes()

    def stat(self, key: str) -> ObjectInfo:
        raise NotImplementedError


@pytest.mark.parametrize("second", [0.0, 1.2, 3.367, 5.9])
def test_the_frame_of_a_second(second: float, tmp_path: Path) -> None:
    """Each frame's grey tells its second."""
    frames = ((number / 30, np.full((48, 64, 3), 20 + number, dtype=np.uint8)) for number in range(180))
    encode(tmp_path / "clip.mp4", frames, 30, Encoding(crf=8))
    pictures = StorePictures(OneFile(tmp_path / "clip.mp4"), InProcessOpener(Limits()))  # type: ignore[arg-type]
    jpeg = pictures.picture("clip.mp4", second)
    assert jpeg is not None
    grey = float(np.asarray(Image.open(BytesIO(jpeg)).convert("L")).mean())
    assert (grey - 20) / 30 == pytest.approx(second, abs=0.1)
