"""Words to rows, many at once: skus to items, location codes to locations, by one statement each."""

from server.db import fetch, given


def items_by_sku(skus):
    """{sku: item row} of those known."""
    rows = fetch(
        "SELECT i.* FROM items i JOIN " + given("rows", sku="text") + " v ON v.sku = i.sku",
        rows=[(sku,) for sku in set(skus)],
    )
    return {row.sku: row for row in rows}


def items_by_id(ids):
    """{id: row} of those known."""
    rows = fetch(
        "SELECT i.* FROM items i JOIN " + given("rows", id="id") + " v ON v.id = i.id",
        rows=[(one,) for one in set(ids)],
    )
    return {row.id: row for row in rows}


def locations_by_code(warehouse_id, codes):
    """{code: row(id, code, zone, kind, path_order, role, limited)} of those known in that warehouse.

    `limited`: somebody said how much fits there.
    """
    rows = fetch(
        "SELECT l.*, l.capacity IS NOT NULL OR EXISTS (SELECT 1 FROM place_capacities c WHERE"
        " c.warehouse_id = l.warehouse_id AND c.location_id = l.id) AS limited FROM locations l JOIN "
        + given("rows", code="text")
        + " v ON v.code = l.code"
        " WHERE l.warehouse_id = :w",
        rows=[(code,) for code in set(codes)],
        w=warehouse_id,
    )
    return {row.code: row for row in rows}


def locations_by_id(warehouse_id, ids):
    """{id: row} of those known in that warehouse."""
    rows = fetch(
        "SELECT l.* FROM locations l JOIN " + given("rows", id="id") + " v ON v.id = l.id WHERE l.warehouse_id = :w",
        rows=[(one,) for one in set(ids)],
        w=warehouse_id,
    )
    return {row.id: row for row in rows}
