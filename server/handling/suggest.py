"""Where to pick and where to put away: places in the order in which they are best, never how much lies there.

Picking: what expires first goes first, then what came first, then the shortest way; what is on hold or was short today
comes last or not at all. Putting away: beside the same lot, beside the same item, an empty bin in its zone, any empty
bin; in walking order; those with room for all of it first, full ones not at all.
"""

from collections import defaultdict

from server import clock
from server.clock import DAY
from server.db import among, fetch
from server.handling.room import room_in

BEST = 3  # places that are named for one line
_STANDING = "('dock', 'staging')"


def pick_places(warehouse_id, item_ids):
    """{item id: rows (location_id, location, zone, path_order, lot, expiry, qty), the best first}."""
    if not item_ids:
        return {}
    rows = fetch(
        "SELECT b.item_id, b.location_id, b.lot, b.qty, l.code AS location, l.zone, l.path_order, o.expiry, o.made_at,"
        " EXISTS (SELECT 1 FROM holds k WHERE k.warehouse_id = b.warehouse_id AND k.item_id = b.item_id"
        "  AND k.released_at IS NULL AND k.lot IN ('', b.lot)"
        "  AND (k.location_id IS NULL OR k.location_id = b.location_id) AND k.qty IS NULL) OR b.qty <= COALESCE("
        "  (SELECT SUM(k.qty) FROM holds k WHERE k.warehouse_id = b.warehouse_id AND k.item_id = b.item_id"
        "  AND k.released_at IS NULL AND k.lot = b.lot AND k.location_id = b.location_id), 0) AS held,"
        " EXISTS (SELECT 1 FROM statements s WHERE s.warehouse_id = b.warehouse_id AND s.step = 'short'"
        "  AND s.place_id = b.location_id AND s.item_id = b.item_id AND s.effective_at > :since) AS short"
        " FROM balances b JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        f" AND l.role IS NULL AND l.active = :yes AND l.kind NOT IN {_STANDING}"
        " LEFT JOIN lots o ON o.item_id = b.item_id AND o.lot = b.lot"
        " WHERE b.warehouse_id = :w AND b.qty > 0 AND " + among("b.item_id", "ids", "id"),
        w=warehouse_id,
        ids=sorted(item_ids),
        yes=True,
        since=clock.now() - DAY,
    )
    found = defaultdict(list)
    for row in sorted((row for row in rows if not row.held), key=_first_out):
        found[row.item_id].append(row)
    return found


def _first_out(row):
    return bool(row.short), row.expiry or "9999", (row.made_at or 0) if row.lot else 0, row.path_order, row.location


def putaway_places(warehouse_id, goods, avoid=()):
    """{(item, lot): rows (location_id, location, zone, path_order), the best first} for `[(item, lot, qty), …]`.

    `avoid`: places where nothing should be put now, since somebody counts there.
    """
    if not goods:
        return {}
    wanted: dict[tuple, int] = defaultdict(int)
    for item_id, lot, qty in goods:
        wanted[item_id, lot] += qty
    lying = _lying(warehouse_id, {item_id for item_id, _ in wanted})
    empty = _empty(warehouse_id)
    taken, found = set(avoid), {}
    places = {row.location_id for row in (*empty, *(one for rows in lying.values() for one in rows))}
    room = room_in(warehouse_id, places)
    for (item_id, lot), qty in sorted(wanted.items()):
        here = [row for row in lying[item_id] if row.location_id not in taken]
        same_lot = [row for row in here if row.lot == lot]
        zones = {row.zone for row in here}
        free = sorted((row for row in empty if row.location_id not in taken), key=lambda row: row.zone not in zones)
        every = list({row.location_id: row for row in [*same_lot, *here, *free]}.values())
        best = _with_room(every, room, item_id, qty)[:BEST]
        if best:
            room.fill(best[0].location_id, item_id, qty)
        taken |= {row.location_id for row in best[:1] if row in free}
        found[item_id, lot] = best
    return found


def _with_room(rows, room, item_id, qty):
    """Those that take all of it before those that take some; where nobody says how much fits, all of it does."""
    left = {row.location_id: room.left(row.location_id, item_id) for row in rows}
    some = [row for row in rows if left[row.location_id] is None or left[row.location_id] > 0]
    return sorted(some, key=lambda row: left[row.location_id] is not None and left[row.location_id] < qty)


def _lying(warehouse_id, item_ids):
    rows = fetch(
        "SELECT b.item_id, b.lot, b.location_id, l.code AS location, l.zone, l.path_order FROM balances b"
        " JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id AND l.role IS NULL"
        f" AND l.active = :yes AND l.kind NOT IN {_STANDING} WHERE b.warehouse_id = :w AND b.qty > 0 AND "
        + among("b.item_id", "ids", "id")
        + " ORDER BY l.path_order, l.code",
        w=warehouse_id,
        ids=sorted(item_ids),
        yes=True,
    )
    found = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def _empty(warehouse_id, limit=200):
    return fetch(
        "SELECT l.id AS location_id, l.code AS location, l.zone, l.path_order FROM locations l"
        f" WHERE l.warehouse_id = :w AND l.role IS NULL AND l.active = :yes AND l.kind NOT IN {_STANDING}"
        " AND l.kind <> 'quarantine' AND NOT EXISTS (SELECT 1 FROM balances b WHERE b.warehouse_id = l.warehouse_id"
        " AND b.location_id = l.id AND b.qty <> 0) ORDER BY l.path_order, l.code LIMIT :limit",
        w=warehouse_id,
        yes=True,
        limit=limit,
    )
