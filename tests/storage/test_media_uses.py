"""Was a picture used before? By bytes and by near-equal hash, by index, and the later use is to blame."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from pipeline.fingerprint import MediaUse, hamming_distance
from storage.database import Database
from storage.media_uses import LARGEST_DISTANCE, _candidates, earlier_uses, record_uses

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HASH = "f0e1d2c3b4a59687"


def use(visit_id: str, key: str = "1.jpg", sha256: str = "", near: str = HASH, minutes: int = 0) -> MediaUse:
    return MediaUse(visit_id, key, sha256 or visit_id * 32, near, NOON + timedelta(minutes=minutes))


def flipped(bits: tuple[int, ...]) -> str:
    return f"{int(HASH, 16) ^ sum(1 << bit for bit in bits):016x}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_equal_bytes_are_found_whatever_the_hash(database: Database) -> None:
    first, second = use("V1", sha256="a" * 64), use("V2", sha256="a" * 64, near="0" * 16, minutes=1)
    record_uses(database, "V1", [first])
    record_uses(database, "V2", [second])
    assert earlier_uses(database, [second], 0) == {"1.jpg": (first,)}
    assert earlier_uses(database, [first], 0) == {}


@pytest.mark.parametrize("distance", range(LARGEST_DISTANCE + 1))
def test_hashes_are_found_up_to_the_distance_and_no_further(database: Database, distance: int) -> None:
    spread = tuple((13 * step) % 64 for step in range(9))
    for number in range(9):
        record_uses(database, f"V{number}", [use(f"V{number}", near=flipped(spread[:number]))])
    found = earlier_uses(database, [use("W", minutes=1)], distance).get("1.jpg", ())
    assert [other.visit_id for other in found] == [f"V{number}" for number in range(distance + 1)]


def test_every_pair_of_bits_is_found(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'r.db'}")
    pairs = list(combinations(range(0, 64, 3), 2))
    record_uses(
        database, "V", [use("V", f"{number}.jpg", near=flipped(pair)) for number, pair in enumerate(pairs)]
    )
    found = earlier_uses(database, [use("W", minutes=1)], 2)["1.jpg"]
    assert len(found) == len(pairs)
    database.close()


def test_the_later_use_is_to_blame_by_time_then_visit_then_key(database: Database) -> None:
    uses = [use("V2", "a.jpg"), use("V2", "b.jpg"), use("V1", "z.jpg"), use("V0", "a.jpg", minutes=1)]
    for visit_id in ("V0", "V1", "V2"):
        record_uses(database, visit_id, [each for each in uses if each.visit_id == visit_id])
    assert earlier_uses(database, [uses[2]], 3) == {}
    assert earlier_uses(database, uses[:2], 3) == {"a.jpg": (uses[2],), "b.jpg": (uses[2], uses[0])}
    assert earlier_uses(database, [uses[3]], 3) == {"a.jpg": (uses[2], uses[0], uses[1])}


def test_recording_again_replaces_what_the_visit_had(database: Database) -> None:
    record_uses(database, "V1", [use("V1", "a.jpg"), use("V1", "b.jpg")])
    record_uses(database, "V1", [use("V1", "b.jpg", sha256="b" * 64, near="0" * 16)])
    assert earlier_uses(database, [use("W", minutes=1)], 3) == {}
    found = earlier_uses(database, [use("W", sha256="b" * 64, minutes=1)], 3)
    assert [other.media_key for other in found["1.jpg"]] == ["b.jpg"]
    record_uses(database, "V1", [])
    assert earlier_uses(database, [use("W", sha256="b" * 64, minutes=1)], 3) == {}


def test_the_look_up_uses_indexes_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'r.db'}")
    for distance in (0, LARGEST_DISTANCE):
        query = _candidates(use("W"), distance).compile(
            dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
        )
        values = tuple(
            NOON.isoformat() if isinstance(value, datetime) else value
            for value in (query.params[name] for name in query.positiontup or ())
        )
        with database.reading() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
        steps = [row[3] for row in plan]
        assert any("ix_media_uses_band_3" in step for step in steps)
        assert not [step for step in steps if step.startswith("SCAN")]
    database.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sets(st.integers(0, 63), max_size=9), max_size=6),
    st.integers(0, LARGEST_DISTANCE),
)
def test_the_index_finds_what_a_scan_finds(tmp_path: Path, changes: list[set[int]], distance: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'r.db'}")
    stored = [use("V", f"{number}.jpg", near=flipped(tuple(bits))) for number, bits in enumerate(changes)]
    record_uses(database, "V", stored)
    near = {each.media_key for each in stored if hamming_distance(each.perceptual_hash, HASH) <= distance}
    found = earlier_uses(database, [use("W", minutes=1)], distance).get("1.jpg", ())
    assert {other.media_key for other in found} == near
    database.close()


def test_what_can_not_be_looked_up_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="can't be looked up"):
        earlier_uses(database, [], LARGEST_DISTANCE + 1)
    with pytest.raises(ValueError, match="16 hex digits"):
        record_uses(database, "V", [use("V", near="abc")])
