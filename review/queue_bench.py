"""How long the queue's page takes over many visits: `python -m review.queue_bench` (make bench-queue).

Fills an empty database with made visits, then asks for pages as a signed-in browser does, through the whole
site. Times are of this machine, under whatever load it has: the CPU share beside them is what to compare.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from urllib.parse import unquote

import httpx2

from review.app import create_app
from review.site import Site
from storage.database import Database
from storage.made_results import fill
from storage.results import ResultStore

QUERIES = (
    "",
    "order=waiting",
    "city=%E4%B8%8A%E6%B5%B7",
    "team=%E7%AC%AC3%E7%8F%AD&service_type=repair",
    "technician=T0003",
    "technician=%E6%8A%80%E5%B8%8877",
    "reason=manifest",
    "day_from=2026-10-01&day_to=2026-10-07",
    "view=closed",
    "view=all&least_score=50",
)
"""The queue as it opens, and under each kind of filter."""


@dataclass(frozen=True, slots=True)
class PageTime:
    """The median over some requests for one page of the queue, in milliseconds."""

    query: str
    wall_ms: float
    cpu_ms: float


class _NoPictures:
    def picture(self, *_: object) -> bytes | None:
        return None


def measure(results: ResultStore, user_id: int = 1, times: int = 9) -> list[PageTime]:
    """Ask for each page that often, after once to warm up. Raises httpx2.HTTPStatusError."""
    now = datetime.now(UTC)
    token = results.sessions.open(user_id, now, timedelta(days=1))
    site = Site(results, _NoPictures(), lambda: now)
    return asyncio.run(_measure(site, token, times))


async def _measure(site: Site, token: str, times: int) -> list[PageTime]:
    browser = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(create_app(site)),
        base_url="http://localhost",
        headers={"accept": "text/html"},
        cookies={"visitproof_session": token},
    )
    async with browser:
        return [await _page_time(browser, query, times) for query in QUERIES]


async def _page_time(browser: httpx2.AsyncClient, query: str, times: int) -> PageTime:
    await _timed(browser, query)
    taken = [await _timed(browser, query) for _ in range(times)]
    wall, cpu = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
    return PageTime(query, wall, cpu)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m review.queue_bench", description=__doc__)
    parser.add_argument("--visits", type=int, default=100_000, help="made visits (default: %(default)s)")
    parser.add_argument(
        "--database", help="URL of an empty database (default: a SQLite file that is removed)"
    )
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="visitproof-queue-") as folder:
        url = options.database or f"sqlite:///{Path(folder) / 'results.db'}"
        with closing(ResultStore(url)) as results:
            print(f"filling {results.place} with {options.visits:,} visits …", file=sys.stderr)
            with closing(Database(url)) as database:
                fill(database, options.visits)
            print(f"{'page of the queue':52}{'wall ms':>9}{'CPU ms':>9}")
            for page in measure(results):
                print(
                    f"{unquote(page.query) or '(as it opens)':52}{page.wall_ms:9.0f}{page.cpu_ms:9.0f}",
                    flush=True,
                )


async def _timed(browser: httpx2.AsyncClient, query: str) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    answer = await browser.get(f"/queue?{query}")
    answer.raise_for_status()
    return perf_counter() - wall, process_time() - cpu


if __name__ == "__main__":
    main()
