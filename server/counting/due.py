"""Positions that ought to be counted soon, and why. A supervisor turns them into a count (`scope: {"due": true}`)."""

from server import clock
from server.db import fetch, given, put, run


def ask_soon(positions, reason):
    """Put positions on the list; one that is on it already stays as it is."""
    now = clock.now()
    put(
        "due_positions",
        sorted((*position, reason, now) for position in set(positions)),
        ["warehouse_id", "location_id", "item_id", "lot", "reason", "since"],
        on_conflict="ON CONFLICT (warehouse_id, location_id, item_id, lot) DO NOTHING",
    )


def counted(warehouse_id, keys):
    """Take positions `(location, item, lot)` off the list: somebody counted them."""
    run(
        "DELETE FROM due_positions WHERE warehouse_id = :w AND (location_id, item_id, lot) IN"
        " (SELECT v.l, v.i, v.lot FROM " + given("rows", l="id", i="id", lot="text") + " v)",
        w=warehouse_id,
        rows=list(keys),
    )


def due_in(warehouse_id):
    """The list of one warehouse, oldest first: rows (location_id, item_id, lot, reason, since)."""
    return fetch("SELECT * FROM due_positions WHERE warehouse_id = :w ORDER BY since, location_id", w=warehouse_id)


def shown_in(warehouse_id):
    """The list in words: location, sku, name, lot, reason, since."""
    return fetch(
        "SELECT d.location_id, l.code AS location, i.sku, i.name, d.lot, d.reason, d.since"
        " FROM due_positions d JOIN locations l ON l.warehouse_id = d.warehouse_id AND l.id = d.location_id"
        " JOIN items i ON i.id = d.item_id"
        " WHERE d.warehouse_id = :w ORDER BY d.since, l.code, i.sku",
        w=warehouse_id,
    )
