"""seen objects"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "seen_objects",
        sa.Column("media_key", sa.String(), nullable=False),
        sa.Column("observer_digest", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("failure_reason", sa.String(), nullable=True),
        sa.Column("failure_detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("media_key", "observer_digest", name="pk_seen_objects"),
    )


def downgrade() -> None:
    op.drop_table("seen_objects")
