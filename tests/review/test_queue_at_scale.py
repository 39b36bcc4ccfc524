"""The queue's page over 100,000 visits and a million items, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from review.queue_bench import QUERIES, measure
from storage.database import Database
from storage.made_results import fill
from storage.results import ResultStore

pytestmark = pytest.mark.slow
VISITS = 100_000
LIMIT_MS = 100
"""Of the page as it opens, sorted either way and narrowed to a city: what an auditor waits for all day."""


@pytest.fixture
def full(database_url: str) -> Iterator[ResultStore]:
    with closing(ResultStore(database_url)) as results:
        with closing(Database(database_url)) as database:
            fill(database, VISITS, items_per_visit=10)
        yield results


def test_a_page_takes_less_than_a_tenth_of_a_second(full: ResultStore) -> None:
    # The best of some rounds: another program's load is not the page's.
    rounds = [measure(full, times=5) for _ in range(3)]
    best = {query: min(one[place].wall_ms for one in rounds) for place, query in enumerate(QUERIES)}
    print(best)
    assert all(best[query] < LIMIT_MS for query in QUERIES[:3])
    assert all(best[query] < 4 * LIMIT_MS for query in QUERIES)
