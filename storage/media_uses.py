"""Was a picture used before? Looked up by exact bytes and by near-equal perceptual hash, over all visits.

Near-equal by multi-index hashing (Norouzi, Punjani and Fleet 2012): the 64 bits are cut into four bands;
hashes within a distance d agree in at least one band up to d // 4 bits, so index look-ups of the bands' near
values find every candidate, and only candidates are compared in full.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, not_, or_, select

from pipeline.fingerprint import MediaUse, hamming_distance
from storage.database import Database
from storage.tables import MediaUseRow

LARGEST_DISTANCE = 7
"""Above it a band would have to be probed at two bits' distance: 137 values each instead of 17."""

_BAND_BITS = 16
_BANDS = (MediaUseRow.band_0, MediaUseRow.band_1, MediaUseRow.band_2, MediaUseRow.band_3)


def record_uses(database: Database, visit_id: str, uses: Sequence[MediaUse]) -> None:
    """Make `uses` the pictures of a visit; those that it no longer has are forgotten. Raises StorageError."""
    keys = [use.media_key for use in uses]
    with database.writing() as connection:
        connection.execute(
            delete(MediaUseRow).where(MediaUseRow.visit_id == visit_id, MediaUseRow.media_key.not_in(keys))
        )
        # In one order in every process, so that two that write one visit wait instead of deadlocking.
        for use in sorted(uses, key=lambda each: each.media_key):
            insert = database.insert(MediaUseRow).values(**_columns(use))
            fresh = {name: insert.excluded[name] for name in _columns(use)}
            connection.execute(
                insert.on_conflict_do_update(index_elements=["visit_id", "media_key"], set_=fresh)
            )


def earlier_uses(
    database: Database, uses: Sequence[MediaUse], max_distance: int
) -> Mapping[str, tuple[MediaUse, ...]]:
    """Media key -> the uses of the same or a near-equal picture before it, earliest first.

    Before: by (first_seen_at, visit_id, media_key), in other visits and in its own. Keys without one are
    left out. Raises ValueError for a distance over LARGEST_DISTANCE, StorageError.
    """
    if not 0 <= max_distance <= LARGEST_DISTANCE:
        raise ValueError(f"a hash distance of {max_distance} can't be looked up: 0 to {LARGEST_DISTANCE} can")
    with database.reading() as connection:
        found = {
            use.media_key: [_use(row) for row in connection.execute(_candidates(use, max_distance))]
            for use in uses
        }
    earlier = {use.media_key: _earlier(use, found[use.media_key], max_distance) for use in uses}
    return {key: before for key, before in earlier.items() if before}


def _candidates(use: MediaUse, max_distance: int) -> Select[Any]:
    near_bands = [
        column.in_(list(_near(value, max_distance // len(_BANDS))))
        for column, value in zip(_BANDS, _bands(use.perceptual_hash), strict=True)
    ]
    itself: ColumnElement[bool] = and_(
        MediaUseRow.visit_id == use.visit_id, MediaUseRow.media_key == use.media_key
    )
    return select(MediaUseRow.__table__).where(
        or_(MediaUseRow.sha256 == use.sha256, *near_bands),
        not_(itself),
        MediaUseRow.first_seen_at <= use.first_seen_at,
    )


def _earlier(use: MediaUse, candidates: Sequence[MediaUse], max_distance: int) -> tuple[MediaUse, ...]:
    same = (
        other
        for other in candidates
        if other.sha256 == use.sha256
        or hamming_distance(other.perceptual_hash, use.perceptual_hash) <= max_distance
    )
    return tuple(sorted((other for other in same if _order(other) < _order(use)), key=_order))


def _order(use: MediaUse) -> tuple[object, ...]:
    return use.first_seen_at, use.visit_id, use.media_key


def _near(value: int, radius: int) -> Iterator[int]:
    """All 16-bit values within `radius` bits of `value`."""
    for count in range(radius + 1):
        for bits in combinations(range(_BAND_BITS), count):
            yield value ^ sum(1 << bit for bit in bits)


def _bands(perceptual_hash: str) -> tuple[int, ...]:
    """Four 16-bit bands of 16 hex digits. Raises ValueError for anything else."""
    if len(perceptual_hash) != 4 * len(_BANDS):
        raise ValueError(f"not a perceptual hash of 16 hex digits: {perceptual_hash!r}")
    return tuple(int(perceptual_hash[start : start + 4], 16) for start in range(0, len(perceptual_hash), 4))


def _columns(use: MediaUse) -> dict[str, object]:
    return {
        "visit_id": use.visit_id,
        "media_key": use.media_key,
        "sha256": use.sha256,
        "perceptual_hash": use.perceptual_hash,
        "first_seen_at": use.first_seen_at,
        **{f"band_{index}": value for index, value in enumerate(_bands(use.perceptual_hash))},
    }


def _use(row: Row[Any]) -> MediaUse:
    return MediaUse(row.visit_id, row.media_key, row.sha256, row.perceptual_hash, row.first_seen_at)
