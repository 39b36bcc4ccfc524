"""The results database: SQLite in WAL mode or PostgreSQL, opened and brought up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from pipeline.errors import SettingsError, StorageError
from storage.tables import Base

_BUSY_TIMEOUT_S = 30.0
_MIGRATION_LOCK = 7_218_001  # any number that no other program on this PostgreSQL server uses

Insert = sqlite.Insert | postgresql.Insert


class Database:
    """An open results database. Threads may share it; a forked process must open its own."""

    def __init__(self, url: str) -> None:
        """Open, and create or migrate the tables. Raises SettingsError for the URL, StorageError."""
        self._url = _checked_url(url)
        self._engine = _engine(self._url)
        # The same pool and events, but its transactions take SQLite's write lock when they begin:
        # a transaction that reads first and writes later fails at once where another one wrote between.
        self._writing = self._engine.execution_options(takes_write_lock=True)
        self._migrate()

    @property
    def place(self) -> str:
        """The URL for messages, without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StorageError if the database is lost."""
        with self._transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed when the block ends without an error. Raises StorageError."""
        with self._transaction(self._writing) as connection:
            yield connection

    def insert(self, table: type[Base]) -> Insert:
        """INSERT in the words of this database, which has ON CONFLICT."""
        return postgresql.insert(table) if self._is_postgresql else sqlite.insert(table)

    def refresh_statistics(self) -> None:
        """Tell PostgreSQL at once what was loaded, which it finds out within a minute by itself; until then
        it plans as for few rows. SQLite does without. Raises StorageError."""
        if self._is_postgresql:
            with self.writing() as connection:
                connection.execute(text("ANALYZE"))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @property
    def _is_postgresql(self) -> bool:
        return self._engine.dialect.name == "postgresql"

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise StorageError(
                f"results database {self.place}: {_first_line(error)}: "
                "check that it runs, can be reached and is not full, then run again"
            ) from error

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        try:
            # Two processes that both create the file can be refused the switch to WAL, without a wait.
            for attempt in _opening():
                with attempt:
                    self._upgrade(config)
        except CommandError as error:
            raise StorageError(
                f"results database {self.place}: {error}: it was written by a newer version of this program; "
                "update the program, or name another database"
            ) from error
        except DatabaseError as error:
            raise StorageError(
                f"results database {self.place}: {_first_line(error)}: not one of this program; name another"
            ) from error

    def _upgrade(self, config: Config) -> None:
        head = ScriptDirectory.from_config(config).get_current_head()
        with self.reading() as connection:
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
        with self.writing() as connection:
            if self._is_postgresql:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _first_line(error: SQLAlchemyError) -> str:
    """What the database itself said, without SQLAlchemy's frame and the driver's hints."""
    return str(error.__cause__ or error).partition("\n")[0]


def _opening() -> Retrying:
    return Retrying(
        retry=retry_if_exception_type(StorageError),
        stop=stop_after_delay(5),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )


def _checked_url(text_: str) -> URL:
    try:
        url = make_url(text_)
    except ArgumentError as error:
        raise SettingsError(
            "the database URL can't be parsed: wanted sqlite:///path/to/results.db or "
            "postgresql://user:password@host:5432/name"
        ) from error
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and ":memory:" not in url.database:
        return url
    shown = url.render_as_string(hide_password=True)
    raise SettingsError(f"database URL {shown}: wanted sqlite:///a/file or postgresql://…")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True)
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late and leave DDL out; `_begin_sqlite` says BEGIN instead.
    connection.isolation_level = None
    # In WAL mode NORMAL survives a killed program; a power cut may cost the last commits, which a run redoes.
    # Without a larger cache than its 2 MB, a queue of 100,000 cases reads the same pages again and again.
    cache = ("cache_size=-32768", "mmap_size=268435456")
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", *cache):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    lock = connection.get_execution_options().get("takes_write_lock")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if lock else "BEGIN")
