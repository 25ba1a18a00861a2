"""What the machine allows: Flask, the driver, and nothing else. `gunicorn bench.limits:app` with our own settings.

`/bare` answers; `/select` does one indexed select; `/insert` decodes rows, inserts them by one statement and commits.
No roles, no receipts, no rules: whoever does real work stays below these.
"""

import fcntl
import os
import sqlite3
import threading

import msgspec
import psycopg
from flask import Flask, Response, request

URL = os.environ.get("BENCH_DATABASE", "")
app = Flask(__name__)
_mine = threading.local()
_rows = msgspec.json.Decoder(list[tuple[str, str, str, str, int, str]])
_encode = msgspec.json.Encoder().encode

TABLE = (
    "CREATE TABLE bench_rows (warehouse_id {id}, id {id}, location_id {id}, item_id {id}, qty bigint, raw text,"
    " PRIMARY KEY (warehouse_id, id))"
)
SELECT = "SELECT c.pack_qty, i.sku, i.name, i.unit FROM codes c JOIN items i ON i.id = c.item_id WHERE c.key = {}"


def make_table(connection, embedded):
    """The table that `/insert` fills."""
    connection.execute(TABLE.format(id="varchar(36)" if embedded else "uuid"))


@app.get("/bare")
def bare():
    """Flask alone."""
    return Response(b'{"kind":"item"}', mimetype="application/json")


@app.get("/select")
def select():
    """Flask and one indexed select."""
    mark = "?" if _embedded() else "%s"
    row = _connection().execute(SELECT.format(mark), (request.args["code"],)).fetchone()
    answer = {"kind": "item", "sku": row[1], "name": row[2], "unit": row[3], "pack_quantity": row[0]}
    return Response(_encode(answer), mimetype="application/json")


@app.post("/insert")
def insert():
    """Flask, decoding, one bulk insert, one commit."""
    rows = _rows.decode(request.get_data())
    if _embedded():
        _insert_embedded(_connection(), rows)
    else:
        columns = [list(column) for column in zip(*rows, strict=True)]
        with _connection().transaction():
            _connection().execute(
                "INSERT INTO bench_rows SELECT * FROM"
                " unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[])",
                columns,
            )
    return Response(_encode([{"id": row[1], "result": "accepted"} for row in rows]), mimetype="application/json")


def _insert_embedded(connection, rows):
    fcntl.flock(_mine.lock, fcntl.LOCK_EX)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bench_rows VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    finally:
        fcntl.flock(_mine.lock, fcntl.LOCK_UN)


def _embedded():
    return URL.startswith("sqlite")


def _connection():
    if not hasattr(_mine, "connection"):
        if _embedded():
            path = URL.removeprefix("sqlite:///")
            connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA synchronous=FULL")
            _mine.connection, _mine.lock = connection, open(path + ".limit", "w")  # noqa: SIM115
        else:
            _mine.connection = psycopg.connect(URL, autocommit=True)
    return _mine.connection
