"""stamp codes"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stamp_codes",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("media_key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("perceptual_hash", sa.String(length=16), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "media_key", name="pk_stamp_codes"),
    )
    op.create_index("ix_stamp_codes_code", "stamp_codes", ["code"])


def downgrade() -> None:
    op.drop_index("ix_stamp_codes_code", "stamp_codes")
    op.drop_table("stamp_codes")
