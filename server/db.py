"""The database: one session, one `transaction()`, and the only commit in the house.

`with transaction():` is opened at the edges (routes, gateways, CLI, jobs); whatever runs inside joins it. What lost a
race (a deadlock, a unique key that somebody else took first, a busy file) is run again by `retrying`, which wraps every
request and every job, and nothing else retries.

SQLite: WAL, foreign keys on, and one writer at a time under a file lock of our own: the kernel queues waiters, where
SQLite's busy_timeout polls and lets single writers starve.
"""

import fcntl
import random
import re
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from operator import itemgetter
from typing import Annotated

import msgspec
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Index, String, Text, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, mapped_column

from server.errors import Busy, IdReused

TRIES = 6
NIL = "00000000-0000-0000-0000-000000000000"

ID_TYPE = String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")

# Column kinds. A quantity is whole thousandths, money whole ten-thousandths, an instant microseconds since 1970 UTC.
Id = Annotated[str, mapped_column(ID_TYPE)]
Qty = Annotated[int, mapped_column(BigInteger)]
Money = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[int, mapped_column(BigInteger)]
Word = Annotated[str, mapped_column(String(120))]
Long = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """Every table of the house."""


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
_writer = threading.local()


class _Open:
    """A write transaction that is open. Its connection is looked up once: asking the session costs as much as a row."""

    connection = None


_inside: ContextVar[_Open | None] = ContextVar("inside_transaction", default=None)
_reading: ContextVar[bool] = ContextVar("reading", default=False)


def session():
    """The unit of work of this request or job."""
    return db.session


def is_embedded():
    """True on SQLite."""
    return db.engine.dialect.name == "sqlite"


@contextmanager
def transaction():
    """Open a write transaction, or join the one that is open. Commits at the end, rolls back on any exception."""
    if _inside.get():
        yield
        return
    db.session.rollback()  # ends a read that the request may have begun: a snapshot must not be older than the lock
    token = _inside.set(_Open())
    held = _lock_writer() if is_embedded() else None
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _inside.reset(token)
        if held:
            fcntl.flock(held, fcntl.LOCK_UN)


@contextmanager
def attempt():
    """A savepoint: what fails inside is undone alone. For one event of a batch."""
    run("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # a connection that died has nothing to undo: say why it failed, not that
            run("ROLLBACK TO SAVEPOINT attempt")
        db.session.expunge_all()
        raise
    run("RELEASE SAVEPOINT attempt")


def retrying(work):
    """Run `work()` again, a few times, when it lost a race. The one place that retries."""
    for turn in range(TRIES):
        try:
            return work()
        except DBAPIError as error:
            db.session.rollback()
            if not lost_race(error):
                raise
            if turn == TRIES - 1:
                raise (IdReused() if isinstance(error, IntegrityError) else Busy()) from error
            time.sleep(random.uniform(0, 0.005 * 2**turn))
    raise AssertionError("unreachable")


def lost_race(error):
    """Deadlock, serialization failure, a key taken meanwhile, a busy file, a connection that died."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in ("40001", "40P01", "23505", "55P03")
    said = str(error.orig)
    return "UNIQUE constraint failed" in said or "database is locked" in said


def fetch(sql, **params):
    """Rows of a set-based statement. Lists and tuples in `params` are passed as JSON for `given()`.

    Goes by the driver's own cursor: SQLAlchemy describes every result of a text anew, at more than the statement costs.
    """
    return _by_cursor(sql, _jsoned(params), _rows_of)


def run(sql, **params):
    """Execute a set-based statement; gives the number of rows it touched."""
    return _by_cursor(sql, _jsoned(params), lambda cursor: cursor.rowcount)


def _connection():
    """The session's connection. What is read outside `transaction()` is read without one: each statement sees all that
    is committed, which is as much as PostgreSQL promises inside, and BEGIN and ROLLBACK are saved."""
    open_ = _inside.get()
    if open_ is None:
        token = _reading.set(True)
        try:
            return db.session.connection()
        finally:
            _reading.reset(token)
    if open_.connection is None:
        open_.connection = db.session.connection()
    return open_.connection


def _by_cursor(sql, params, taken):
    connection = _connection()
    said = _prepared(sql, connection.dialect.name)
    with _cursor(connection, said, params) as cursor:
        cursor.execute(said, params)
        return taken(cursor)


@contextmanager
def _cursor(connection, sql, params):
    """The driver's own cursor; its errors are told as SQLAlchemy tells them."""
    cursor = connection.connection.cursor()
    for hear in connection.dispatch.before_cursor_execute:  # who counts statements sees these too
        hear(connection, cursor, sql, params, None, False)
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(error, connection, sql) from error
    finally:
        cursor.close()


def _wrapped(error, connection, sql):
    """The driver's error as SQLAlchemy tells it, so that `retrying` knows a lost race from a bug."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, True, lost, dialect)


_row_kinds: dict[tuple[str, ...], type] = {}


def _rows_of(cursor):
    """Tuples whose fields have names; `_mapping` is the row as a dict."""
    names = tuple([column[0] for column in cursor.description])
    kind = _row_kinds.get(names)
    if kind is None:
        fields = {name: property(itemgetter(n)) for n, name in enumerate(names)}
        fields["_mapping"] = property(lambda row: dict(zip(names, row, strict=True)))
        kind = _row_kinds[names] = type("Row", (tuple,), fields | {"__slots__": ()})
    return [kind(row) for row in cursor.fetchall()]


@lru_cache(maxsize=1024)
def _prepared(sql, dialect):
    """Named parameters as the driver writes them: `:name` for SQLite, `%(name)s` for PostgreSQL."""
    said = sql if dialect == "sqlite" else _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
    return said.replace("\\:", ":")


_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")  # as SQLAlchemy's text() reads them


def _jsoned(params):
    return {
        name: msgspec.json.encode(value).decode() if isinstance(value, (list, tuple)) else value
        for name, value in params.items()
    }


_PG_CASTS = {"id": "uuid", "int": "bigint", "text": "text"}


def given(name, /, **columns):
    """A table made of a JSON parameter: `given("rows", id="id", at="int")` reads `:rows = [[id, at], …]`.

    One statement for any number of rows, the same on both databases. Kinds: `id`, `int`, `text`.
    """
    if is_embedded():
        picked = ", ".join(f"json_extract(value, '$[{n}]') AS {column}" for n, column in enumerate(columns))
        # LIMIT -1 keeps it a table of its own, which SQLite walks first; else it may scan the warehouse for each row.
        return f"(SELECT {picked} FROM json_each(:{name}) LIMIT -1)"
    picked = ", ".join(f"(e->>{n})::{_PG_CASTS[kind]} AS {column}" for n, (column, kind) in enumerate(columns.items()))
    return f"(SELECT {picked} FROM jsonb_array_elements(CAST(:{name} AS jsonb)) AS e)".replace("::", r"\:\:")


def among(column, name):
    """`column` is one of the texts in the list parameter `:name`.

    Where only a lookup is wanted this beats joining `given()`: PostgreSQL takes the index whatever it guesses.
    """
    if is_embedded():
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    return f"{column} = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST(:{name} AS jsonb))))"


def put(table, rows, columns, on_conflict=""):
    """Insert many rows by one statement. `rows`: tuples in the order of `columns`."""
    if not rows:
        return
    connection = _connection()
    said = _insertion(connection.dialect.name, table, tuple(columns), on_conflict)
    with _cursor(connection, said, rows) as cursor:
        if connection.dialect.name == "sqlite":
            cursor.executemany(said, rows)
        else:
            cursor.execute(said, [list(column) for column in zip(*rows, strict=True)])


def only_where(name, *columns, unique=False, said):
    """An index of the few rows in which a column says something; the many that leave it empty cost nothing."""
    few = text(f"{said} IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=few, postgresql_where=few)


@lru_cache(maxsize=512)
def _insertion(dialect, table, columns, on_conflict):
    head = f"INSERT INTO {table} ({', '.join(columns)})"
    if dialect == "sqlite":
        return f"{head} VALUES ({', '.join('?' for _ in columns)}) {on_conflict}"
    kinds = [Base.metadata.tables[table].c[column].type.compile(dialect=postgresql.dialect()) for column in columns]
    casts = ", ".join(f"%s::{kind.split('(')[0]}[]" for kind in kinds)
    return f"{head} SELECT * FROM unnest({casts}) {on_conflict}"


def init_database(app):
    """Bind the session to `app.config["SETTINGS"].database_url`."""
    settings = app.config["SETTINGS"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    size = settings.threads + 4
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": size, "max_overflow": 8, "pool_timeout": 20}
    if settings.embedded:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"] = {"timeout": 30, "cached_statements": 512}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS_DIR"]), render_as_batch=True)


@event.listens_for(Engine, "connect")
def _on_connect(dbapi_connection, _record):
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        _prepare_sqlite(dbapi_connection)
    else:
        _prepare_postgresql(dbapi_connection)


def _prepare_sqlite(dbapi_connection):
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(dbapi_connection):
    from psycopg.adapt import Loader

    class IdText(Loader):
        """Ids are text everywhere outside the database."""

        def load(self, data):
            return bytes(data).decode()

    dbapi_connection.adapters.register_loader("uuid", IdText)
    dbapi_connection.autocommit = True  # we say BEGIN ourselves


@event.listens_for(Engine, "begin")
def _on_begin(connection):
    if not _reading.get():
        writes = _inside.get() and connection.dialect.name == "sqlite"
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lock_writer():
    """Wait in the kernel's queue for the right to write. One descriptor a thread, so threads queue like processes."""
    path = db.engine.url.database + ".lock"
    if getattr(_writer, "path", None) != path:
        _writer.file, _writer.path = open(path, "w"), path  # noqa: SIM115 (a lock lives as long as its thread)
    fcntl.flock(_writer.file, fcntl.LOCK_EX)
    return _writer.file
