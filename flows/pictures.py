"""Pictures for report pages: fetched from the store when a page is written, reduced, and kept nowhere."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.lines import kind_of_file
from models.opening import MediaOpener, OpenedMedia, Picture
from models.previews import jpeg_preview
from pipeline.errors import MediaError, StorageError
from pipeline.evidence import MediaFailure
from pipeline.ports import ObjectStore

_log = logging.getLogger(__name__)


class StorePictures:
    """A `review.pictures.PictureSource` over the object store.

    The file opened last is kept, since a page asks for several frames of one video in a row.
    """

    def __init__(self, store: ObjectStore, opener: MediaOpener) -> None:
        self._store = store
        self._opener = opener
        self._last: tuple[str, OpenedMedia | None] = ("", None)

    def picture(self, media_key: str, presentation_s: float | None) -> bytes | None:
        """An upright JPEG; None where the object is gone or can't be decoded: the report says so itself."""
        if self._last[0] != media_key:
            self._last = (media_key, self._open(media_key))
        opened = self._last[1]
        return jpeg_preview(_nearest(opened, presentation_s).pixels) if opened else None

    def _open(self, media_key: str) -> OpenedMedia | None:
        limits = self._opener.limits
        with TemporaryDirectory(prefix="visitproof-") as folder:
            path = Path(folder) / "picture"
            try:
                self._store.fetch_to_file(
                    media_key, path, max(limits.max_photo_bytes, limits.max_video_bytes)
                )
                kind = kind_of_file(path)
                return None if isinstance(kind, MediaFailure) else self._opener.open(path, kind)
            except (MediaError, StorageError) as error:
                _log.info("no picture of %s: %s", media_key, error)
                return None


def _nearest(opened: OpenedMedia, presentation_s: float | None) -> Picture:
    """A video's sampled frame closest to a second; its first, or the photo, where none is asked for."""
    wanted = presentation_s or 0.0
    return min(opened.pictures, key=lambda picture: abs((picture.presentation_s or 0.0) - wanted))
