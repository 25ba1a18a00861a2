"""The database: one session, one `transaction()`, and the only commit in the house.

`with transaction():` is opened at the edges (routes, gateways, CLI, jobs); whatever runs inside joins it. What lost a
race (a deadlock, a unique key that somebody else took first, a busy file) is run again by `retrying`, which wraps every
request and every job, and nothing else retries.

SQLite: WAL, foreign keys on, and one writer at a time under a file lock of our own: the kernel queues waiters, where
SQLite's busy_timeout polls and lets single writers starve.
"""

import fcntl
import random
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Annotated

from flask import current_app, g
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import BigInteger, Index, String, Text, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, mapped_column

from server.errors import Busy, IdReused
from server.lane import Lanes, is_open

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


class Work(FlaskSession):
    """A session on the lane of its request or job, so that models and set-based statements share a transaction."""

    def get_bind(self, *_, bind=None, **__):
        """The connection of the lane."""
        return bind if bind is not None else _lane().connection


db = SQLAlchemy(model_class=Base, session_options={"class_": Work})
migrate = Migrate()
_writer = threading.local()
_inside: ContextVar[dict | None] = ContextVar("inside_transaction", default=None)


def session():
    """The unit of work of this request or job: what the models need. It works on the same connection as `fetch`."""
    return db.session


def is_embedded():
    """True on SQLite."""
    return current_app.config["SETTINGS"].embedded


@contextmanager
def transaction():
    """Open a write transaction, or join the one that is open. Commits at the end, rolls back on any exception."""
    if _inside.get() is not None:
        yield
        return
    lane = _lane()
    if lane.is_open:  # a read that the models began: a snapshot must not be older than the lock
        _undo()
        lane = _lane()
    if db.session.registry.has():
        db.session.expire_all()
    token = _inside.set({})
    held = _lock_writer() if lane.embedded else None
    try:
        lane.begin()
        yield
        if db.session.registry.has():
            db.session.commit()
        if lane.is_open:  # the models had no part in it
            with lane.telling("COMMIT"):
                lane.raw.commit()
        if not lane.embedded:
            lane.look_at_what_grew()
    except BaseException:
        _undo()
        raise
    finally:
        _inside.reset(token)
        if held:
            fcntl.flock(held, fcntl.LOCK_UN)


def found_out(about):
    """`{key: value}` of what this transaction has found out about something and may rely on until its end.

    Gone with it; outside of one nothing is kept.
    """
    inside = _inside.get()
    return {} if inside is None else inside.setdefault(about, {})


def _undo():
    """Roll back, and let go of a connection that died."""
    if db.session.registry.has():
        db.session.rollback()
    lane = g.get("lane")
    if lane is not None:
        lane.rollback()
        if lane.is_lost:
            g.pop("lane").leave()


@contextmanager
def attempt():
    """A savepoint: what fails inside is undone alone. For one event of a batch."""
    run("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # a connection that died has nothing to undo: say why it failed, not that
            run("ROLLBACK TO SAVEPOINT attempt")
        if db.session.registry.has():
            db.session.expunge_all()
        (_inside.get() or {}).clear()  # what was found out may have been undone
        raise
    run("RELEASE SAVEPOINT attempt")


def retrying(work):
    """Run `work()` again, a few times, when it lost a race. The one place that retries."""
    for turn in range(TRIES):
        try:
            return work()
        except DBAPIError as error:
            _undo()
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
    """Rows of a set-based statement. Lists and tuples in `params` are passed as JSON for `given()`."""
    return _lane().rows(sql, params)


def run(sql, **params):
    """Execute a set-based statement; gives the number of rows it touched."""
    return _lane().execute(sql, params).rowcount


def _lane():
    """The connection of this request or job. What is read outside `transaction()` is read without one: each statement
    sees all that is committed, which is as much as PostgreSQL promises inside, and BEGIN and ROLLBACK are saved."""
    lane = g.get("lane")
    if lane is None:
        lane = g.lane = current_app.extensions["lanes"].take(db.engine)
    return lane


def _leave_lane(_error=None):
    lane = g.pop("lane", None)
    if lane is not None:
        lane.leave()


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


def among(column, name, kind="text"):
    """`column` is one of the values in the list parameter `:name`; `kind` as in `given()`.

    Where only a lookup is wanted this beats joining `given()`: PostgreSQL takes the index whatever it guesses.
    """
    if is_embedded():
        return f"{column} IN (SELECT value FROM json_each(:{name}))"
    cast = f"CAST(e AS {_PG_CASTS[kind]})"
    return f"{column} = ANY(ARRAY(SELECT {cast} FROM jsonb_array_elements_text(CAST(:{name} AS jsonb)) AS e))"


def put(table, rows, columns, on_conflict=""):
    """Insert many rows by one statement. `rows`: tuples in the order of `columns`."""
    if not rows:
        return
    _lane().put(Base.metadata.tables, table, rows, tuple(columns), on_conflict)


def only_where(name, *columns, unique=False, said):
    """An index of the few rows in which a column says something; the many that leave it empty cost nothing."""
    few = text(f"{said} IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=few, postgresql_where=few)


# Disks have no arms any more, so an index is as near as a page; and compiling costs our statements more than it saves.
_PG_OPTIONS = "-c random_page_cost=1.1 -c jit=off"


def init_database(app):
    """Bind the session to `app.config["SETTINGS"].database_url`."""
    settings = app.config["SETTINGS"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    size = settings.threads + 4
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": size, "max_overflow": 8, "pool_timeout": 20}
    embedded, served = {"timeout": 30, "cached_statements": 512}, {"options": _PG_OPTIONS}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"] = embedded if settings.embedded else served
    app.extensions["lanes"] = Lanes()
    app.teardown_appcontext(_leave_lane)  # before the session's own: the last to come is the first to go
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
    raw = connection.connection.dbapi_connection
    if not is_open(raw):
        raw.execute("BEGIN")


def _lock_writer():
    """Wait in the kernel's queue for the right to write. One descriptor a thread, so threads queue like processes."""
    path = db.engine.url.database + ".lock"
    if getattr(_writer, "path", None) != path:
        _writer.file, _writer.path = open(path, "w"), path  # noqa: SIM115 (a lock lives as long as its thread)
    fcntl.flock(_writer.file, fcntl.LOCK_EX)
    return _writer.file
