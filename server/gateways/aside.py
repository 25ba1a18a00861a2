"""What was set aside: list it, and take it in again once we understand it."""

from server.db import fetch, given, run
from server.gateways.shapes import again
from server.gateways.take import Source, take


def aside_in(warehouse_ids, limit, after=None, device_id=None):
    """Rows that wait, the latest first, one more than `limit`. `after`: (posted_at, id)."""
    at, last = after or (2**62, "")
    only = "AND s.device_id = :device" if device_id else ""
    return fetch(
        "SELECT s.*, w.code AS warehouse, COALESCE(d.name, p.name) AS reader FROM "
        + given("houses", w="id")
        + " h JOIN set_aside s ON s.warehouse_id = h.w JOIN warehouses w ON w.id = s.warehouse_id"
        " LEFT JOIN devices d ON d.id = s.device_id LEFT JOIN persons p ON p.id = s.device_id"
        f" WHERE s.taken_at IS NULL {only} AND (s.posted_at < :at OR s.posted_at = :at AND s.id > :last)"
        " ORDER BY s.posted_at DESC, s.id LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        at=at,
        last=last,
        n=limit + 1,
        **({"device": device_id} if device_id else {}),
    )


def replay(warehouse_id, now, ids=None):
    """Hear what waits once more; gives `(rows tried, rows understood)`. What is still not understood stays."""
    rows = fetch(
        "SELECT * FROM set_aside WHERE warehouse_id = :w AND taken_at IS NULL ORDER BY posted_at LIMIT 1000",
        w=warehouse_id,
    )
    rows = [row for row in rows if ids is None or row.id in ids]
    understood = [row for row in rows if _take_again(row, now)]
    run(
        "UPDATE set_aside SET taken_at = :now WHERE warehouse_id = :w AND (device_id, id) IN (SELECT v.d, v.id FROM "
        + given("rows", d="id", id="text")
        + " v)",
        now=now,
        w=warehouse_id,
        rows=[(row.device_id, row.id) for row in understood],
    )
    return len(rows), len(understood)


def _take_again(row, now):
    heard = again(row.shape, row.raw.encode(), row.said_at)
    if heard.aside or not (heard.reads or heard.gates or heard.gaps):
        return False
    heard.names.clear()
    take(Source(row.warehouse_id, row.device_id), heard, now)
    return True
