"""The tables of the results database. A change here needs a migration; a test holds the two together."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

Sha256 = String(64)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in and out, UTC in between: SQLite keeps no zone. Raises ValueError for a naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a naive time can't be stored: {value}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    # Named, so that a later migration can change them on every database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class VisitRow(Base):
    """Every visit folder that was ever listed: two with one id are found even on different nights."""

    __tablename__ = "visits"

    manifest_key: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(index=True)
    day: Mapped[str] = mapped_column(index=True)
    first_seen_at: Mapped[datetime]


class EvidenceRow(Base):
    """What was seen in a file, by its bytes and by what looked at them."""

    __tablename__ = "evidence"

    sha256: Mapped[str] = mapped_column(Sha256, primary_key=True)
    observer_digest: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class SeenObjectRow(Base):
    """What came of looking at an object of the store, as long as its ETag stays: the sha256 of its bytes, or
    why nobody can look at them. An object that is known needs no fetching."""

    __tablename__ = "seen_objects"

    media_key: Mapped[str] = mapped_column(primary_key=True)
    observer_digest: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(Sha256)
    failure_reason: Mapped[str | None]
    failure_detail: Mapped[str | None] = mapped_column(Text)


class MediaUseRow(Base):
    """Which visit used which picture. The four bands are 16 bits each of the perceptual hash.

    Hashes that differ in few bits share at least one band exactly, or nearly: near-copies are found by
    index (multi-index hashing, Norouzi, Punjani and Fleet 2012).
    """

    __tablename__ = "media_uses"

    visit_id: Mapped[str] = mapped_column(primary_key=True)
    media_key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Sha256, index=True)
    perceptual_hash: Mapped[str] = mapped_column(String(16))
    band_0: Mapped[int] = mapped_column(index=True)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)
    first_seen_at: Mapped[datetime]


_COUNTED = (
    "day",
    "service_type",
    "technician_number",
    "technician_name",
    "technician_team",
    "city",
    "score",
    "grade",
    "flagged",
    "visit_id",
    "last_judged_at",
)


class StampCodeRow(Base):
    """Which picture of which visit bears which verification code (see `pipeline.stamp_codes`)."""

    __tablename__ = "stamp_codes"

    visit_id: Mapped[str] = mapped_column(primary_key=True)
    media_key: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    sha256: Mapped[str] = mapped_column(Sha256)
    perceptual_hash: Mapped[str] = mapped_column(String(16))
    first_seen_at: Mapped[datetime]


class ReportRow(Base):
    """One verdict per visit and set of inputs; the one judged last is the visit's current one."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("visit_id", "input_digest"),
        Index("ix_reports_visit_id_last_judged_at", "visit_id", "last_judged_at"),
        # Holds all that the numbers count by, so that they never read a row with its long body.
        Index("ix_reports_counted", *_COUNTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str]
    day: Mapped[str] = mapped_column(index=True)
    input_digest: Mapped[str] = mapped_column(Sha256)
    report_digest: Mapped[str] = mapped_column(Sha256)
    rule_digest: Mapped[str]
    observer_digest: Mapped[str]
    service_type: Mapped[str]
    technician_number: Mapped[str] = mapped_column(index=True)
    technician_name: Mapped[str] = mapped_column(server_default="")
    technician_team: Mapped[str | None]
    city: Mapped[str | None]
    score: Mapped[float | None]
    confirmed_score: Mapped[float | None]
    grade: Mapped[str]
    flagged: Mapped[bool]
    spot_check: Mapped[bool]
    blind: Mapped[bool] = mapped_column(server_default=false())
    body: Mapped[str] = mapped_column(Text)
    judged_at: Mapped[datetime]
    last_judged_at: Mapped[datetime]


class JudgingInputsRow(Base):
    """What a report was judged from, so that it can be judged again without the store (see
    `storage.judging_inputs`). `judging_version` is the program's: under another one, equal inputs and equal
    rules may say something else than the report."""

    __tablename__ = "judging_inputs"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    judging_version: Mapped[str]
    body: Mapped[str] = mapped_column(Text)


class ReportItemRow(Base):
    """The outcome of one item of a report, for queries over many visits."""

    __tablename__ = "report_items"
    __table_args__ = (Index("ix_report_items_item_id_outcome", "item_id", "outcome"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(index=True)
    leaning: Mapped[str | None]
    weight: Mapped[float]
    credit: Mapped[float | None]
    critical: Mapped[bool]


class ReportFlagRow(Base):
    """One reason why a person must look."""

    __tablename__ = "report_flags"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)


class MediaFailureRow(Base):
    """A file of a judged visit that nobody could look at."""

    __tablename__ = "media_failures"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    media_key: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Text)


class VisitFailureRow(Base):
    """A visit that could not be judged; gone once it could."""

    __tablename__ = "visit_failures"

    manifest_key: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(index=True)
    day: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    detail: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime]


class RunRow(Base):
    """One run over a date or prefix; without an end it was killed or is still at work."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    judged: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
