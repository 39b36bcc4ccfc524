"""Verification codes of stamps over all visits: did a code stand on another picture before?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, select

from pipeline.stamp_codes import CodeUse
from storage.database import Database
from storage.tables import StampCodeRow

_CODES_PER_QUERY = 1000  # a statement takes only so many values: 32,766 in SQLite


class StampCodes:
    """Keeps the codes of each visit's pictures, and finds earlier uses of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, visit_id: str, uses: Sequence[CodeUse]) -> None:
        """Make `uses` the codes of a visit; what it no longer has is forgotten. Raises StorageError."""
        keys = [use.media_key for use in uses]
        with self._database.writing() as connection:
            connection.execute(
                delete(StampCodeRow).where(
                    StampCodeRow.visit_id == visit_id, StampCodeRow.media_key.not_in(keys)
                )
            )
            # In one order in every process, so that two that write one visit wait instead of deadlocking.
            for use in sorted(uses, key=lambda each: each.media_key):
                insert = self._database.insert(StampCodeRow).values(**asdict(use))
                fresh = {name: insert.excluded[name] for name in asdict(use)}
                connection.execute(
                    insert.on_conflict_do_update(index_elements=["visit_id", "media_key"], set_=fresh)
                )

    def earlier(self, uses: Sequence[CodeUse]) -> Mapping[str, tuple[CodeUse, ...]]:
        """Media key -> uses of its code before it, in its own visit and in others, earliest first.

        Before: by (first_seen_at, visit_id, media_key). Keys without one are left out. Raises StorageError.
        """
        known = self._with_codes(sorted({use.code for use in uses}))
        before = {
            use.media_key: tuple(other for other in known[use.code] if _order(other) < _order(use))
            for use in uses
        }
        return {key: found for key, found in before.items() if found}

    def _with_codes(self, codes: Sequence[str]) -> Mapping[str, list[CodeUse]]:
        found: defaultdict[str, list[CodeUse]] = defaultdict(list)
        with self._database.reading() as connection:
            for start in range(0, len(codes), _CODES_PER_QUERY):
                some = codes[start : start + _CODES_PER_QUERY]
                query = select(StampCodeRow.__table__).where(StampCodeRow.code.in_(some))
                for row in connection.execute(query):
                    found[row.code].append(_use(row))
        for each in found.values():
            each.sort(key=_order)
        return found


def _order(use: CodeUse) -> tuple[object, ...]:
    return use.first_seen_at, use.visit_id, use.media_key


def _use(row: Row[Any]) -> CodeUse:
    return CodeUse(row.visit_id, row.media_key, row.code, row.sha256, row.perceptual_hash, row.first_seen_at)
