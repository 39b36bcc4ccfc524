"""Opening files in a process of its own, so that a decoder's hang or crash costs one file and not the night.

The worker is started once and reused. It arms a timer before each file whose signal kills it, so it can't
outlive a hang even where its parent was killed; a worker that is gone is replaced at the next file.
"""

import logging
import mmap
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from models.decoding_worker import LookReply, LookRequest, Refusal, Reply, Request
from models.limits import Limits
from models.opening import OpenedMedia, Picture
from models.videos import Glance, VideoLook
from pipeline.errors import MediaError, SettingsError
from pipeline.evidence import FailureReason
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.visit import MediaKind

_Answer = TypeVar("_Answer", OpenedMedia, VideoLook)
_LOG = logging.getLogger(__name__)
# A plain interpreter, not multiprocessing's, which would import the caller's main module again.
_COMMAND = (sys.executable, "-W", "ignore", "-c", "from models.decoding_worker import main; main()")


class IsolatedOpener:
    """A `MediaOpener` whose decoding happens in a worker process with limits of time and memory.

    Safe to share between threads, which take turns. The worker ends with `close`, with this object or with
    its process.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def open(self, path: Path, kind: MediaKind) -> OpenedMedia:
        """Raises MediaError as `InProcessOpener` does, TIMED_OUT after the limit, CORRUPT after a crash."""
        return self._asked(lambda worker: worker.open(path, kind), kind)

    def look(self, path: Path, seconds: Sequence[float], region: BoundingBox) -> VideoLook:
        """Raises MediaError as `open` does."""
        return self._asked(lambda worker: worker.look(path, seconds, region), MediaKind.VIDEO)

    def _asked(self, question: "Callable[[_Worker], _Answer | Refusal]", kind: MediaKind) -> "_Answer":
        with self._lock:
            worker = self._ready_worker()
            # Put back once it has answered: a worker that was interrupted is out of step.
            self._worker = None
            try:
                answer = question(worker)
            except _WorkerGone as gone:
                raise self._failure(gone.exit_code, kind) from gone
            self._worker = worker
        if isinstance(answer, Refusal):
            raise MediaError(answer.reason, answer.detail)
        return answer

    def close(self) -> None:
        """End the worker; the next `open` starts another."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _ready_worker(self) -> "_Worker":
        """The worker, or a new one where it ended between two files, which blames neither."""
        if self._worker is not None and self._worker.is_alive:
            return self._worker
        return _Worker(self.limits)

    def _failure(self, exit_code: int, kind: MediaKind) -> MediaError:
        if exit_code == -signal.SIGALRM:
            seconds = self.limits.seconds_for(kind)
            return MediaError(
                FailureReason.TIMED_OUT, f"not decoded within {seconds:g} s; upload the original again"
            )
        _LOG.warning("a decoder ended its process with code %d", exit_code)
        detail = f"the decoder crashed (exit code {exit_code}); upload the original again"
        return MediaError(FailureReason.CORRUPT, detail)


class _WorkerGone(Exception):
    """The worker ended instead of answering."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self, limits: Limits) -> None:
        self._pipe, far_end = Pipe()
        self._memory = os.memfd_create("visitproof-pixels")
        self._process = subprocess.Popen(
            [*_COMMAND, str(far_end.fileno()), str(self._memory)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(far_end.fileno(), self._memory),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        far_end.close()
        self.close = weakref.finalize(self, _end, self._process, self._pipe, self._memory)
        try:
            self._ask(limits)
        except _WorkerGone as gone:
            detail = (
                f"ended at its start with code {gone.exit_code}: see above for why, or raise max_memory_bytes"
            )
            raise SettingsError(f"the process that decodes media files {detail}") from gone

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def open(self, path: Path, kind: MediaKind) -> OpenedMedia | Refusal:
        reply = self._ask(Request(path, kind))
        return self._opened(reply) if isinstance(reply, Reply) else reply

    def look(self, path: Path, seconds: Sequence[float], region: BoundingBox) -> VideoLook | Refusal:
        reply = self._ask(LookRequest(path, tuple(seconds), region))
        return self._looked(reply) if isinstance(reply, LookReply) else reply

    def _ask(self, question: Limits | Request | LookRequest) -> Any:
        try:
            self._pipe.send(question)
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise _WorkerGone(self._process.wait()) from error

    def _opened(self, reply: Reply) -> OpenedMedia:
        pictures = tuple(
            Picture(second, pixels)
            for second, pixels in zip(reply.seconds, self._received(reply.shapes), strict=True)
        )
        return OpenedMedia(pictures, reply.width_px, reply.height_px, reply.duration_s, reply.metadata)

    def _looked(self, reply: LookReply) -> VideoLook:
        pixels = self._received(reply.shapes)
        glances = tuple(
            Glance(second, cut_out, small)
            for second, cut_out, small in zip(reply.seconds, pixels[::2], pixels[1::2], strict=True)
        )
        return VideoLook(glances, reply.frames_decoded)

    def _received(self, shapes: Sequence[tuple[int, int]]) -> list[Pixels]:
        """Copies the pictures out of the shared memory, which the next file overwrites."""
        sizes = [height * width * 3 for height, width in shapes]
        if not sizes:
            return []
        with mmap.mmap(self._memory, sum(sizes), prot=mmap.PROT_READ) as shared:
            flat = np.frombuffer(shared, dtype=np.uint8).copy()
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        return [part.reshape(height, width, 3) for part, (height, width) in zip(parts, shapes, strict=True)]


def _end(process: subprocess.Popen[bytes], pipe: Connection, memory: int) -> None:
    pipe.close()
    os.close(memory)
    process.kill()
    process.wait()
