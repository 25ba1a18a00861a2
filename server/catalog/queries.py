"""Lists of the catalogue, page by page, in the order in which people look for things."""

from collections import defaultdict

from server import clock
from server.db import fetch, given

_ITEM = (
    "id, sku, name, category, unit, unit_cost, lot_tracked, serial_tracked, weighed, shelf_life_days, abc, active"
)  # fmt: skip


_YES_NO = {"lot_tracked", "serial_tracked", "weighed", "active"}


def items_page(limit, after="", search=None, category=None):
    """Items after a sku, one more than `limit`, with their `codes`. `search`: part of sku or name, or a whole code."""
    rows = fetch(
        f"SELECT {_ITEM} FROM items WHERE sku > :after"
        " AND (:search = '' OR LOWER(sku) LIKE :pattern ESCAPE '!' OR LOWER(name) LIKE :pattern ESCAPE '!'"
        " OR id IN (SELECT item_id FROM codes WHERE code = :search))"
        " AND (:category = '' OR category = :category) ORDER BY sku LIMIT :n",
        after=after, search=search or "", pattern=containing(search), category=category or "", n=limit + 1,
    )  # fmt: skip
    return with_codes(rows)


def item_rows(sku):
    """The item of a sku as a list of one, or of none, with its `codes`."""
    return with_codes(fetch(f"SELECT {_ITEM} FROM items WHERE sku = :sku", sku=sku.strip()))


def with_codes(rows):
    """Item rows as dicts with `codes: [{code, pack_qty}]`, by one more statement."""
    codes = defaultdict(list)
    if rows:
        for row in fetch(
            f"SELECT c.item_id, c.code, c.pack_qty FROM {given('ids', id='id')} w JOIN codes c ON c.item_id = w.id"
            " ORDER BY c.pack_qty, c.code",
            ids=[(row.id,) for row in rows],
        ):
            codes[row.item_id].append({"code": row.code, "pack_qty": row.pack_qty})
    return [{**said(row), "codes": codes[row.id]} for row in rows]


def locations_page(warehouse_ids, limit, after=None, zone=None, search=None):
    """Locations of some warehouses in walking order, one more than `limit`. `after`: (warehouse, path_order, code)."""
    warehouse, path_order, code = after or ("", 0, "")
    rows = fetch(
        "SELECT l.id, h.code AS warehouse, l.code, l.zone, l.kind, l.path_order, l.capacity, l.role, l.active,"
        " CASE WHEN l.locked_until > :now THEN l.locked_until END AS locked_until FROM"
        f" {given('ids', id='id')} w JOIN warehouses h ON h.id = w.id JOIN locations l ON l.warehouse_id = h.id"
        " WHERE (h.code, l.path_order, l.code) > (:warehouse, :path_order, :code) AND (:zone = '' OR l.zone = :zone)"
        " AND (:search = '' OR LOWER(l.code) LIKE :pattern ESCAPE '!')"
        " ORDER BY h.code, l.path_order, l.code LIMIT :n",
        ids=[(one,) for one in warehouse_ids], warehouse=warehouse, path_order=path_order, code=code,
        zone=zone or "", search=search or "", pattern=containing(search), n=limit + 1, now=clock.now(),
    )  # fmt: skip
    return [said(row) for row in rows]


def codes_page(limit, after="", sku=None):
    """Codes by their key, after one, one more than `limit`."""
    return fetch(
        "SELECT c.id, c.key, c.code, i.sku, c.pack_qty FROM codes c JOIN items i ON i.id = c.item_id"
        " WHERE c.key > :after AND (:sku = '' OR i.sku = :sku) ORDER BY c.key LIMIT :n",
        after=after, sku=sku or "", n=limit + 1,
    )  # fmt: skip


def lots_page(limit, after=("", ""), sku=None, lot=None):
    """Lots by sku and lot, after such a pair, one more than `limit`."""
    return fetch(
        "SELECT b.id, i.sku, b.lot, b.expiry FROM lots b JOIN items i ON i.id = b.item_id"
        " WHERE (i.sku, b.lot) > (:after_sku, :after_lot) AND (:sku = '' OR i.sku = :sku)"
        " AND (:lot = '' OR b.lot = :lot) ORDER BY i.sku, b.lot LIMIT :n",
        after_sku=after[0], after_lot=after[1], sku=sku or "", lot=lot or "", n=limit + 1,
    )  # fmt: skip


def said(row):
    """A row as a dict, with yes and no where SQLite has 1 and 0."""
    return {name: bool(value) if name in _YES_NO else value for name, value in row._mapping.items()}


def containing(search):
    """A LIKE pattern (escape `!`) for "has this somewhere in it", in small letters."""
    plain = (search or "").lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"
