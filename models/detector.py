"""The detector on OpenVINO, without PyTorch, and the one way to get a detector by name.

Pre- and post-processing are those of ultralytics' predictor with `rect=False` (letterbox to a square, grey
114, best class of each anchor, suppression within a class), so both backends see and say the same.
"""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray

from models.registry import WeightsEntry, load_registry, member, settings_digest
from pipeline.errors import RegistryError
from pipeline.evidence import Detection
from pipeline.geometry import BoundingBox
from pipeline.ports import Detector, Pixels

Floats = NDArray[np.float32]

_GREY = (114, 114, 114)
_BATCH = 8


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """What a detector's digest covers besides the weights. `overlap` is an IoU, `most` boxes a picture."""

    input_px: int
    floor: float
    overlap: float
    most: int

    @classmethod
    def of(cls, entry: WeightsEntry) -> "DetectorSettings":
        return cls(entry.input_px, entry.floor, entry.overlap, entry.most)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture of width x height lies in the square that the network sees, in pixels of the square."""

    side: int
    width: int
    height: int

    @property
    def scale(self) -> float:
        return min(self.side / self.width, self.side / self.height)

    @property
    def resized(self) -> tuple[int, int]:
        """Width and height of the picture inside the square."""
        return round(self.width * self.scale), round(self.height * self.scale)

    @property
    def offset(self) -> tuple[int, int]:
        """Left and top border. Half pixels go to the far side, as ultralytics does it."""
        width, height = self.resized
        return round((self.side - width) / 2 - 0.1), round((self.side - height) / 2 - 0.1)

    def apply(self, picture: Pixels) -> Pixels:
        """The picture resized (bilinear) and framed in grey, side x side x 3."""
        width, height = self.resized
        left, top = self.offset
        inner = picture
        if (width, height) != (self.width, self.height):
            inner = np.asarray(
                cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
            )
        framed = cv2.copyMakeBorder(
            inner,
            top,
            self.side - height - top,
            left,
            self.side - width - left,
            cv2.BORDER_CONSTANT,
            value=_GREY,
        )
        return np.asarray(framed, dtype=np.uint8)

    def undo(self, corners: Floats) -> Floats:
        """Boxes (n x 4, pixels of the square) as fractions of the picture, not yet clipped."""
        left, top = self.offset
        scaled = (corners - np.array([left, top, left, top], dtype=np.float32)) / self.scale
        return np.asarray(
            scaled / np.array([self.width, self.height] * 2, dtype=np.float32), dtype=np.float32
        )


class OpenVinoDetector:
    """A `Detector` that runs the registered network on the processor, in 32 bits so that scores repeat."""

    def __init__(self, entry: WeightsEntry, settings: DetectorSettings) -> None:
        core = openvino.Core()
        graph = core.read_model(
            io.BytesIO(member(entry, "openvino.xml")), io.BytesIO(member(entry, "openvino.bin"))
        )
        self._network = core.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        self._settings, self._labels = settings, entry.labels
        self.digest = settings_digest(entry, "openvino", settings.as_dict())

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        """Detections of each picture down to the low floor, most confident first."""
        found: list[tuple[Detection, ...]] = []
        for first in range(0, len(pictures), _BATCH):
            found += self._detect_batch(pictures[first : first + _BATCH])
        return found

    def _detect_batch(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        boxes = [Letterbox(self._settings.input_px, one.shape[1], one.shape[0]) for one in pictures]
        framed = np.stack([box.apply(one) for box, one in zip(boxes, pictures, strict=True)])
        batch = np.ascontiguousarray(framed.transpose(0, 3, 1, 2), dtype=np.float32) / 255.0
        raw: Any = self._network(batch)[0]
        return [
            self._read(box, np.asarray(one, dtype=np.float32)) for box, one in zip(boxes, raw, strict=True)
        ]

    def _read(self, letterbox: Letterbox, raw: Floats) -> tuple[Detection, ...]:
        corners, scores, classes = suppressed(raw, self._settings)
        return detections_of(letterbox.undo(corners), scores, classes, self._labels)


def suppressed(raw: Floats, settings: DetectorSettings) -> tuple[Floats, Floats, NDArray[np.int_]]:
    """Corners (n x 4, pixels of the square), scores and class ids of what one picture's output says.

    `raw` is (4 + classes) x anchors: centre x, centre y, width, height, then a score per class.
    """
    scores = raw[4:].max(axis=0)
    kept = scores > settings.floor
    classes, scores = raw[4:, kept].argmax(axis=0), scores[kept]
    x, y, width, height = raw[:4, kept]
    corner_and_size = np.stack([x - width / 2, y - height / 2, width, height], axis=1)
    chosen = np.asarray(
        cv2.dnn.NMSBoxesBatched(
            corner_and_size.tolist(), scores.tolist(), classes.tolist(), settings.floor, settings.overlap
        ),
        dtype=int,
    ).reshape(-1)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")][: settings.most]
    corners = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    return corners[chosen], scores[chosen], classes[chosen]


def detections_of(
    corners: NDArray[np.floating[Any]],
    scores: NDArray[np.floating[Any]],
    classes: NDArray[np.integer[Any]],
    labels: tuple[str, ...],
) -> tuple[Detection, ...]:
    """Detections from relative corners (n x 4), most confident first.

    Rounded to what a photo can tell (1e-4 of its side), so that the last bits of one processor's arithmetic
    don't show up as other evidence.
    """
    found = [
        Detection(labels[int(class_id)], _rounded(score), BoundingBox.clipped(*(_rounded(v) for v in four)))
        for four, score, class_id in zip(corners, scores, classes, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.confidence, one.label, one.box.as_tuple())))


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def load_detector(name: str | None = None, backend: str = "openvino") -> Detector:
    """The registered detector of that name (default: the registry's) on `openvino` or `ultralytics`.

    Raises RegistryError for an unknown name or backend, missing or altered weights, or a missing extra.
    """
    if backend not in ("openvino", "ultralytics"):
        raise RegistryError(f"no backend {backend!r}: choose 'openvino' or 'ultralytics'")
    entry = load_registry().entry(name)
    settings = DetectorSettings.of(entry)
    if backend == "openvino":
        return OpenVinoDetector(entry, settings)
    from models.ultralytics_detector import UltralyticsDetector  # the extra `train`, only where asked for

    return UltralyticsDetector(entry, settings)
