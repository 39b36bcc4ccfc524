"""Outcomes against auditors' last words, and the visits where they differ most."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from pipeline.results import Leaning, Outcome, ScoredItem
from pipeline.tuning.confusion import ConfusionCell, Judgement, right_standing
from pipeline.tuning.verdicts import Standing
from storage.codec import report_from_json
from storage.database import Database
from storage.number_queries import last_words
from storage.number_values import NumbersFilter
from storage.tables import ReportItemRow, ReportRow

_LACKING = (Outcome.FAIL.value, Outcome.MISSING.value)


class Words(StrEnum):
    """Whose words count. blind: people who had not seen the outcome. spot_checks: these, of visits that were
    not flagged: a random sample of them, which the others are not."""

    ALL = "all"
    BLIND = "blind"
    SPOT_CHECKS = "spot_checks"


@dataclass(frozen=True, slots=True)
class Mistake:
    """An item of a visit that the system judged wrongly by the last word on it.

    item: as judged, with its evidence; None where the report has no body.
    """

    visit_id: str
    day: str
    service_type: str
    team: str | None
    item_id: str
    system: Standing
    right: Outcome
    weight: float
    reason: str
    item: ScoredItem | None


class ConfusionStore:
    """Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cells(self, wanted: NumbersFilter, words: Words = Words.ALL) -> tuple[ConfusionCell, ...]:
        """What was said of each item, counted; a visit counts once for an item, by the last word on it."""
        said = last_words(wanted)
        columns = (said.c.item_id, said.c.outcome_before, ReportItemRow.leaning, said.c.outcome_after)
        query = select(*columns, func.count().label("visits")).join(ReportItemRow, _same_item(said))
        query = query.join(ReportRow, ReportRow.id == said.c.id).where(*_whose(said, words))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(*columns).order_by(*columns)).all()
        return tuple(_cell(row) for row in rows)

    def worst(
        self, wanted: NumbersFilter, kind: Judgement, words: Words = Words.ALL, size: int = 24
    ) -> tuple[Mistake, ...]:
        """The wrong accusations, or wrong passes, of most weight; among equals the newest decision first."""
        said = last_words(wanted)
        of_visit = (said.c.visit_id, said.c.day, said.c.service_type, said.c.technician_team)
        of_item = (said.c.item_id, said.c.outcome_before, said.c.outcome_after, said.c.reason)
        query = select(*of_visit, *of_item, ReportItemRow.leaning, ReportItemRow.weight, ReportRow.body)
        query = query.join(ReportItemRow, _same_item(said)).join(ReportRow, ReportRow.id == said.c.id)
        query = query.where(_is_wrong(said, kind), *_whose(said, words))
        order = (ReportItemRow.weight.desc(), said.c.decision_id.desc(), said.c.item_id)
        with self._database.reading() as connection:
            return tuple(_mistake(row) for row in connection.execute(query.order_by(*order).limit(size)))


def _same_item(said: Subquery) -> ColumnElement[bool]:
    return and_(ReportItemRow.report_id == said.c.id, ReportItemRow.item_id == said.c.item_id)


def _whose(said: Subquery, words: Words) -> Iterator[ColumnElement[bool]]:
    if words is not Words.ALL:
        yield said.c.blind.is_(True)
    if words is Words.SPOT_CHECKS:
        yield ReportRow.flagged.is_(False)


def _is_wrong(said: Subquery, kind: Judgement) -> ColumnElement[bool]:
    """As `pipeline.tuning.confusion.judgement` has it."""
    accused = or_(said.c.outcome_before.in_(_LACKING), ReportItemRow.leaning == Leaning.AGAINST.value)
    passed = or_(said.c.outcome_before == Outcome.PASS.value, ReportItemRow.leaning == Leaning.FOR.value)
    if kind is Judgement.WRONG_ACCUSATION:
        return and_(accused, said.c.outcome_after == Outcome.PASS.value)
    return and_(passed, said.c.outcome_after.in_(_LACKING))


def _system(row: Any) -> Standing:
    outcome = Outcome(row.outcome_before)
    leans = outcome is Outcome.CONFIRM and row.leaning
    return Standing(outcome, Leaning(row.leaning) if leans else None)


def _cell(row: Any) -> ConfusionCell:
    system = _system(row)
    return ConfusionCell(row.item_id, system, right_standing(system, Outcome(row.outcome_after)), row.visits)


def _mistake(row: Any) -> Mistake:
    items = report_from_json(row.body).items if row.body else ()
    return Mistake(
        visit_id=row.visit_id,
        day=row.day,
        service_type=row.service_type,
        team=row.technician_team,
        item_id=row.item_id,
        system=_system(row),
        right=Outcome(row.outcome_after),
        weight=row.weight,
        reason=row.reason,
        item=next((item for item in items if item.result.item_id == row.item_id), None),
    )
