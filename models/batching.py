"""Media files opened one after the other, and handed on as many as may be held in memory together."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.fingerprints import sha256_of
from models.opening import MediaOpener, OpenedMedia
from models.stage_times import StageClock
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason, MediaFailure
from pipeline.visit import MediaItem

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class OpenedItem:
    """A file that could be opened, while its pictures are held."""

    item: MediaItem
    path: Path
    sha256: str
    media: OpenedMedia


class MediaBatches:
    """Batches of `most_pictures` pictures or `most_pixels` pixels, whichever is reached first."""

    def __init__(self, opener: MediaOpener, clock: StageClock, most_pictures: int, most_pixels: int) -> None:
        self._opener, self._clock = opener, clock
        self._most_pictures, self._most_pixels = most_pictures, most_pixels

    def of(self, items: Iterable[tuple[MediaItem, Path]]) -> Iterator[list[OpenedItem | MediaFailure]]:
        """The files in order; one that can't be opened is a MediaFailure. Clear a batch before the next one
        is asked for: it holds the pixels."""
        batch: list[OpenedItem | MediaFailure] = []
        pictures = pixels = 0
        for item, path in items:
            opened = self._open(item, path)
            batch.append(opened)
            if isinstance(opened, OpenedItem):
                pictures += len(opened.media.pictures)
                pixels += sum(picture.pixels.size // 3 for picture in opened.media.pictures)
            if pictures >= self._most_pictures or pixels >= self._most_pixels:
                yield batch
                batch, pictures, pixels = [], 0, 0
        yield batch

    def _open(self, item: MediaItem, path: Path) -> OpenedItem | MediaFailure:
        try:
            with self._clock.stage("hash"):
                sha256 = _checked_sha256(item, path)
            with self._clock.stage("decode"):
                return OpenedItem(item, path, sha256, self._opener.open(path, item.kind))
        except MediaError as error:
            _LOG.info("%s can't be observed: %s", item.key, error.reason)
            return MediaFailure(item.key, error.reason, error.detail)


def _checked_sha256(item: MediaItem, path: Path) -> str:
    """Raises MediaError where the bytes are not there or not those that the manifest promised."""
    try:
        sha256 = sha256_of(path)
    except FileNotFoundError as error:
        raise MediaError(FailureReason.NOT_FOUND, f"no file {path.name}; upload it again") from error
    if item.sha256 is not None and item.sha256.lower() != sha256:
        detail = f"the manifest promises sha256 {item.sha256}, the file has {sha256}; upload it again"
        raise MediaError(FailureReason.CHECKSUM_MISMATCH, detail)
    return sha256
