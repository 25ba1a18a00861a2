"""What people ask of the book: positions and moves, page by page."""

from server.clock import EARLIEST
from server.db import fetch, given

_STOCK = """
SELECT b.warehouse_id, b.location_id, b.item_id, b.lot, b.qty, w.code AS warehouse, l.code AS location, l.zone,
  l.role, i.sku, i.name, i.unit, o.expiry
FROM (
  SELECT b.* FROM balances b WHERE b.warehouse_id = :w AND {where}
  ORDER BY b.location_id, b.item_id, b.lot LIMIT :limit
) b
JOIN warehouses w ON w.id = b.warehouse_id
JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id
JOIN items i ON i.id = b.item_id
LEFT JOIN lots o ON o.item_id = b.item_id AND o.lot = b.lot
ORDER BY b.location_id, b.item_id, b.lot
"""
_MOVES = """
SELECT m.*, w.code AS warehouse, i.sku, f.code AS source, t.code AS target, p.name AS person
FROM (
  SELECT m.* FROM moves m WHERE m.warehouse_id = :w AND {where} ORDER BY m.effective_at DESC, m.id DESC LIMIT :limit
) m
JOIN warehouses w ON w.id = m.warehouse_id
JOIN items i ON i.id = m.item_id
JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id
JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id
LEFT JOIN persons p ON p.id = m.person_id
"""


def positions(houses, limit, after=None, location_ids=None, item_ids=None, lot=None, real=True, blind=()):
    """Positions in key order, one more than `limit`; empty ones are left out unless `real` is False (then all).

    `after`: the key of the last one seen. Virtual locations only if they are named in `location_ids`. In `blind`
    locations empty ones are there too, so that being listed tells nothing. Each warehouse is asked by itself and cut to
    a page before its words are looked up: asked for all at once, both databases sort a million rows to show fifty.
    """
    where, params = ["1 = 1"], {}
    if real:
        where.append(f"(b.qty <> 0 OR b.location_id IN (SELECT k.id FROM {given('blind', id='id')} k))")
        params["blind"] = [(one,) for one in blind]
    if location_ids is None:
        where.append(
            "NOT EXISTS (SELECT 1 FROM locations v WHERE v.warehouse_id = b.warehouse_id AND v.id = b.location_id"
            " AND v.role IS NOT NULL)"
        )
    else:
        where.append(f"b.location_id IN (SELECT k.id FROM {given('places', id='id')} k)")
        params["places"] = [(one,) for one in location_ids]
    if item_ids is not None:
        where.append(f"b.item_id IN (SELECT k.id FROM {given('items', id='id')} k)")
        params["items"] = [(one,) for one in item_ids]
    if lot is not None:
        where.append("b.lot = :lot")
        params["lot"] = lot
    found: list = []
    for house in sorted(houses):
        if len(found) > limit or after and house < after[0]:
            continue
        here, key = where, {}
        if after and house == after[0]:
            here = [*where, "(b.location_id, b.item_id, b.lot) > (:al, :ai, :alot)"]
            key = dict(zip(("al", "ai", "alot"), after[1:], strict=True))
        sql = _STOCK.format(where=" AND ".join(here))
        found += fetch(sql, w=house, limit=limit + 1 - len(found), **key, **params)
    return found


def moves(houses, limit, after=None, since=None, until=None, location_ids=None, item_ids=None, lot=None, kind=None):
    """Moves, the latest first, one more than `limit`. `after`: (effective_at, id) of the last one seen."""
    where, params = ["m.effective_at >= :since"], {"since": EARLIEST if since is None else since}
    if until is not None:
        where.append("m.effective_at <= :until")
        params["until"] = until
    if after:
        where.append("(m.effective_at < :at OR (m.effective_at = :at AND m.id < :last))")
        params |= {"at": after[0], "last": after[1]}
    if location_ids is not None:
        chosen = f"(SELECT k.id FROM {given('places', id='id')} k)"
        where.append(f"(m.from_id IN {chosen} OR m.to_id IN {chosen})")
        params["places"] = [(one,) for one in location_ids]
    if item_ids is not None:
        where.append(f"m.item_id IN (SELECT k.id FROM {given('items', id='id')} k)")
        params["items"] = [(one,) for one in item_ids]
    for name, value in (("lot", lot), ("kind", kind)):
        if value is not None:
            where.append(f"m.{name} = :{name}")
            params[name] = value
    sql = _MOVES.format(where=" AND ".join(where))
    found = [row for house in houses for row in fetch(sql, w=house, limit=limit + 1, **params)]
    return sorted(found, key=lambda row: (row.effective_at, row.id), reverse=True)[: limit + 1]


def moves_of_position(position, since, until, limit=500):
    """The moves of one position in a stretch of time, the latest first."""
    return fetch(
        "SELECT m.*, f.code AS source, t.code AS target, p.name AS person FROM moves m"
        " JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id"
        " JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id"
        " LEFT JOIN persons p ON p.id = m.person_id WHERE m.warehouse_id = :w AND m.item_id = :i AND m.lot = :lot"
        " AND (m.from_id = :l OR m.to_id = :l) AND m.effective_at >= :since AND m.effective_at <= :until"
        " ORDER BY m.effective_at DESC, m.id DESC LIMIT :limit",
        w=position.warehouse_id,
        i=position.item_id,
        lot=position.lot,
        l=position.location_id,
        since=since,
        until=until,
        limit=limit,
    )


def moves_of_line(warehouse_id, line_id):
    """Adjustments and restatements of one count line, in time order of posting."""
    return fetch(
        "SELECT m.* FROM moves m WHERE m.warehouse_id = :w AND m.line_id = :id ORDER BY m.posted_at, m.id",
        w=warehouse_id,
        id=line_id,
    )


def move_of(houses, move_id):
    """One move in words, or None."""
    rows = fetch(
        "SELECT m.*, w.code AS warehouse, i.sku, f.code AS source, t.code AS target, p.name AS person FROM "
        + given("houses", w="id")
        + " h JOIN moves m ON m.warehouse_id = h.w JOIN warehouses w ON w.id = m.warehouse_id"
        " JOIN items i ON i.id = m.item_id"
        " JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id"
        " JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id"
        " LEFT JOIN persons p ON p.id = m.person_id WHERE m.id = :id",
        houses=[(one,) for one in houses],
        id=move_id,
    )
    return rows[0] if rows else None
