"""What people decided, kept for good: rows are only ever added, and the database refuses anything else.

Each decision's digest covers the one before it on the same visit, so a row that was taken away, or changed
behind the program's back, is found by `broken_links`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from pipeline.auditing import (
    CaseState,
    Decision,
    Draft,
    ItemDecision,
    ItemWord,
    Objection,
    Person,
    Verdict,
    needs_second,
    state_after,
)
from pipeline.errors import ClaimedByOther, DecidedMeanwhile, NotThisPerson, ReportChanged
from pipeline.results import Outcome
from storage.auditing_tables import CaseRow, DecisionItemRow, DecisionRow, ObjectionRow, UserRow
from storage.cases import open_case, state_columns
from storage.codec import digest_of, report_from_json
from storage.database import Database
from storage.report_rows import current_reports
from storage.tables import ReportRow


class DecisionStore:
    """Decisions and objections. Each method is one transaction; times are arguments. Raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, draft: Draft, person: Person, now: datetime) -> Decision:
        """Keep a decision and move its case on. The same token again gives the decision that it made.

        Raises ReportChanged, DecidedMeanwhile, ClaimedByOther or NotThisPerson where the draft no longer
        fits, ValueError for a visit without a report; nothing is kept then.
        """
        with self._database.writing() as connection:
            # Locked first: whatever is read after it can't be overtaken by another decision or a new report.
            case = _case_of(connection, draft.visit_id)
            made = _by(connection, DecisionRow.token == draft.token)
            return made[0] if made else _decide(connection, self._database, draft, person, now, case)

    def object(self, visit_id: str, person: Person, text: str, now: datetime) -> Objection:
        """Keep a technician's objection; the visit returns to the queue, for another person than before.

        Raises NotThisPerson where the visit is not theirs, was not decided, or was objected to before.
        """
        with self._database.writing() as connection:
            return _object(connection, visit_id, person, text, now)

    def of_visit(self, visit_id: str) -> tuple[Decision, ...]:
        """All decisions on a visit, oldest first."""
        with self._database.reading() as connection:
            return _by(connection, DecisionRow.visit_id == visit_id)

    def of_visits(self, visit_ids: Collection[str]) -> tuple[Decision, ...]:
        """All decisions on some visits, a thousand or so, oldest first."""
        with self._database.reading() as connection:
            return _by(connection, DecisionRow.visit_id.in_(visit_ids))

    def between(self, since: datetime, until: datetime) -> tuple[Decision, ...]:
        """All decisions of a time, oldest first; `until` itself is left out."""
        with self._database.reading() as connection:
            return _by(connection, DecisionRow.decided_at >= since, DecisionRow.decided_at < until)

    def objection(self, visit_id: str) -> Objection | None:
        """What its technician said against a decision on a visit."""
        query = select(ObjectionRow.__table__, UserRow.display_name.label("user_name"))
        query = query.join(UserRow, UserRow.id == ObjectionRow.user_id)
        with self._database.reading() as connection:
            row = connection.execute(query.where(ObjectionRow.visit_id == visit_id)).one_or_none()
        return Objection(**row._mapping) if row is not None else None

    def broken_links(self, visit_id: str) -> tuple[int, ...]:
        """Ids of the decisions whose digest does not follow from what they say and the one before them."""
        broken, previous = [], ""
        for decision in self.of_visit(visit_id):
            if decision.digest != _digest(previous, _content(decision), decision.items):
                broken.append(decision.decision_id)
            previous = decision.digest
        return tuple(broken)


def _decide(
    connection: Connection,
    database: Database,
    draft: Draft,
    person: Person,
    now: datetime,
    case: Row[Any] | None,
) -> Decision:
    stored = connection.execute(current_reports(ReportRow.visit_id == draft.visit_id)).one_or_none()
    if stored is None:
        raise ValueError(f"no report on {draft.visit_id!r}: nothing to decide on")
    report = report_from_json(stored.body)
    if case is None:
        open_case(connection, database, report, stored.id, stored.report_digest, now)
        case = _case_of(connection, draft.visit_id)
    earlier = _by(connection, DecisionRow.visit_id == draft.visit_id)
    _check(draft, person, now, stored.report_digest, case, earlier)
    decision = _add(connection, draft, person, now, stored, earlier)
    state = state_after(draft.verdict, needs_second(report, draft, person.user_id, earlier))
    _move(connection, decision, state)
    return decision


def _case_of(connection: Connection, visit_id: str) -> Row[Any] | None:
    """Locked until the transaction ends: two decisions on one visit come one after the other."""
    query = select(CaseRow.__table__).where(CaseRow.visit_id == visit_id).with_for_update()
    return connection.execute(query).one_or_none()


def _check(
    draft: Draft,
    person: Person,
    now: datetime,
    report_digest: str,
    case: Row[Any] | None,
    earlier: Sequence[Decision],
) -> None:
    if draft.report_digest != report_digest:
        raise ReportChanged(
            f"{draft.visit_id}: judged anew meanwhile: look at the new report and decide again"
        )
    newest = earlier[-1].decision_id if earlier else None
    if newest != draft.seen_decision:
        raise DecidedMeanwhile(f"{draft.visit_id}: {earlier[-1].user_name} has decided meanwhile")
    if case is None:
        return
    if case.waiting and case.claimed_by not in (None, person.user_id) and case.claimed_until >= now:
        raise ClaimedByOther(f"{draft.visit_id}: another person is looking at it")
    if case.state == CaseState.SECOND.value and case.decided_by == person.user_id:
        raise NotThisPerson(
            f"{draft.visit_id}: it waits for a second person, not for the one who decided last"
        )


def _add(
    connection: Connection,
    draft: Draft,
    person: Person,
    now: datetime,
    stored: Row[Any],
    earlier: Sequence[Decision],
) -> Decision:
    previous = earlier[-1] if earlier else None
    row: dict[str, Any] = {
        "visit_id": draft.visit_id,
        "report_digest": draft.report_digest,
        "user_id": person.user_id,
        "decided_at": now,
        "verdict": draft.verdict.value,
        "comment": draft.comment,
        "blind": stored.blind and previous is None,
        "supersedes": previous.decision_id if previous else None,
        "seconds_spent": draft.seconds_spent,
    }
    digest = _digest(previous.digest if previous else "", row, draft.items)
    row |= {"report_id": stored.id, "token": draft.token, "digest": digest}
    decision_id = connection.execute(insert(DecisionRow).values(row).returning(DecisionRow.id)).scalar_one()
    if draft.items:
        rows = [{"decision_id": decision_id, **_item_columns(item)} for item in draft.items]
        connection.execute(insert(DecisionItemRow), rows)
    (made,) = _by(connection, DecisionRow.id == decision_id)
    return made


def _move(connection: Connection, decision: Decision, state: CaseState) -> None:
    moved = {
        **state_columns(state),
        "claimed_by": None,
        "claimed_until": None,
        "decided_by": decision.user_id,
        "decided_digest": decision.report_digest,
        "verdict": decision.verdict.value,
    }
    if state is CaseState.SECOND:
        moved["waiting_since"] = decision.decided_at
    if state is CaseState.CLOSED:
        moved["objected"] = False
    connection.execute(update(CaseRow).where(CaseRow.visit_id == decision.visit_id).values(moved))


def _object(connection: Connection, visit_id: str, person: Person, text: str, now: datetime) -> Objection:
    case = _case_of(connection, visit_id)
    decisions = _by(connection, DecisionRow.visit_id == visit_id)
    if case is None or person.technician_number != case.technician_number:
        raise NotThisPerson(f"{visit_id}: only its own technician can object")
    if not decisions:
        raise NotThisPerson(f"{visit_id}: nothing was decided yet that could be objected to")
    if connection.execute(select(ObjectionRow.visit_id).where(ObjectionRow.visit_id == visit_id)).first():
        raise NotThisPerson(f"{visit_id}: it was objected to before, and that can be done once")
    objection = Objection(
        visit_id=visit_id,
        user_id=person.user_id,
        user_name=person.display_name,
        decision_id=decisions[-1].decision_id,
        text=text,
        objected_at=now,
    )
    kept = {name: value for name, value in asdict(objection).items() if name != "user_name"}
    connection.execute(insert(ObjectionRow).values(kept))
    back = {**state_columns(CaseState.SECOND), "objected": True, "waiting_since": now}
    connection.execute(update(CaseRow).where(CaseRow.visit_id == visit_id).values(back))
    return objection


def _by(connection: Connection, *where: ColumnElement[bool]) -> tuple[Decision, ...]:
    """Decisions with their items, oldest first."""
    query = select(DecisionRow.__table__, UserRow.display_name.label("user_name"))
    query = query.join(UserRow, UserRow.id == DecisionRow.user_id).where(*where).order_by(DecisionRow.id)
    rows = connection.execute(query).all()
    items = _items(connection, select(DecisionRow.id).where(*where).scalar_subquery()) if rows else {}
    return tuple(_decision(row, items.get(row.id, ())) for row in rows)


def _items(connection: Connection, ids: Any) -> Mapping[int, tuple[ItemDecision, ...]]:
    query = select(DecisionItemRow.__table__).where(DecisionItemRow.decision_id.in_(ids))
    rows = connection.execute(query.order_by(DecisionItemRow.decision_id, DecisionItemRow.item_id)).all()
    grouped = groupby(rows, key=lambda row: row.decision_id)
    return {decision_id: tuple(map(_item, group)) for decision_id, group in grouped}


def _item(row: Row[Any]) -> ItemDecision:
    return ItemDecision(
        item_id=row.item_id,
        word=ItemWord(row.word),
        outcome_before=Outcome(row.outcome_before),
        outcome_after=Outcome(row.outcome_after) if row.outcome_after else None,
        reason=row.reason,
        comment=row.comment,
    )


def _item_columns(item: ItemDecision) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "word": item.word.value,
        "outcome_before": item.outcome_before.value,
        "outcome_after": item.outcome_after.value if item.outcome_after else None,
        "reason": item.reason,
        "comment": item.comment,
    }


def _decision(row: Row[Any], items: tuple[ItemDecision, ...]) -> Decision:
    return Decision(
        decision_id=row.id,
        visit_id=row.visit_id,
        report_digest=row.report_digest,
        user_id=row.user_id,
        user_name=row.user_name,
        decided_at=row.decided_at,
        verdict=Verdict(row.verdict),
        items=items,
        comment=row.comment,
        blind=row.blind,
        supersedes=row.supersedes,
        seconds_spent=row.seconds_spent,
        digest=row.digest,
    )


def _content(decision: Decision) -> dict[str, Any]:
    """What a decision's digest covers, besides its items."""
    return {
        "visit_id": decision.visit_id,
        "report_digest": decision.report_digest,
        "user_id": decision.user_id,
        "decided_at": decision.decided_at,
        "verdict": decision.verdict.value,
        "comment": decision.comment,
        "blind": decision.blind,
        "supersedes": decision.supersedes,
        "seconds_spent": decision.seconds_spent,
    }


def _digest(previous: str, content: Mapping[str, Any], items: Sequence[ItemDecision]) -> str:
    """Hex SHA-256 over a decision, its items by name, and the digest of the decision before it."""
    at: datetime = content["decided_at"]
    said = sorted((_item_columns(item) for item in items), key=lambda item: str(item["item_id"]))
    return digest_of({**content, "decided_at": at.timestamp(), "previous": previous, "items": said})
