"""How an address names a thing: people by its code, machines by its id. Both are understood."""

from server.catalog.rules import LocationUnknown
from server.db import fetch
from server.errors import NotUnderstood
from server.routes.door import warehouses
from server.routes.shapes import UUID_TEXT

_CODES = {"items": "sku", "codes": "code", "warehouses": "code"}


def code_of_key(table, key):
    """What people call the row that an id names; any other text is that name already."""
    if not UUID_TEXT.fullmatch(key.lower()):
        return key
    rows = fetch(f"SELECT {_CODES[table]} AS code FROM {table} WHERE id = :id", id=key.lower())
    return rows[0].code if rows else key


def place_of_key(key, permission, warehouse=None):
    """(warehouse row, location code) of a location where the asker holds the permission.

    `warehouse`: its code; without it the location is the only one of that code. Raises `LocationUnknown`,
    `NotUnderstood` if several warehouses have such a location, and what `warehouses` does.
    """
    here = {row.id: row for row in warehouses(permission, warehouse)}
    is_id = UUID_TEXT.fullmatch(key.lower()) is not None
    rows = fetch(
        f"SELECT warehouse_id, code FROM locations WHERE {'id' if is_id else 'code'} = :key",
        key=key.lower() if is_id else key,
    )
    found = [(here[row.warehouse_id], row.code) for row in rows if row.warehouse_id in here]
    if not found:
        raise LocationUnknown(location=key)
    if len(found) > 1:
        raise NotUnderstood(fields={"warehouse": ["required"]})
    return found[0]
