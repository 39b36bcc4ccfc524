"""Counts over current reports and decisions, made by the database: no report's body is read for them.

An item's last word is that of the newest decision on the visit that speaks of it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select

from pipeline.agreement import Rating
from pipeline.auditing import ItemWord
from pipeline.auditing_numbers import BlindWord, GroupNumbers, ItemNumbers
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share
from storage import number_queries as queries
from storage.auditing_tables import DecisionRow
from storage.codec import report_from_json
from storage.database import Database
from storage.number_values import DeciderTimes, GroupBy, NumbersFilter, WordedVisit
from storage.tables import ReportRow

# A statement takes only so many values: 32,766 in SQLite.
_IDS_PER_QUERY = 1000


class NumberStore:
    """Counts. Each method is one transaction that only reads. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def groups(self, wanted: NumbersFilter, by: GroupBy) -> tuple[GroupNumbers, ...]:
        """The visits put together, the largest group first; days in order."""
        with self._database.reading() as connection:
            grades = connection.execute(queries.grades(wanted, by)).all()
            reasons = connection.execute(queries.reasons(wanted, by)).all()
            words = connection.execute(queries.words_by_group(wanted, by)).all()
        found = _groups(grades, reasons, words)
        order = (lambda one: (0, one.key)) if by is GroupBy.DAY else (lambda one: (-one.visits, one.key))
        return tuple(sorted(found, key=order))

    def items(self, wanted: NumbersFilter) -> tuple[ItemNumbers, ...]:
        """Outcomes of every item in the current reports, and the last words on it."""
        with self._database.reading() as connection:
            counted = _outcomes(connection, wanted)
            words = {row.item_id: row for row in connection.execute(queries.words_by_item(wanted)).all()}
        named = sorted({*counted, *words})
        return tuple(ItemNumbers(name, counted.get(name, {}), _share(words.get(name))) for name in named)

    def titles(self, wanted: NumbersFilter) -> Mapping[str, BilingualText]:
        """What the items are called, by one recent report of each service type."""
        newest = (
            select(func.max(ReportRow.id)).where(*queries.of_visits(wanted)).group_by(ReportRow.service_type)
        )
        with self._database.reading() as connection:
            query = select(ReportRow.body).where(ReportRow.id.in_(newest)).order_by(ReportRow.id)
            bodies = connection.execute(query).scalars().all()
        # Results made for measuring have no bodies.
        reports = (report_from_json(body) for body in bodies if body)
        return {item.result.item_id: item.title for report in reports for item in report.items}

    def blind_words(self, wanted: NumbersFilter) -> tuple[BlindWord, ...]:
        """What was said of unflagged visits by people who had not seen the report."""
        with self._database.reading() as connection:
            return tuple(
                BlindWord(
                    visit_id=row.visit_id,
                    stratum=row.service_type,
                    item_id=row.item_id,
                    word=ItemWord(row.word),
                    outcome_before=Outcome(row.outcome_before),
                    outcome_after=Outcome(row.outcome_after) if row.outcome_after else None,
                    leaning=Leaning(row.leaning) if row.leaning else None,
                    weight=row.weight,
                )
                for row in connection.execute(queries.blind_words(wanted)).all()
            )

    def unflagged(self, wanted: NumbersFilter) -> Mapping[str, int]:
        """The unflagged visits of each service type."""
        with self._database.reading() as connection:
            return dict(connection.execute(queries.unflagged(wanted)).tuples().all())

    def overturned_visits(self, wanted: NumbersFilter) -> Mapping[bool, Share]:
        """Blind or not -> of the flagged visits that were accepted or rejected first, those in which an item
        that the report found lacking was overturned. Not being able to tell is not overturning."""
        with self._database.reading() as connection:
            rows = connection.execute(queries.first_on_flagged(wanted)).all()
        return {bool(row.blind): Share(int(row.hits), row.total) for row in rows}

    def ratings(self, wanted: NumbersFilter) -> tuple[Rating, ...]:
        """What people said of items of a report that more than one of them decided on, oldest first."""
        with self._database.reading() as connection:
            return tuple(
                Rating(row.visit_id, row.report_digest, row.item_id, row.user_id, Outcome(row.outcome_after))
                for row in connection.execute(queries.ratings(wanted)).all()
            )

    def decision_times(self, wanted: NumbersFilter) -> DeciderTimes | None:
        """How long decisions took; None where the page measured none."""
        query = select(DecisionRow.seconds_spent).join(ReportRow, ReportRow.id == DecisionRow.report_id)
        query = query.where(*queries.of_visits(wanted), DecisionRow.seconds_spent.is_not(None))
        with self._database.reading() as connection:
            seconds = connection.execute(query).scalars().all()
        if not seconds:
            return None
        lower, median, upper = np.percentile(np.asarray(seconds, dtype=np.float64), (25, 50, 75))
        return DeciderTimes(len(seconds), float(lower), float(median), float(upper))

    def visits_with_word(
        self, wanted: NumbersFilter, item_id: str, word: ItemWord, before: int | None = None, size: int = 100
    ) -> tuple[WordedVisit, ...]:
        """Visits whose item's last word is this one, newest decision first; those before a decision's id."""
        with self._database.reading() as connection:
            rows = connection.execute(queries.worded(wanted, item_id, word, before).limit(size)).all()
        return tuple(WordedVisit(**row._mapping) for row in rows)


def _groups(grades: Sequence[Any], reasons: Sequence[Any], words: Sequence[Any]) -> list[GroupNumbers]:
    by_key: defaultdict[str, list[Any]] = defaultdict(list)
    for row in grades:
        by_key[row.key].append(row)
    why: defaultdict[str, dict[FlagReason, int]] = defaultdict(dict)
    for row in reasons:
        why[row.key][FlagReason(row.reason)] = row.visits
    said = {row.key: row for row in words}
    return [
        GroupNumbers(
            key=key,
            label=max(row.label for row in rows) or key,
            visits=sum(row.visits for row in rows),
            flagged=sum(int(row.flagged) for row in rows),
            grades={Grade(row.grade): row.visits for row in rows},
            scored=sum(row.scored for row in rows),
            score_sum=float(sum(row.score_sum for row in rows)),
            reasons=why.get(key, {}),
            overturned=_share(said.get(key)),
        )
        for key, rows in by_key.items()
    ]


def _share(row: Any) -> Share:
    return Share(int(row.hits), row.total) if row is not None else Share(0, 0)


def _outcomes(connection: Connection, wanted: NumbersFilter) -> Mapping[str, Mapping[Outcome, int]]:
    """Item -> outcome -> visits. Without limits all reports are counted, less the few that are not current:
    joining a million items with their reports takes ten times as long."""
    if wanted == NumbersFilter():
        counts = _counted(connection, queries.all_outcomes())
        superseded = connection.execute(queries.superseded()).scalars().all()
        for start in range(0, len(superseded), _IDS_PER_QUERY):
            some = superseded[start : start + _IDS_PER_QUERY]
            counts.subtract(_counted(connection, queries.outcomes_of(some)))
    else:
        counts = _counted(connection, queries.outcomes(wanted))
    found: defaultdict[str, dict[Outcome, int]] = defaultdict(dict)
    for (item_id, outcome), visits in (+counts).items():
        found[item_id][Outcome(outcome)] = visits
    return found


def _counted(connection: Connection, query: Select[Any]) -> Counter[tuple[str, str]]:
    return Counter({(row.item_id, row.outcome): row.visits for row in connection.execute(query)})
