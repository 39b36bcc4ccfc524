"""The loop that one would write first: full decode, ultralytics in PyTorch, Tesseract over the whole picture.

`flows.bench` holds this project against it; nothing else uses it. Needs the extra `train`.
"""

from pathlib import Path

import cv2
import numpy as np
import pytesseract

from models.registry import WeightsEntry, unpacked
from models.stage_times import StageClock
from models.ultralytics_detector import import_yolo
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.ports import Pixels

LANGUAGES = "chi_sim+eng"


class PlainLoop:
    """Looks at one photo after the other, and tells a clock how long each step took.

    `folder` takes the unpacked weights. Raises RegistryError where the extra `train` is missing.
    """

    def __init__(self, weights: WeightsEntry, folder: Path) -> None:
        self._model = import_yolo()(str(unpacked(weights, "ultralytics.pt", folder)))
        self._weights = weights

    def look_at(self, path: Path, clock: StageClock) -> None:
        """Raises MediaError for a file that OpenCV can't decode."""
        with clock.stage("decode"):
            picture = cv2.imread(str(path))
        if picture is None:
            raise MediaError(FailureReason.CORRUPT, f"{path}: OpenCV can't decode it; choose another photo")
        with clock.stage("detect"):
            self._model.predict(
                picture, imgsz=self._weights.input_px, conf=self._weights.floor, verbose=False
            )
        with clock.stage("read"):
            pytesseract.image_to_string(_rgb(picture), lang=LANGUAGES)


def _rgb(picture: Pixels | cv2.typing.MatLike) -> Pixels:
    return np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_BGR2RGB), dtype=np.uint8)
