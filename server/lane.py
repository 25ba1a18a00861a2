"""One connection at work: set-based statements by the driver's own cursor, which lives as long as its connection.

SQLAlchemy describes every result of a text anew, a new psycopg cursor builds its adapters anew, and a session that
opens and closes costs more than the statement in between. So a request takes a lane, which is a connection of
SQLAlchemy's with the driver's own cursor on it, and leaves it for the next; the models, where wanted, join it.
"""

import re
import sqlite3
from collections import deque
from contextlib import contextmanager, suppress
from functools import lru_cache
from operator import itemgetter

import msgspec
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from server.growth import Growth

MANY = 2000  # rows after which a cursor is let go, so that it does not keep them


class Lanes:
    """The lanes of one app that nobody is on. `watch(by)` hears of each that is taken (1) or left (-1)."""

    def __init__(self):
        self._free: dict[object, deque[Lane]] = {}
        self._known: set[object] = set()
        self.growth = Growth()
        self.watch = lambda by: None

    def take(self, engine):
        """A lane on this engine: one that was left, else a new one."""
        if engine not in self._known:
            self._known.add(engine)
            event.listen(engine, "engine_disposed", self._close)
        try:
            lane = self._free.setdefault(engine, deque()).pop()
        except IndexError:
            lane = Lane(engine.connect(), self)
        self.watch(1)
        return lane

    def give_back(self, lane):
        """Keep it for whoever comes next; a lost one is let go, and its idle fellows with it."""
        self.watch(-1)
        free = self._free.get(lane.connection.engine)
        if free is not None and not lane.is_lost and not lane.is_open:
            free.append(lane)
            return
        if lane.is_lost:
            self._close(lane.connection.engine)
        lane.end()

    def _close(self, engine):
        """End those that nobody is on; whoever is on one yet ends it when they leave."""
        for lane in self._free.pop(engine, ()):
            lane.end()


def is_open(raw):
    """True when a transaction has really begun on a driver's connection."""
    return raw.in_transaction if isinstance(raw, sqlite3.Connection) else raw.info.transaction_status != 0


class Lane:
    """A connection, as long as one request or job holds it."""

    def __init__(self, connection, lanes):
        self.connection, self._lanes = connection, lanes
        self.embedded = connection.dialect.name == "sqlite"
        self.raw = connection.connection.dbapi_connection

    @property
    def is_open(self):
        """True when a transaction has really begun on it."""
        return is_open(self.raw)

    @property
    def is_lost(self):
        """True when the database hung up."""
        return self.connection.invalidated or self.connection.closed

    def begin(self):
        """Begin one that writes."""
        if self.embedded:
            self.raw.execute("BEGIN IMMEDIATE")
        else:
            self.execute("BEGIN")

    @contextmanager
    def telling(self, said):
        """The driver's errors inside are told as SQLAlchemy tells them."""
        try:
            yield
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._told(error, said) from error

    def look_at_what_grew(self):
        """Let PostgreSQL look at young tables that have doubled; outside of a transaction."""
        growth = self._lanes.growth
        for table in growth.due():
            with suppress(DBAPIError):  # a plan by guesses is no reason to refuse what is kept already
                if growth.is_news(table, self._rows_known(table)):
                    self.execute(f"ANALYZE (SKIP_LOCKED) {table}")
                growth.looked(table, self._rows_known(table))

    def _rows_known(self, table):
        ((known,),) = self.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)", {"name": table})
        return known

    def rollback(self):
        """Undo what is open, if the connection still lives."""
        if not self.is_lost and self.is_open:
            with suppress(self.connection.dialect.loaded_dbapi.Error):
                self.raw.rollback()

    def leave(self):
        """Undo what is open, and give it back."""
        self.rollback()
        self._lanes.give_back(self)

    def end(self):
        """Hang up. Without `detach` it would live on in a pool that nobody asks any more."""
        if not self.is_lost:
            self.connection.detach()
        self.connection.close()

    def execute(self, sql, params=()):
        """The cursor after one statement. Its errors are told as SQLAlchemy tells them."""
        said, values = _for_sqlite(sql, params) if self.embedded else _for_postgresql(sql, params)
        return self._sent(said, values, many=False)

    def rows(self, sql, params):
        """All rows of a statement: tuples whose fields have names; `_mapping` is the row as a dict."""
        cursor = self.execute(sql, params)
        found = cursor.fetchall()
        if not found:
            return found
        kind = _kinds.get(sql)
        if kind is None or len(kind._fields) != len(found[0]):
            kind = _kinds[sql] = _kind(tuple([column[0] for column in cursor.description]))
        if len(found) > MANY:
            self._let_go()
        return [kind(row) for row in found]

    def put(self, tables, table, rows, columns, on_conflict):
        """Insert tuples in the order of `columns` by one statement."""
        if self.embedded:
            said = _insertion(table, columns, on_conflict)
            return self._sent(said, rows, many=True)
        self._lanes.growth.note(table, len(rows))
        said, kinds = _mass_insertion(tables, table, columns, on_conflict)
        arrays = [_array(*both) for both in zip(kinds, zip(*rows, strict=True), strict=True)]
        return self._sent(said, arrays, many=False)

    def _sent(self, said, values, many):
        cursor = self._cursor()
        for hear in self.connection.dispatch.before_cursor_execute:  # who counts statements sees these too
            hear(self.connection, cursor, said, values, None, many)
        try:
            if many:
                return cursor.executemany(said, values)
            return cursor.execute(said, values)
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._told(error, said) from error

    def _cursor(self):
        kept = self.connection.info.get("lane")
        if kept is None:
            kept = self.connection.info["lane"] = _new_cursor(self.raw, self.embedded)
        return kept

    def _let_go(self):
        self.connection.info.pop("lane").close()

    def _told(self, error, sql):
        """The driver's error as SQLAlchemy tells it, so that a lost race is known from a bug."""
        dialect = self.connection.dialect
        lost = dialect.is_disconnect(error, self.raw, None)
        if lost:
            self.connection.invalidate(error)
        return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, True, lost, dialect)


def _new_cursor(raw, embedded):
    if embedded:
        return raw.cursor()
    from psycopg import RawCursor

    return RawCursor(raw)


_kinds: dict[str, type] = {}


@lru_cache(maxsize=1024)
def _kind(names):
    fields = {name: property(itemgetter(n)) for n, name in enumerate(names)}
    fields["_mapping"] = property(lambda row: dict(zip(names, row, strict=True)))
    fields["_fields"] = names
    return type("Row", (tuple,), fields | {"__slots__": ()})


_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")  # as SQLAlchemy's text() reads them


def _for_sqlite(sql, params):
    return _plain(sql), {name: _jsoned(value) for name, value in params.items()} if params else ()


def _for_postgresql(sql, params):
    said, order = _numbered(sql)
    return said, [_jsoned(params[name]) for name in order]


@lru_cache(maxsize=1024)
def _plain(sql):
    return sql.replace("\\:", ":")


@lru_cache(maxsize=1024)
def _numbered(sql):
    """`:name` as `$1`, and the names in that order."""
    order = list(dict.fromkeys(_PARAMETER.findall(sql)))
    numbers = {name: n for n, name in enumerate(order, 1)}
    return _plain(_PARAMETER.sub(lambda found: f"${numbers[found[1]]}", sql)), tuple(order)


def _jsoned(value):
    return msgspec.json.encode(value).decode() if isinstance(value, (list, tuple)) else value


@lru_cache(maxsize=512)
def _insertion(table, columns, on_conflict):
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)}) {on_conflict}"


_PLAIN_KINDS = {"UUID", "BIGINT", "INTEGER", "BOOLEAN"}  # written as they are; all else in quotation marks


def _mass_insertion(tables, table, columns, on_conflict):
    key = table, columns, on_conflict
    if key not in _mass_insertions:
        dialect = postgresql.dialect()
        kinds = [tables[table].c[column].type.compile(dialect=dialect).split("(")[0] for column in columns]
        casts = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
        said = f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({casts}) {on_conflict}"
        _mass_insertions[key] = said, tuple(kinds)
    return _mass_insertions[key]


_mass_insertions: dict[tuple, tuple] = {}


def _array(kind, values):
    """PostgreSQL's text form of an array of scalars."""
    if kind in _PLAIN_KINDS:
        return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
    return "{" + ",".join(["NULL" if value is None else _quoted(str(value)) for value in values]) + "}"


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
