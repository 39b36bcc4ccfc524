"""What is refused before any decoder sees a file: by bytes, by kind, by the pixels that its header states."""

from pathlib import Path

from models.file_kinds import HEAD_BYTES, FileKind, kind_of
from models.limits import Limits
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason


def check_file(path: Path, max_bytes: int, wanted: frozenset[FileKind]) -> FileKind:
    """The file's kind by its content.

    Raises MediaError (NOT_FOUND, EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT) unless it is there, not empty,
    not too large and of a wanted kind.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as error:
        raise MediaError(FailureReason.NOT_FOUND, f"no file {path.name}; upload it again") from error
    if size == 0:
        raise MediaError(FailureReason.EMPTY, "the file has no bytes; upload it again")
    if size > max_bytes:
        raise MediaError(
            FailureReason.TOO_MANY_BYTES, f"{size} bytes, the limit is {max_bytes}; send a smaller file"
        )
    kind = kind_of(head)
    if kind not in wanted:
        names = ", ".join(sorted(wanted))
        raise MediaError(FailureReason.UNSUPPORTED_FORMAT, f"the content is {kind}; send one of: {names}")
    return kind


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raises MediaError (TOO_MANY_PIXELS)."""
    if width * height > limits.max_pixels:
        detail = f"{width} x {height} pixels, the limit is {limits.max_pixels}; send a smaller picture"
        raise MediaError(FailureReason.TOO_MANY_PIXELS, detail)
