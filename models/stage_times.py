"""Where the time goes: seconds per stage, summed by whoever is handed in."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol


class StageClock(Protocol):
    """Told when a stage of the work begins and ends."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Times the body of a `with` under a name: decode, detect, read, hash."""
        ...


class NoClock:
    """Times nothing."""

    def stage(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


class StageTimes:
    """Sums real seconds and counts of entries by stage; not for stages within one another of one name."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.entries: Counter[str] = Counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start  # type: ignore[assignment]
            self.entries[name] += 1
