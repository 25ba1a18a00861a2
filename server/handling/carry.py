"""Remember which container carried which goods, so that a pallet has a history like everything else.

A container that nobody knew is known from its first scan on: the floor is right. It stands where the latest act by its
own time, not by its arrival here, has left it.
"""

from server import clock
from server.db import among, fetch, put, run
from server.handling.refusals import NotAContainer
from server.ids import new_id

_COLUMNS = (
    "warehouse_id id container step item_id lot serial qty from_id to_id document_id person_id device_id effective_at"
    " posted_at"
).split()


def container_of(text, label):
    """The code of the container that a scanned text names. Raises `NotAContainer` for what is known as something else.

    An SSCC is its eighteen digits, however the label writes them.
    """
    if label is None or label.kind == "unknown":
        return (label.gs1 or {}).get("00", text) if label else text
    if label.kind != "container":
        raise NotAContainer(code=text, kind=label.kind)
    return label.container


def carry(warehouse_id, act, rows):
    """Keep `[(id, container, step, item id, lot, serial, qty, from id, to id, document id, at)]` of one person."""
    if not rows:
        return
    now = clock.now()
    put(
        "container_goods",
        [(warehouse_id, *row[:10], act.person_id, act.device_id, row[10], now) for row in rows],
        _COLUMNS,
        on_conflict="ON CONFLICT DO NOTHING",
    )
    codes = sorted({row[1] for row in rows})
    put(
        "containers",
        [(warehouse_id, new_id(), code, "pallet", now) for code in codes],
        ["warehouse_id", "id", "code", "kind", "made_at"],
        on_conflict="ON CONFLICT (warehouse_id, code) DO NOTHING",
    )
    stand(warehouse_id, codes)


def put_back(warehouse_id, statement_id):
    """A statement was withdrawn: its container stands where the act before it left it."""
    rows = fetch(
        "SELECT container FROM container_goods WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=statement_id
    )
    if rows:
        stand(warehouse_id, [rows[0].container])


def stand(warehouse_id, codes):
    """Let containers stand where their latest act has left them."""
    run(
        "UPDATE containers SET location_id = (SELECT COALESCE(g.to_id, g.from_id) FROM container_goods g"
        " WHERE g.warehouse_id = containers.warehouse_id AND g.container = containers.code AND NOT EXISTS (SELECT 1"
        " FROM statements x WHERE x.warehouse_id = g.warehouse_id AND x.voids_id = g.id)"
        " ORDER BY g.effective_at DESC, g.id DESC LIMIT 1) WHERE warehouse_id = :w AND " + among("code", "codes"),
        w=warehouse_id,
        codes=codes,
    )
