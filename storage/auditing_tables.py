"""The tables of the auditors' site: people, cases, decisions. A change here needs a migration."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base, Sha256


class UserRow(Base):
    """Somebody who may sign in: by password, or by the subject of an OpenID Connect issuer, or both.

    `name` is folded to lower case. A user is disabled and never deleted: decisions name it.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    technician_number: Mapped[str | None]
    language: Mapped[str | None]
    password_hash: Mapped[str | None]
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    """A signed-in browser. Only the hash of its token is kept: who reads the table can't sign in by it."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(Sha256, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CaseRow(Base):
    """A visit whose current report a person must look at, with what the queue filters and sorts by.

    One row per visit, kept in step by whatever saves a report or a decision. `waiting` follows from `state`
    and `rank` is 100 less the severity: an index in one direction serves the queue. `waiting_since` is when
    the case last came to wait for somebody. `decided_digest` is the report that the last decision was on.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_queue", "waiting", "rank", "waiting_since", "visit_id"),
        Index("ix_cases_waiting", "waiting", "waiting_since", "visit_id"),
        *(Index(f"ix_cases_{column}", "waiting", column) for column in ("day", "objected")),
        *(Index(f"ix_cases_{column}", column, "waiting") for column in ("city", "team")),
        Index("ix_cases_technician_number", "waiting", "technician_number"),
        Index("ix_cases_technician", "technician_name", "technician_number"),
    )

    visit_id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    report_digest: Mapped[str] = mapped_column(Sha256)
    day: Mapped[str]
    city: Mapped[str | None]
    team: Mapped[str | None]
    service_type: Mapped[str]
    technician_number: Mapped[str]
    technician_name: Mapped[str]
    score: Mapped[float | None]
    grade: Mapped[str]
    flagged: Mapped[bool]
    blind: Mapped[bool]
    rank: Mapped[int]
    first_reason: Mapped[str | None]
    first_subject_zh: Mapped[str]
    first_subject_en: Mapped[str]
    state: Mapped[str]
    waiting: Mapped[bool]
    objected: Mapped[bool]
    waiting_since: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_until: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_digest: Mapped[str | None] = mapped_column(Sha256)
    verdict: Mapped[str | None]


class CaseReasonRow(Base):
    """Why a case is one, for the queue's filter: flag reasons of its report; none where it is blind."""

    __tablename__ = "case_reasons"
    __table_args__ = (Index("ix_case_reasons_reason_visit_id", "reason", "visit_id"),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("cases.visit_id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)


class DecisionRow(Base):
    """One decision. Rows are only added: the database itself refuses to change or delete one."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    report_digest: Mapped[str] = mapped_column(Sha256)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime] = mapped_column(index=True)
    verdict: Mapped[str]
    comment: Mapped[str] = mapped_column(Text)
    blind: Mapped[bool]
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    seconds_spent: Mapped[float | None]
    token: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(Sha256)


class DecisionItemRow(Base):
    """What a decision says of one item; append-only, like decisions."""

    __tablename__ = "decision_items"
    __table_args__ = (Index("ix_decision_items_item_id_word", "item_id", "word"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str]
    outcome_before: Mapped[str]
    outcome_after: Mapped[str | None]
    reason: Mapped[str]
    comment: Mapped[str] = mapped_column(Text)


class ObjectionRow(Base):
    """A technician's objection, once per visit; append-only."""

    __tablename__ = "objections"

    visit_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    text: Mapped[str] = mapped_column(Text)
    objected_at: Mapped[datetime]
