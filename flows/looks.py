"""What was seen in the pictures of a labelled set, kept by their bytes: a picture is looked at once.

Kept as JSON Lines under the data folder, a file for each detector's digest (weights and settings). A line
that a killed run left half written is passed over, and that picture is looked at again.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from flows.lines import kind_of_file
from models.fingerprints import perceptual_hash, sha256_of
from models.isolation import IsolatedOpener
from models.limits import Limits
from models.opening import MediaOpener
from pipeline.errors import MediaError
from pipeline.evidence import Detection, MediaFailure
from pipeline.ports import Detector

_WITHOUT_DETECTOR = "none"


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture is and shows. width_px, height_px: upright."""

    sha256: str
    width_px: int
    height_px: int
    perceptual_hash: str
    detections: tuple[Detection, ...]


_LOOK = TypeAdapter(Look)


def looks(
    paths: Collection[Path],
    detector: Detector | None,
    folder: Path,
    limits: Limits,
    progress: Callable[[int, int], None],
) -> Iterator[tuple[Path, Look | MediaFailure]]:
    """Each path with what it shows, or why it can't be looked at; `progress` hears (done, all).

    folder: where looks are kept. Without a detector, nothing is detected.
    """
    digest = detector.digest if detector else _WITHOUT_DETECTOR
    book = folder / "looks" / f"{digest[:32]}.jsonl"
    known = {look.sha256: look for look in _kept(book)}
    book.parent.mkdir(parents=True, exist_ok=True)
    with closing(IsolatedOpener(limits)) as opener, book.open("a", encoding="utf-8") as file:
        for done, path in enumerate(paths, start=1):
            try:
                sha256 = sha256_of(path)
                if sha256 not in known:
                    known[sha256] = _look(path, sha256, opener, detector)
                    file.write(f"{_LOOK.dump_json(known[sha256]).decode()}\n")
                yield path, known[sha256]
            except MediaError as error:
                yield path, MediaFailure(str(path), error.reason, error.detail)
            progress(done, len(paths))


def _look(path: Path, sha256: str, opener: MediaOpener, detector: Detector | None) -> Look:
    """Raises MediaError."""
    kind = kind_of_file(path)
    if isinstance(kind, MediaFailure):
        raise MediaError(kind.reason, kind.detail)
    opened = opener.open(path, kind)
    pixels = opened.pictures[0].pixels
    (detections,) = detector.detect([pixels]) if detector else ((),)
    return Look(sha256, opened.width_px, opened.height_px, perceptual_hash(pixels), detections)


def _kept(book: Path) -> Iterator[Look]:
    if not book.is_file():
        return
    with book.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield _LOOK.validate_json(line)
            except ValidationError:
                continue
