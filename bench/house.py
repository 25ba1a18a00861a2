"""The warehouses that everything is measured in, written by SQL: making them is not what is measured."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.limits import make_table
from server import create_app
from server.catalog.policy import add_policy
from server.catalog.rules import key_of
from server.catalog.seeds import ensure_seeds
from server.clock import HOUR, now
from server.config import Settings
from server.db import db, is_embedded, put, run, session, transaction
from server.ids import new_id
from server.ledger.rules import VIRTUAL
from server.people.passwords import prepare
from server.schema import bring_up_to_date
from tests.given import PASSWORD
from tests.postgres import free_port
from tests.servers import Server, over_http
from tests.worker import Worker

PEOPLE = 8
ITEM, PLACE = 0x10, 0x20  # kinds of ids; a warehouse's places are PLACE + its number
SECRET = "a-secret-for-measuring-that-is-long-enough"


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    items: int = 10_000
    count_lines: int = 5_000
    task_positions: int = 50_000
    positions: int = 1_000_000
    moves: int = 1_000_000
    requests: int = 4_000
    seconds: int = 5


QUICK = Sizes(1_000, 1_000, 5_000, 50_000, 50_000, 800, 2)
# Where: floor work, a count, tasks, many positions, many moves. Places, and items on each, as `Sizes` has them.
FLOOR, COUNT, TASKS, BIG, BOOK = range(5)
CODES = ("FLOOR", "COUNT", "TASKS", "BIG", "BOOK")


UNPACED = {"TALLYLOOP_READER_POSTS": "0", "TALLYLOOP_READER_READS": "0"}  # a few readers stand for many


class House:
    """A filled database, our server on it, and beside it the server that does nothing else."""

    def __init__(self, database_url, sizes):
        self.sizes, self.url = sizes, database_url
        self.folder = Path(tempfile.mkdtemp(prefix="tallyloop-bench-"))
        self.app = create_app(Settings.from_environment(self._environment()))
        with self.app.app_context():
            bring_up_to_date()
            _fill(sizes)
            db.session.remove()
        self.server = Server(self.folder, database_url, TALLYLOOP_SECRET_KEY=SECRET, **UNPACED)
        self.limit = LimitServer(database_url)
        self.people = [Worker(over_http(self.server.url), "FLOOR").sign_in(f"p{n}", PASSWORD) for n in range(PEOPLE)]
        self.boss = Worker(over_http(self.server.url), "COUNT").sign_in("boss", PASSWORD)
        self.asker = Worker(over_http(self.server.url), "COUNT").sign_in("asker", PASSWORD)

    def close(self):
        """End both servers and leave nothing behind."""
        self.server.kill()
        self.limit.close()
        with self.app.app_context():
            db.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self):
        said = {"TALLYLOOP_DATA_DIR": str(self.folder), "DATABASE_URL": self.url, "TALLYLOOP_SECRET_KEY": SECRET}
        return said | {"TALLYLOOP_ADMIN_PASSWORD": PASSWORD}


class LimitServer:
    """gunicorn on `bench.limits`, as our own runs: 2 workers of 4 threads."""

    def __init__(self, database_url):
        self.port = free_port()
        how = ["--workers=2", "--threads=4", "--worker-class=gthread", "--keep-alive=30", "--no-control-socket"]
        gunicorn = [Path(sys.executable).parent / "gunicorn", *how, f"--bind=127.0.0.1:{self.port}"]
        plain = database_url.replace("+psycopg", "")
        self._process = subprocess.Popen(
            [*gunicorn, "--log-level=warning", "bench.limits:app"],
            env={**os.environ, "BENCH_DATABASE": plain},
            cwd=Path(__file__).parent.parent,
        )
        self._wait()

    def close(self):
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def _wait(self):
        until = time.monotonic() + 30
        while True:
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bare", timeout=5).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


def id_of(kind, n):
    """The id of the n-th thing of a kind; ascending, as UUIDv7 are."""
    return f"{kind:08x}-0000-7000-8000-{n:012x}"


def house_id(number):
    """The id of a warehouse."""
    return id_of(0x01, number)


def place_code(number, n):
    """What stands on the n-th shelf of a warehouse."""
    return f"{CODES[number][0]}-{n:05d}"


def item_code(n):
    """The barcode of an item: every other one is a GTIN-13, the rest are codes of the house's own."""
    if n % 2:
        return f"BX-{n:06d}"
    body = f"69{n:010d}"
    check = -sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(body)) % 10
    return f"{body}{check}"


def _fill(sizes):
    with transaction():
        ensure_seeds()
        _people()
        _catalogue(sizes)
        places = {FLOOR: 200, COUNT: 50, TASKS: sizes.task_positions // 10, BIG: sizes.positions // 50, BOOK: 50}
        for number, code in enumerate(CODES):
            _warehouse(number, code, places[number])
        session().flush()
        _floor_stock(sizes)
        _positions(COUNT, sizes.count_lines // 50, sizes.count_lines)
        _positions(TASKS, 10, sizes.task_positions)
        _positions(BIG, 50, sizes.positions)
        _moves(sizes)
        _log(sizes)
        body = {"rounds_max": 1, "auto_post": False, "note_over": None}
        add_policy(new_id(), house_id(COUNT), body, None)
        make_table(db.session.connection().connection.dbapi_connection, is_embedded())
    run("ANALYZE")
    db.session.commit()


def _people():
    kept = prepare(PASSWORD).password_hash
    names = [(f"p{n}", "staff") for n in range(PEOPLE)] + [
        ("boss", "manager"),
        ("asker", "manager"),
        ("keeper", "admin"),
    ]
    people = [(new_id(), name, name.title(), kept, "en", True, 0, now()) for name, _ in names]
    columns = "id username name password_hash language active sessions_from made_at".split()
    put("persons", people, columns)
    roles = [(row[0], "*", role) for row, (_, role) in zip(people, names, strict=True)]
    put("person_roles", roles, ["person_id", "scope", "role"])


def _catalogue(sizes):
    at = now()
    rows = [
        (id_of(ITEM, n), f"SKU-{n:06d}", f"Item {n}", "ea", 1000, False, False, False, True, at)
        for n in range(sizes.items)
    ]
    columns = "id sku name unit unit_cost lot_tracked serial_tracked weighed active made_at".split()
    put("items", rows, columns)
    codes = [(new_id(), key_of(item_code(n)), item_code(n), id_of(ITEM, n), 1000, at) for n in range(sizes.items)]
    put("codes", codes, "id key code item_id pack_qty made_at".split())


def _warehouse(number, code, places):
    at, house = now(), house_id(number)
    put("warehouses", [(house, code, code, "UTC", at)], "id code name timezone made_at".split())
    shelves = [
        (house, id_of(PLACE + number, n), place_code(number, n), "Z", "shelf", n, None, True, at) for n in range(places)
    ]
    outside = [(house, new_id(), role, None, "virtual", 0, role, True, at) for role in VIRTUAL]
    put("locations", shelves + outside, "warehouse_id id code zone kind path_order role active made_at".split())


def _positions(number, on_each, positions):
    """Ten of this and that on every shelf, as balances: no move behind them, which no figure here asks for."""
    run(
        f"INSERT INTO balances (warehouse_id, location_id, item_id, lot, qty) SELECT :w,"
        f" {_made(PLACE + number, f'n / {on_each}')}, {_made(ITEM, f'n % {on_each}')}, '', 10000 FROM {_series()}",
        w=house_id(number),
        most=positions,
    )


def _floor_stock(sizes):
    """What the measured moves will carry away."""
    rows = [
        (house_id(FLOOR), id_of(PLACE + FLOOR, 100 + n % 50), id_of(ITEM, n), "", 10**9) for n in range(sizes.items)
    ]
    put("balances", rows, "warehouse_id location_id item_id lot qty".split())


def _moves(sizes):
    """A thousand positions that grew by one, again and again, an hour apart each: fifty shelves of twenty items."""
    if not is_embedded():
        run("SET LOCAL session_replication_role = replica")  # the foreign keys of a million rows hold by construction
    ((supplier,),) = session().execute(
        db.text("SELECT id FROM locations WHERE warehouse_id = :w AND role = 'SUPPLIER'"), {"w": house_id(BOOK)}
    )
    run(
        "INSERT INTO moves"
        " (warehouse_id, id, item_id, lot, from_id, to_id, qty, unit_cost, kind, effective_at, posted_at)"
        f" SELECT :w, {_made(0x30, 'n')}, {_made(ITEM, 'n % 20')}, '', :supplier,"
        f" {_made(PLACE + BOOK, 'n % 1000 / 20')}, 1000, 0, 'receipt',"
        f" :start + n / 1000 * :step, :start + n / 1000 * :step FROM {_series()}",
        w=house_id(BOOK),
        supplier=supplier,
        start=now() - (sizes.moves // 1000 + 1) * HOUR,
        step=HOUR,
        most=sizes.moves,
    )
    run(
        "INSERT INTO balances (warehouse_id, location_id, item_id, lot, qty) SELECT warehouse_id, to_id, item_id, lot,"
        " SUM(qty) FROM moves WHERE warehouse_id = :w GROUP BY warehouse_id, to_id, item_id, lot",
        w=house_id(BOOK),
    )


def _log(sizes):
    """What the floor said long ago, by another device."""
    run(
        "INSERT INTO events (warehouse_id, id, type, device_id, person_id, seq, device_at, effective_at, earliest_at,"
        f" latest_at, posted_at, result, code, raw) SELECT :w, {_made(0x40, 'n')}, 'count.entry', 'elsewhere', :person,"
        " n, :at, :at, :at, :at, :at, 'accepted', NULL, '{}' FROM " + _series(),
        w=house_id(FLOOR),
        person=new_id(),
        at=now() - 1000 * HOUR,
        most=sizes.moves // 10,
    )


def _series():
    if is_embedded():
        return (
            "(WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < :most - 1) SELECT n FROM k) AS k"
        )
    return "generate_series(0, CAST(:most AS bigint) - 1) AS k(n)"


def _made(kind, number):
    """SQL for `id_of`."""
    if is_embedded():
        return f"printf('%08x-0000-7000-8000-%012x', {kind}, {number})"
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))\\:\\:uuid"
