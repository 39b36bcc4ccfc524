"""The statements behind the numbers.

What counts is chosen by the day of the visit, for decisions too: so a number and the visits behind it agree.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, case, func, literal, select, tuple_

from pipeline.auditing import ItemWord, Verdict
from storage.auditing_tables import DecisionItemRow, DecisionRow, UserRow
from storage.number_values import GroupBy, NumbersFilter
from storage.tables import ReportFlagRow, ReportItemRow, ReportRow

SPOKEN = (ItemWord.CONFIRM.value, ItemWord.OVERTURN.value)
_OF_A_VISIT = (Verdict.ACCEPT.value, Verdict.REJECT.value)


# ---- which visits --------------------------------------------------------------------------------------


def of_visits(wanted: NumbersFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.day_from:
        yield ReportRow.day >= wanted.day_from
    if wanted.day_to:
        yield ReportRow.day <= wanted.day_to
    if wanted.city:
        yield ReportRow.city == wanted.city
    if wanted.team:
        yield ReportRow.technician_team == wanted.team
    if wanted.service_type:
        yield ReportRow.service_type == wanted.service_type.value
    if wanted.technician:
        yield ReportRow.technician_number == wanted.technician


_TOLD = (
    ReportRow.id,
    ReportRow.day,
    ReportRow.service_type,
    ReportRow.technician_number,
    ReportRow.technician_name,
    ReportRow.technician_team,
    ReportRow.city,
)


def is_current() -> ColumnElement[bool]:
    """Whether a report is the one of its visit that was judged last."""
    return ~_newer().exists()


def _newer() -> Select[Any]:
    newer = ReportRow.__table__.alias("newer")
    return select(newer.c.id).where(
        newer.c.visit_id == ReportRow.visit_id,
        tuple_(newer.c.last_judged_at, newer.c.id) > tuple_(ReportRow.last_judged_at, ReportRow.id),
    )


def last_words(wanted: NumbersFilter) -> Subquery:
    """The last word on each item of each visit, beside the report that it is on."""
    place = func.row_number().over(
        partition_by=(DecisionRow.visit_id, DecisionItemRow.item_id), order_by=DecisionRow.id.desc()
    )
    ranked = (
        select(*_TOLD, DecisionItemRow.__table__, DecisionRow.visit_id, DecisionRow.user_id)
        .add_columns(DecisionRow.blind, place.label("place"))
        .join_from(DecisionItemRow, DecisionRow, DecisionRow.id == DecisionItemRow.decision_id)
        .join(ReportRow, ReportRow.id == DecisionRow.report_id)
        .where(*of_visits(wanted), DecisionItemRow.word.in_(SPOKEN))
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery("words")


# ---- groups --------------------------------------------------------------------------------------------

_KEYS = {
    GroupBy.TECHNICIAN: "technician_number",
    GroupBy.TEAM: "technician_team",
    GroupBy.CITY: "city",
    GroupBy.SERVICE: "service_type",
    GroupBy.DAY: "day",
}


def _key(table: FromClause, by: GroupBy) -> ColumnElement[Any]:
    return func.coalesce(table.c[_KEYS[by]], "").label("key")


def grades(wanted: NumbersFilter, by: GroupBy) -> Select[Any]:
    """Visits, and what is known of them, by group and grade."""
    key = _key(ReportRow.__table__, by)
    label = func.max(ReportRow.technician_name) if by is GroupBy.TECHNICIAN else literal("")
    return (
        select(key, label.label("label"), ReportRow.grade, func.count().label("visits"))
        .add_columns(
            func.sum(case((ReportRow.flagged, 1), else_=0)).label("flagged"),
            func.count(ReportRow.score).label("scored"),
            func.coalesce(func.sum(ReportRow.score), 0.0).label("score_sum"),
        )
        .where(*of_visits(wanted), is_current())
        .group_by(key, ReportRow.grade)
    )


def reasons(wanted: NumbersFilter, by: GroupBy) -> Select[Any]:
    """Visits by group and reason to look."""
    key = _key(ReportRow.__table__, by)
    visits = func.count(ReportRow.id.distinct()).label("visits")
    flagged = select(key, ReportFlagRow.reason, visits).join(
        ReportRow, ReportRow.id == ReportFlagRow.report_id
    )
    return flagged.where(*of_visits(wanted), is_current()).group_by(key, ReportFlagRow.reason)


def words_by_group(wanted: NumbersFilter, by: GroupBy) -> Select[Any]:
    words = last_words(wanted)
    key = _key(words, by)
    return select(key, *hits(words)).group_by(key)


def unflagged(wanted: NumbersFilter) -> Select[Any]:
    """Unflagged visits by service type."""
    counted = select(ReportRow.service_type, func.count().label("visits"))
    where = (*of_visits(wanted), ReportRow.flagged.is_(False), is_current())
    return counted.where(*where).group_by(ReportRow.service_type)


def hits(words: FromClause) -> tuple[ColumnElement[int], ColumnElement[int]]:
    overturned = case((words.c.word == ItemWord.OVERTURN.value, 1), else_=0)
    return func.sum(overturned).label("hits"), func.count().label("total")


# ---- items and words -----------------------------------------------------------------------------------


def outcomes(wanted: NumbersFilter) -> Select[Any]:
    """Visits by item and outcome, by the reports that are current."""
    where = (*of_visits(wanted), is_current())
    return _items().join(ReportRow, ReportRow.id == ReportItemRow.report_id).where(*where)


def all_outcomes() -> Select[Any]:
    """The same over every report that was ever saved, which an index alone answers."""
    return _items()


def superseded() -> Select[Any]:
    """Ids of the reports that are not current any more: commonly few."""
    return select(ReportRow.id).where(_newer().exists()).order_by(ReportRow.id)


def outcomes_of(report_ids: Sequence[int]) -> Select[Any]:
    return _items().where(ReportItemRow.report_id.in_(report_ids))


def _items() -> Select[Any]:
    counted = select(ReportItemRow.item_id, ReportItemRow.outcome, func.count().label("visits"))
    return counted.group_by(ReportItemRow.item_id, ReportItemRow.outcome)


def words_by_item(wanted: NumbersFilter) -> Select[Any]:
    words = last_words(wanted)
    return select(words.c.item_id, *hits(words)).group_by(words.c.item_id)


def blind_words(wanted: NumbersFilter) -> Select[Any]:
    said = (DecisionItemRow.item_id, DecisionItemRow.word, DecisionItemRow.outcome_before)
    return (
        select(DecisionRow.visit_id, ReportRow.service_type, *said, DecisionItemRow.outcome_after)
        .add_columns(ReportItemRow.leaning, ReportItemRow.weight)
        .join_from(DecisionItemRow, DecisionRow, DecisionRow.id == DecisionItemRow.decision_id)
        .join(ReportRow, ReportRow.id == DecisionRow.report_id)
        .join(ReportItemRow, _same_item())
        .where(*of_visits(wanted), DecisionRow.blind.is_(True), ReportRow.flagged.is_(False))
        .order_by(DecisionRow.id, DecisionItemRow.item_id)
    )


def _same_item() -> ColumnElement[bool]:
    return and_(
        ReportItemRow.report_id == DecisionRow.report_id, ReportItemRow.item_id == DecisionItemRow.item_id
    )


def first_on_flagged(wanted: NumbersFilter) -> Select[Any]:
    """First verdicts on flagged visits, and in how many an item that cost the visit credit was overturned."""
    lacking = select(ReportItemRow.item_id).where(
        ReportItemRow.report_id == DecisionRow.report_id, ReportItemRow.weight > 0, ReportItemRow.credit == 0
    )
    overturned = lacking.join(DecisionItemRow, DecisionItemRow.item_id == ReportItemRow.item_id).where(
        DecisionItemRow.decision_id == DecisionRow.id, DecisionItemRow.word == ItemWord.OVERTURN.value
    )
    # Asked of each decision by key: joined, PostgreSQL without statistics reads every item for each.
    visits = (
        select(DecisionRow.blind, case((overturned.exists(), 1), else_=0).label("overturned"))
        .join(ReportRow, ReportRow.id == DecisionRow.report_id)
        .where(*of_visits(wanted), ReportRow.flagged.is_(True), DecisionRow.supersedes.is_(None))
        .where(DecisionRow.verdict.in_(_OF_A_VISIT), case((lacking.exists(), 1), else_=0) == 1)
        .subquery()
    )
    hits, total = func.sum(visits.c.overturned).label("hits"), func.count().label("total")
    return select(visits.c.blind, hits, total).group_by(visits.c.blind)


def ratings(wanted: NumbersFilter) -> Select[Any]:
    several = (
        select(DecisionRow.visit_id, DecisionRow.report_digest)
        .group_by(DecisionRow.visit_id, DecisionRow.report_digest)
        .having(func.count(DecisionRow.user_id.distinct()) > 1)
        .subquery()
    )
    same_report = and_(
        several.c.visit_id == DecisionRow.visit_id, several.c.report_digest == DecisionRow.report_digest
    )
    return (
        select(DecisionRow.visit_id, DecisionRow.report_digest, DecisionRow.user_id)
        .add_columns(DecisionItemRow.item_id, DecisionItemRow.outcome_after)
        .join_from(DecisionItemRow, DecisionRow, DecisionRow.id == DecisionItemRow.decision_id)
        .join(several, same_report)
        .join(ReportRow, ReportRow.id == DecisionRow.report_id)
        .where(*of_visits(wanted), DecisionItemRow.word.in_(SPOKEN))
        .order_by(DecisionRow.id, DecisionItemRow.item_id)
    )


def worded(wanted: NumbersFilter, item_id: str, word: ItemWord, before: int | None) -> Select[Any]:
    words = last_words(wanted)
    seen = (words.c.visit_id, words.c.day, words.c.technician_number, words.c.technician_name)
    said = (words.c.service_type, words.c.outcome_before, words.c.outcome_after, words.c.reason)
    query = select(*seen, *said, UserRow.display_name.label("user_name"), words.c.blind, words.c.decision_id)
    query = query.join(UserRow, UserRow.id == words.c.user_id)
    query = query.where(words.c.item_id == item_id, words.c.word == word.value)
    if before is not None:
        query = query.where(words.c.decision_id < before)
    return query.order_by(words.c.decision_id.desc())
