"""initial"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEXES = (
    ("visits", ("visit_id",)),
    ("visits", ("day",)),
    ("media_uses", ("sha256",)),
    ("media_uses", ("band_0",)),
    ("media_uses", ("band_1",)),
    ("media_uses", ("band_2",)),
    ("media_uses", ("band_3",)),
    ("reports", ("day",)),
    ("reports", ("technician_number",)),
    ("reports", ("visit_id", "last_judged_at")),
    ("report_items", ("outcome",)),
    ("media_failures", ("reason",)),
    ("visit_failures", ("visit_id",)),
    ("visit_failures", ("day",)),
)


def upgrade() -> None:
    _create_inputs()
    _create_reports()
    _create_parts_of_reports()
    _create_failures_and_runs()
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    parts = ("report_items", "report_flags", "media_failures")
    for table in (*parts, "reports", "visit_failures", "runs", "visits", "media_uses", "evidence"):
        op.drop_table(table)


def _create_inputs() -> None:
    op.create_table(
        "visits",
        _text("manifest_key"),
        _text("visit_id"),
        _text("day"),
        _time("first_seen_at"),
        sa.PrimaryKeyConstraint("manifest_key", name="pk_visits"),
    )
    op.create_table(
        "evidence",
        _digest("sha256"),
        _text("observer_digest"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "observer_digest", name="pk_evidence"),
    )
    op.create_table(
        "media_uses",
        _text("visit_id"),
        _text("media_key"),
        _digest("sha256"),
        sa.Column("perceptual_hash", sa.String(16), nullable=False),
        *(sa.Column(f"band_{number}", sa.Integer(), nullable=False) for number in range(4)),
        _time("first_seen_at"),
        sa.PrimaryKeyConstraint("visit_id", "media_key", name="pk_media_uses"),
    )


def _create_reports() -> None:
    texts = ("rule_digest", "observer_digest", "service_type", "technician_number", "grade")
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("visit_id"),
        _text("day"),
        _digest("input_digest"),
        _digest("report_digest"),
        *(_text(name) for name in texts),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("score", "confirmed_score")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("flagged", "spot_check")),
        sa.Column("body", sa.Text(), nullable=False),
        _time("judged_at"),
        _time("last_judged_at"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("visit_id", "input_digest", name="uq_reports_visit_id_input_digest"),
    )


def _create_parts_of_reports() -> None:
    op.create_table(
        "report_items",
        *_report_id("report_items"),
        _text("item_id"),
        _text("outcome"),
        sa.Column("leaning", sa.String(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("credit", sa.Float(), nullable=True),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "item_id", name="pk_report_items"),
    )
    op.create_table(
        "report_flags",
        *_report_id("report_flags"),
        _text("reason"),
        _text("subject"),
        sa.PrimaryKeyConstraint("report_id", "reason", "subject", name="pk_report_flags"),
    )
    op.create_table(
        "media_failures",
        *_report_id("media_failures"),
        _text("media_key"),
        _text("reason"),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "media_key", name="pk_media_failures"),
    )


def _create_failures_and_runs() -> None:
    op.create_table(
        "visit_failures",
        *(_text(name) for name in ("manifest_key", "visit_id", "day", "reason")),
        sa.Column("detail", sa.Text(), nullable=False),
        _time("failed_at"),
        sa.PrimaryKeyConstraint("manifest_key", name="pk_visit_failures"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("scope"),
        _time("started_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("judged", "skipped", "failed")),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )


def _report_id(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = f"fk_{table}_report_id_reports"
    return sa.Column("report_id", sa.Integer(), nullable=False), sa.ForeignKeyConstraint(
        ["report_id"], ["reports.id"], name=name, ondelete="CASCADE"
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _digest(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False)


def _time(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
