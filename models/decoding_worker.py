"""The process that decodes: answers requests to open files, in a loop; `models.isolation` starts it.

Pixels cross in an anonymous memory file, everything else in a pipe.
"""

import mmap
import os
import resource
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from models.limits import Limits
from models.opening import InProcessOpener, OpenedMedia
from models.videos import VideoLook
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason, Metadata
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.visit import MediaKind


@dataclass(frozen=True, slots=True)
class Request:
    path: Path
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class LookRequest:
    """Asks for a region of a video's frames at these seconds."""

    path: Path
    seconds: tuple[float, ...]
    region: BoundingBox
    kind: MediaKind = MediaKind.VIDEO


@dataclass(frozen=True, slots=True)
class LookReply:
    """Shapes of cut-outs and small pictures in turn, which lie so in the memory file."""

    shapes: tuple[tuple[int, int], ...]
    seconds: tuple[float, ...]
    frames_decoded: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What crosses the pipe: the shapes of the pictures that lie one after the other in the memory file."""

    shapes: tuple[tuple[int, int], ...]
    seconds: tuple[float | None, ...]
    width_px: int
    height_px: int
    duration_s: float | None
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Refusal:
    """A MediaError on its way through the pipe."""

    reason: FailureReason
    detail: str


def serve(pipe: Connection, memory: int) -> None:
    """Take limits, say "ready", then answer requests until the other end is closed."""
    limits: Limits = pipe.recv()
    resource.setrlimit(resource.RLIMIT_AS, (limits.max_memory_bytes, limits.max_memory_bytes))
    pipe.send("ready")
    opener = InProcessOpener(limits)
    while True:
        try:
            request: Request | LookRequest = pipe.recv()
        except EOFError:
            return
        # The default action of SIGALRM ends the process, in the midst of a decoder's C code too.
        signal.setitimer(signal.ITIMER_REAL, limits.seconds_for(request.kind))
        reply = _answer(opener, request, memory)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(reply)


def _answer(
    opener: InProcessOpener, request: Request | LookRequest, memory: int
) -> Reply | LookReply | Refusal:
    try:
        if isinstance(request, LookRequest):
            return _looked(opener.look(request.path, request.seconds, request.region), memory)
        return _opened(opener.open(request.path, request.kind), memory)
    except MediaError as error:
        return Refusal(error.reason, error.detail)


def _looked(look: VideoLook, memory: int) -> LookReply:
    pictures = [pixels for glance in look.glances for pixels in (glance.cut_out, glance.small)]
    _share(pictures, memory)
    return LookReply(
        tuple(pixels.shape[:2] for pixels in pictures),
        tuple(glance.presentation_s for glance in look.glances),
        look.frames_decoded,
    )


def _opened(opened: OpenedMedia, memory: int) -> Reply:
    _share([picture.pixels for picture in opened.pictures], memory)
    return Reply(
        shapes=tuple(picture.pixels.shape[:2] for picture in opened.pictures),
        seconds=tuple(picture.presentation_s for picture in opened.pictures),
        width_px=opened.width_px,
        height_px=opened.height_px,
        duration_s=opened.duration_s,
        metadata=opened.metadata,
    )


def _share(pictures: list[Pixels], memory: int) -> None:
    size = sum(picture.nbytes for picture in pictures)
    if not size:
        return
    # Grown, never shrunk: pages that were touched once are cheap to write again.
    if os.fstat(memory).st_size < size:
        os.ftruncate(memory, size)
    with mmap.mmap(memory, size) as shared:
        start = 0
        for picture in pictures:
            target = np.frombuffer(shared, dtype=np.uint8, count=picture.nbytes, offset=start)
            np.copyto(target.reshape(picture.shape), picture)
            start += picture.nbytes
            del target


def main() -> None:
    """Serve on the two file descriptors that the command line names: the pipe and the memory file."""
    # An interrupt at the terminal reaches this process too: the parent decides, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))
