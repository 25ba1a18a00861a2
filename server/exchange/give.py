"""Give spreadsheets out: the same columns that `take` reads, so that a file can go out, be mended and come back."""

from decimal import Decimal

from server.db import among, fetch
from server.exchange.columns import COLUMNS, RARE, SECRET
from server.handling.open import day_of
from server.handling.rules import LIVE
from server.people.queries import people_seen


def header_of(kind, rows):
    """The columns of an export, in their order; those that only some houses use (`RARE`) if a row needs them."""
    names = [column.name for column in COLUMNS[kind] if column.name not in SECRET]
    needed = any(row[-1] == "true" for row in rows)
    return names if needed else [name for name in names if name not in RARE]


def rows_of(kind, warehouse_ids, scopes):
    """The rows of an export. `warehouse_ids`: of which warehouses; `scopes`: of whose people."""
    giver = _GIVERS[kind]
    return giver(scopes) if kind == "people" else giver(warehouse_ids)


def _items(_):
    rows = fetch(
        "SELECT sku, name, category, unit, unit_cost, lot_tracked, serial_tracked, shelf_life_days, abc, weighed"
        " FROM items WHERE active = :yes ORDER BY sku",
        yes=True,
    )
    return [(*row[:4], _money(row[4]), _flag(row[5]), _flag(row[6]), row[7], row[8], _flag(row[9])) for row in rows]


def _codes(_):
    rows = fetch("SELECT i.sku, c.code, c.pack_qty FROM codes c JOIN items i ON i.id = c.item_id ORDER BY i.sku, c.key")
    return [(row.sku, row.code, _qty(row.pack_qty)) for row in rows]


def _locations(warehouse_ids):
    rows = fetch(
        "SELECT w.code AS warehouse, l.code, l.zone, l.kind, l.path_order, l.capacity FROM locations l"
        " JOIN warehouses w ON w.id = l.warehouse_id"
        f" WHERE {among('CAST(w.id AS text)', 'ids')} AND l.role IS NULL ORDER BY w.code, l.path_order, l.code",
        ids=warehouse_ids,
    )
    return [(*tuple(row)[:5], None if row.capacity is None else _qty(row.capacity)) for row in rows]


def _opening(warehouse_ids):
    """Stock now, as an opening sheet: what another system would start from."""
    rows = fetch(
        "SELECT w.code AS warehouse, l.code, i.sku, b.lot, t.expiry, b.qty FROM balances b"
        " JOIN warehouses w ON w.id = b.warehouse_id"
        " JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        " JOIN items i ON i.id = b.item_id LEFT JOIN lots t ON t.item_id = b.item_id AND t.lot = b.lot"
        f" WHERE {among('CAST(w.id AS text)', 'ids')} AND l.role IS NULL AND b.qty <> 0"
        " ORDER BY w.code, l.path_order, l.code, i.sku, b.lot",
        ids=warehouse_ids,
    )
    return [(*row[:5], _qty(row.qty)) for row in rows]


def _reasons(_):
    return fetch(
        "SELECT code, kind, loss_type, en, zh FROM reasons WHERE active = :yes ORDER BY position, code", yes=True
    )


def _receipts(warehouse_ids):
    return _documents("receipt", "expected_on", warehouse_ids)


def _picks(warehouse_ids):
    return _documents("pick", "due_at", warehouse_ids)


def _orders(warehouse_ids):
    rows = _lines_under_way("production", "due_at", warehouse_ids)
    return [
        (*(row.number, row.sku, row.role, _qty(row.qty), day_of(row.day, row.timezone)), row.partner, row.lot, row.code)
        for row in rows
    ]


def _documents(kind, day, warehouse_ids):
    """What is under way, as the sheet that asked for it."""
    return [
        (*(row.number, row.partner, row.sku, _qty(row.qty), day_of(row.day, row.timezone)), row.lot, row.code)
        for row in _lines_under_way(kind, day, warehouse_ids)
    ]


def _lines_under_way(kind, day, warehouse_ids):
    return fetch(
        f"SELECT d.number, d.partner, i.sku, l.qty, d.{day} AS day, l.lot, l.role, w.code, w.timezone FROM documents d"
        " JOIN document_lines l ON l.warehouse_id = d.warehouse_id AND l.document_id = d.id"
        " JOIN items i ON i.id = l.item_id JOIN warehouses w ON w.id = d.warehouse_id"
        f" WHERE {among('CAST(w.id AS text)', 'ids')} AND d.kind = :kind AND d.state IN {LIVE}"
        " ORDER BY w.code, d.requested_at, d.number, l.line",
        ids=warehouse_ids,
        kind=kind,
    )


def _people(scopes):
    seen = people_seen(scopes, 1_000_000)
    return [(one["username"], one["name"], _roles(one["roles"]), one["badge"], one["language"]) for one in seen]


def _tags(warehouse_ids):
    rows = fetch(
        "SELECT b.id_kind, b.hex, i.sku, b.lot, b.serial, b.qty, w.code AS warehouse, l.code AS location, b.container,"
        " b.document FROM tag_bindings b LEFT JOIN items i ON i.id = b.item_id"
        " LEFT JOIN warehouses w ON w.id = b.warehouse_id"
        " LEFT JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        f" WHERE b.unbound_at IS NULL AND (b.warehouse_id IS NULL OR {among('CAST(b.warehouse_id AS text)', 'ids')})"
        " ORDER BY b.hex, b.id_kind",
        ids=warehouse_ids,
    )
    return [
        (*((row.hex, "") if row.id_kind == "epc" else ("", row.hex)), *row[2:5], _qty(row.qty), *row[6:])
        for row in rows
    ]


_GIVERS = {
    "items": _items,
    "codes": _codes,
    "locations": _locations,
    "opening": _opening,
    "receipts": _receipts,
    "picks": _picks,
    "orders": _orders,
    "reasons": _reasons,
    "tags": _tags,
    "people": _people,
}


def _roles(held):
    return "; ".join(f"{one['warehouse']}:{one['role']}" for one in held)


def _flag(value):
    return "true" if value else "false"


def _qty(thousandths):
    return Decimal(thousandths).scaleb(-3)


def _money(ten_thousandths):
    return Decimal(ten_thousandths).scaleb(-4)
