"""Pictures for people, from the store: reduced, and kept in memory at most."""

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from flows.lines import kind_of_file
from models.isolation import IsolatedOpener
from models.limits import Limits
from models.opening import MediaOpener, OpenedMedia, Picture
from models.previews import jpeg_preview, smaller_jpeg
from pipeline.errors import MediaError, ObjectNotFound, StorageError
from pipeline.evidence import MediaFailure
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from review.pictures import REPORT_PX, PictureSource

_log = logging.getLogger(__name__)
_WHOLE = BoundingBox(0.0, 0.0, 1.0, 1.0)
_ROUNDED_S = 0.001
"""Presentation seconds are kept to the millisecond."""
_SAME_FRAME_S = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class _Fetched:
    """A media file as long as its folder lives, and what it shows."""

    folder: TemporaryDirectory[str]
    path: Path
    opened: OpenedMedia


LARGEST_PX = 2400
"""What a person can zoom into: the print of a watermark or a badge is legible, and it is sent in a second."""
KEPT_BYTES = 192 << 20
_LANES = 2

_Place = tuple[str, float | None, int]
_NO_PICTURE = b""


class Fetches(Protocol):
    """Where files are fetched from by key: the store, or a folder."""

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int) -> None: ...


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """A folder that files are fetched from as from the store; a key is a path within it."""

    folder: Path

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int) -> None:
        """Raises ObjectNotFound, also for what lies outside or is larger."""
        root = self.folder.resolve()
        found = (root / key).resolve()
        if not (found.is_relative_to(root) and found.is_file() and found.stat().st_size <= limit_bytes):
            raise ObjectNotFound(f"{key}: no such file in {root}")
        shutil.copyfile(found, path)


class StorePictures:
    """A `PictureSource` over the object store, or a folder, for one thread.

    The file opened last is kept, since a page asks for several frames of one video in a row.
    """

    def __init__(self, store: Fetches, opener: MediaOpener) -> None:
        self._store = store
        self._opener = opener
        self._last: tuple[str, _Fetched | None] = ("", None)

    def picture(
        self, media_key: str, presentation_s: float | None, longest_side_px: int = REPORT_PX
    ) -> bytes | None:
        """An upright JPEG; None where the object is gone or can't be decoded: the report says so itself."""
        # Not so where it could not be opened: the store may be back by now.
        if self._last[0] != media_key or self._last[1] is None:
            self._last = (media_key, self._fetched(media_key))
        fetched = self._last[1]
        return jpeg_preview(self._shown(fetched, presentation_s), longest_side_px) if fetched else None

    def _fetched(self, media_key: str) -> _Fetched | None:
        limits = self._opener.limits
        folder = TemporaryDirectory(prefix="visitproof-")
        path = Path(folder.name) / "picture"
        try:
            self._store.fetch_to_file(media_key, path, max(limits.max_photo_bytes, limits.max_video_bytes))
            kind = kind_of_file(path)
            if not isinstance(kind, MediaFailure):
                return _Fetched(folder, path, self._opener.open(path, kind))
        except (MediaError, StorageError) as error:
            _log.info("no picture of %s: %s", media_key, error)
        return None

    def _shown(self, fetched: _Fetched, presentation_s: float | None) -> Pixels:
        """The photo, or a video's frame at a second: a sampled one where it is that, else decoded anew."""
        nearest = _nearest(fetched.opened, presentation_s)
        at_s = nearest.presentation_s
        if presentation_s is None or at_s is None or abs(at_s - presentation_s) < _SAME_FRAME_S:
            return nearest.pixels
        try:
            look = self._opener.look(fetched.path, (max(0.0, presentation_s - _ROUNDED_S),), _WHOLE)
        except MediaError as error:
            _log.info("the frame at %.3f s can't be shown: %s", presentation_s, error)
            return nearest.pixels
        return look.glances[0].cut_out if look.glances else nearest.pixels


class SharedPictures:
    """A `PictureSource` that many threads may ask at once: a few lanes, each for one thread at a time.

    A file always goes through the same lane, so that twenty askers open it once. Each picture is made once
    at LARGEST_PX and the smaller ones from it; the ones asked for last stay in memory, `kept_bytes` of them.
    """

    def __init__(self, sources: Sequence[PictureSource], kept_bytes: int = KEPT_BYTES) -> None:
        self._lanes = tuple((source, Lock()) for source in sources)
        self._kept: LRUCache[_Place, bytes] = LRUCache(kept_bytes, getsizeof=lambda jpeg: len(jpeg) + 200)
        self._kept_lock = Lock()

    def picture(
        self, media_key: str, presentation_s: float | None, longest_side_px: int = REPORT_PX
    ) -> bytes | None:
        """As StorePictures, at most LARGEST_PX."""
        side_px = min(longest_side_px, LARGEST_PX)
        source, lock = self._lanes[hash(media_key) % len(self._lanes)]

        def largest() -> bytes:
            with lock:
                place = (media_key, presentation_s, LARGEST_PX)
                return self._once(place, lambda: source.picture(*place) or _NO_PICTURE)

        def wanted() -> bytes:
            jpeg = largest()
            return smaller_jpeg(jpeg, side_px) if jpeg and side_px < LARGEST_PX else jpeg

        return self._once((media_key, presentation_s, side_px), wanted) or None

    def _once(self, place: _Place, make: Callable[[], bytes]) -> bytes:
        with self._kept_lock:
            kept: bytes | None = self._kept.get(place)
        if kept is not None:
            return kept
        made = make()
        if made:
            with self._kept_lock:
                self._kept[place] = made
        return made


@contextmanager
def shared_pictures(store: Fetches, limits: Limits) -> Iterator[SharedPictures]:
    """Pictures for a site, decoded in processes of their own while the block runs."""
    with ExitStack() as stack:
        openers = [stack.enter_context(closing(IsolatedOpener(limits))) for _ in range(_LANES)]
        yield SharedPictures([StorePictures(store, opener) for opener in openers])


def _nearest(opened: OpenedMedia, presentation_s: float | None) -> Picture:
    """A video's sampled frame closest to a second; its first, or the photo, where none is asked for."""
    wanted = presentation_s or 0.0
    return min(opened.pictures, key=lambda picture: abs((picture.presentation_s or 0.0) - wanted))
