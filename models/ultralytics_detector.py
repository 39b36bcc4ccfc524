"""The detector on ultralytics (extra `train`): for machines with a GPU, and the reference for OpenVINO's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from models.detector import DetectorSettings, detections_of
from models.registry import WeightsEntry, settings_digest, unpacked
from pipeline.errors import RegistryError
from pipeline.evidence import Detection
from pipeline.ports import Pixels

_CACHE = Path.home() / ".cache" / "visitproof" / "weights"


def import_yolo() -> Any:
    """ultralytics' YOLO class. Raises RegistryError, naming the extra, where ultralytics isn't installed."""
    pillows_open = Image.open
    try:
        from ultralytics.models import YOLO
    except ImportError as error:
        raise RegistryError(
            "training and the ultralytics backend need the extra 'train': "
            f"pip install 'visitproof[train]' ({error})"
        ) from error
    finally:
        # ultralytics puts its own in place, which installs a package where a file is no picture.
        Image.open = pillows_open
    return YOLO


class UltralyticsDetector:
    """A `Detector` that runs the registered PyTorch weights by ultralytics' own predictor."""

    def __init__(self, entry: WeightsEntry, settings: DetectorSettings, device: str | None = None) -> None:
        yolo = import_yolo()
        self._model = yolo(str(unpacked(entry, "ultralytics.pt", _CACHE)))
        self._settings, self._device, self._labels = settings, device, entry.labels
        self.digest = settings_digest(entry, "ultralytics", settings.as_dict())

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        """Detections of each picture down to the low floor, most confident first."""
        return [self._detect_one(picture) for picture in pictures]

    def _detect_one(self, picture: Pixels) -> tuple[Detection, ...]:
        result = self._model.predict(
            np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)),
            imgsz=self._settings.input_px,
            conf=self._settings.floor,
            iou=self._settings.overlap,
            max_det=self._settings.most,
            rect=False,
            device=self._device,
            verbose=False,
        )[0]
        boxes = result.boxes
        return detections_of(
            boxes.xyxyn.cpu().numpy(),
            boxes.conf.cpu().numpy(),
            boxes.cls.cpu().numpy().astype(int),
            self._labels,
        )
