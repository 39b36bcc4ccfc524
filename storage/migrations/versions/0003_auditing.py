"""auditing: people, cases, decisions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEXES = (
    ("ix_cases_day", "cases", ["waiting", "day"]),
    ("ix_cases_city", "cases", ["city", "waiting"]),
    ("ix_cases_queue", "cases", ["waiting", "rank", "waiting_since", "visit_id"]),
    ("ix_cases_report_id", "cases", ["report_id"]),
    ("ix_cases_team", "cases", ["team", "waiting"]),
    ("ix_cases_technician_number", "cases", ["waiting", "technician_number"]),
    ("ix_cases_technician", "cases", ["technician_name", "technician_number"]),
    ("ix_cases_objected", "cases", ["waiting", "objected"]),
    ("ix_cases_waiting", "cases", ["waiting", "waiting_since", "visit_id"]),
    ("ix_decisions_decided_at", "decisions", ["decided_at"]),
    ("ix_decisions_report_id", "decisions", ["report_id"]),
    ("ix_decisions_user_id", "decisions", ["user_id"]),
    ("ix_decisions_visit_id", "decisions", ["visit_id"]),
    ("ix_sessions_expires_at", "sessions", ["expires_at"]),
    ("ix_sessions_user_id", "sessions", ["user_id"]),
    ("ix_case_reasons_reason_visit_id", "case_reasons", ["reason", "visit_id"]),
    ("ix_decision_items_item_id_word", "decision_items", ["item_id", "word"]),
)
_APPEND_ONLY = ("decisions", "decision_items", "objections")


def upgrade() -> None:
    _create_users()
    _create_cases()
    _create_decisions()
    _create_sessions()
    _create_case_reasons()
    _create_decision_items()
    _create_objections()
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    for table in _APPEND_ONLY:
        refuse_changes(table)
    with op.batch_alter_table("reports") as reports:
        reports.add_column(sa.Column("technician_name", sa.String(), server_default="", nullable=False))
        reports.add_column(sa.Column("technician_team", sa.String(), nullable=True))
        reports.add_column(sa.Column("city", sa.String(), nullable=True))
        reports.add_column(sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("reports") as reports:
        for column in ("blind", "city", "technician_team", "technician_name"):
            reports.drop_column(column)
    for table in ("objections", "decision_items", "case_reasons", "decisions", "cases", "sessions", "users"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("technician_number", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("oidc_issuer", sa.String(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_users_oidc_issuer_oidc_subject"),
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("report_digest", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("service_type", sa.String(), nullable=False),
        sa.Column("technician_number", sa.String(), nullable=False),
        sa.Column("technician_name", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("first_reason", sa.String(), nullable=True),
        sa.Column("first_subject_zh", sa.String(), nullable=False),
        sa.Column("first_subject_en", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("objected", sa.Boolean(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_digest", sa.String(length=64), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claimed_by"], ["users.id"], name="fk_cases_claimed_by_users"),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_cases_decided_by_users"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name="fk_cases_report_id_reports", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", name="pk_cases"),
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("report_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("seconds_spent", sa.Float(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_decisions_report_id_reports"),
        sa.ForeignKeyConstraint(["supersedes"], ["decisions.id"], name="fk_decisions_supersedes_decisions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_decisions_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("token", name="uq_decisions_token"),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_sessions_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )


def _create_case_reasons() -> None:
    op.create_table(
        "case_reasons",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["cases.visit_id"], name="fk_case_reasons_visit_id_cases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "reason", name="pk_case_reasons"),
    )


def _create_decision_items() -> None:
    op.create_table(
        "decision_items",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("outcome_before", sa.String(), nullable=False),
        sa.Column("outcome_after", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_items_decision_id_decisions"
        ),
        sa.PrimaryKeyConstraint("decision_id", "item_id", name="pk_decision_items"),
    )


def _create_objections() -> None:
    op.create_table(
        "objections",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_objections_decision_id_decisions"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_objections_user_id_users"),
        sa.PrimaryKeyConstraint("visit_id", name="pk_objections"),
    )
