"""What Alembic runs: on the connection that the program hands over, or on one of its own from alembic.ini."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, create_engine

import storage.auditing_tables  # its tables belong to Base too
import storage.tuning_tables  # noqa: F401
from storage.tables import Base, UtcDateTime


def _render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """A migration must not change with the code: it names the plain type."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite can't alter a column otherwise
        render_item=_render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    handed_over = context.config.attributes.get("connection")
    if isinstance(handed_over, Connection):
        migrate(handed_over)
        return
    with create_engine(context.config.get_main_option("sqlalchemy.url", "")).begin() as connection:
        migrate(connection)


main()
