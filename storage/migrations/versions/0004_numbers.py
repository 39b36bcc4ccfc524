"""numbers: indexes that hold what is counted"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WHO = ["technician_number", "technician_name", "technician_team", "city"]
_COUNTED = ["day", "service_type", *_WHO, "score", "grade", "flagged", "visit_id", "last_judged_at"]


def upgrade() -> None:
    op.create_index("ix_reports_counted", "reports", _COUNTED)
    op.create_index("ix_report_items_item_id_outcome", "report_items", ["item_id", "outcome"])


def downgrade() -> None:
    op.drop_index("ix_report_items_item_id_outcome", "report_items")
    op.drop_index("ix_reports_counted", "reports")
