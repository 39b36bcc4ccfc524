"""Verification codes over all visits, in SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.stamp_codes import CodeUse
from storage.database import Database
from storage.stamp_codes import StampCodes

NOON = datetime(2026, 5, 12, 4, tzinfo=UTC)
CODE = "X7K2M94T6TAA"


@pytest.fixture
def codes(database_url: str) -> Iterator[StampCodes]:
    database = Database(database_url)
    yield StampCodes(database)
    database.close()


def use(visit_id: str, key: str = "1.jpg", code: str = CODE, minutes: int = 0) -> CodeUse:
    return CodeUse(visit_id, key, code, visit_id * 32, "0123456789abcdef", NOON + timedelta(minutes=minutes))


def test_the_earlier_use_of_a_code_is_found_and_the_later_one_not(codes: StampCodes) -> None:
    first, second = use("V1"), use("V2", minutes=1)
    codes.record("V1", [first])
    codes.record("V2", [second])
    assert codes.earlier([second]) == {"1.jpg": (first,)}
    assert codes.earlier([first]) == {}


def test_uses_come_earliest_first_and_in_one_order(codes: StampCodes) -> None:
    uses = [use("V3", "c.jpg"), use("V1", "b.jpg"), use("V1", "a.jpg"), use("V2", "d.jpg", minutes=-5)]
    for visit_id in ("V1", "V2", "V3"):
        codes.record(visit_id, [each for each in uses if each.visit_id == visit_id])
    assert codes.earlier([uses[0]]) == {"c.jpg": (uses[3], uses[2], uses[1])}


def test_another_code_is_no_use(codes: StampCodes) -> None:
    codes.record("V1", [use("V1", code="AAAA22223333")])
    assert codes.earlier([use("V2", minutes=1)]) == {}
    assert codes.earlier([]) == {}


def test_recording_again_replaces(codes: StampCodes) -> None:
    codes.record("V1", [use("V1", "a.jpg"), use("V1", "b.jpg")])
    codes.record("V1", [use("V1", "b.jpg", code="AAAA22223333")])
    assert codes.earlier([use("V2", minutes=1)]) == {}
    later = use("V2", code="AAAA22223333", minutes=1)
    assert codes.earlier([later]) == {"1.jpg": (use("V1", "b.jpg", code="AAAA22223333"),)}


def test_more_codes_than_fit_one_query(codes: StampCodes) -> None:
    many = [use("V1", f"{number}.jpg", f"CODE{number:06d}") for number in range(1005)]
    codes.record("V1", many)
    later = [use("V2", each.media_key, each.code, 1) for each in many]
    assert len(codes.earlier(later)) == len(many)
