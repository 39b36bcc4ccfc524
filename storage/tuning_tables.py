"""The tables of evaluations and releases. Rows are only added. A change here needs a migration."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base, Sha256


class EvaluationRow(Base):
    """One measurement with its body as JSON (see `pipeline.tuning.evaluations.Evaluation`)."""

    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_kind_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    set_name: Mapped[str]
    set_digest: Mapped[str | None]
    rules_digest: Mapped[str | None] = mapped_column(Sha256)
    model_digest: Mapped[str | None] = mapped_column(Sha256)
    body: Mapped[str] = mapped_column(Text)
    body_digest: Mapped[str] = mapped_column(Sha256)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ReleaseRow(Base):
    """One version of all rules, or one model, as proposed: `body` holds it whole."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(Sha256)
    body: Mapped[str] = mapped_column(Text)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text)
    via: Mapped[str]


class ReleaseStepRow(Base):
    """What was done about releases: approved, rejected, gone back.

    `previous` is the step before it of its kind, 0 for the first: of two people who do something at the same
    time only the first one finds its place free.
    """

    __tablename__ = "release_steps"
    __table_args__ = (UniqueConstraint("kind", "previous"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    previous: Mapped[int]
    word: Mapped[str]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id"), index=True)
    from_day: Mapped[str | None]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text)
    via: Mapped[str]
