"""The book at an instant: the balance now, less the few moves after it."""

from server.db import fetch, given

_AT = """
SELECT v.n, COALESCE(b.qty, 0)
  - COALESCE((SELECT SUM(m.qty) FROM moves m WHERE m.warehouse_id = v.w AND m.to_id = v.l AND m.item_id = v.i
              AND m.lot = v.lot AND m.effective_at > v.at), 0)
  + COALESCE((SELECT SUM(m.qty) FROM moves m WHERE m.warehouse_id = v.w AND m.from_id = v.l AND m.item_id = v.i
              AND m.lot = v.lot AND m.effective_at > v.at), 0) AS qty
FROM {points} v
LEFT JOIN balances b ON b.warehouse_id = v.w AND b.location_id = v.l AND b.item_id = v.i AND b.lot = v.lot
"""


def book_at(points):
    """`[(position, instant), …]` → book quantities (thousandths) in the same order, by one statement.

    `book(P, t)` is the sum of P's moves with effective time ≤ t (`truth.md` §2.7).
    """
    if not points:
        return []
    rows = [(n, *position, at) for n, (position, at) in enumerate(points)]
    sql = _AT.format(points=given("rows", n="int", w="id", l="id", i="id", lot="text", at="int"))
    found = {row.n: int(row.qty) for row in fetch(sql, rows=rows)}
    return [found[n] for n in range(len(points))]


def positions_at(warehouse_id, location_ids, at=None):
    """{position key (location, item, lot): qty} of what the book holds there, now or at an instant; zero left out.

    The plus keeps SQLite from walking every move ever made by time, where the few of these places will do.
    """
    wanted = given("places", l="id")
    if at is None:
        rows = fetch(
            f"SELECT b.location_id, b.item_id, b.lot, b.qty FROM {wanted} v JOIN balances b"
            " ON b.warehouse_id = :w AND b.location_id = v.l WHERE b.qty <> 0",
            places=[(place,) for place in location_ids],
            w=warehouse_id,
        )
    else:
        rows = fetch(
            "SELECT location_id, item_id, lot, SUM(qty) AS qty FROM ("
            f" SELECT m.to_id AS location_id, m.item_id, m.lot, m.qty FROM {wanted} v JOIN moves m"
            "  ON m.warehouse_id = :w AND m.to_id = v.l WHERE +m.effective_at <= :at"
            f" UNION ALL SELECT m.from_id, m.item_id, m.lot, -m.qty FROM {wanted} v JOIN moves m"
            "  ON m.warehouse_id = :w AND m.from_id = v.l WHERE +m.effective_at <= :at"
            ") legs GROUP BY location_id, item_id, lot HAVING SUM(qty) <> 0",
            places=[(place,) for place in location_ids],
            w=warehouse_id,
            at=at,
        )
    return {(row.location_id, row.item_id, row.lot): int(row.qty) for row in rows}


def moved_within(spans):
    """`[(position, from, until), …]` → the numbers of the spans in which something physical moved.

    A move at the very start of a span is before it. Adjustments are not physical. A move whose device clock had jumped
    may have happened anywhere between its earliest and latest instant.
    """
    open_spans = [(n, *position, start, end) for n, (position, start, end) in enumerate(spans) if end > start]
    if not open_spans:
        return set()
    table = given("rows", n="int", w="id", l="id", i="id", lot="text", a="int", z="int")
    found = set()
    for side in ("from_id", "to_id"):
        inside = (
            f"SELECT v.n FROM {table} v JOIN moves m ON m.warehouse_id = v.w AND m.{side} = v.l AND m.item_id = v.i"
            " AND m.lot = v.lot AND m.line_id IS NULL AND "
        )
        found |= {row.n for row in fetch(inside + "m.effective_at > v.a AND m.effective_at <= v.z", rows=open_spans)}
        found |= {
            row.n
            for row in fetch(
                inside + "m.earliest_at IS NOT NULL AND m.latest_at > v.a AND m.earliest_at <= v.z", rows=open_spans
            )
        }
    return found


def unsure_around(points):
    """`[(position, instant)]` → numbers of points that an uncertain move may be before or after."""
    rows = [(n, *position, at) for n, (position, at) in enumerate(points)]
    table = given("rows", n="int", w="id", l="id", i="id", lot="text", at="int")
    found = set()
    for side in ("from_id", "to_id"):
        found |= {
            row.n
            for row in fetch(
                f"SELECT v.n FROM {table} v JOIN moves m ON m.warehouse_id = v.w AND m.{side} = v.l AND m.item_id = v.i"
                " AND m.lot = v.lot AND m.earliest_at IS NOT NULL AND m.line_id IS NULL"
                " AND m.earliest_at <= v.at AND m.latest_at > v.at",
                rows=rows,
            )
        }
    return found
