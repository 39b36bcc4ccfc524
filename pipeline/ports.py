"""What the judging and the flows need from the outside, as Protocols; adapters and test fakes fit them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence import Detection, MediaEvidence, Observation, TextLine
from pipeline.layout.values import LayoutObservation
from pipeline.visit import MediaItem

Pixels = NDArray[np.uint8]
"""An upright picture: height x width x 3, uint8, RGB."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a store says about an object without sending it."""

    key: str
    size_bytes: int
    etag: str
    modified_at: datetime


class ObjectStore(Protocol):
    """An S3 bucket. Every method raises StorageError (with the key in its message) when the store fails."""

    def list_objects(self, prefix: str) -> Iterator[ObjectInfo]: ...

    def list_folders(self, prefix: str) -> Iterator[str]:
        """The common prefixes one level below `prefix`, each ending in a slash."""
        ...

    def stat(self, key: str) -> ObjectInfo:
        """Raises ObjectNotFound."""
        ...

    def fetch(self, key: str, limit_bytes: int) -> bytes:
        """The whole object, checked against its ETag. Raises ObjectNotFound, ObjectCorrupted, or
        MediaError(TOO_MANY_BYTES) without fetching more than `limit_bytes`."""
        ...

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int) -> None:
        """Like `fetch`, streamed into a file: videos."""
        ...

    def read_range(self, key: str, start: int, length: int, etag: str) -> bytes:
        """`length` bytes from `start` on, fewer at the end. Raises ObjectNotFound, and ObjectCorrupted where
        the object is no longer the one with this ETag."""
        ...

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo: ...

    def put_file(self, key: str, path: Path, content_type: str) -> ObjectInfo: ...


class Detector(Protocol):
    """An object detector. `digest` names weights and settings; equal digests give equal detections."""

    @property
    def digest(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        """Detections of each picture down to the low floor, most confident first."""
        ...


class TextReader(Protocol):
    """An OCR engine: finds and reads the lines of text in a picture or a cut-out of one."""

    @property
    def digest(self) -> str: ...

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        """Lines with boxes relative to `picture`, in reading order as the engine gives it."""
        ...


class LayoutReader(Protocol):
    """Finds the outlines of a work cloth and of tools in a picture. `digest` names method and settings."""

    @property
    def digest(self) -> str: ...

    def read(
        self, picture: Pixels, detections: Sequence[Detection], focal_px: float | None
    ) -> LayoutObservation:
        """Look in `picture`, whose detections these are; focal_px is in its pixels, None where unknown."""
        ...


class EvidenceStore(Protocol):
    """Keeps MediaEvidence under (sha256, observer digest), so that nothing is observed twice."""

    def get(self, sha256: str, observer_digest: str) -> MediaEvidence | None: ...

    def put(self, evidence: MediaEvidence) -> None: ...


class MediaObserver(Protocol):
    """Bytes in, evidence out; media errors become a MediaFailure, everything else is raised."""

    @property
    def digest(self) -> str: ...

    def observe(self, items: Sequence[tuple[MediaItem, Path]]) -> list[Observation]:
        """Observe files on disk; batches detection across them. One Observation per item, in order."""
        ...
