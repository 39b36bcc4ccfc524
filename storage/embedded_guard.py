"""Runs one command and ends it when standard input closes: when the process that started us is gone.

A program of its own, run by path and from the standard library only, so that it starts in milliseconds.
Unlike a parent-death signal from the starting process, this does not depend on which of its threads started
it; and the signal that ties the command to this guard is safe, since the guard starts it from its only
lasting thread.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

_PR_SET_PDEATHSIG = 1
_PATIENCE_S = 6.0


def _die_with_the_guard() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_when_input_closes(process: subprocess.Popen[bytes]) -> None:
    # Not through sys.stdin: its lock would be held when this program ends before its input does.
    while os.read(0, 1):
        pass
    process.terminate()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        # Written data is with the kernel by now; what may hang is waiting for idle connections.
        process.kill()


def main() -> int:
    """Exit with the command's own code."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, preexec_fn=_die_with_the_guard)  # noqa: PLW1509
    threading.Thread(target=_end_when_input_closes, args=(process,), daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
