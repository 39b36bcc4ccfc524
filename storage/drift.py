"""Numbers by week, to see what drifts: outcomes, overturns, and how sure the detector is."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from pipeline.evidence import MediaEvidence
from pipeline.results import Outcome
from pipeline.shares import Share
from pipeline.tuning.drift import ItemWeek, LabelWeek, label_week, monday_of
from storage.codec import evidence_from_json
from storage.database import Database
from storage.number_queries import hits, is_current, last_words, of_visits
from storage.number_values import NumbersFilter
from storage.tables import EvidenceRow, MediaUseRow, ReportItemRow, ReportRow

_Key = tuple[date, str]


class DriftStore:
    """Each method is one transaction that only reads. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def items(self, wanted: NumbersFilter) -> tuple[ItemWeek, ...]:
        """Every item by week of the visit, weeks in order: its outcomes, and how often it was overturned."""
        outcomes: defaultdict[_Key, Counter[Outcome]] = defaultdict(Counter)
        words: defaultdict[_Key, list[Share]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(_outcomes_by_day(wanted)):
                outcomes[_key(row)][Outcome(row.outcome)] += row.visits
            for row in connection.execute(_words_by_day(wanted)):
                words[_key(row)].append(Share(int(row.hits), row.total))
        return tuple(
            ItemWeek(monday, item_id, dict(outcomes[monday, item_id]), _sum(words[monday, item_id]))
            for monday, item_id in sorted({*outcomes, *words})
        )

    def labels(
        self, wanted: NumbersFilter, least_confidence: float = 0.25, files_per_week: int = 100
    ) -> tuple[LabelWeek, ...]:
        """Every label that was seen at all, in every week of a visit: how sure the detector was.

        Of each week the `files_per_week` files with the least sha256 are looked at: a random sample, and the
        same one the next time. Detections below `least_confidence` don't count.
        """
        with self._database.reading() as connection:
            weeks = sorted({monday_of(date.fromisoformat(day)) for day in _days(connection, wanted)})
            samples = {week: _sample(connection, wanted, week, files_per_week) for week in weeks}
        best = {
            week: [_most_confident(evidence, least_confidence) for evidence in sample]
            for week, sample in samples.items()
        }
        # Also in the weeks without it: that a label is gone is what one looks for.
        labels = sorted({label for found in best.values() for one in found for label in one})
        return tuple(
            label_week(week, label, [one[label] for one in best[week] if label in one], len(best[week]), seen)
            for week, seen in ((week, _observers(samples[week])) for week in weeks)
            for label in labels
        )


def _outcomes_by_day(wanted: NumbersFilter) -> Select[Any]:
    counted = select(ReportRow.day, ReportItemRow.item_id, ReportItemRow.outcome)
    return (
        counted.add_columns(func.count().label("visits"))
        .join_from(ReportItemRow, ReportRow, ReportRow.id == ReportItemRow.report_id)
        .where(*of_visits(wanted), is_current())
        .group_by(ReportRow.day, ReportItemRow.item_id, ReportItemRow.outcome)
    )


def _words_by_day(wanted: NumbersFilter) -> Select[Any]:
    words = last_words(wanted)
    return select(words.c.day, words.c.item_id, *hits(words)).group_by(words.c.day, words.c.item_id)


def _days(connection: Connection, wanted: NumbersFilter) -> list[str]:
    query = select(ReportRow.day).where(*of_visits(wanted)).distinct()
    return list(connection.execute(query).scalars())


def _sample(
    connection: Connection, wanted: NumbersFilter, monday: date, files: int
) -> tuple[MediaEvidence, ...]:
    """What was seen in some files of a week, by the observer of the visit's current report."""
    same_look = and_(
        EvidenceRow.sha256 == MediaUseRow.sha256, EvidenceRow.observer_digest == ReportRow.observer_digest
    )
    chosen = (
        select(EvidenceRow.sha256, EvidenceRow.observer_digest)
        .join_from(MediaUseRow, ReportRow, ReportRow.visit_id == MediaUseRow.visit_id)
        .join(EvidenceRow, same_look)
        .where(*of_visits(_within(wanted, monday)), is_current())
        .distinct()
        .order_by(EvidenceRow.sha256, EvidenceRow.observer_digest)
        .limit(files)
        .subquery()
    )
    same_row = and_(
        EvidenceRow.sha256 == chosen.c.sha256, EvidenceRow.observer_digest == chosen.c.observer_digest
    )
    bodies = connection.execute(select(EvidenceRow.body).join(chosen, same_row)).scalars()
    return tuple(map(evidence_from_json, bodies))


def _within(wanted: NumbersFilter, monday: date) -> NumbersFilter:
    """The same visits, of one week only."""
    first, last = monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    return replace(
        wanted, day_from=max(first, wanted.day_from or first), day_to=min(last, wanted.day_to or last)
    )


def _most_confident(evidence: MediaEvidence, least: float) -> Mapping[str, float]:
    """Label -> confidence of its most confident detection, where that counts."""
    best: dict[str, float] = {}
    for frame in evidence.frames:
        for detection in frame.detections:
            if detection.confidence >= max(least, best.get(detection.label, 0.0)):
                best[detection.label] = detection.confidence
    return best


def _observers(sample: tuple[MediaEvidence, ...]) -> int:
    return len({evidence.observer_digest for evidence in sample})


def _key(row: Row[Any]) -> _Key:
    return monday_of(date.fromisoformat(row.day)), row.item_id


def _sum(shares: list[Share]) -> Share:
    return Share(sum(share.hits for share in shares), sum(share.total for share in shares))
